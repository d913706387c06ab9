//! `platy inspect REFERENCE`

mod json;
mod raw;
mod text;

use std::sync::Arc;

use super::args::{Args, InspectArgs};
use super::complain::{complain, complain_failure};
use super::output::{print, print_json};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::tree::{Load, NodeId, Tree, What};
use crate::oci::{Failure, Location, PlatformPattern};
use crate::source::{Source, Sources};
use crate::work::load::{self, Wanted};

/// Referrers are asked for at every entry of an index with at most this many; of larger ones only
/// at the index itself.
const REFERRERS_UP_TO: usize = 100;

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
    let permits = options.permits;
    let waiting = Waiting::new();
    let sources = Sources::new(options, waiting.activity());
    let source = match sources.open(&location) {
        Ok(source) => source,
        Err(failure) => return nothing(inspect, &location, &failure),
    };
    if inspect.raw {
        return raw::run(&source, only.as_ref()).await;
    }
    let referrers_up_to = (!inspect.no_referrers).then_some(REFERRERS_UP_TO);
    let wanted = Wanted { referrers_up_to, permits };
    let tree = load::whole(&source, Tree::default().only(only.clone()), wanted);
    let tree = waiting.during(tree).await;
    print_tree(inspect, &source, &tree, only.as_ref())
}

fn print_tree(
    inspect: &InspectArgs,
    source: &Arc<dyn Source>,
    tree: &Tree,
    only: Option<&PlatformPattern>,
) -> u8 {
    if let Some(failure) = tree.node(tree.root()).and_then(|root| root.load.failure()) {
        return nothing(inspect, source.location(), failure);
    }
    if inspect.json {
        print_json(&json::root(tree, source.location(), only));
    } else {
        print(text::tree(tree, source.location(), only).as_bytes());
    }
    let failed = failures(tree);
    if !inspect.json {
        for failure in failed.iter().take(20) {
            complain_failure(failure);
        }
        if failed.len() > 20 {
            complain(&format!("and {} more failures", failed.len() - 20));
        }
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

/// Whether an entry is of a platform that was asked for; an index is, where something in it is.
fn is_shown(tree: &Tree, id: NodeId, only: Option<&PlatformPattern>) -> bool {
    let (Some(only), Some(node)) = (only, tree.node(id)) else { return true };
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
