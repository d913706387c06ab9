//! What refers to what was copied, and stayed at the source.

use std::collections::HashSet;

use futures_util::stream::{self, StreamExt as _};

use super::shipment::Shipment;
use super::take::Origin;
use crate::model::draft::{Companion, Material};
use crate::model::push::Looked;
use crate::oci::{Digest, Failure, Manifest, Via};
use crate::source::Sources;
use crate::work::referring::{Referring, referring};

/// The most questions that are asked about one copy.
const MOST: usize = 64;
/// How deep referrers of referrers are followed, as for `--referrers`.
const MAX_DEPTH: usize = 3;

/// Looks what refers to the root at the source, to the images that were copied, and to that again:
/// one question for each.
pub(super) async fn look_for_referrers(shipment: &mut Shipment, sources: &Sources, permits: usize) {
    if shipment.receipt.looked == Looked::Everywhere {
        return;
    }
    let mut left = MOST;
    let mut looked = Vec::new();
    let mut found = Vec::new();
    for origin in &shipment.of {
        let asked = Asked::of(origin, shipment);
        looked.push(look(origin, asked, sources, permits, &mut left, &mut found).await);
    }
    shipment.receipt.looked = match looked.as_slice() {
        all if all.iter().all(|it| *it == Looked::Everywhere) => Looked::Everywhere,
        all if all.iter().all(|it| *it == Looked::No) => Looked::No,
        _ => Looked::Partly,
    };
    for (companion, why) in found {
        shipment.receipt.leave(&companion, &why);
    }
}

/// What is asked about.
struct Asked {
    /// The root, and the images that were taken of it.
    digests: Vec<Digest>,
    /// Whether another list than the root was written.
    is_other: bool,
}

impl Asked {
    fn of(origin: &Origin, shipment: &Shipment) -> Self {
        let mut digests = vec![origin.root.digest.clone()];
        if let Manifest::Index(index) = &shipment.after.manifest {
            let listed: HashSet<&Digest> = origin
                .lists()
                .flat_map(|list| list.manifest.descriptors())
                .map(|it| &it.digest)
                .collect();
            let entries = index.entries.iter().filter_map(|entry| entry.descriptor());
            let images = entries.filter(|it| !it.is_attestation() && listed.contains(&it.digest));
            digests.extend(images.map(|it| it.digest.clone()));
        }
        let mut seen = HashSet::new();
        digests.retain(|digest| seen.insert(digest.clone()));
        let is_list = matches!(origin.root.manifest, Manifest::Index(_));
        Self { digests, is_other: is_list && shipment.after.digest != origin.root.digest }
    }
}

async fn look(
    origin: &Origin,
    Asked { digests, is_other }: Asked,
    sources: &Sources,
    permits: usize,
    left: &mut usize,
    leaves: &mut Vec<(Companion, String)>,
) -> Looked {
    let Ok(source) = sources.open(&origin.source) else { return Looked::No };
    let source = source.as_ref();
    // What the list names is an entry, and came or stayed as that.
    let mut seen: HashSet<Digest> = origin
        .lists()
        .flat_map(|list| list.manifest.descriptors())
        .map(|it| it.digest.clone())
        .collect();
    let (mut looked, mut answers) = (Looked::Everywhere, 0);
    let mut next: Vec<(Digest, Digest)> =
        digests.into_iter().map(|digest| (digest.clone(), digest)).collect();
    for _ in 0..MAX_DEPTH {
        if next.len() > *left {
            looked = Looked::Partly;
            next.truncate(*left);
        }
        *left -= next.len();
        let questions = next.iter().map(|(_, of)| referring(source, of));
        let found: Vec<Result<Vec<Referring>, Failure>> =
            stream::iter(questions).buffered(permits.max(1)).collect().await;
        let mut further = Vec::new();
        for ((top, _), found) in next.into_iter().zip(found) {
            let Ok(found) = found else {
                looked = Looked::Partly;
                continue;
            };
            answers += 1;
            for found in found {
                let tag = match &found.referrer.via {
                    Via::CosignTag(tag) => Some(tag.clone()),
                    Via::Api | Via::FallbackTag | Via::SameIndex => None,
                };
                let is_new = seen.insert(found.referrer.descriptor.digest.clone());
                if !is_new && tag.is_none() {
                    continue;
                }
                let is_void = top == origin.root.digest && is_other;
                let why = found.stays(&top).unwrap_or_else(|| match is_void {
                    true => {
                        format!("it speaks of the whole list {}, which is another", top.short())
                    }
                    false => "--referrers takes it along".to_owned(),
                });
                let material = Material::of(origin.source.clone(), &found.referrer.descriptor);
                further.push((top.clone(), found.referrer.descriptor.digest.clone()));
                leaves.push((Companion { subject: top.clone(), material, tag }, why));
            }
        }
        next = further;
    }
    if answers == 0 { Looked::No } else { looked }
}
