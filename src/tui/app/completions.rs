//! What a registry has that completes a reference being typed: tags behind `:`, repositories behind
//! `/`.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::Query;
use super::begun::{Begun, NamesOf};
use crate::oci::{Failure, Location, NextPage, Page, Reference, Repository};
use crate::text::{count, natural, tag_order};

/// The most pages of a list that are asked for.
const PAGES: usize = 10;

/// How far a list is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum HowFar {
    /// A page of it is on its way.
    #[default]
    Asking,
    /// There are more pages from here on, which are asked for while it is wanted.
    UpTo(NextPage),
    /// All of it.
    Whole,
    /// The most that is asked for.
    Most,
    /// The page from here on did not come, for this reason.
    Failed(Option<NextPage>, String),
}

/// What is known of a list.
#[derive(Debug, Clone, Default)]
struct GivenNames {
    names: Arc<Vec<String>>,
    pages: usize,
    far: HowFar,
}

/// What registries named in this session.
#[derive(Debug, Clone, Default)]
pub struct RegistryNames {
    lists: HashMap<NamesOf, GivenNames>,
    /// What was begun last.
    last: Option<Begun>,
}

impl RegistryNames {
    /// What is to be asked for the reference that is typed now. The first page is asked for before a
    /// letter of the name is typed, the others while it goes on. What failed is asked for again once
    /// it is begun anew.
    pub(super) fn wanted(&mut self, begun: Option<&Begun>) -> Option<Query> {
        let is_anew = begun != self.last.as_ref();
        if is_anew {
            self.last = begun.cloned();
        }
        let begun = begun?;
        let from = match self.lists.get(&begun.of).map(|it| &it.far) {
            None if begun.is_bare => None,
            Some(HowFar::UpTo(next)) => Some(next.clone()),
            Some(HowFar::Failed(next, _)) if begun.is_bare && is_anew => next.clone(),
            None | Some(HowFar::Asking | HowFar::Whole | HowFar::Most | HowFar::Failed(..)) => {
                return None;
            }
        };
        self.lists.entry(begun.of.clone()).or_default().far = HowFar::Asking;
        Some(begun.of.query(from))
    }

    /// Takes an answer.
    pub(super) fn take(&mut self, question: &Query, answer: Result<Page, Failure>) {
        let Some(of) = NamesOf::asked(question) else { return };
        // What was forgotten meanwhile is asked for from its beginning.
        let Some(list) = self.lists.get_mut(&of).filter(|it| it.far == HowFar::Asking) else {
            return;
        };
        list.far = match answer {
            Ok(page) => {
                list.pages += 1;
                let before = list.names.len();
                let names = Arc::make_mut(&mut list.names);
                // What is none could not be typed.
                let new = page.names.into_iter().filter(|it| is_typable(it));
                names.extend(new);
                names.sort_by(|a, b| match of {
                    NamesOf::Tags(_) => tag_order(a, b),
                    NamesOf::Repositories(_) => natural(a, b),
                });
                names.dedup();
                // A registry may give the same page again and again.
                match page.next.filter(|next| next.named || names.len() > before) {
                    None => HowFar::Whole,
                    Some(_) if list.pages >= PAGES => HowFar::Most,
                    Some(next) => HowFar::UpTo(next),
                }
            }
            Err(failure) => {
                let from = match question {
                    Query::Tags { page, .. } | Query::Repositories { page, .. } => page.clone(),
                    _ => None,
                };
                HowFar::Failed(from, failure.brief())
            }
        };
    }

    /// The tags of a repository are no longer what they were.
    pub(super) fn forget_tags(&mut self, repository: &Repository) {
        self.lists.remove(&NamesOf::Tags(repository.clone()));
    }

    /// What completes a reference that was begun.
    pub(super) fn of(&self, begun: Begun) -> Completions {
        match self.lists.get(&begun.of) {
            None => Completions::default(),
            Some(list) => Completions {
                names: Arc::clone(&list.names),
                far: list.far.clone(),
                begun: Some(begun),
                ..Completions::default()
            },
        }
    }
}

