//! Lists of names: the tags of a repository, the repositories of a registry.

mod sizes;
mod tagging;
mod view;

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::oci::{Class, Digest, Failure, Head, NextPage, Page};
use crate::text::{natural, tag_order};
use crate::tui::app::cx::Cx;
use crate::tui::app::fuzzy::ranked;
use crate::tui::app::going::Listed;
use crate::tui::app::{Action, Areas, Filter, Pane, Query, SessionId, list};

pub use sizes::{SizeOf, Sizes};

/// Pages that are fetched without being asked for; more come when the end is reached.
const EAGER_PAGES: usize = 20;

/// What is known of a tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TagHead {
    /// Being asked for.
    Loading,
    /// The registry's answer.
    Known(Head),
    /// It could not be had.
    Failed(Failure),
}

/// A line of the list as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow<'a> {
    /// The tag or repository.
    pub name: &'a str,
    /// What is known of the tag.
    pub head: Option<&'a TagHead>,
    /// Other tags in the list that point to the same digest, as far as known.
    pub same: Vec<&'a str>,
    /// What happened to it since the list was opened.
    pub moved: Option<&'a Moved>,
    /// Whether it is marked, to be deleted with others.
    pub picked: bool,
}

/// What happened to a name since the list was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moved {
    /// It was not listed.
    New,
    /// The tag held this.
    Was(Digest),
}

/// The state of a list.
#[derive(Debug, Clone)]
pub struct List {
    /// Who asks.
    pub session: SessionId,
    /// What is listed.
    pub listed: Listed,
    /// How the list failed, if it did.
    pub failure: Option<Failure>,
    /// What narrows the list.
    pub filter: Filter,
    /// The tag to compare with another.
    pub marked: Option<String>,
    /// The line under the cursor, counted over the filtered list.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    /// The tags to be deleted together.
    picked: BTreeSet<String>,
    naming: Option<tagging::Naming>,
    sizes: Option<Sizes>,
    names: Vec<String>,
    heads: HashMap<String, TagHead>,
    moved: HashMap<String, Moved>,
    /// The first page is asked for again, to see what is new.
    again: bool,
    /// Where the cursor was when the list was begun anew: the name, and its lines in the list and on the
    /// screen. It goes back there as soon as the name is there, unless something is done meanwhile.
    left_at: Option<(String, usize, usize)>,
    shown: Vec<usize>,
    next: Option<NextPage>,
    pages: usize,
    areas: Areas,
}

impl List {
    /// A list that has fetched nothing yet.
    fn new(session: SessionId, listed: Listed) -> Self {
        Self {
            session,
            listed,
            failure: None,
            filter: Filter::default(),
            marked: None,
            cursor: 0,
            top: 0,
            picked: BTreeSet::new(),
            naming: None,
            sizes: None,
            names: Vec::new(),
            heads: HashMap::new(),
            moved: HashMap::new(),
            again: false,
            left_at: None,
            shown: Vec::new(),
            next: None,
            pages: 0,
            areas: Areas::default(),
        }
    }

    /// Whether a page is on its way.
    #[must_use]
    pub fn is_loading(&self, cx: &Cx) -> bool {
        let mut open = cx.requests.of(self.session);
        open.any(|(_, it)| matches!(it, Query::Tags { .. } | Query::Repositories { .. }))
    }

    fn ask(&mut self, page: Option<NextPage>, cx: &mut Cx) {
        self.failure = None;
        let question = match &self.listed {
            Listed::Tags(repository) => Query::Tags { repository: repository.clone(), page },
            Listed::Repositories { host, .. } => Query::Repositories { host: host.clone(), page },
        };
        cx.ask(self.session, question);
    }

    /// Starts over.
    fn reload(&mut self, cx: &mut Cx) {
        self.end_sizes(cx);
        let line = self.cursor.saturating_sub(self.top);
        self.left_at = self.name_at_cursor().map(|name| (name.to_owned(), self.cursor, line));
        (self.cursor, self.top) = (0, 0);
        self.names.clear();
        self.heads.clear();
        self.moved.clear();
        self.again = false;
        self.next = None;
        self.pages = 0;
        self.refilter();
        self.ask(None, cx);
    }

