//! Everything that a search looks at, in one piece: a search for each letter typed goes through
//! memory once from end to end, not through every node and all that hangs on it.

use memchr::memmem::Finder;

use super::{NodeId, What};
use crate::oci::{ConfigDocument, Descriptor};

/// Ends every word, so that nothing is found across two of them.
const END: char = '\n';

/// The words of all nodes in small letters, in the order in which they became known. What a node
/// says comes in several parts where it becomes known bit by bit.
#[derive(Debug, Clone, Default)]
pub(super) struct Text {
    small: String,
    /// Where each part ends, and whose it is.
    parts: Vec<(usize, NodeId)>,
}

impl Text {
    /// Takes what a new node says by itself.
    pub(super) fn add(&mut self, id: NodeId, what: &What) {
        match what {
            What::Manifest { descriptor: Some(descriptor), .. } => self.descriptor(descriptor),
            What::Config { descriptor, .. } | What::Layer { descriptor, .. } => {
                self.descriptor(descriptor);
            }
            What::Referrers { .. } => self.word("referrers"),
            What::Odd { problem, raw, .. } => {
                self.word(problem);
                self.word(raw);
            }
            What::Manifest { descriptor: None, .. } => {}
        }
        self.end(id);
    }

    /// Takes a word that became known of a node.
    pub(super) fn add_word(&mut self, id: NodeId, word: &str) {
        self.word(word);
        self.end(id);
    }

    /// Takes what a config says.
    pub(super) fn add_config(&mut self, id: NodeId, document: &ConfigDocument) {
        let runtime = &document.config.runtime;
        self.word(&document.config.platform.to_string());
        let lists = [Some(&runtime.env), runtime.entrypoint.as_ref(), runtime.cmd.as_ref()];
        for word in lists.into_iter().flatten().flatten() {
            self.word(word);
        }
        for (key, value) in &runtime.labels {
            self.word(key);
            self.word(value);
        }
        self.end(id);
    }

    /// The nodes that say this, in any case of letters; one may come several times.
    pub(super) fn find(&self, needle: &str) -> impl Iterator<Item = NodeId> {
        let needle = needle.to_lowercase();
        let finder = Finder::new(&needle).into_owned();
        let mut parts = self.parts.iter();
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + finder.find(self.small.as_bytes().get(from..)?)?;
            let (end, id) = parts.find(|(end, _)| at < *end)?;
            from = *end;
            Some(*id)
        })
    }

    fn descriptor(&mut self, descriptor: &Descriptor) {
        self.word(descriptor.digest.as_str());
        self.word(descriptor.media_type.as_str());
        if let Some(platform) = &descriptor.platform {
            self.word(&platform.to_string());
        }
        if let Some(artifact_type) = &descriptor.artifact_type {
            self.word(artifact_type);
        }
        for (key, value) in &descriptor.annotations {
            self.word(key);
            self.word(value);
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_ascii() {
            let from = self.small.len();
            self.small.push_str(word);
            if let Some(added) = self.small.get_mut(from..) {
                added.make_ascii_lowercase();
            }
        } else {
            self.small.push_str(&word.to_lowercase());
        }
        self.small.push(END);
    }

    fn end(&mut self, id: NodeId) {
        let end = self.small.len();
        if self.parts.last().map_or(0, |(end, _)| *end) < end {
            self.parts.push((end, id));
        }
    }
}
