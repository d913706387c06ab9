//! `platy tags REPOSITORY`: the tags of a repository, the names in a layout or archive.

mod args;
mod sizes;

pub(super) use args::TagsArgs;
use sizes::TagSizes;

use std::collections::HashSet;
use std::fmt;
use std::io::IsTerminal as _;

use serde_json::{Value, json};

use super::args::Args;
use super::complain::{complain, complain_failure, complain_failures};
use super::names::collect;
use super::output::{print, print_json};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::oci::{Attached, Failure, Location, LocationError, Platform, Repository, digest_tag};
use crate::source::Sources;
use crate::text::{escape, tag_order};
use crate::work::host;

pub(super) async fn run(args: &Args, tags: &TagsArgs) -> u8 {
    let text = tags.repository.trim_end_matches('/');
    let place = match Place::of(text) {
        Ok(place) => place,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let listed = async {
        match &place {
            Place::Repository(repository) => all(&sources, repository).await,
            Place::Disk(location) => match of_disk(&sources, location).await {
                Ok(names) => (names, None),
                Err(failure) => (Vec::new(), Some(failure)),
            },
        }
    };
    let (mut names, failure) = waiting.during(listed).await;
    names.sort_by(|a, b| tag_order(a, b));
    if let (true, Some(failure), false) = (names.is_empty(), &failure, tags.json) {
        complain_failure(failure);
        return TROUBLE;
    }
    let sizes = match (&place, tags.sizes) {
        (_, false) => None,
        (Place::Disk(_), true) => {
            complain("--sizes asks a registry; `platy inspect` shows what a file holds");
            return TROUBLE;
        }
        (Place::Repository(repository), true) => {
            let Some(platform) = measured(args, tags).await else {
                complain(
                    "this machine's platform could not be found out; name one with --platform",
                );
                return TROUBLE;
            };
            let asked = TagSizes::ask(&sources, repository, &names, &platform);
            Some(waiting.during(asked).await)
        }
    };
    let listed = Names { place, names, failure, sizes };
    match (tags.json, &listed.sizes) {
        (true, _) => print_json(&listed.json()),
        (false, Some(sizes)) => sizes.print(),
        (false, None) => print(listed.text().as_bytes()),
    }
    complain_failures(listed.failures());
    match (listed.failures().next(), &listed.failure) {
        (Some(_), Some(_)) if listed.names.is_empty() => TROUBLE,
        (Some(_), _) => PART,
        (None, _) => DONE,
    }
}

/// What was listed of a place.
struct Names {
    place: Place,
    names: Vec<String>,
    /// Why these are not all.
    failure: Option<Failure>,
    /// How large their images are, if that was asked for.
    sizes: Option<TagSizes>,
}

impl Names {
    /// Why some names or sizes could not be had.
    fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.failure.iter().chain(self.sizes.iter().flat_map(TagSizes::failures))
    }

    fn json(&self) -> Value {
        let attached = attached(&self.names);
        let attached =
            attached.map(|(tag, what, of)| json!({ "tag": tag, "as": what.as_str(), "of": of }));
        let mut document = json!({
            "repository": self.place.to_string(),
            "tags": self.names,
            "attached": attached.collect::<Vec<_>>(),
            "complete": self.failure.is_none(),
            "error": self.failure.as_ref().map(|failure| {
                json!({ "class": failure.class.as_str(), "message": failure.to_string() })
            }),
        });
        if let (Some(sizes), Some(object)) = (&self.sizes, document.as_object_mut()) {
            object.insert("sizes".to_owned(), sizes.json().into());
        }
        document
    }

    /// A name a line, which is what scripts read; on a terminal with what a tag that is made of a
    /// digest is.
    fn text(&self) -> String {
        let in_words = std::io::stdout().is_terminal();
        let line = |name: &String| match digest_tag(name).filter(|_| in_words) {
            Some((what, of)) => format!("{}  {} of {of}\n", escape(name), what.as_str()),
            None => format!("{}\n", escape(name)),
        };
        self.names.iter().map(line).collect()
    }
}

/// The platform whose images are measured.
async fn measured(args: &Args, tags: &TagsArgs) -> Option<Platform> {
    if let Some(platform) = &tags.platform {
        return Some(platform.clone());
    }
    if let Some(machine) = args.defaults.machine() {
        return Some(machine.platform().clone());
    }
    let machine = tokio::task::spawn_blocking(host::detect).await.ok()?;
    Some(machine.host.platform().clone())
}

/// The tags that were made of digests, with what they name and of which image it is.
fn attached(names: &[String]) -> impl Iterator<Item = (&str, Attached, String)> {
    names.iter().filter_map(|name| digest_tag(name).map(|(what, of)| (name.as_str(), what, of)))
}

/// What has names to list.
enum Place {
    Repository(Repository),
    /// A layout or an archive.
    Disk(Location),
}

impl Place {
    fn of(text: &str) -> Result<Self, String> {
        match text.parse::<Location>() {
            Ok(Location::Registry(_)) | Err(LocationError::Reference(_)) => {
                let text = text.strip_prefix("oci://").unwrap_or(text);
                Repository::parse(text).map(Self::Repository).map_err(|error| error.to_string())
            }
            Ok(
                location @ (Location::Draft(_)
                | Location::Dir { .. }
                | Location::Store { .. }
                | Location::Daemon { .. }
                | Location::Containerd { .. }),
            ) => Err(format!("{location} holds one list or image, which has no other name")),
            Ok(location) => Ok(Self::Disk(location)),
            Err(error) => Err(error.to_string()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repository(repository) => repository.fmt(f),
            Self::Disk(location) => location.fmt(f),
        }
    }
}

/// The names in a layout or archive, each once.
async fn of_disk(sources: &Sources, location: &Location) -> Result<Vec<String>, Failure> {
    let mut known = HashSet::new();
    let names = sources.open(location)?.names().await?.into_iter().map(|(name, _)| name);
    let names: Vec<String> = names.filter(|name| known.insert(name.clone())).collect();
    if names.is_empty() {
        complain("nothing in it has a name; `platy inspect` shows what it holds");
    }
    Ok(names)
}

/// All tags, or those up to the page that failed.
async fn all(sources: &Sources, repository: &Repository) -> (Vec<String>, Option<Failure>) {
    let registry = match sources.registry() {
        Ok(registry) => registry,
        Err(failure) => return (Vec::new(), Some(failure)),
    };
    let page = async |next: Option<&_>| registry.tags(repository, next).await;
    let listed = collect(page, usize::MAX).await;
    (listed.names, listed.failure)
}