fn is_typable(name: &str) -> bool {
    name.bytes().all(|it| it.is_ascii_graphic())
}

/// What completes the reference that is being typed: names that are known, of which a reference is
/// made only when it is shown or taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    begun: Option<Begun>,
    names: Arc<Vec<String>>,
    far: HowFar,
    /// The tag that is not offered.
    without: Option<String>,
    /// The repository that all of it is in, if only a tag or a digest is typed.
    within: Option<Repository>,
}

impl Completions {
    /// The same without a reference that is open already.
    pub(super) fn without(mut self, open: Option<&Reference>) -> Self {
        if let (Some(Begun { of: NamesOf::Tags(repository), .. }), Some(open)) = (&self.begun, open)
            && open.repository == *repository
        {
            self.without.clone_from(&open.tag);
        }
        self
    }

    /// The same for a tag or a digest that is typed alone, of this repository.
    pub(super) fn within(self, repository: Option<Repository>) -> Self {
        Self { within: repository, ..self }
    }

    /// Whether a reference that is known from elsewhere may complete what is typed. A tag or a digest
    /// alone is of one repository, though every other reference has a `:` in it, too.
    pub(super) fn allows(&self, known: &str) -> bool {
        let Some(within) = &self.within else { return true };
        // A target has further tags behind commas.
        let first = known.split(',').next().unwrap_or(known);
        let location: Option<Location> = first.parse().ok();
        location.is_some_and(|it| it.reference().is_some_and(|it| it.repository == *within))
    }

    /// Whether a reference that is known from elsewhere is offered before the names come: one that
    /// they would push behind them is not.
    pub(super) fn offers(&self, known: &str) -> bool {
        let goes_on = |begun: &Begun| self.within.is_some() || known.starts_with(&begun.before);
        self.begun.as_ref().is_none_or(goes_on) && self.allows(known)
    }

    /// Whether only a tag or a digest is typed, of a repository that is known.
    pub(super) fn is_within(&self) -> bool {
        self.within.is_some()
    }

    /// Whether names are on their way.
    pub(super) fn is_awaited(&self) -> bool {
        self.begun.is_some() && matches!(self.far, HowFar::Asking | HowFar::UpTo(_))
    }

    /// What is to be said beside the names, in a line where the reference is typed; empty if they are
    /// all there.
    #[must_use]
    pub fn note(&self) -> String {
        let Some(begun) = &self.begun else { return String::new() };
        let (what, is_empty) = (begun.of.word(), self.is_empty());
        match &self.far {
            HowFar::Failed(_, why) => {
                let (sign, not) = (begun.of.sign(), if is_empty { "no" } else { "not all" });
                format!("{not} {what}: {why}; type {sign} again to ask again")
            }
            HowFar::Asking | HowFar::UpTo(_) if is_empty => format!("asking for the {what}…"),
            HowFar::Asking | HowFar::UpTo(_) => format!("more {what} to come"),
            HowFar::Whole | HowFar::Most if is_empty => format!("no {what}"),
            HowFar::Most => format!("the first {} {what}", count(self.names.len() as u64)),
            HowFar::Whole => String::new(),
        }
    }

    /// Whose names they are, and whether they are all; empty if the reference goes on with nothing
    /// that a registry lists.
    #[must_use]
    pub fn title(&self) -> String {
        let Some(begun) = &self.begun else { return String::new() };
        let what = begun.of.title();
        match &self.far {
            HowFar::Failed(_, why) => {
                let (sign, all) = (begun.of.sign(), if self.is_empty() { "" } else { ", not all" });
                format!("{what}{all}: {why}; type {sign} again to ask again")
            }
            HowFar::Asking | HowFar::UpTo(_) if self.is_empty() => format!("asking for the {what}"),
            HowFar::Asking | HowFar::UpTo(_) => format!("{what} so far"),
            HowFar::Whole | HowFar::Most if self.is_empty() => format!("{what}: none"),
            HowFar::Most => format!("{what}, the first {}", count(self.names.len() as u64)),
            HowFar::Whole => what,
        }
    }

