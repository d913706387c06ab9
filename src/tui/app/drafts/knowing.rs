//! What an explorer has read already is not read again for a draft.

use std::sync::Arc;

use crate::model::draft::{Draft, Want};
use crate::model::tree::{Answer, Need, Tree};
use crate::oci::Location;

/// Tells a draft what is in a tree.
pub(in crate::tui::app) fn learn_from(draft: &mut Draft, tree: &Tree, from: &Location) {
    let mut learn = |need: Need, answer: Answer| {
        draft.learn(&Want { from: from.clone(), need }, Ok(answer));
    };
    let mut ahead = vec![tree.root()];
    while let Some(id) = ahead.pop() {
        for (child, node) in tree.children(id) {
            let descriptor = node.descriptor().map(Arc::clone);
            match (descriptor, node.document(), node.config()) {
                (Some(descriptor), Some(document), _) => {
                    learn(Need::Manifest(descriptor), Answer::Manifest(Arc::clone(document)));
                }
                (Some(descriptor), None, Some(config)) => {
                    learn(Need::Config(descriptor), Answer::Config(Arc::clone(config)));
                }
                _ => {}
            }
            ahead.push(child);
        }
    }
}