    /// Takes a page; asks for the next one if there is one.
    fn take(&mut self, result: Result<Page, Failure>, cx: &mut Cx) {
        match result {
            Err(failure) => {
                self.again = false;
                self.failure = Some(failure);
            }
            Ok(page) if self.again => self.take_again(page),
            Ok(page) => {
                let chosen = self.name_at_cursor().map(str::to_owned);
                let wanted = |name: &String| match &self.listed {
                    Listed::Tags(_) => true,
                    Listed::Repositories { prefix, .. } => name.starts_with(prefix.as_str()),
                };
                self.names.extend(page.names.into_iter().filter(wanted));
                self.sort();
                self.refilter();
                if let Some(chosen) = chosen {
                    self.put_cursor_on(&chosen);
                }
                self.pages += 1;
                self.next = page.next;
                self.go_back();
                if self.pages < EAGER_PAGES {
                    self.ask_more(cx);
                }
            }
        }
    }

    /// Puts the cursor where it was before the list was begun anew; if the name is gone, on what is in
    /// its place.
    fn go_back(&mut self) {
        let Some((name, place, line)) = &self.left_at else { return };
        let at = self.shown.iter().position(|at| self.names.get(*at) == Some(name));
        let last = self.shown.len().saturating_sub(1);
        let gone = self.next.is_none().then(|| (*place).min(last));
        if let Some(at) = at.or(gone) {
            (self.cursor, self.top) = (at, at.saturating_sub(*line));
            self.left_at = None;
        }
    }

    /// Takes the first page once more: what is new in it is marked, and the pages behind it stay.
    fn take_again(&mut self, page: Page) {
        self.again = false;
        let known: HashSet<String> = self.names.iter().cloned().collect();
        let new: Vec<String> =
            page.names.into_iter().filter(|name| !known.contains(name)).collect();
        self.moved.extend(new.iter().map(|name| (name.clone(), Moved::New)));
        let chosen = self.name_at_cursor().map(str::to_owned);
        self.names.extend(new);
        self.sort();
        self.refilter();
        if let Some(chosen) = chosen {
            self.put_cursor_on(&chosen);
        }
    }

    /// Asks again for the first page, and for what the tags on the screen hold.
    fn ask_again(&mut self, cx: &mut Cx) {
        let Listed::Tags(repository) = self.listed.clone() else { return };
        if self.is_loading(cx) {
            return;
        }
        self.again = true;
        self.ask(None, cx);
        let on_screen = self.shown.iter().skip(self.top).take(self.height());
        let names = on_screen.filter_map(|at| self.names.get(*at));
        let settled =
            names.filter(|name| !matches!(self.heads.get(*name), None | Some(TagHead::Loading)));
        for tag in settled {
            cx.ask(self.session, Query::Head { repository: repository.clone(), tag: tag.clone() });
        }
    }

    fn ask_more(&mut self, cx: &mut Cx) {
        if !self.is_loading(cx)
            && let Some(page) = self.next.take()
        {
            self.ask(Some(page), cx);
        }
    }

    fn sort(&mut self) {
        match self.listed {
            Listed::Tags(_) => self.names.sort_by(|a, b| tag_order(a, b)),
            Listed::Repositories { .. } => self.names.sort_by(|a, b| natural(a, b)),
        }
        self.names.dedup();
    }

    /// Takes what a HEAD told of a tag.
    fn take_head(&mut self, tag: &str, result: Result<Head, Failure>) {
        let known = match self.heads.get(tag) {
            Some(TagHead::Known(head)) => Some(head.digest.clone()),
            _ => None,
        };
        let head = match result {
            Ok(head) => {
                if let Some(was) = known.filter(|was| *was != head.digest) {
                    self.moved.entry(tag.to_owned()).or_insert(Moved::Was(was));
                }
                TagHead::Known(head)
            }
            // A registry that does not answer once says nothing about the tag.
            Err(failure) if known.is_some() && failure.class != Class::NotFound => return,
            Err(failure) => TagHead::Failed(failure),
        };
        self.heads.insert(tag.to_owned(), head);
    }