    /// Whether some of the names could not be had.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        matches!(self.far, HowFar::Failed(..))
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// A reference with each of the names.
    pub(super) fn all(&self) -> impl Iterator<Item = Fitting<'_>> {
        let begun = self.begun.as_ref();
        let (before, path) = begun.map_or(("", ""), |it| (&it.before, &it.path));
        let without = self.without.as_deref();
        let ends = self.names.iter().filter_map(move |name| name.strip_prefix(path));
        ends.filter(move |end| Some(*end) != without).map(move |end| Fitting { before, end })
    }
}

/// A reference that could be typed, in its two parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fitting<'a> {
    before: &'a str,
    end: &'a str,
}

impl<'a> Fitting<'a> {
    /// A reference in one part.
    pub(super) fn whole(text: &'a str) -> Self {
        Self { before: "", end: text }
    }

    /// Whether it is in one part.
    pub(super) fn is_whole(self) -> bool {
        self.before.is_empty()
    }

    /// Whether it is this text.
    pub(super) fn is(self, text: &str) -> bool {
        text.strip_prefix(self.before) == Some(self.end)
    }

    /// Whether it begins with this text.
    pub(super) fn begins_with(self, text: &str) -> bool {
        match text.strip_prefix(self.before) {
            Some(text) => self.end.starts_with(text),
            None => self.before.starts_with(text),
        }
    }

    /// Whether this text, or what of it is behind the part in front of a name, is in it.
    pub(super) fn contains(self, text: &str) -> bool {
        text.strip_prefix(self.before).is_some_and(|text| self.end.contains(text))
    }
}

