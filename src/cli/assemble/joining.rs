//! What joining a list has to remember: what sources had, and what is to be in the list.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::draft::{Choice, Material, Refused, materials};
use crate::oci::{Digest, Document, Location, Manifest};
use crate::work::gather::Harvest;

/// What sources had when they were read first, so that the same edit is applied each time.
#[derive(Debug, Default)]
pub(super) struct Found(HashMap<String, Harvest>);

impl Found {
    pub(super) fn get(
        &self,
        location: &Location,
        choice: &Choice,
        referrers: bool,
    ) -> Option<Harvest> {
        self.0.get(&key(location, choice, referrers)).cloned()
    }

    pub(super) fn keep(
        &mut self,
        location: &Location,
        choice: &Choice,
        referrers: bool,
        harvest: &Harvest,
    ) {
        self.0.insert(key(location, choice, referrers), harvest.clone());
    }
}

fn key(location: &Location, choice: &Choice, referrers: bool) -> String {
    format!("{location} {choice:?} {referrers}")
}

/// An edit among others: what the tag held when it was read, and what is to be in it.
#[derive(Debug, Default)]
pub(super) struct Joining {
    /// The list; `None` if the tag did not exist.
    pub(super) held: Option<Arc<Document>>,
    /// The digests that this edit adds.
    pub(super) own: Vec<Digest>,
}

impl Joining {
    /// An edit that adds what these sources have.
    pub(super) fn of(
        held: Option<Arc<Document>>,
        found: &[Harvest],
        choice: &Choice,
    ) -> Result<Self, Refused> {
        let mut own = Vec::new();
        for harvest in found {
            let all = materials(&harvest.gathered, choice)?;
            own.extend(all.iter().filter_map(Material::parsed).map(|it| it.digest));
        }
        Ok(Self { held, own })
    }

    /// Whether everything is in the list already.
    pub(super) fn is_in(&self) -> bool {
        let there = self.there();
        self.held.is_some() && self.own.iter().all(|digest| there.contains(digest))
    }

    /// The digests in the list.
    pub(super) fn there(&self) -> HashSet<&Digest> {
        let Some(Manifest::Index(index)) = self.held.as_ref().map(|held| &held.manifest) else {
            return HashSet::new();
        };
        index.entries.iter().filter_map(|it| Some(&it.descriptor()?.digest)).collect()
    }

    /// The digest of the list.
    pub(super) fn digest(&self) -> Option<Digest> {
        self.held.as_ref().map(|held| held.digest.clone())
    }
}
