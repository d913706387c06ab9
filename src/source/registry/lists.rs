//! Lists of names: tags of a repository, repositories of a registry.

use std::fmt;

use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

use super::call::Call;
use super::link::target_of;
use super::{Registry, link};
use crate::oci::{Class, Failure, Host, NextPage, Repository, Walked};
use crate::source::Page;
use crate::source::http::Whole;

/// The largest page that is read, in bytes (8 MiB).
const MAX_PAGE: u64 = 8 << 20;
/// The most that is read of one list, in bytes (32 MiB).
const MAX_LIST: u64 = 32 << 20;
/// The most pages that are read of one list.
const MAX_PAGES: usize = 1000;
/// The most names that are read of one list.
const MAX_NAMES: usize = 500_000;
/// How many names are asked for at once. Registries may give fewer.
const PAGE_LENGTH: usize = 1000;

impl Registry {
    /// One page of a repository's tags: the first, or the one that an earlier page's
    /// [`next`](Page::next) names.
    ///
    /// A full page without a `Link` is followed by what comes after its last name, as
    /// distribution-spec ("Listing Tags") has it; some registries (go-containerregistry 0.22.1's)
    /// never send a `Link`.
    ///
    /// # Errors
    /// `NotFound` if there is no such repository, `Malformed` if the answer is not such a list or
    /// the next page cannot be followed, `TooLarge` beyond 32 MiB or 1000 pages, and what the
    /// network and the registry come up with.
    pub async fn tags(
        &self,
        repository: &Repository,
        page: Option<&NextPage>,
    ) -> Result<Page, Failure> {
        let call = Call::get(repository, "tags/list", repository.to_string());
        self.page(call, page, "tags").await.map_err(|mut failure| {
            if failure.class == Class::NotFound && page.is_none() {
                failure.detail = format!("there is no repository {}", repository.familiar());
                failure.next = Some("look at the name".to_owned());
            }
            failure
        })
    }

    /// One page of a registry's repositories, as [`Registry::tags`]. Many registries do not allow
    /// this, Docker Hub among them.
    ///
    /// # Errors
    /// As [`Registry::tags`]'s; `NotFound`, `Forbidden` or `Unsupported` if the registry does not
    /// list its repositories.
    pub async fn repositories(
        &self,
        host: &Host,
        page: Option<&NextPage>,
    ) -> Result<Page, Failure> {
        self.page(Call::catalog(host), page, "repositories").await.map_err(|mut failure| {
            let class = failure.class;
            if page.is_none()
                && matches!(class, Class::NotFound | Class::Forbidden | Class::Unsupported)
            {
                failure.detail = format!("{host} does not list its repositories");
                failure.next = Some("name a repository".to_owned());
            }
            failure
        })
    }

    /// Whether the registry answers with the user's credentials; `false` if it answers everyone.
    ///
    /// # Errors
    /// `Unauthorised` if it does not accept them.
    pub async fn greet(&self, host: &Host) -> Result<bool, Failure> {
        self.ask_whole(&Call::root(host), MAX_PAGE).await?;
        Ok(self.site(host).gate.was_asked())
    }

    /// All tags of a repository, if the first page has them all. Asked once: whoever wants them
    /// knows another way.
    pub(super) async fn all_tags(&self, repository: &Repository) -> Option<Vec<String>> {
        let mut call = Call::get(repository, "tags/list", repository.to_string());
        call.target.push_str(&format!("?n={PAGE_LENGTH}"));
        let answer = self.attempt(&call).await.ok()?;
        let whole = self.whole(&call, answer, MAX_PAGE, None).await.ok()?;
        let names = names(&whole.bytes, "tags").ok()?;
        let ends = matches!(link::next(&whole.headers, &whole.url), Ok(None));
        (ends && names.len() < PAGE_LENGTH).then_some(names)
    }

