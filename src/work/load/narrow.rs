//! Loads of a tree only what an answer depends on.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::answer;
use crate::model::select::{Need, Offer};
use crate::model::tree::{Load, NodeId, Tree};
use crate::oci::{Class, Failure, Manifest};
use crate::source::Source;

/// Loads the root, of a bare image its config, and then what `needs` asks for until it asks for
/// nothing more: a list costs one request as long as its entries say their platforms.
///
/// # Errors
/// Why the root could not be read; other failures are in the tree.
pub async fn narrow(
    source: &Arc<dyn Source>,
    reference: &str,
    permits: usize,
    needs: impl Fn(&Offer) -> Vec<Need>,
) -> Result<(Tree, Offer), Failure> {
    let mut tree = Tree::default();
    let root = tree.root();
    fetch(source, &mut tree, &[root], permits).await;
    if let Some(failure) = tree.node(root).and_then(|node| node.load.failure()) {
        return Err(failure.clone());
    }
    let is_image = tree
        .node(root)
        .and_then(|node| node.document())
        .is_some_and(|document| matches!(document.manifest, Manifest::Image(_)));
    if is_image {
        fetch(source, &mut tree, &[root], permits).await;
    }
    loop {
        let Some(offer) = tree.offer(reference) else {
            let detail = "the answer could not be used";
            return Err(Failure::new(Class::Malformed, source.location().to_string(), detail));
        };
        let wanted: Vec<NodeId> =
            needs(&offer).iter().filter_map(|need| tree.at_path(&need.path)).collect();
        for id in &wanted {
            tree.want_config(*id);
        }
        let open = |node: &NodeId| {
            tree.node(*node).is_some_and(|it| matches!(it.load, Load::Idle | Load::Waiting))
        };
        let further: Vec<NodeId> = wanted
            .into_iter()
            .filter(|id| open(id) || tree.children(*id).any(|(child, _)| open(&child)))
            .collect();
        let before = tree.revision();
        fetch(source, &mut tree, &further, permits).await;
        if further.is_empty() || tree.revision() == before {
            return Ok((tree, offer));
        }
    }
}

/// Fetches these nodes and their configs, and nothing else that the tree wants.
async fn fetch(source: &Arc<dyn Source>, tree: &mut Tree, ids: &[NodeId], permits: usize) {
    let mut under_way = FuturesUnordered::new();
    loop {
        while under_way.len() < permits.max(1) {
            let Some((_, need)) = tree.next_of(ids) else { break };
            under_way.push(async move {
                let result = answer(source.as_ref(), &need).await;
                (need, result)
            });
        }
        let Some((need, result)) = under_way.next().await else { break };
        tree.attach(&need, result);
    }
}