    /// Asks for more names at the end, and for the heads of the tags on the screen.
    fn pump(&mut self, cx: &mut Cx) {
        let at_end = self.cursor + self.height() >= self.shown.len();
        if at_end && self.next.is_some() {
            self.ask_more(cx);
        }
        if self.sizes.is_some() {
            return self.pump_sizes(cx);
        }
        let Listed::Tags(repository) = self.listed.clone() else { return };
        let mut loading =
            self.heads.values().filter(|head| matches!(head, TagHead::Loading)).count();
        for index in self.shown.iter().skip(self.top).take(self.height()) {
            if loading >= cx.permits {
                break;
            }
            let Some(name) = self.names.get(*index) else { continue };
            if !self.heads.contains_key(name) {
                self.heads.insert(name.clone(), TagHead::Loading);
                loading += 1;
                let question = Query::Head { repository: repository.clone(), tag: name.clone() };
                cx.ask(self.session, question);
            }
        }
    }

    /// Narrows the list to what the filter matches, best first.
    fn refilter(&mut self) {
        let text = self.filter.value();
        self.shown = ranked(text, self.names.iter().map(String::as_str));
        self.keep_sized();
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
    }

    /// The same; the cursor stays on its name.
    fn refilter_in_place(&mut self) {
        let chosen = self.name_at_cursor().map(str::to_owned);
        self.refilter();
        if let Some(chosen) = chosen {
            self.put_cursor_on(&chosen);
        }
    }

    fn put_cursor_on(&mut self, name: &str) {
        let at = self.shown.iter().position(|at| self.names.get(*at).is_some_and(|n| n == name));
        if let Some(at) = at {
            // The line under the cursor stays if it is on the screen.
            self.top = (self.top + at).saturating_sub(self.cursor);
            self.cursor = at;
        }
    }

    /// The name under the cursor.
    #[must_use]
    pub fn name_at_cursor(&self) -> Option<&str> {
        self.names.get(*self.shown.get(self.cursor)?).map(String::as_str)
    }

    /// What the tag under the cursor holds, as far as it is known.
    pub(super) fn digest_at_cursor(&self) -> Option<&Digest> {
        match self.heads.get(self.name_at_cursor()?)? {
            TagHead::Known(head) => Some(&head.digest),
            TagHead::Loading | TagHead::Failed(_) => None,
        }
    }

    /// How many names there are, and how many the filter shows.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.names.len(), self.shown.len())
    }

    /// Whether the registry has more names than were fetched.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.next.is_some()
    }

    /// The lines on the screen.
    #[must_use]
    pub fn rows(&self) -> Vec<NameRow<'_>> {
        let height = self.height();
        let mut by_digest: HashMap<&str, Vec<&str>> = HashMap::new();
        for name in &self.names {
            if let Some(TagHead::Known(head)) = self.heads.get(name) {
                by_digest.entry(head.digest.as_str()).or_default().push(name);
            }
        }
        self.shown
            .iter()
            .skip(self.top)
            .take(height)
            .filter_map(|index| {
                let name = self.names.get(*index)?;
                let head = self.heads.get(name);
                let same = match head {
                    Some(TagHead::Known(head)) => by_digest
                        .get(head.digest.as_str())
                        .into_iter()
                        .flatten()
                        .copied()
                        .filter(|other| other != name)
                        .collect(),
                    _ => Vec::new(),
                };
                let (moved, picked) = (self.moved.get(name), self.picked.contains(name));
                Some(NameRow { name, head, same, moved, picked })
            })
            .collect()
    }

    fn go(&mut self, action: Action) {
        let page = self.height().max(1);
        self.cursor = list::target(action, self.cursor, self.shown.len(), page);
    }

    /// Where its parts are on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        self.areas
    }

    /// How many names fit on the screen; the first line of the body is the filter's.
    fn height(&self) -> usize {
        usize::from(self.areas.body.height.saturating_sub(1))
    }

    fn settle(&mut self, size: (u16, u16)) {
        self.areas = Areas::of(size.0, size.1, Pane::Tree);
        let height = self.height();
        let last_top = self.shown.len().saturating_sub(height);
        let lowest = (self.cursor + 1).saturating_sub(height);
        self.top = self.top.clamp(lowest, self.cursor.max(lowest)).min(last_top);
    }
}

/// Whether a tag is made of a digest, as cosign and the referrers' fallback do:
/// `sha256-<hex>`, with or without a suffix.
#[must_use]
pub fn is_digest_tag(tag: &str) -> bool {
    let hex = tag.strip_prefix("sha256-").and_then(|rest| rest.get(..64));
    hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
