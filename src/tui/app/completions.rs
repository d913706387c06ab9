//! What a registry has that completes a reference being typed: tags behind `:`, repositories behind
//! `/`.

use std::collections::HashMap;

use super::Query;
use super::paste::understand;
use crate::oci::{Aliases, Failure, Host, Location, NextPage, Page, Repository, Target};
use crate::text::{natural, tag_order};

/// The most pages of a list that are asked for.
const PAGES: usize = 10;
/// What an address begins with, and no repository that somebody would type.
const SCHEMES: [&str; 3] = ["http", "https", "docker"];

/// A list of names that a registry gives.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum NamesOf {
    Tags(Repository),
    Repositories(Host),
}

/// A reference that is being typed, as far as a list goes on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun {
    of: NamesOf,
    /// What is typed in front of a name.
    before: String,
    /// The beginning of its path that this stands for: the names of a registry are whole paths.
    path: String,
    /// Whether no letter of the name is typed yet.
    is_bare: bool,
}

impl Begun {
    /// What is begun with a text: `:` behind a repository, or alone where the view is about one, and
    /// `/` behind a registry. Docker Hub lists no repositories.
    pub(super) fn of(typed: &str, here: Option<&Repository>, aliases: &Aliases) -> Option<Self> {
        let typed = typed.trim_start();
        let at = typed.rfind([':', '/'])?;
        let (before, name) = typed.split_at_checked(at + 1)?;
        let place = typed.get(..at)?;
        let understood = |text: &str| aliases.expand(&understand(text)).into_owned();
        let begun = |of, path: &str| Self {
            of,
            before: before.to_owned(),
            path: path.to_owned(),
            is_bare: name.is_empty(),
        };
        if before.ends_with('/') {
            let text = understood(before);
            let (registry, path) = text.split_once('/')?;
            // A single word is the beginning of a path.
            return match Target::parse(registry).ok()? {
                Target::Repositories { host, .. } if !host.is_docker_hub() => {
                    Some(begun(NamesOf::Repositories(host), path))
                }
                _ => None,
            };
        }
        if place.is_empty() {
            return here.map(|here| begun(NamesOf::Tags(here.clone()), ""));
        }
        // `oci:`, `https:` and the like go on with something else, `localhost:` with a port.
        if SCHEMES.contains(&place)
            || matches!(Target::parse(&understood(place)), Ok(Target::Repositories { .. }))
        {
            return None;
        }
        match Target::parse(&understood(&format!("{place}:x"))).ok()? {
            Target::Image(Location::Registry(it)) if it.tag.as_deref() == Some("x") => {
                Some(begun(NamesOf::Tags(it.repository), ""))
            }
            _ => None,
        }
    }
}

/// What is known of a list.
#[derive(Debug, Clone, Default)]
struct GivenNames {
    names: Vec<String>,
    pages: usize,
    asking: bool,
    failure: Option<String>,
}

/// What registries named in this session.
#[derive(Debug, Clone, Default)]
pub struct RegistryNames(HashMap<NamesOf, GivenNames>);

/// What completes the reference that is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completions {
    /// Whose names they are; while there are none, what is awaited or went wrong. Empty if the
    /// reference goes on with nothing that a registry lists.
    pub title: String,
    /// References, each with one of the names.
    pub references: Vec<String>,
}

impl RegistryNames {
    /// What is to be asked for a reference that was begun; once, unless it failed.
    pub(super) fn wanted(&mut self, begun: &Begun) -> Option<Query> {
        let known = self.0.get(&begun.of);
        if !begun.is_bare || known.is_some_and(|it| it.failure.is_none()) {
            return None;
        }
        self.0.insert(begun.of.clone(), GivenNames { asking: true, ..GivenNames::default() });
        Some(query(&begun.of, None))
    }

    /// Takes an answer; what is to be asked next.
    pub(super) fn take(
        &mut self,
        question: &Query,
        answer: Result<Page, Failure>,
    ) -> Option<Query> {
        let list = match question {
            Query::Tags { repository, .. } => NamesOf::Tags(repository.clone()),
            Query::Repositories { host, .. } => NamesOf::Repositories(host.clone()),
            _ => return None,
        };
        let known = self.0.entry(list.clone()).or_default();
        known.pages += 1;
        let next = match answer {
            Ok(page) => {
                // What is none could not be typed.
                let names = page.names.into_iter();
                known.names.extend(names.filter(|it| it.bytes().all(|it| it.is_ascii_graphic())));
                known.names.sort_by(|a, b| match list {
                    NamesOf::Tags(_) => tag_order(a, b),
                    NamesOf::Repositories(_) => natural(a, b),
                });
                known.names.dedup();
                page.next.filter(|_| known.pages < PAGES)
            }
            Err(failure) => {
                known.failure = Some(failure.brief());
                None
            }
        };
        known.asking = next.is_some();
        next.map(|next| query(&list, Some(next)))
    }

