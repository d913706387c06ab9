//! Loads two trees at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::answer;
use crate::model::tree::{Answer, Need, Tree};
use crate::oci::Failure;
use crate::source::Source;

/// Loads everything that two new trees want by themselves, both at once, with at most `permits`
/// requests on their way for each. What both name by digest in one repository is asked for once;
/// where both references name one digest there, nothing else is.
pub async fn both(
    sources: [&Arc<dyn Source>; 2],
    mut trees: [Tree; 2],
    permits: usize,
) -> [Tree; 2] {
    let [source_a, source_b] = sources;
    let [tree_a, tree_b] = &mut trees;
    futures_util::future::join(root(source_a, tree_a), root(source_b, tree_b)).await;
    let one_place = repository(source_a).is_some() && repository(source_a) == repository(source_b);
    let digest = |tree: &Tree| tree.node(tree.root()).and_then(|root| root.digest().cloned());
    let identical = digest(tree_a).is_some() && digest(tree_a) == digest(tree_b);
    if !(one_place && identical) {
        rest(sources, &mut trees, permits.max(1), one_place).await;
    }
    trees.iter_mut().for_each(Tree::settle);
    trees
}

async fn root(source: &Arc<dyn Source>, tree: &mut Tree) {
    if let Some((_, need)) = tree.next_wanted(&[]) {
        let result = answer(source.as_ref(), &need).await;
        tree.attach(&need, result);
    }
}

fn repository(source: &Arc<dyn Source>) -> Option<&crate::oci::Repository> {
    source.location().reference().map(|reference| &reference.repository)
}

async fn rest(sources: [&Arc<dyn Source>; 2], trees: &mut [Tree; 2], permits: usize, share: bool) {
    let mut shared = Shared::default();
    let mut under_way = FuturesUnordered::new();
    let mut count = [0_usize; 2];
    loop {
        for (which, ((tree, source), count)) in
            trees.iter_mut().zip(sources).zip(&mut count).enumerate()
        {
            while *count < permits {
                let Some((_, need)) = tree.next_wanted(&[]) else { break };
                if share && !shared.asks(&need, tree) {
                    continue;
                }
                *count += 1;
                under_way.push(async move {
                    let result = answer(source.as_ref(), &need).await;
                    (which, need, result)
                });
            }
        }
        let Some((which, need, result)) = under_way.next().await else { break };
        if let Some(count) = count.get_mut(which) {
            *count -= 1;
        }
        if share {
            let other = trees.iter_mut().enumerate().find(|(at, _)| *at != which);
            if let Some((_, other)) = other.filter(|_| shared.waiting.remove(&need)) {
                other.attach(&need, result.clone());
            }
            shared.done.insert(need.clone(), result.clone());
        }
        if let Some(tree) = trees.get_mut(which) {
            tree.attach(&need, result);
        }
    }
}

/// What one of two trees asked for already.
#[derive(Default)]
struct Shared {
    asked: HashSet<Need>,
    waiting: HashSet<Need>,
    done: HashMap<Need, Result<Answer, Failure>>,
}

impl Shared {
    /// Whether a tree's need is to be asked for; otherwise it is answered now, or with the other
    /// tree's.
    fn asks(&mut self, need: &Need, tree: &mut Tree) -> bool {
        if let Some(result) = self.done.get(need) {
            tree.attach(need, result.clone());
            return false;
        }
        let first = self.asked.insert(need.clone());
        if !first {
            self.waiting.insert(need.clone());
        }
        first
    }
}
