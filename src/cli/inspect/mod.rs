//! `platy inspect REFERENCE`

mod args;
mod json;
mod raw;
mod text;

pub(super) use args::InspectArgs;

use std::sync::Arc;

use super::args::Args;
use super::complain::{complain, complain_failure, complain_failures};
use super::here::Stores;
use super::output::{print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::here::images;
use crate::model::tree::{Load, NodeId, REFERRERS_UP_TO, Role, Tree, What};
use crate::oci::{Class, Failure, Kind, Location, Platform, PlatformPattern};
use crate::source::{Source, Sources};
use crate::work::load::{self, Wanted};

pub(super) async fn run(args: &Args, inspect: &InspectArgs) -> u8 {
    let parsed = inspect.reference.parse::<Location>().map_err(|error| error.to_string());
    let only = inspect.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let (location, only) = match (parsed, only) {
        (Ok(location), Ok(only)) => (location, only),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let options = args.options();
    let permits = options.under_way();
    let waiting = Waiting::new();
    let sources = Sources::new(options, waiting.activity());
    let source = match sources.open(&location) {
        Ok(source) => source,
        Err(failure) => return nothing(inspect, &location, &failure),
    };
    if inspect.raw {
        return raw::run(&source, only.as_ref()).await;
    }
    // In files they cost no request.
    let is_in_files = matches!(
        location,
        Location::Layout { .. }
            | Location::OciArchive { .. }
            | Location::DockerArchive { .. }
            | Location::Path { .. }
    );
    let referrers_up_to = (inspect.referrers || is_in_files).then_some(REFERRERS_UP_TO);
    let wanted = Wanted { referrers_up_to, permits };
    let tree = Tree::default().only(only.clone()).from_place(&location);
    let load = async {
        let mut tree = load::whole(&source, tree, wanted).await;
        let unread = load::in_turns(&source, &mut tree, permits).await.err();
        (tree, unread)
    };
    let (tree, unread) = waiting.during(load).await;
    let stores = match inspect.here {
        true => Some(waiting.during(Stores::ask(&sources)).await),
        false => None,
    };
    let shown = Shown { only: only.as_ref(), unread: unread.as_ref(), stores: stores.as_ref() };
    print_tree(inspect, &source, &tree, &shown)
}

/// What is shown of a tree, and beside it.
struct Shown<'a> {
    only: Option<&'a PlatformPattern>,
    /// Why something of it could not be read.
    unread: Option<&'a Failure>,
    /// What this machine has.
    stores: Option<&'a Stores>,
}

fn print_tree(
    inspect: &InspectArgs,
    source: &Arc<dyn Source>,
    tree: &Tree,
    shown: &Shown<'_>,
) -> u8 {
    let &Shown { only, unread, stores } = shown;
    if let Some(failure) = tree.node(tree.root()).and_then(|root| root.load.failure()) {
        return nothing(inspect, source.location(), failure);
    }
    let mut failed = failures(tree);
    failed.extend(unread);
    if let Some(only) = only
        && failed.is_empty()
        && let Some(failure) = absent(tree, source.location(), only)
    {
        return nothing(inspect, source.location(), &failure);
    }
    if inspect.json {
        let here = stores.map(|stores| stores.json(tree, &images(tree, only)));
        print_json(&json::Root { tree, location: source.location(), only, unread, here });
    } else {
        let mut text = text::tree(tree, source.location(), only);
        text.extend(stores.map(|stores| stores.text(tree, &images(tree, only))));
        print_text(&text);
    }
    if !inspect.json {
        complain_failures(failed.iter().copied());
    }
    if failed.is_empty() { DONE } else { PART }
}

fn nothing(inspect: &InspectArgs, location: &Location, failure: &Failure) -> u8 {
    if inspect.json {
        print_json(&json::failed(location, failure));
    }
    complain_failure(failure);
    TROUBLE
}

/// Everything that failed, in the order of the tree.
fn failures(tree: &Tree) -> Vec<&Failure> {
    let mut failures = Vec::new();
    let mut ahead = vec![tree.root()];
    while let Some(id) = ahead.pop() {
        if let Some(node) = tree.node(id) {
            if let Load::Failed(failure) = &node.load {
                failures.push(failure.as_ref());
            }
            ahead.extend(node.children.iter().rev());
        }
    }
    failures
}

/// That nothing in the tree is of the platform that was asked for; `None` if something is.
fn absent(tree: &Tree, location: &Location, only: &PlatformPattern) -> Option<Failure> {
    let mut there: Vec<Platform> = Vec::new();
    let mut ahead = vec![tree.root()];
    while let Some(id) = ahead.pop() {
        let Some(node) = tree.node(id) else { continue };
        if matches!(node.kind(), Kind::Image | Kind::Schema1 | Kind::Artifact)
            && let Some(platform) = tree.platform_of(id)
            && !platform.is_unknown()
        {
            if only.matches(&platform) {
                return None;
            }
            there.push(platform);
        }
        let children = tree.children(id);
        ahead.extend(children.filter(|(_, it)| it.position().is_some()).map(|(id, _)| id));
    }
    there.sort_by_key(ToString::to_string);
    there.dedup();
    let detail = format!("there is no image for {only}");
    let next = match there.as_slice() {
        [] => "nothing in it names a platform; leave --platform out to see all of it".to_owned(),
        there => {
            let words: Vec<String> = there.iter().map(ToString::to_string).collect();
            format!("it has: {}", words.join(", "))
        }
    };
    Some(Failure::new(Class::NotFound, location.to_string(), detail).with_next(next))
}

/// Whether an entry is of a platform that was asked for; an index is, if something in it is, and
/// an attestation with what it attests.
fn is_shown(tree: &Tree, id: NodeId, only: Option<&PlatformPattern>) -> bool {
    let (Some(only), Some(node)) = (only, tree.node(id)) else { return true };
    if let What::Manifest { role: Role::Attestation { .. }, .. } = &node.what {
        let of = node.parent.filter(|id| tree.node(*id).is_some_and(|it| it.position().is_some()));
        return of.is_some_and(|of| is_shown(tree, of, Some(only)));
    }
    let What::Manifest { descriptor, .. } = &node.what else { return true };
    if node.position().is_none() {
        return true;
    }
    let below = |id| {
        tree.children(id)
            .any(|(child, it)| it.position().is_some() && is_shown(tree, child, Some(only)))
    };
    match descriptor.as_ref().and_then(|it| it.platform.as_ref()) {
        Some(platform) if !platform.is_unknown() => only.matches(platform),
        Some(_) => false,
        None => match tree.platform_of(id) {
            Some(platform) => only.matches(&platform),
            None => below(id),
        },
    }
}
