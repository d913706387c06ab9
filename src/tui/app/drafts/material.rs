//! What a document offers to add to a draft.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::draft::{Choice, Gathered, Material, materials};
use crate::oci::{Descriptor, Digest, Document, Entry, Location, Manifest};

/// An image of a list with what goes along with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its entry in the list.
    pub descriptor: Arc<Descriptor>,
    /// The image.
    pub image: Material,
    /// Its attestations.
    pub attestations: Vec<Material>,
}

/// The images of a list in its order, each with its attestations, letter by letter as the list
/// has them. An attestation whose image is not in the list is left out, and so is what is not
/// a usable descriptor.
pub(in crate::tui::app) fn of_list(from: &Location, document: &Arc<Document>) -> Vec<Offered> {
    let gathered = Gathered::of(from.clone(), Arc::clone(document));
    if !matches!(document.manifest, Manifest::Index(_)) {
        return Vec::new();
    }
    let all = materials(&gathered, &Choice::default()).unwrap_or_default();
    let all: Vec<(Arc<Descriptor>, Material)> = all
        .into_iter()
        .filter_map(|material| {
            let value = serde_json::from_str(&material.descriptor).ok()?;
            let descriptor = Entry::from_value(&value).descriptor().cloned()?;
            Some((descriptor, material))
        })
        .collect();
    let mut attestations: HashMap<Digest, Vec<Material>> = HashMap::new();
    for (descriptor, material) in &all {
        if let Some(image) = descriptor.attests() {
            attestations.entry(image).or_default().push(material.clone());
        }
    }
    all.into_iter()
        .filter(|(descriptor, _)| !descriptor.is_attestation())
        .map(|(descriptor, image)| Offered {
            // Two entries can name one image; it is attested once.
            attestations: attestations.remove(&descriptor.digest).unwrap_or_default(),
            descriptor,
            image,
        })
        .collect()
}

/// `3 images with 2 attestations`
pub(in crate::tui::app) fn along_words(images: &str, along: usize) -> String {
    match along {
        0 => images.to_owned(),
        1 => format!("{images} with its attestation"),
        more => format!("{images} with {more} attestations"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Algorithm;

    #[test]
    fn entries_are_taken_letter_by_letter_with_their_attestations() {
        let (one, two) = (Digest::sha256(b"one"), Digest::sha256(b"two"));
        let image = format!(
            r#"{{ "digest":"{one}","size":3, "x" : 1.0e1,"mediaType":"application/vnd.oci.image.manifest.v1+json"}}"#
        );
        let attestation = format!(
            r#"{{"digest":"{two}","size":3,"mediaType":"application/vnd.oci.image.manifest.v1+json",
               "annotations":{{"vnd.docker.reference.type":"attestation-manifest","vnd.docker.reference.digest":"{one}"}}}}"#
        );
        let list = format!(
            r#"{{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{attestation},7,{image}]}}"#
        );
        let document = Document::parse(list.into(), None, Algorithm::Sha256).unwrap();
        let location: Location = "demo/app:1".parse().unwrap();
        let offered = of_list(&location, &Arc::new(document));
        assert_eq!(offered.len(), 1);
        assert_eq!(offered[0].image.descriptor, image);
        assert_eq!(offered[0].attestations[0].descriptor, attestation);
    }
}
