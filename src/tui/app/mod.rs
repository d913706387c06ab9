//! The application without a terminal: state, messages, `update` → effects.
//!
//! Synchronous and pure: [`State::update`] takes a message and the present moment and returns
//! effects as plain data, which `run` carries out. Views lie on each other; each keeps the contract
//! [`View`], and only `views/mod.rs` knows them all. Whole sessions are tested as scripts of
//! keys and results.

mod action;
mod begun;
mod choice;
mod command_keys;
mod completions;
mod copy;
mod cx;
pub mod detail;
mod drafts;
mod filter;
mod form;
mod fuzzy;
mod going;
mod help;
mod history;
mod ids;
mod key;
mod keymap;
mod layers;
mod layout;
mod list;
mod look;
mod menu_item;
mod menu_layout;
mod message;
mod messages;
mod opened;
mod overlay;
mod own;
mod palette;
mod pane;
mod panes;
mod paste;
mod picking;
mod plan_words;
mod point;
mod query;
mod reply;
mod requests;
mod sample;
mod saving;
mod sheet;
mod split;
mod stack;
mod state;
mod status;
mod target;
mod typed_reference;
mod view;
mod views;
mod within;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_compare;
#[cfg(test)]
mod tests_completing;
#[cfg(test)]
mod tests_draft_sides;
#[cfg(test)]
mod tests_editor;
#[cfg(test)]
mod tests_evidence;
#[cfg(test)]
mod tests_exports;
#[cfg(test)]
mod tests_files;
#[cfg(test)]
mod tests_fleet;
#[cfg(test)]
mod tests_kept_drafts;
#[cfg(test)]
mod tests_names;
#[cfg(test)]
mod tests_panes;
#[cfg(test)]
mod tests_preview;
#[cfg(test)]
mod tests_push;
#[cfg(test)]
mod tests_reload;
#[cfg(test)]
mod tests_said;
#[cfg(test)]
mod tests_shared;
#[cfg(test)]
mod tests_speed;
#[cfg(test)]
mod tests_taking;
#[cfg(test)]
pub(crate) mod tests_truth;
#[cfg(test)]
mod tests_viewer;
#[cfg(test)]
mod tests_why;

pub use action::{Action, Context, Info};
pub use choice::{Choice, NamedHost};
pub use copy::{CopyItem, CopyMenu};
pub use cx::{Cx, Toast, ToastKind};
pub use drafts::{
    DraftOrder, Drafts, GatherFor, KeptDraft, LeftDraft, Offered, OpenDraft, Surveying, Weighing,
};
pub use filter::Filter;
pub use form::{Field, Form, FormEvent};
pub use going::{At, Going, Listed, Opening};
pub use help::{HelpLine, help_keys_width, help_lines, keys_markdown};
pub use ids::{RequestId, SessionId};
pub use key::Key;
pub use keymap::{KeySet, Keymap, KeymapError};
pub use layout::{Areas, MIN_COLUMNS, MIN_ROWS};
pub use look::Look;
pub use menu_item::MenuItem;
pub use menu_layout::MenuLayout;
pub use message::{Effect, Msg, Spot};
pub use messages::MessageLine;
pub use opened::{
    Evidenced, Lints, Mark, Opened, OpenedId, OpenedRef, Picks, Reading, Truths, Unproven,
};
pub use overlay::{Choosing, Menu, Overlay};
pub use own::{OwnCommand, ShellLine, VALUES};
pub use pane::{Pane, Tab};
pub use paste::understand;
pub use picking::Picking;
pub use point::Point;
pub use query::{Clip, FileTask, ImageBlame, ImageLayers, ImagePackages, Query};
pub use reply::{FilesFound, Part, Reply};
pub use requests::Requests;
pub use sample::{FLEET, Sample};
pub use sheet::Sheet;
pub use stack::Stack;
pub use state::{Setup, State};
pub use status::{Hint, Status};
pub use view::{Prompt, Reason, Title, TypingKey, View, Words};
pub(in crate::tui) use views::views;
pub use views::{
    Against, Button, Cell, CellKind, CompareRow, CompareView, DraftLine, DraftsPage, Editor,
    EditorTab, EntryRow, Explorer, FileDifference, FileRow, FileWords, FilesView, Findings,
    FleetAreas, FleetView, Grid, Known, LayerLoad, LayerState, List, MatrixView, Moved, NameRow,
    OpenForm, Parts, Purpose, PushPage, Regions, Rows, Screen, Search, Section, SizeOf, Sizes,
    Stage, Start, StartRow, StepWords, Suggestion, TagHead, Typed, Typing, Viewed, Viewer,
    ViewerState, Why, WhyPart, is_digest_tag, start_rows, undo_words,
};
pub use within::{Found, Within};
