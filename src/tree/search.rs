//! Search in what is loaded.

use std::collections::HashMap;

use super::{Load, NodeId, Tree, What};
use crate::oci::Platform;

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Matching nodes in the order of the tree, closed parts too.
    pub nodes: Vec<NodeId>,
    /// Nodes that could not be searched because they are not loaded.
    pub unloaded: usize,
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
        let needle = Needle::new(needle);
        let mut ahead = vec![self.root()];
        while let Some(id) = ahead.pop() {
            let Some(node) = self.node(id) else { continue };
            if self.matches(id, &needle) {
                found.nodes.push(id);
            }
            if matches!(node.load, Load::Idle | Load::Waiting | Load::Loading) {
                found.unloaded += 1;
            }
            ahead.extend(node.children.iter().rev());
        }
        found
    }

    /// The position of every node in the order of the tree, closed parts too.
    #[must_use]
    pub fn order(&self) -> HashMap<NodeId, usize> {
        let mut order = HashMap::with_capacity(self.len());
        let mut ahead = vec![self.root()];
        while let Some(id) = ahead.pop() {
            order.insert(id, order.len());
            ahead.extend(self.children(id).map(|(id, _)| id).collect::<Vec<_>>().into_iter().rev());
        }
        order
    }

    fn matches(&self, id: NodeId, needle: &Needle) -> bool {
        let Some(node) = self.node(id) else { return false };
        if let Some(descriptor) = node.descriptor() {
            let platform = descriptor.platform.as_ref();
            if platform.is_some_and(|platform| needle.in_platform(platform))
                || needle.is_in(descriptor.digest.as_str())
                || needle.is_in(descriptor.media_type.as_str())
                || descriptor.artifact_type.as_deref().is_some_and(|it| needle.is_in(it))
                || descriptor.annotations.iter().any(|(k, v)| needle.is_in(k) || needle.is_in(v))
            {
                return true;
            }
        }
        match &node.what {
            What::Manifest { document, descriptor, .. } => {
                document.as_ref().is_some_and(|document| {
                    descriptor.is_none() && needle.is_in(document.digest.as_str())
                }) || node.load.failure().is_some_and(|failure| needle.is_in(&failure.detail))
            }
            What::Config { document, .. } => document.as_ref().is_some_and(|document| {
                let runtime = &document.config.runtime;
                needle.in_platform(&document.config.platform)
                    || runtime.env.iter().any(|it| needle.is_in(it))
                    || runtime.labels.iter().any(|(k, v)| needle.is_in(k) || needle.is_in(v))
                    || runtime.entrypoint.iter().flatten().any(|it| needle.is_in(it))
                    || runtime.cmd.iter().flatten().any(|it| needle.is_in(it))
            }),
            What::Layer { .. } => self.created_by(id).is_some_and(|it| needle.is_in(it)),
            What::Referrers { .. } => needle.is_in("referrers"),
            What::Odd { problem, raw, .. } => needle.is_in(problem) || needle.is_in(raw),
        }
    }
}

/// A text to look for, prepared once.
struct Needle {
    text: String,
    fold_case: bool,
}

impl Needle {
    fn new(text: &str) -> Self {
        Self { text: text.to_owned(), fold_case: !text.chars().any(char::is_uppercase) }
    }

    fn is_in(&self, text: &str) -> bool {
        if !self.fold_case {
            return text.contains(&self.text);
        }
        let needle = self.text.as_bytes();
        let Some(first) = needle.first() else { return true };
        if !text.is_ascii() {
            return text.to_lowercase().contains(&self.text);
        }
        text.as_bytes().windows(needle.len()).any(|window| {
            window.first().is_some_and(|byte| byte.eq_ignore_ascii_case(first))
                && window.eq_ignore_ascii_case(needle)
        })
    }

    fn in_platform(&self, platform: &Platform) -> bool {
        // Few platforms hold a long needle; what is short is looked for in the whole name.
        self.is_in(&platform.to_string())
    }
}
