//! Search in what is loaded.

use super::{Load, NodeId, Tree, What};

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Matching nodes in the order of the tree, closed parts too.
    pub nodes: Vec<NodeId>,
    /// Nodes that could not be searched because they are not loaded.
    pub unloaded: usize,
    /// For every node, how many matches there are up to it and with it, in the order of the tree.
    up_to: Vec<u32>,
}

impl Found {
    /// The number of a match, from 1; `None` where the node does not match.
    #[must_use]
    pub fn number(&self, id: NodeId) -> Option<usize> {
        let number = self.up_to(id);
        (self.nodes.get(number.checked_sub(1)?) == Some(&id)).then_some(number)
    }

    /// The match nearest to a node in a direction, around the ends; `here_too` where the node
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

    fn up_to(&self, id: NodeId) -> usize {
        self.up_to.get(id.index()).map_or(0, |number| *number as usize)
    }
}

impl Tree {
    /// Every node with `needle` in its platform, digest, media type, annotations, build step or
    /// error. Letter case counts only where the needle has capital letters.
    #[must_use]
    pub fn search(&self, needle: &str) -> Found {
        let mut found = Found::default();
        if needle.is_empty() {
            return found;
        }
        let capitals = needle.chars().any(char::is_uppercase);
        let mut said = vec![false; self.len()];
        for id in self.text.find(needle) {
            if let Some(said) = said.get_mut(id.index()) {
                *said = !capitals || *said || self.says(id, needle);
            }
        }
        let small = needle.to_lowercase();
        found.up_to.resize(self.len(), 0);
        let mut ahead = vec![self.root()];
        while let Some(id) = ahead.pop() {
            let Some(node) = self.node(id) else { continue };
            let failed = node.load.failure().is_some_and(|failure| match capitals {
                true => failure.detail.contains(needle),
                false => failure.detail.to_lowercase().contains(&small),
            });
            if failed || said.get(id.index()) == Some(&true) {
                found.nodes.push(id);
            }
            if let Some(up_to) = found.up_to.get_mut(id.index()) {
                *up_to = u32::try_from(found.nodes.len()).unwrap_or(u32::MAX);
            }
            if matches!(node.load, Load::Idle | Load::Waiting | Load::Loading) {
                found.unloaded += 1;
            }
            ahead.extend(node.children.iter().rev());
        }
        found
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
