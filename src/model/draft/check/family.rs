//! Problems that entries have with each other, or with what they name.

use std::collections::HashMap;

use crate::model::select::platforms::Normal;

use super::{Draft, Entry, Fix, Problem, ProblemKind, Severity, number, of};
use crate::model::draft::{Edit, EntryId};

/// containers/image prefers entries with this annotation, so two of one platform may be meant.
const ZSTD: &str = "io.github.containers.compression.zstd";

/// The problems of each entry that has some.
pub(super) fn check(draft: &Draft, entries: &[Entry]) -> HashMap<EntryId, Vec<Problem>> {
    let mut all: HashMap<EntryId, Vec<Problem>> = HashMap::new();
    let mut platforms: HashMap<_, &Entry> = HashMap::new();
    for entry in entries {
        let Some(descriptor) = &entry.descriptor else { continue };
        if descriptor.is_attestation() {
            if let Some(problem) = lonely(entry) {
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
        let Some(platform) = platform.filter(|_| !descriptor.media_type.is_index()) else {
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
        match platforms.get(&key) {
            None => {
                platforms.insert(key, entry);
            }
            Some(first) => {
                let sentence = format!(
                    "{} is for {platform}, as {} is; most engines never reach it",
                    number(entry),
                    number(first)
                );
                let fix = Some(remove(entry));
                all.entry(entry.id).or_default().push(of(
                    entry,
                    ProblemKind::Duplicate,
                    Severity::Warning,
                    sentence,
                    fix,
                ));
            }
        }
    }
    all
}

fn lonely(entry: &Entry) -> Option<Problem> {
    if entry.attests.is_some() {
        return None;
    }
    let sentence = match entry.descriptor.as_ref().and_then(|it| it.attests()) {
        Some(image) => format!("{} attests {image}, which is not in the list", number(entry)),
        None => format!("{} is an attestation that names no image", number(entry)),
    };
    let fix = Some(remove(entry));
    Some(of(entry, ProblemKind::LonelyAttestation, Severity::Warning, sentence, fix))
}

fn remove(entry: &Entry) -> Fix {
    Fix {
        label: "remove it".to_owned(),
        edit: Edit::Remove { entries: vec![entry.id], keep_attestations: false },
    }
}
