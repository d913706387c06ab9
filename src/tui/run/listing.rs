//! What registries and the stores of this machine list, and what they say of a tag.

use super::sessions::{Address, Sessions};
use crate::oci::{Host, Location, NextPage, Platform, Repository, StoreKind};
use crate::tui::app::Reply;
use crate::work::tag_size::tag_size;

impl Sessions {
    /// A page of tags.
    pub(super) fn list_tags(&mut self, at: Address, of: Repository, page: Option<NextPage>) {
        let sources = self.sources.clone();
        self.spawn(at, async move {
            sources.registry()?.tags(&of, page.as_ref()).await.map(Reply::Names)
        });
    }

    /// A page of repositories.
    pub(super) fn list_repositories(&mut self, at: Address, of: Host, page: Option<NextPage>) {
        let sources = self.sources.clone();
        self.spawn(at, async move {
            sources.registry()?.repositories(&of, page.as_ref()).await.map(Reply::Names)
        });
    }

    /// The digest of a tag.
    pub(super) fn head(&mut self, at: Address, repository: &Repository, tag: &str) {
        let (sources, tag) = (self.sources.clone(), repository.tagged(tag));
        self.spawn(at, async move { sources.registry()?.head(&tag).await.map(Reply::Head) });
    }

    /// How large the image of a tag is for a platform.
    pub(super) fn measure(
        &mut self,
        at: Address,
        repository: &Repository,
        tag: &str,
        platform: Platform,
    ) {
        let (sources, tag) = (self.sources.clone(), repository.tagged(tag));
        self.spawn(at, async move {
            let source = sources.open(&Location::Registry(tag))?;
            tag_size(source.as_ref(), &platform).await.map(Reply::TagSize)
        });
    }

    /// The images that a store has.
    pub(super) fn list_store(&mut self, at: Address, kind: StoreKind) {
        let sources = self.sources.clone();
        self.spawn(at, async move { sources.local_images(kind).await.map(Reply::Stored) });
    }

    /// What a store consists of.
    pub(super) fn stock(&mut self, at: Address, kind: StoreKind) {
        let sources = self.sources.clone();
        self.spawn(at, async move { sources.stocked(kind).await.map(Reply::Stock) });
    }
}
