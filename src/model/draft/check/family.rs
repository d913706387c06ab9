//! Problems that entries have with each other, or with what they name.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::model::select::platforms::Normal;

use super::{Draft, Entry, Fix, Place, Problem, ProblemKind, Severity, number, of};
use crate::model::draft::{Edit, EntryId, Field};
use crate::oci::{Platform, keys};

/// containers/image prefers entries with this annotation, so two of one platform may be meant.
const ZSTD: &str = "io.github.containers.compression.zstd";

/// The problems of each entry that has some.
pub(super) fn check(draft: &Draft, entries: &[Entry]) -> HashMap<EntryId, Vec<Problem>> {
    let mut all: HashMap<EntryId, Vec<Problem>> = HashMap::new();
    let mut platforms: IndexMap<_, Vec<(&Entry, &Platform)>> = IndexMap::new();
    for entry in entries {
        let Some(descriptor) = &entry.descriptor else { continue };
        if let Some(problem) = referrer(entry, entries) {
            all.entry(entry.id).or_default().push(problem);
            continue;
        }
        if entry.is_attestation() {
            if let Some(problem) = stripped(entry, entries).or_else(|| lonely(entry)) {
                all.entry(entry.id).or_default().push(problem);
            }
            continue;
        }
        if draft.known_all().is_missing(&descriptor.digest) {
            let sentence = format!(
                "{} names {}, which is not in {}",
                number(entry),
                descriptor.digest,
                entry.from.familiar()
            );
            all.entry(entry.id).or_default().push(of(
                entry,
                ProblemKind::MissingChild,
                Severity::Error,
                sentence,
                Some(remove(entry)),
            ));
        }
        let platform = descriptor.platform.as_ref().filter(|it| !it.is_empty() && !it.is_unknown());
        let runs = !descriptor.media_type.is_index() && !descriptor.names_artifact();
        let Some(platform) = platform.filter(|_| runs) else {
            continue;
        };
        let normal = Normal::new(platform);
        let key = (
            normal.os,
            normal.architecture,
            normal.variant,
            normal.os_version,
            normal.os_features,
            descriptor.annotations.get(ZSTD).is_some_and(|value| value == "true"),
        );
        platforms.entry(key).or_default().push((entry, platform));
    }
    for twins in platforms.values().filter(|twins| twins.len() > 1) {
        for problem in duplicates(twins) {
            let Place::Entry(id) = problem.place else { continue };
            all.entry(id).or_default().push(problem);
        }
    }
    all
}

/// Entries of one platform: one stays, the first whose config does not name another machine.
fn duplicates(twins: &[(&Entry, &Platform)]) -> Vec<Problem> {
    let kept = twins.iter().find(|(entry, _)| disagrees(entry).is_none()).or_else(|| twins.first());
    let Some((kept, _)) = kept else { return Vec::new() };
    let others = twins.iter().filter(|(entry, _)| entry.id != kept.id);
    let problem = |(entry, platform): &(&Entry, &Platform)| {
        let why = match disagrees(entry) {
            Some(config) => format!("its config says {config}"),
            None if entry.position < kept.position => "most engines take it".to_owned(),
            None => "most engines never reach it".to_owned(),
        };
        let sentence =
            format!("{} is for {platform}, as {} is; {why}", number(entry), number(kept));
        let fix = Some(remove(entry));
        of(entry, ProblemKind::Duplicate, Severity::Warning, sentence, fix)
    };
    others.map(problem).collect()
}

/// The platform in the config, if it is another machine than the entry says.
fn disagrees(entry: &Entry) -> Option<&Platform> {
    let config = entry.config.as_ref()?;
    let (listed, found) = (Normal::new(entry.platform()?), Normal::new(config));
    let differ = |one: &str, other: &str| !other.is_empty() && one != other;
    let machine =
        differ(&listed.os, &found.os) || differ(&listed.architecture, &found.architecture);
    // Many builders leave the variant out of the config.
    let variant = !config.variant.is_empty() && listed.variant != found.variant;
    (machine || variant).then_some(config)
}

fn lonely(entry: &Entry) -> Option<Problem> {
    if entry.attests.is_some() {
        return None;
    }
    let sentence = match entry.descriptor.as_ref().and_then(|it| it.attests()) {
        Some(image) => format!("{} attests {image}, which is not in the list", number(entry)),
        None if !entry.descriptor.as_ref().is_some_and(|it| it.is_attestation()) => format!(
            "{} is an attestation, and its annotations, which would say so, were stripped",
            number(entry)
        ),
        None => format!("{} is an attestation that names no image", number(entry)),
    };
    let fix = Some(remove(entry));
    Some(of(entry, ProblemKind::LonelyAttestation, Severity::Warning, sentence, fix))
}

/// An attestation whose annotations are gone, of an image of the list that is known.
fn stripped(entry: &Entry, entries: &[Entry]) -> Option<Problem> {
    let descriptor = entry.descriptor.as_ref().filter(|it| !it.is_attestation())?;
    let subject = entry.subject.as_ref()?;
    let image = entries.iter().find(|other| other.digest() == Some(subject))?;
    let sentence = format!(
        "{} is an attestation of {}, and its annotations, which would say so, were stripped",
        number(entry),
        number(image)
    );
    let on = Place::Entry(entry.id);
    let annotate = |key: &str, value: &str| Edit::Annotate {
        on,
        key: key.to_owned(),
        value: Some(value.to_owned()),
    };
    let mut edits = vec![
        annotate(keys::REFERENCE_TYPE, "attestation-manifest"),
        annotate(keys::REFERENCE_DIGEST, subject.as_str()),
    ];
    // Without a platform some clients take it for an image of every platform.
    if descriptor.platform.is_none() {
        let set = |field| Edit::SetPlatform { entry: entry.id, field, value: "unknown".to_owned() };
        edits.extend([set(Field::Architecture), set(Field::Os)]);
    }
    let label = "put its annotations back".to_owned();
    let fix = Some(Fix { label, edit: Edit::All(edits) });
    Some(of(entry, ProblemKind::StrippedAttestation, Severity::Warning, sentence, fix))
}

/// A signature or an SBOM of another entry, which some tools take into the list.
fn referrer(entry: &Entry, entries: &[Entry]) -> Option<Problem> {
    let subject = entry.subject.as_ref().filter(|_| entry.holds_artifact)?;
    let image = entries.iter().find(|other| other.digest() == Some(subject))?;
    let sentence = format!(
        "{} refers to {}: it belongs beside the list, and whoever made the list took it in",
        number(entry),
        number(image)
    );
    let fix = Some(Fix { label: "take it out; it stays a referrer".to_owned(), ..remove(entry) });
    Some(of(entry, ProblemKind::ReferrerEntry, Severity::Warning, sentence, fix))
}

fn remove(entry: &Entry) -> Fix {
    Fix {
        label: "remove it".to_owned(),
        edit: Edit::Remove { entries: vec![entry.id], keep_attestations: false },
    }
}
