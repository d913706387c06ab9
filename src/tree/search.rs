//! Search in what is loaded.

use memchr::memmem::Finder;

use super::{Load, NodeId, Tree, What};
use crate::oci::{Digest, MediaType, Platform};

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
        found.up_to.resize(self.len(), 0);
        let mut needle = Needle::new(needle);
        let mut ahead = vec![self.root()];
        while let Some(id) = ahead.pop() {
            let Some(node) = self.node(id) else { continue };
            if self.matches(id, &mut needle) {
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

    fn matches(&self, id: NodeId, needle: &mut Needle<'_>) -> bool {
        let Some(node) = self.node(id) else { return false };
        if let Some(descriptor) = node.descriptor() {
            let platform = descriptor.platform.as_ref();
            if needle.in_media_type(&descriptor.media_type)
                || needle.in_digest(&descriptor.digest)
                || platform.is_some_and(|platform| needle.in_platform(platform))
                || descriptor.artifact_type.as_deref().is_some_and(|it| needle.is_in(it))
                || descriptor.annotations.iter().any(|(k, v)| needle.is_in(k) || needle.is_in(v))
            {
                return true;
            }
        }
        match &node.what {
            What::Manifest { document, descriptor, .. } => {
                document.as_ref().is_some_and(|document| {
                    descriptor.is_none() && needle.in_digest(&document.digest)
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

/// A text to look for, prepared once: a search looks at every text of the tree for each letter
/// that is typed.
struct Needle<'a> {
    text: Finder<'a>,
    fold_case: bool,
    /// A text in small letters, for one comparison.
    small: String,
    /// Nodes side by side have the same media type mostly; whether the last one had the needle.
    media_type: Option<(MediaType, bool)>,
}

impl<'a> Needle<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text: Finder::new(text),
            fold_case: !text.chars().any(char::is_uppercase),
            small: String::new(),
            media_type: None,
        }
    }

    fn is_in(&mut self, text: &str) -> bool {
        if !self.fold_case {
            return self.text.find(text.as_bytes()).is_some();
        }
        if !text.is_ascii() {
            return self.text.find(text.to_lowercase().as_bytes()).is_some();
        }
        self.small.clear();
        self.small.push_str(text);
        self.small.make_ascii_lowercase();
        self.text.find(self.small.as_bytes()).is_some()
    }

    /// Digests have small letters only.
    fn in_digest(&self, digest: &Digest) -> bool {
        self.text.find(digest.as_str().as_bytes()).is_some()
    }

    fn in_media_type(&mut self, media_type: &MediaType) -> bool {
        match &self.media_type {
            Some((last, found)) if last == media_type => *found,
            _ => {
                let found = self.is_in(media_type.as_str());
                self.media_type = Some((media_type.clone(), found));
                found
            }
        }
    }

    fn in_platform(&mut self, platform: &Platform) -> bool {
        self.is_in(&platform.to_string())
    }
}
