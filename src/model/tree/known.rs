//! Content that was loaded before. What a digest names never changes, so it is kept.

use std::collections::HashMap;
use std::sync::Arc;

use super::wants::{Answer, Need};
use crate::oci::{ConfigDocument, Document};

/// Manifests and configs by what they were asked by. The descriptor's size and media type are
/// part of the question, so a lying descriptor is not answered with content that another one got.
#[derive(Debug, Clone, Default)]
pub struct Known {
    manifests: HashMap<Need, Arc<Document>>,
    configs: HashMap<Need, Arc<ConfigDocument>>,
}

impl Known {
    pub(super) fn keep(&mut self, need: &Need, answer: &Answer) {
        match (need, answer) {
            (Need::Manifest(_), Answer::Manifest(document)) => {
                self.manifests.insert(need.clone(), Arc::clone(document));
            }
            (Need::Config(_), Answer::Config(document)) => {
                self.configs.insert(need.clone(), Arc::clone(document));
            }
            _ => {}
        }
    }

    pub(super) fn answer(&self, need: &Need) -> Option<Answer> {
        match need {
            Need::Manifest(_) => self.manifests.get(need).cloned().map(Answer::Manifest),
            Need::Config(_) => self.configs.get(need).cloned().map(Answer::Config),
            Need::Root | Need::Referrers(_) => None,
        }
    }
}
