//! All views. What is below is the one place that knows them all; everything else knows the
//! contract, [`View`].

mod compare;
mod drafts;
mod editor;
mod explorer;
mod files;
mod fleet;
mod matrix;
mod names;
mod push;
mod start;
mod why;

use super::Action;
use super::cx::Cx;
use super::going::{At, Opening};
use super::view::{Reason, View};

pub(in crate::tui::app) use common::{about, draft_title, nothing_offered, shown};
pub use compare::{CompareRow, CompareView, FileDifference};
pub use drafts::{DraftLine, DraftsPage, undo_words};
pub(in crate::tui::app) use drafts::{answered as pushes_answered, taken_back};
pub(in crate::tui::app) use editor::answered as draft_answered;
pub use editor::{Against, Editor, EditorTab, EntryRow, OpenForm, Parts, Purpose, Rows};
pub use explorer::{Explorer, Search};
pub use files::{
    FileRow, FileWords, FilesView, LayerLoad, LayerState, Viewed, Viewer, ViewerState,
};
pub use fleet::{FleetAreas, FleetView};
pub use matrix::{Cell, CellKind, Grid, MatrixView};
pub use names::{List, Moved, NameRow, SizeOf, Sizes, TagHead, is_digest_tag};
pub use push::{Button, PushPage, Stage};
pub use start::rows::{StartRow, rows as start_rows};
pub use start::{Known, Section, Start, Suggestion};
pub(in crate::tui::app) use why::entry_words;
pub use why::{Findings, Regions, StepWords, Typed, Typing, Why, WhyPart};

mod common;

/// Hands all views to a macro: the name of each, the module of its drawing, its type.
macro_rules! views {
    ($with:ident) => {
        $with! {
            /// The start page.
            Start(start, Start),
            /// One reference.
            Explorer(explorer, Explorer),
            /// Tags or repositories.
            List(list, List),
            /// The files of an image or a layer.
            Files(files, FilesView),
            /// The images that files name.
            Fleet(fleet, FleetView),
            /// What the chosen engine picks, and why.
            Why(why, Why),
            /// What every engine picks on every machine.
            Matrix(matrix, MatrixView),
            /// What two nodes differ in.
            Compare(compare, CompareView),
            /// A draft being edited.
            Editor(editor, Editor),
            /// A draft about to be pushed.
            Push(push, PushPage),
            /// The drafts and the last pushes.
            Drafts(drafts, DraftsPage),
        }
    };
}
pub(in crate::tui) use views;

macro_rules! screens {
    ($($(#[$doc:meta])* $name:ident($drawing:ident, $type:ident),)*) => {
        /// A view on the stack.
        #[derive(Debug, Clone)]
        pub enum Screen {
            $($(#[$doc])* $name(Box<$type>),)*
        }

        impl Screen {
            /// What all views have in common.
            #[must_use]
            pub fn view(&self) -> &dyn View {
                match self {
                    $(Self::$name(view) => view.as_ref(),)*
                }
            }

            pub(super) fn view_mut(&mut self) -> &mut dyn View {
                match self {
                    $(Self::$name(view) => view.as_mut(),)*
                }
            }

            /// The view for something that is to be shown.
            pub(super) fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
                $(if let Some(view) = <$type as View>::open(opening, cx) {
                    return Some(Self::$name(Box::new(view)));
                })*
                None
            }

            /// Whether an action shows a view of what another one points at; if so, why it cannot
            /// now.
            pub(super) fn shown_by(
                action: Action,
                at: Option<At>,
                cx: &Cx,
            ) -> Option<Option<Reason>> {
                $(if <$type as View>::is_shown_by(action) {
                    return Some(<$type as View>::cannot_show(at, cx));
                })*
                None
            }
        }
    };
}
views!(screens);
