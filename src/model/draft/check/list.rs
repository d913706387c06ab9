//! Problems of the list as a whole.

use crate::oci::{MAX_MANIFEST_PUSH, MediaType};
use crate::text::{bytes, plural};

use super::super::losses;
use super::{Draft, Entry, Fix, Place, Problem, ProblemKind, Severity};
use crate::model::draft::{Edit, Format};

pub(super) fn check(draft: &Draft, entries: &[Entry]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut add = |kind, severity, sentence, fix| {
        found.push(Problem { kind, severity, place: Place::List, sentence, fix });
    };
    if entries.is_empty() {
        let sentence = "the list has no entry".to_owned();
        add(ProblemKind::Empty, Severity::Error, sentence, None);
    }
    let size = draft.document().size();
    if size > MAX_MANIFEST_PUSH {
        let sentence = format!(
            "the list has {}, and registries take no more than {}",
            bytes(size),
            bytes(MAX_MANIFEST_PUSH)
        );
        add(ProblemKind::TooLarge, Severity::Error, sentence, None);
    }
    if let Some((sentence, fix)) = mixed(draft, entries) {
        add(ProblemKind::MixedTypes, Severity::Warning, sentence, fix);
    }
    found
}

fn mixed(draft: &Draft, entries: &[Entry]) -> Option<(String, Option<Fix>)> {
    let count = |wanted: [&MediaType; 2]| {
        entries
            .iter()
            .filter_map(|entry| entry.descriptor.as_ref())
            .filter(|it| !it.is_attestation() && wanted.contains(&&it.media_type))
            .count()
    };
    let docker = count([&MediaType::DockerManifest, &MediaType::DockerList]);
    let oci = count([&MediaType::OciManifest, &MediaType::OciIndex]);
    let format = draft.format();
    let (strange, fitting, name) = match format {
        Format::Oci => (docker, oci, "Docker"),
        Format::Docker => (oci, docker, "OCI"),
    };
    if strange == 0 {
        return None;
    }
    let sentence = format!(
        "the list is an {format} and names {} of {name}; some registries and clients refuse that",
        plural(strange, "manifest"),
    )
    .replace("an Docker", "a Docker");
    let other = format.other();
    let fix = (fitting == 0 && losses(draft, other).is_empty()).then(|| Fix {
        label: format!("make it a {other}").replace("a OCI", "an OCI"),
        edit: Edit::SetFormat(other),
    });
    Some((sentence, fix))
}
