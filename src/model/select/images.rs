//! The images behind a reference, whatever holds them.

use super::{Content, Missing, Need, Offer};
use crate::oci::{Digest, Platform};

impl Offer {
    /// All images with their platforms, those of lists inside the list too; attestations and images
    /// whose platform is not known are left aside.
    #[must_use]
    pub fn images(&self) -> Vec<(Platform, Digest)> {
        let mut found = Vec::new();
        match &self.content {
            Content::Image(facts) => {
                found.extend(facts.config.iter().map(|it| (it.clone(), self.digest.clone())));
            }
            content => below(content, &mut found),
        }
        found
    }

    /// What has to be read before all platforms are known: lists inside the list, and entries that
    /// do not say their platform.
    #[must_use]
    pub fn unread_platforms(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        unread(&self.content, &mut Vec::new(), &mut needs);
        needs
    }
}

fn below(content: &Content, found: &mut Vec<(Platform, Digest)>) {
    let Content::Index(level) = content else { return };
    for entry in level.entries().iter().filter(|entry| !entry.attestation) {
        let said = match &entry.content {
            Content::Image(facts) => entry.platform.as_ref().or(facts.config.as_ref()),
            _ => entry.platform.as_ref(),
        };
        let known = said.filter(|it| !it.is_unknown() && !entry.media_type.is_index());
        if let (Some(platform), Some(digest)) = (known, &entry.digest) {
            found.push((platform.clone(), digest.clone()));
        }
        below(&entry.content, found);
    }
}

fn unread(content: &Content, path: &mut Vec<usize>, needs: &mut Vec<Need>) {
    let Content::Index(level) = content else { return };
    for (at, entry) in level.entries().iter().enumerate().filter(|(_, it)| !it.attestation) {
        path.push(at);
        let is_open = entry.media_type.is_index() || entry.platform.is_none();
        if is_open && matches!(entry.content, Content::Unread) {
            let digest = entry.digest.clone();
            needs.push(Need { path: path.clone(), digest, what: Missing::Manifest });
        }
        unread(&entry.content, path, needs);
        path.pop();
    }
}
