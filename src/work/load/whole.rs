//! Loads a tree to the end, as the commands need it.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::answer;
use crate::model::tree::{Need, NodeId, Tree};
use crate::source::Source;

/// How much of a tree a command wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Ask what refers to the root and to each image of an index with at most this many entries.
    pub referrers_up_to: Option<usize>,
    /// The most requests on their way at once.
    pub permits: usize,
}

/// Loads everything that a new tree wants by itself, then the referrers if they are wanted.
pub async fn whole(source: &Arc<dyn Source>, mut tree: Tree, wanted: Wanted) -> Tree {
    run(source, &mut tree, &[], wanted.permits).await;
    if let Some(limit) = wanted.referrers_up_to {
        // What refers to something may be referred to itself.
        while tree.want_referrers(limit) {
            run(source, &mut tree, &[], wanted.permits).await;
        }
    }
    tree
}

/// Loads manifests that the tree leaves alone by itself (there are too many), with their configs.
pub async fn further(
    source: &Arc<dyn Source>,
    mut tree: Tree,
    manifests: &[NodeId],
    permits: usize,
) -> Tree {
    run(source, &mut tree, manifests, permits).await;
    tree
}

async fn run(source: &Arc<dyn Source>, tree: &mut Tree, first: &[NodeId], permits: usize) {
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < permits.max(1) {
            let Some((_, need)) = tree.next_wanted(first) else { break };
            under_way.push(one(source.as_ref(), need));
        }
        let Some((need, result)) = under_way.next().await else { break };
        tree.attach(&need, result);
    }
    tree.settle();
}

async fn one(
    source: &dyn Source,
    need: Need,
) -> (Need, Result<crate::model::tree::Answer, crate::oci::Failure>) {
    let result = answer(source, &need).await;
    (need, result)
}
