//! Search in what is loaded.

use std::sync::Arc;

use super::order::Order;
use super::{NodeId, Tree, What};

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Matching nodes in the order of the tree, closed parts too.
    pub nodes: Vec<NodeId>,
    /// Nodes that could not be searched because they are not loaded.
    pub unloaded: usize,
    order: Arc<Order>,
}

impl Found {
    /// The number of a match, from 1; `None` if the node does not match.
    #[must_use]
    pub fn number(&self, id: NodeId) -> Option<usize> {
        let number = self.up_to(id);
        (self.nodes.get(number.checked_sub(1)?) == Some(&id)).then_some(number)
    }

    /// The match nearest to a node in a direction, around the ends; `here_too` if the node
    /// itself may be it.
    #[must_use]
    pub fn nearest(&self, id: NodeId, forward: bool, here_too: bool) -> Option<NodeId> {
        let up_to = self.up_to(id);
        let here = self.number(id).is_some();
        if here && here_too {
            return Some(id);
        }
        let found = if forward {
            self.nodes.get(up_to).or_else(|| self.nodes.first())
        } else {
            let before = up_to.checked_sub(1 + usize::from(here));
            before.and_then(|at| self.nodes.get(at)).or_else(|| self.nodes.last())
        };
        found.copied()
    }

    /// How many matches there are up to a node and with it, in the order of the tree.
    fn up_to(&self, id: NodeId) -> usize {
        let Some(place) = self.order.place(id) else { return 0 };
        self.nodes.partition_point(|found| self.order.place(*found) <= Some(place))
    }
}

impl Tree {
    /// Every node with `needle` in its platform, digest, media type, annotations, build step or
    /// error. Letter case counts only if the needle has capital letters.
    #[must_use]
    pub fn search(&self, needle: &str) -> Found {
        if needle.is_empty() {
            return Found::default();
        }
        let order = self.order();
        let capitals = needle.chars().any(char::is_uppercase);
        // By place in the order of the tree.
        let mut said = vec![false; self.len()];
        let mut say = |id: NodeId| {
            if let Some(said) = order.place(id).and_then(|at| said.get_mut(at as usize)) {
                *said = true;
            }
        };
        for id in self.text.find(needle) {
            if !capitals || self.says(id, needle) {
                say(id);
            }
        }
        let small = needle.to_lowercase();
        for id in self.loads.failed() {
            let failure = self.node(id).and_then(|node| node.load.failure());
            let says = failure.is_some_and(|failure| match capitals {
                true => failure.detail.contains(needle),
                false => failure.detail.to_lowercase().contains(&small),
            });
            if says {
                say(id);
            }
        }
        let matching = order.nodes().iter().zip(&said).filter(|(_, said)| **said);
        Found {
            nodes: matching.map(|(id, _)| *id).collect(),
            unloaded: self.loads.unloaded(),
            order: Arc::clone(order),
        }
    }

    /// Whether a node says this in exactly these letters.
    fn says(&self, id: NodeId, needle: &str) -> bool {
        let Some(node) = self.node(id) else { return false };
        let in_descriptor = node.descriptor().is_some_and(|descriptor| {
            let platform = descriptor.platform.as_ref().map(ToString::to_string);
            descriptor.digest.as_str().contains(needle)
                || descriptor.media_type.as_str().contains(needle)
                || platform.is_some_and(|it| it.contains(needle))
                || descriptor.artifact_type.as_deref().is_some_and(|it| it.contains(needle))
                || descriptor
                    .annotations
                    .iter()
                    .any(|(k, v)| k.contains(needle) || v.contains(needle))
        });
        in_descriptor
            || match &node.what {
                What::Manifest { document, .. } => {
                    document.as_ref().is_some_and(|it| it.digest.as_str().contains(needle))
                }
                What::Config { document, .. } => document.as_ref().is_some_and(|document| {
                    let runtime = &document.config.runtime;
                    let lists =
                        [Some(&runtime.env), runtime.entrypoint.as_ref(), runtime.cmd.as_ref()];
                    document.config.platform.to_string().contains(needle)
                        || lists.into_iter().flatten().flatten().any(|it| it.contains(needle))
                        || runtime
                            .labels
                            .iter()
                            .any(|(k, v)| k.contains(needle) || v.contains(needle))
                }),
                What::Layer { .. } => self.created_by(id).is_some_and(|it| it.contains(needle)),
                What::Referrers { .. } => "referrers".contains(needle),
                What::Odd { problem, raw, .. } => problem.contains(needle) || raw.contains(needle),
            }
    }
}
