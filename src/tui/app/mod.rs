//! The application without a terminal: state, messages, `update` → effects.
//!
//! Synchronous and pure: [`State::update`] takes a message and the present moment and returns
//! effects as plain data, which `runtime` carries out. Whole sessions are tested as scripts of
//! keys and results.

mod action;
mod choice;
mod compare;
mod copy;
pub mod detail;
mod drafts;
mod editor;
mod explorer;
mod files;
mod form;
mod help;
mod key;
mod keymap;
mod layout;
mod list;
mod matrix;
mod message;
mod paste;
mod push;
mod stack;
mod start;
mod state;
mod status;
mod why;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_compare;
#[cfg(test)]
mod tests_draft_sides;
#[cfg(test)]
mod tests_editor;
#[cfg(test)]
mod tests_files;
#[cfg(test)]
mod tests_speed;
#[cfg(test)]
pub(crate) mod tests_truth;
#[cfg(test)]
mod tests_why;

pub use action::{Action, Context, Info};
pub use choice::{Choice, NamedHost};
pub use compare::{CompareRow, CompareView, FileDifference, Point};
pub use copy::{CopyItem, CopyMenu};
pub use drafts::{
    DraftLine, DraftOrder, Drafts, DraftsPage, GatherFor, KeptDraft, LeftDraft, Offered, OpenDraft,
    Surveying, Weighing,
};
pub use editor::{Against, Editor, EditorTab, EntryRow, OpenForm, Parts, Picking, Purpose, Rows};
pub use explorer::{Explorer, Lints, Mark, Pane, Picks, Reading, Search, Tab, Truths, Unproven};
pub use files::{
    FilePage, FileRow, FileWords, FilesView, LayerLoad, LayerState, Saving, Viewer, ViewerState,
};
pub use form::{Field, Form, FormEvent};
pub use help::{HelpLine, help_keys_width, help_lines, keys_markdown};
pub use key::Key;
pub use keymap::{Keymap, KeymapError};
pub use layout::{Areas, MIN_COLUMNS, MIN_ROWS};
pub use list::{List, Listed, NameRow, TagHead, is_digest_tag};
pub use matrix::{Cell, CellKind, Grid, MatrixView};
pub use message::{
    Copied, Effect, FileTask, FilesFound, FilesMsg, ImageLayers, Msg, NotSaved, RequestId,
    SessionId, Spot,
};
pub use paste::understand;
pub use push::{Asked, Button, PushPage, Stage, undo_words};
pub use stack::Stack;
pub use start::{Sample, Start, Suggestion};
pub use state::{Overlay, Screen, Setup, State, Toast, ToastKind};
pub use status::{Hint, Status};
pub use why::{Findings, Part, Regions, StepWords, Typed, Typing, Why};
