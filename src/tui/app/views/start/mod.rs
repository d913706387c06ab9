//! The start page: an input for a reference, what was opened last, what this machine has, and the
//! demo's samples.

pub(super) mod rows;
mod sections;
mod view;

use jiff::Timestamp;
use tui_input::Input;

pub use sections::Section;

use crate::oci::{Repository, StoreKind};
use crate::tui::app::completions::Completions;
use crate::tui::app::sample::Sample;
use crate::tui::app::{LeftDraft, SessionId};
use sections::Stores;

/// The state of the start page.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The line being typed.
    pub input: Input,
    /// The chosen line of the list below; `None` while the input has the cursor.
    pub chosen: Option<usize>,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    /// How many rows of the list are above the screen, the first heading not counted.
    top: usize,
    /// How many rows there is room for.
    room: usize,
    /// What the registry has that is typed.
    completions: Completions,
    /// The repository of the view beneath.
    here: Option<Repository>,
    /// Who asks what this machine has; `None` before it is asked.
    session: Option<SessionId>,
    /// What it has.
    stored: Stores,
}

/// Which list a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The demo's samples.
    Sample,
    /// What the user wants to come back to.
    Bookmark,
    /// What was opened before.
    Recent,
    /// A draft that was left unsaved.
    Draft,
    /// What the registry has that is typed.
    Listed,
    /// What this machine has.
    Stored(StoreKind),
}

/// What can be opened, besides what this machine has.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The demo's samples.
    pub samples: &'a [Sample],
    /// What the user wants to come back to.
    pub bookmarks: &'a [String],
    /// What was opened before, newest first.
    pub history: &'a [String],
    /// The drafts that were left unsaved, newest first, and the present moment.
    pub drafts: Option<(&'a [LeftDraft], Timestamp)>,
}

/// A line of the start page's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is shown.
    pub name: String,
    /// What to open.
    pub reference: String,
    /// What it is.
    pub title: String,
    /// What to look at.
    pub note: String,
    /// Which list it belongs to.
    pub sort: Sort,
}

impl Start {
    /// The page with its first line chosen: in the demo the first sample is one key away.
    pub(in crate::tui::app) fn first(samples: &[Sample]) -> Self {
        Self { chosen: (!samples.is_empty()).then_some(0), ..Self::default() }
    }

    /// The lines of all sections.
    #[must_use]
    pub fn suggestions(&self, known: Known<'_>) -> Vec<Suggestion> {
        self.sections(known).into_iter().flat_map(|section| section.lines).collect()
    }

    /// What a bare word opens in the demo: the one sample that it leaves. What has a tag, a digest or
    /// a folder is a reference.
    fn only_sample(&self, known: Known<'_>) -> Option<String> {
        let typed = self.input.value().trim();
        if known.samples.is_empty() || typed.is_empty() || typed.contains(['/', ':', '@']) {
            return None;
        }
        match self.suggestions(known).as_slice() {
            [one] if one.sort == Sort::Sample => Some(one.reference.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_bookmark_is_not_listed_again() {
        let names = |known| -> Vec<(Sort, String)> {
            let lines = Start::default().suggestions(known).into_iter();
            lines.map(|line| (line.sort, line.name)).collect()
        };
        let bookmarks = ["b:1".to_owned(), "a:1".to_owned()];
        let history = ["a:1".to_owned(), "c:1".to_owned()];
        let known = Known { bookmarks: &bookmarks, history: &history, ..Known::default() };
        let expected = [(Sort::Bookmark, "b:1"), (Sort::Bookmark, "a:1"), (Sort::Recent, "c:1")];
        assert_eq!(names(known), expected.map(|(sort, name)| (sort, name.to_owned())));
    }

    #[test]
    fn an_alias_is_written_out() {
        use crate::harness::{Player, World};
        let mut player = Player::new(World::index(&["linux/amd64"], false), 80, 24);
        player.state.cx.aliases.add("team", "demo/").unwrap();
        player.types("team/app:1.0");
        player.keys("enter");
        player.answer_all();
        let shown = |player: &Player| player.state.screen().view().reference(&player.state.cx);
        assert_eq!(shown(&player).as_deref(), Some("demo/app:1.0"));
        player.keys("=");
        player.types("team/app:1.0");
        player.keys("enter");
        assert!(matches!(player.state.screen(), crate::tui::app::Screen::Compare(_)));
    }

    #[test]
    fn a_word_that_leaves_one_sample_opens_it() {
        let samples = ["demo/app:1", "demo/app:2", "demo/chart:1"].map(|name| Sample {
            name: name.to_owned(),
            reference: format!("127.0.0.1:5000/{name}"),
            title: String::new(),
            note: String::new(),
        });
        for (typed, opened) in [
            ("chart", Some("127.0.0.1:5000/demo/chart:1")),
            ("app", None),
            ("none", None),
            ("", None),
            ("chart:1", None),
        ] {
            let mut start = Start::first(&samples);
            start.input = typed.into();
            let known = Known { samples: &samples, ..Known::default() };
            assert_eq!(start.only_sample(known).as_deref(), opened, "{typed:?}");
        }
        let mut start = Start::first(&[]);
        start.input = "chart".into();
        let history = ["ghcr.io/o/chart:1".to_owned()];
        assert_eq!(start.only_sample(Known { history: &history, ..Known::default() }), None);
    }
}
