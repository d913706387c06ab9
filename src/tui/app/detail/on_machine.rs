//! What this machine's engines have of an image already, once they were asked.

use std::collections::BTreeMap;

use super::{Line, Subject, Tone};
use crate::model::here::{self, images_below};
use crate::oci::{Failure, Stocked, StoreKind};
use crate::text::{escape, pad, wrap};
use crate::tui::app::Action;

/// What is known of the stores of this machine.
#[derive(Debug, Clone, Default)]
pub struct OnMachine {
    stores: BTreeMap<StoreKind, Answered>,
    /// How often something became known.
    revision: u64,
}

/// What came of a question to a store.
#[derive(Debug, Clone)]
enum Answered {
    /// It is being asked.
    Asking,
    /// What it consists of; `None` if there is no such store here.
    Known(Option<Stocked>),
    /// It could not be asked.
    Failed(Failure),
}

impl OnMachine {
    /// A store is to be asked; `false` if it is being asked already.
    pub fn ask(&mut self, kind: StoreKind) -> bool {
        let before = self.stores.insert(kind, Answered::Asking);
        self.revision += 1;
        !matches!(before, Some(Answered::Asking))
    }

    /// A store answered.
    pub fn answered(&mut self, kind: StoreKind, answer: Result<Option<Stocked>, Failure>) {
        let answered = match answer {
            Ok(stocked) => Answered::Known(stocked),
            Err(failure) => Answered::Failed(failure),
        };
        self.stores.insert(kind, answered);
        self.revision += 1;
    }

    /// Changes with everything that becomes known.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }
}

/// How to ask; nothing once it was asked.
pub(super) fn hint(subject: &Subject<'_>) -> Vec<Line> {
    let key = subject.keymap.label(Action::LookHere);
    let Some(key) = key.filter(|_| subject.on_machine.stores.is_empty()) else {
        return Vec::new();
    };
    let text =
        format!("{key} says what this machine's engines have of it, and what a pull fetches");
    wrap(&text, subject.width).into_iter().map(|piece| Line::of(Tone::Muted, piece)).collect()
}

/// A heading, and for each store a line for the image under the cursor or, in an index, for each
/// of its images that the store has something of; nothing before it was asked.
pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let on_machine = subject.on_machine;
    if on_machine.stores.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::of(Tone::Strong, "on this machine")];
    let words_of = |stocked: &Stocked| match subject.tree.image_at(subject.node) {
        Some((image, _)) => here::lines_of(subject.tree, image, stocked),
        None => {
            let images = images_below(subject.tree, subject.node, None);
            here::lines(subject.tree, &images, stocked)
        }
    };
    for (kind, answered) in &on_machine.stores {
        let (tone, words) = match answered {
            Answered::Asking => (Tone::Muted, vec!["being asked".to_owned()]),
            Answered::Known(None) => continue,
            Answered::Failed(failure) => {
                (Tone::Warning, vec![escape(&failure.detail).into_owned()])
            }
            Answered::Known(Some(stocked)) => match words_of(stocked) {
                none if none.is_empty() => {
                    (Tone::Muted, vec!["no manifest of an image was read".to_owned()])
                }
                lines => (Tone::Text, lines),
            },
        };
        let room = subject.width.saturating_sub(NAME).max(1);
        let pieces = words.iter().flat_map(|words| wrap(words, room));
        for (at, piece) in pieces.enumerate() {
            let name = if at == 0 { kind.title() } else { "" };
            lines.push(Line::of(Tone::Muted, pad(name, NAME)).with(tone, piece));
        }
    }
    if lines.len() == 1 {
        lines.push(Line::of(Tone::Muted, "there is no engine with a store that platy reads"));
    }
    lines
}

/// The cells of a store's name with the gap behind it.
const NAME: usize = 16;
