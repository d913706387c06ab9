//! The lists of the start page: samples, what was opened before, and what this machine has.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Known, Sort, Start, Suggestion};
use crate::oci::{LocalImage, Location, Platform, StoreKind};
use crate::text::bytes;
use crate::tui::app::LeftDraft;
use crate::tui::app::completions::Fitting;

/// The most lines of what was opened before, and of a store, while nothing is typed and this machine
/// has images.
const RECENT: usize = 8;
const STORED: usize = 6;
/// The most lines of what a registry has.
const LISTED: usize = 100;
/// The most platforms that a line names.
const NAMED: usize = 4;

/// What is known of a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stored {
    /// It is being asked.
    Asking,
    /// Its images; `None` if there is no such store here.
    Known(Option<Vec<Suggestion>>),
    /// Why it could not be asked.
    Failed(String),
}

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// The lines.
    pub lines: Vec<Suggestion>,
    /// How many more there are.
    pub left_out: usize,
}

impl Start {
    /// Samples, bookmarks, what was opened before and what this machine has, narrowed by what is
    /// typed. A section without lines says by its heading what is going on.
    #[must_use]
    pub fn sections(&self, known: Known<'_>) -> Vec<Section> {
        let Known { samples, bookmarks, history, drafts } = known;
        let samples = samples.iter().map(|sample| Suggestion {
            name: sample.name.clone(),
            reference: sample.reference.clone(),
            title: sample.title.clone(),
            note: sample.note.clone(),
            sort: Sort::Sample,
        });
        let recent = history.iter().filter(|reference| !bookmarks.contains(reference));
        let recent = recent.map(plain(Sort::Recent));
        let bookmarks = bookmarks.iter().map(plain(Sort::Bookmark));
        let drafts = drafts.into_iter().flat_map(|(drafts, now)| drafts.iter().map(draft(now)));
        let has_more = !self.stored.is_empty();
        let recent_cap = if has_more { RECENT } else { usize::MAX };
        let mut sections = vec![
            self.section("samples".to_owned(), samples, usize::MAX),
            self.section("bookmarks".to_owned(), bookmarks, usize::MAX),
            self.section("opened before".to_owned(), recent, recent_cap),
            self.section("drafts left unsaved".to_owned(), drafts, RECENT),
        ];
        sections.retain(|section| !section.lines.is_empty());
        sections.extend(self.listed_section(known));
        let stored = self.stored.iter().filter_map(|(kind, stored)| self.store(*kind, stored));
        sections.extend(stored);
        sections
    }

    /// What the registry has that goes on with what is typed, without what is listed above. A heading
    /// alone says why there is nothing, or not all.
    fn listed_section(&self, known: Known<'_>) -> Option<Section> {
        let title = self.completions.title();
        let typed = self.input.value().trim();
        let is_new = |it: &Fitting<'_>| {
            let mut above = known.bookmarks.iter().chain(known.history);
            it.begins_with(typed) && !above.any(|above| it.is(above))
        };
        let mut fitting = self.completions.all().filter(is_new);
        let names = fitting.by_ref().take(LISTED).map(|it| it.to_string());
        let lines: Vec<Suggestion> = names.map(|name| plain(Sort::Listed)(&name)).collect();
        let left_out = fitting.count();
        let is_told = self.completions.is_empty() || self.completions.has_failed();
        // Of names that do not go on with it there is nothing to say.
        let has_any = !title.is_empty() && (is_told || !lines.is_empty());
        has_any.then_some(Section { title, lines, left_out })
    }

    fn section(&self, title: String, all: impl Iterator<Item = Suggestion>, cap: usize) -> Section {
        let typed = self.input.value().trim();
        let fits = |it: &Suggestion| {
            let texts = [&it.name, &it.reference, &it.title, &it.note];
            let allowed = || it.sort == Sort::Draft || self.completions.allows(&it.reference);
            typed.is_empty() || texts.iter().any(|text| text.contains(typed)) && allowed()
        };
        let cap = if typed.is_empty() { cap } else { usize::MAX };
        let mut lines: Vec<Suggestion> = all.filter(fits).collect();
        let left_out = lines.len().saturating_sub(cap);
        lines.truncate(cap);
        Section { title, lines, left_out }
    }

    /// The section of a store; `None` if there is no such store, or nothing in it fits.
    fn store(&self, kind: StoreKind, stored: &Stored) -> Option<Section> {
        let alone = |words: &str| Section {
            title: format!("{} · {words}", kind.title()),
            lines: Vec::new(),
            left_out: 0,
        };
        match stored {
            Stored::Asking => Some(alone("being asked")),
            Stored::Failed(why) => Some(alone(why)),
            Stored::Known(None) => None,
            Stored::Known(Some(images)) if images.is_empty() => Some(alone("no images")),
            Stored::Known(Some(images)) => {
                let count = match images.len() {
                    1 => "1 image".to_owned(),
                    count => format!("{count} images"),
                };
                let title = format!("{} · {count}", kind.title());
                let section = self.section(title, images.iter().cloned(), STORED);
                Some(section).filter(|section| !section.lines.is_empty())
            }
        }
    }
}

/// No store is asked yet.
pub(super) type Stores = BTreeMap<StoreKind, Stored>;

/// The line of a reference of which nothing else is known.
fn plain(sort: Sort) -> impl Fn(&String) -> Suggestion {
    move |reference| Suggestion {
        name: reference.clone(),
        reference: reference.clone(),
        title: String::new(),
        note: String::new(),
        sort,
    }
}

/// The line of a draft that was left unsaved; what it opens is its name in the folder.
fn draft(now: Timestamp) -> impl Fn(&LeftDraft) -> Suggestion {
    move |left| {
        let title = match &left.title {
            Ok(_) => left.words(now),
            Err(problem) => problem.clone(),
        };
        Suggestion {
            name: left.title.as_ref().unwrap_or(&left.name).clone(),
            reference: left.name.clone(),
            title,
            note: String::new(),
            sort: Sort::Draft,
        }
    }
}

/// The line of an image.
pub(super) fn line(kind: StoreKind, image: &LocalImage) -> Suggestion {
    let name = match &image.location {
        Location::Daemon { name }
        | Location::Containerd { name }
        | Location::Store { name, .. } => name.clone(),
        other => other.to_string(),
    };
    let mut platforms: Vec<String> = image.platforms.iter().map(Platform::short).collect();
    if platforms.len() > NAMED {
        let more = platforms.len() - NAMED;
        platforms.truncate(NAMED);
        platforms.push(format!("{more} more"));
    }
    let platforms = Some(platforms.join(", ")).filter(|platforms| !platforms.is_empty());
    let size = format!("{:>8}", image.size.map(bytes).unwrap_or_default());
    let facts: Vec<String> = std::iter::once(size).chain(platforms).collect();
    Suggestion {
        name,
        reference: image.location.to_string(),
        title: facts.join("  ").trim_end().to_owned(),
        note: String::new(),
        sort: Sort::Stored(kind),
    }
}