impl fmt::Display for Fitting<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.before, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Class, Host};

    fn tags(before: &str) -> Begun {
        let repository = Repository::parse("r.io/app").unwrap();
        let (of, before) = (NamesOf::Tags(repository), before.to_owned());
        Begun { of, before, path: String::new(), is_bare: true }
    }

    fn page(names: &[&str], next: bool) -> Page {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Page { names, next: next.then(|| NextPage::at("x".to_owned())) }
    }

    fn refused() -> Failure {
        Failure::new(Class::Forbidden, "r.io", "no")
    }

    fn texts(completions: &Completions) -> Vec<String> {
        completions.all().map(|it| it.to_string()).collect()
    }

    #[test]
    fn a_list_is_asked_for_once_and_page_by_page_while_it_is_wanted() {
        let mut names = RegistryNames::default();
        let (begun, typed) = (tags("r.io/app:"), Begun { is_bare: false, ..tags("r.io/app:") });
        assert!(names.wanted(Some(&typed)).is_none(), "not while a name is typed");
        let first = names.wanted(Some(&begun)).unwrap();
        assert!(names.wanted(Some(&begun)).is_none());
        assert_eq!(names.of(begun.clone()).title(), "asking for the tags of r.io/app");
        names.take(&first, Ok(page(&["1", "\u{1b}[2J"], true)));
        assert_eq!(names.of(begun.clone()).title(), "tags of r.io/app so far");
        assert!(names.wanted(None).is_none(), "nobody waits for the rest");
        let second = names.wanted(Some(&typed)).unwrap();
        names.take(&second, Ok(page(&["2"], false)));
        assert!(names.wanted(Some(&begun)).is_none());
        let found = names.of(begun.clone());
        assert_eq!(found.title(), "tags of r.io/app");
        assert_eq!(texts(&found), ["r.io/app:2", "r.io/app:1"]);
        assert!(Arc::ptr_eq(&found.names, &names.of(begun).names), "nothing is copied for a key");
    }

    #[test]
    fn what_failed_is_told_and_asked_for_again_when_it_is_begun_anew() {
        let mut names = RegistryNames::default();
        let begun = tags("r.io/app:");
        let first = names.wanted(Some(&begun)).unwrap();
        names.take(&first, Err(refused()));
        let title = names.of(begun.clone()).title();
        assert!(title.starts_with("tags of r.io/app: "), "{title}");
        assert!(title.ends_with("; type : again to ask again"), "{title}");
        assert!(names.wanted(Some(&begun)).is_none(), "not by itself");
        assert!(names.wanted(None).is_none());
        let again = names.wanted(Some(&begun)).unwrap();
        names.take(&again, Ok(page(&["1"], true)));
        // A later page: what came before it stays, and goes on from there.
        let second = names.wanted(Some(&begun)).unwrap();
        names.take(&second, Err(refused()));
        let some = names.of(begun.clone());
        assert!(some.title().starts_with("tags of r.io/app, not all: "), "{}", some.title());
        assert_eq!(texts(&some), ["r.io/app:1"]);
        assert!(names.wanted(None).is_none());
        assert_eq!(names.wanted(Some(&begun)), Some(second));
    }

    #[test]
    fn a_registry_that_repeats_itself_is_not_asked_on_and_on() {
        let mut names = RegistryNames::default();
        let begun = tags("r.io/app:");
        for _ in 0..2 {
            let question = names.wanted(Some(&begun)).unwrap();
            let repeated = NextPage { named: false, ..NextPage::at("x".to_owned()) };
            names.take(&question, Ok(Page { names: vec!["1".into()], next: Some(repeated) }));
        }
        assert_eq!(names.wanted(Some(&begun)), None);
        assert_eq!(names.of(begun.clone()).title(), "tags of r.io/app");
        // One that has more names than anybody looks through.
        names.forget_tags(&Repository::parse("r.io/app").unwrap());
        for number in 0..PAGES {
            let question = names.wanted(Some(&begun)).unwrap();
            names.take(&question, Ok(page(&[&number.to_string()], true)));
        }
        assert_eq!(names.wanted(Some(&begun)), None);
        assert_eq!(names.of(begun).title(), "tags of r.io/app, the first 10");
    }

    #[test]
    fn an_answer_to_what_was_forgotten_is_dropped() {
        let mut names = RegistryNames::default();
        let begun = tags(":");
        let first = names.wanted(Some(&begun)).unwrap();
        names.forget_tags(&Repository::parse("r.io/app").unwrap());
        names.take(&first, Ok(page(&["old"], false)));
        assert_eq!(names.of(begun.clone()), Completions::default());
        assert!(names.wanted(Some(&begun)).is_some());
    }

    #[test]
    fn repositories_are_named_as_they_are_typed() {
        // A short name that stands for a part of a registry.
        let of = NamesOf::Repositories(Host::parse("r.io").unwrap());
        let (before, path) = ("team/".to_owned(), "o/".to_owned());
        let begun = Begun { of, before, path, is_bare: true };
        let mut names = RegistryNames::default();
        let asked = names.wanted(Some(&begun)).unwrap();
        names.take(&asked, Ok(page(&["o/tool", "other/tool"], false)));
        assert_eq!(texts(&names.of(begun)), ["team/tool"]);
    }

    #[test]
    fn a_name_fits_by_what_is_typed_of_it() {
        let it = Fitting { before: "r.io/app:", end: "1.2-slim" };
        for (typed, is, begins, contains) in [
            ("r.io/app:1.2-slim", true, true, true),
            ("r.io/app:1", false, true, true),
            ("r.io/app:slim", false, false, true),
            ("r.io/a", false, true, false),
            ("app:1", false, false, false),
        ] {
            let found = (it.is(typed), it.begins_with(typed), it.contains(typed));
            assert_eq!(found, (is, begins, contains), "{typed}");
        }
    }
}
