//! What this machine's engines have of an image already, once they were asked.

use std::collections::BTreeMap;

use super::{Line, Subject, Tone};
use crate::model::here::Here;
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
    /// A store is asked.
    pub fn ask(&mut self, kind: StoreKind) {
        self.stores.insert(kind, Answered::Asking);
        self.revision += 1;
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

/// A heading, and a line for each store.
pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let on_machine = subject.on_machine;
    if on_machine.stores.is_empty() {
        let Some(key) = subject.keymap.label(Action::LookHere) else { return Vec::new() };
        let text =
            format!("{key} says what this machine's engines have of it, and what a pull fetches");
        let pieces = wrap(&text, subject.width).into_iter();
        return pieces.map(|piece| Line::of(Tone::Muted, piece)).collect();
    }
    let mut lines = vec![Line::of(Tone::Strong, "on this machine")];
    let image = subject.tree.image_at(subject.node).map(|(image, _)| image);
    for (kind, answered) in &on_machine.stores {
        let (tone, words) = match answered {
            Answered::Asking => (Tone::Muted, "being asked".to_owned()),
            Answered::Known(None) => continue,
            Answered::Failed(failure) => (Tone::Warning, escape(&failure.detail).into_owned()),
            Answered::Known(Some(stocked)) => {
                match image.and_then(|image| Here::of(subject.tree, image, stocked)) {
                    Some(here) => (Tone::Text, here.words()),
                    None => (Tone::Muted, "the manifest was not read".to_owned()),
                }
            }
        };
        let name = pad(kind.title(), NAME);
        let room = subject.width.saturating_sub(NAME).max(1);
        for (at, piece) in wrap(&words, room).into_iter().enumerate() {
            let name = if at == 0 { name.clone() } else { " ".repeat(NAME) };
            lines.push(Line::of(Tone::Muted, name).with(tone, piece));
        }
    }
    if lines.len() == 1 {
        lines.push(Line::of(Tone::Muted, "there is no engine with a store that platy reads"));
    }
    lines
}

/// The cells of a store's name with the gap behind it.
const NAME: usize = 16;