    async fn page(&self, call: Call, page: Option<&NextPage>, key: &str) -> Result<Page, Failure> {
        let path = call.target.clone();
        let target = match page {
            Some(page) => page.target.clone(),
            None => format!("{path}?n={PAGE_LENGTH}"),
        };
        let malformed = |detail: String| Failure::new(Class::Malformed, &call.subject, detail);
        if let Some(trouble) = page.and_then(|page| page.trouble.as_ref()) {
            return Err(malformed(trouble.clone()).with_next("what came before it is listed"));
        }
        let named = page.is_none_or(|page| page.named);
        let mut read = page.map(|page| page.read.clone()).unwrap_or_default();
        let left = MAX_LIST.saturating_sub(read.bytes);
        if read.targets.len() >= MAX_PAGES || left == 0 || read.names >= MAX_NAMES {
            let detail = format!(
                "the list of {key} has more than platy reads: {} pages, {} names, {}",
                read.targets.len(),
                read.names,
                crate::text::bytes(read.bytes)
            );
            return Err(Failure::new(Class::TooLarge, call.subject, detail));
        }
        let ended = || Page { names: Vec::new(), next: None };
        let cap = MAX_PAGE.min(left);
        let ask = async |target| {
            let asked = Call { target, ..call.clone() };
            let whole = self.ask_whole(&asked, cap).await?;
            let found = names(&whole.bytes, key).map_err(malformed)?;
            Ok::<(Vec<String>, Whole), Failure>((found, whole))
        };
        let own = own_page(&path, &target, &read);
        let (names, whole) = match (ask(target).await, own) {
            (Ok(found), _) => found,
            // zot says so of what follows a name that it does not know.
            (Err(failure), _) if !named && failure.class == Class::NotFound => return Ok(ended()),
            (Err(mut failure), own) => {
                let own = own.filter(|_| matches!(failure.status, Some(400 | 404)));
                if page.is_some() && failure.class == Class::NotFound {
                    failure.detail =
                        "the next page that the registry names is not there".to_owned();
                }
                let Some(own) = own else { return Err(failure) };
                match ask(own).await {
                    Ok(found) if is_new(&found.0, &read) => found,
                    _ => return Err(failure),
                }
            }
        };
        read.names = read.names.saturating_add(names.len());
        read.bytes = read.bytes.saturating_add((whole.bytes.len() as u64).max(1));
        read.targets.push(target_of(&whole.url));
        // Asked what follows the last name, some registries begin again at the first.
        if !named && !is_new(&names, &read) {
            return Ok(ended());
        }
        read.firsts.extend(names.first().cloned());
        let next = match link::next(&whole.headers, &whole.url) {
            Ok(Some(next)) if read.targets.contains(&next) => {
                Some(lead(next, true, Some("the pages go round: one links to one before it"), read))
            }
            Ok(Some(next)) => Some(lead(next, true, None, read)),
            Ok(None) if names.len() >= PAGE_LENGTH => names.last().map(|last| {
                let last: String = byte_serialize(last.as_bytes()).collect();
                lead(format!("{path}?last={last}&n={PAGE_LENGTH}"), false, None, read)
            }),
            Ok(None) => None,
            Err(trouble) => Some(lead(path, true, Some(&trouble), read)),
        };
        Ok(Page { names, next })
    }
}

/// A next page by the address of the list itself, if the registry names it by another one: Nexus
/// and Artifactory name pages as they know them behind their own proxies (sonatype/nexus-public
/// #1011, answered with 400; renovatebot/renovate #15080).
fn own_page(path: &str, target: &str, read: &Walked) -> Option<String> {
    let (named, query) = target.split_once('?')?;
    let own = format!("{path}?{query}");
    (named != path && !read.targets.contains(&own)).then_some(own)
}

/// Whether a page begins with a name that none before it began with.
fn is_new(names: &[String], read: &Walked) -> bool {
    names.first().is_some_and(|first| !read.firsts.contains(first))
}

fn lead(target: String, named: bool, trouble: Option<&str>, read: Walked) -> NextPage {
    NextPage { target, named, trouble: trouble.map(str::to_owned), read }
}

/// The names of a list; `null` is an empty one (as Go writes it). What is not a text is passed
/// over. Nothing but the names is kept in memory.
fn names(bytes: &[u8], key: &str) -> Result<Vec<String>, String> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let found = reader
        .deserialize_any(List(key))
        .and_then(|found| reader.end().map(|()| found))
        .map_err(|error| format!("the list of {key} is not valid JSON: {error}"))?;
    found.ok_or_else(|| format!("the answer has no list of {key}"))
}

/// The object with the list under a key.
struct List<'a>(&'a str);

impl<'de> Visitor<'de> for List<'_> {
    type Value = Option<Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a list of names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                found = map.next_value::<Names>()?.0;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}

/// `None`: something else than a list.
struct Names(Option<Vec<String>>);

impl<'de> serde::Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NamesVisitor).map(Self)
    }
}

struct NamesVisitor;

impl<'de> Visitor<'de> for NamesVisitor {
    type Value = Option<Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of names")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(Vec::new()))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some(value) = list.next_element::<Value>()? {
            if names.len() >= MAX_NAMES {
                return Err(A::Error::custom(format!("it has more than {MAX_NAMES} names")));
            }
            if let Value::String(name) = value {
                names.push(name);
            }
        }
        Ok(Some(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_however_the_list_is_written() {
        for (body, expected) in [
            (r#"{"name":"a","tags":["1","2"]}"#, Ok(vec!["1".to_owned(), "2".to_owned()])),
            (r#"{"tags":null}"#, Ok(vec![])),
            (
                r#"{"tags":["1",5,{"x":[]},"2"],"x":{"tags":["no"]}}"#,
                Ok(vec!["1".into(), "2".into()]),
            ),
            (r#"{"tags":{"1":2}}"#, Err("no list of tags")),
            (r#"{"tags":7}"#, Err("no list of tags")),
            (r#"{"name":"a"}"#, Err("no list of tags")),
            ("[]", Err("not valid JSON")),
            ("<html>", Err("not valid JSON")),
            (r#"{"tags":[]} x"#, Err("not valid JSON")),
        ] {
            match (names(body.as_bytes(), "tags"), expected) {
                (Ok(names), Ok(expected)) => assert_eq!(names, expected, "{body}"),
                (Err(error), Err(word)) => assert!(error.contains(word), "{error}"),
                (found, expected) => panic!("{body}: {found:?}, not {expected:?}"),
            }
        }
    }
}
