//! What has to be read next.

use crate::model::files::Path;

/// A layer that has to be read before an answer is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The position of the layer, from 0, base first.
    pub layer: usize,
    /// What is looked for in it, in the form of [`super::LayerView`]'s names. When this has been
    /// read, the question should be asked again before the rest of the layer is read.
    pub path: Path,
}

/// An answer, or what has to be read before it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<T> {
    /// The answer.
    Done(T),
    /// What has to be read.
    Ask(Ask),
}

/// Takes the answer out of a [`Step`], or hands the question on.
macro_rules! answered {
    ($step:expr) => {
        match $step {
            $crate::model::files::Step::Done(answer) => answer,
            $crate::model::files::Step::Ask(ask) => return $crate::model::files::Step::Ask(ask),
        }
    };
}

pub(in crate::model) use answered;