    /// What completes a reference that was begun.
    pub(super) fn of(&self, begun: &Begun) -> Completions {
        let Some(known) = self.0.get(&begun.of) else { return Completions::default() };
        let what = match &begun.of {
            NamesOf::Tags(repository) => format!("tags of {}", repository.familiar()),
            NamesOf::Repositories(host) => format!("repositories of {host}"),
        };
        let title = match &known.failure {
            Some(failure) if known.names.is_empty() => format!("{what}: {failure}"),
            _ if !known.names.is_empty() => what,
            _ if known.asking => format!("asking for the {what}"),
            _ => format!("{what}: none"),
        };
        let ends = known.names.iter().filter_map(|name| name.strip_prefix(begun.path.as_str()));
        let references = ends.map(|end| format!("{}{end}", begun.before)).collect();
        Completions { title, references }
    }
}

fn query(list: &NamesOf, page: Option<NextPage>) -> Query {
    match list {
        NamesOf::Tags(repository) => Query::Tags { repository: repository.clone(), page },
        NamesOf::Repositories(host) => Query::Repositories { host: host.clone(), page },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_begun_with_its_registry_or_repository() {
        let here = Repository::parse("r.io/o/app").unwrap();
        let aliases =
            Aliases::new([("team".to_owned(), "ghcr.io/team/".to_owned())].into()).unwrap();
        for (typed, list, before) in [
            (":", "tags r.io/o/app", ":"),
            (":1.2", "tags r.io/o/app", ":"),
            ("ghcr.io/o/tool:", "tags ghcr.io/o/tool", "ghcr.io/o/tool:"),
            ("alpine:3", "tags docker.io/library/alpine", "alpine:"),
            ("team/tool:", "tags ghcr.io/team/tool", "team/tool:"),
            ("127.0.0.1:5000/", "repositories 127.0.0.1:5000", "127.0.0.1:5000/"),
            ("ghcr.io/o/to", "repositories ghcr.io", "ghcr.io/o/"),
            ("team/to", "repositories ghcr.io", "team/"),
            ("alpine", "", ""),
            ("library/", "", ""),
            ("localhost:", "", ""),
            ("oci:", "", ""),
            ("oci-archive:", "", ""),
            ("https:", "", ""),
            ("a b:", "", ""),
            ("", "", ""),
        ] {
            let begun = Begun::of(typed, Some(&here), &aliases);
            let of = begun.as_ref().map(|it| match &it.of {
                NamesOf::Tags(repository) => {
                    format!("tags {}/{}", repository.host, repository.path)
                }
                NamesOf::Repositories(host) => format!("repositories {host}"),
            });
            assert_eq!(of.unwrap_or_default(), list, "{typed:?}");
            assert_eq!(begun.map(|it| it.before).unwrap_or_default(), before, "{typed:?}");
        }
        assert_eq!(Begun::of(":", None, &aliases), None);
    }

    #[test]
    fn a_list_is_asked_for_once_and_page_by_page() {
        let begun = |typed: &str| Begun::of(typed, None, &Aliases::default()).unwrap();
        let mut names = RegistryNames::default();
        assert!(names.wanted(&begun("r.io/app:1")).is_none(), "not while a name is typed");
        let first = names.wanted(&begun("r.io/app:")).unwrap();
        assert!(names.wanted(&begun("r.io/app:")).is_none());
        assert_eq!(names.of(&begun("r.io/app:")).title, "asking for the tags of r.io/app");
        let page = |name: &str, next: bool| Page {
            names: vec![name.to_owned(), "\u{1b}[2J".to_owned()],
            next: next.then(|| NextPage::at("x".to_owned())),
        };
        let second = names.take(&first, Ok(page("1", true))).unwrap();
        assert!(names.take(&second, Ok(page("2", false))).is_none());
        let found = names.of(&begun("r.io/app:"));
        assert_eq!(found.title, "tags of r.io/app");
        assert_eq!(found.references, ["r.io/app:2", "r.io/app:1"]);
        // A short name that stands for a part of a registry.
        let aliases = Aliases::new([("team".to_owned(), "r.io/team/".to_owned())].into()).unwrap();
        let short = Begun::of("team/", None, &aliases).unwrap();
        let asked = names.wanted(&short).unwrap();
        let all = ["team/tool", "other/tool"].map(str::to_owned).into();
        assert!(names.take(&asked, Ok(Page { names: all, next: None })).is_none());
        assert_eq!(names.of(&short).references, ["team/tool"]);
        let other = names.wanted(&begun("s.io/")).unwrap();
        let failure = Failure::new(crate::oci::Class::Forbidden, "s.io", "no");
        assert!(names.take(&other, Err(failure)).is_none());
        assert!(names.of(&begun("s.io/a")).title.starts_with("repositories of s.io: "));
        assert!(names.wanted(&begun("s.io/")).is_some(), "again, since it failed");
    }
}
