//! A draft as what is brought to a target.

use std::sync::Arc;

use crate::model::tree::Answer;
use crate::oci::{Descriptor, Digest, Document, Failure, Location};

use super::changes::changes;
use super::plan::Shipped;
use super::{Draft, Encoded, Want};

impl Shipped for Draft {
    fn root(&self) -> &Encoded {
        self.document()
    }

    fn tops(&self) -> Vec<(Arc<Descriptor>, &Location)> {
        let entries = self.work().items.iter();
        let entries =
            entries.filter_map(|item| Some((Arc::clone(item.descriptor()?), item.from.as_ref())));
        let companions = self.companions().iter();
        let companions =
            companions.filter_map(|it| Some((Arc::new(it.descriptor()?), &it.material.from)));
        entries.chain(companions).collect()
    }

    fn attached(&self) -> Vec<(&str, Descriptor)> {
        let companions = self.companions().iter();
        companions.filter_map(|it| Some((it.tag.as_deref()?, it.descriptor()?))).collect()
    }

    fn document(&self, digest: &Digest) -> Option<&Arc<Document>> {
        self.known(digest)
    }

    fn failure(&self, digest: &Digest) -> Option<&Arc<Failure>> {
        self.known_all().failure(digest)
    }

    fn learn(&mut self, want: &Want, result: Result<Answer, Failure>) {
        Self::learn(self, want, result);
    }

    fn notes(&self) -> Vec<String> {
        changes(self)
    }
}
