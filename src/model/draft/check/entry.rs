//! Problems that an entry has by itself.

use crate::model::select::platforms::Normal;
use crate::oci::{Descriptor, Misfit, Platform};

use super::super::platforms::{is_known, variants};
use super::{Entry, Fix, Problem, ProblemKind, Severity, error_if_new, number, of};
use crate::model::draft::{Edit, Field, Format};

pub(super) fn check(format: Format, entry: &Entry) -> Vec<Problem> {
    let Some(descriptor) = &entry.descriptor else {
        let why = entry.odd.as_deref().unwrap_or_default();
        let sentence = format!("{} is not a usable descriptor: {why}", number(entry));
        let edit = Edit::Remove { entries: vec![entry.id], keep_attestations: true };
        let fix = Some(Fix { label: "remove it".to_owned(), edit });
        return vec![of(entry, ProblemKind::Odd, error_if_new(entry), sentence, fix)];
    };
    if let Some(problem) = empty_architecture(entry, descriptor) {
        return vec![problem];
    }
    // Attestations run nowhere; indexes and artifacts may go without a platform.
    let runs = !entry.is_attestation()
        && !descriptor.media_type.is_index()
        && !descriptor.names_artifact()
        && !entry.holds_artifact;
    if !runs {
        return Vec::new();
    }
    let misfits = entry.misfits.iter().map(|misfit| {
        let sentence = format!("{} cannot be unpacked: {misfit}", number(entry));
        // Without any, it is often an artifact or a test's image, which nobody means to run.
        let severity = match misfit {
            Misfit::Count { diff_ids: None, .. } => Severity::Warning,
            _ => error_if_new(entry),
        };
        of(entry, ProblemKind::DiffIds, severity, sentence, None)
    });
    platform_problems(format, entry, descriptor).into_iter().chain(misfits).collect()
}

fn platform_problems(format: Format, entry: &Entry, descriptor: &Descriptor) -> Vec<Problem> {
    match descriptor.platform.as_ref().filter(|it| !it.os.is_empty() && !it.architecture.is_empty())
    {
        None => vec![no_platform(format, entry)],
        Some(platform) => {
            let mut found: Vec<Problem> = Vec::new();
            found.extend(unknown(entry, platform));
            found.extend(windows(entry, platform));
            found.extend(config(entry, platform));
            found
        }
    }
}

/// A platform without an architecture, which buildx imagetools (0.38.2) gives to artifacts.
fn empty_architecture(entry: &Entry, descriptor: &Descriptor) -> Option<Problem> {
    let platform = descriptor.platform.as_ref()?;
    let is_half = platform.architecture.is_empty() && !platform.os.is_empty();
    if !is_half {
        return None;
    }
    let sentence = format!(
        "{} is for {} and an empty architecture, which no machine has; buildx imagetools writes \
         that for artifacts",
        number(entry),
        platform.os
    );
    let config = entry.config.as_ref().filter(|it| !it.architecture.is_empty());
    let fix = match config {
        Some(config) => fill(entry, config),
        None => Fix {
            label: "drop its platform".to_owned(),
            edit: Edit::All(vec![set(entry, Field::Architecture, ""), set(entry, Field::Os, "")]),
        },
    };
    let severity = error_if_new(entry);
    Some(of(entry, ProblemKind::EmptyArchitecture, severity, sentence, Some(fix)))
}

fn no_platform(format: Format, entry: &Entry) -> Problem {
    let severity = match format {
        // The specification of manifest lists requires it.
        Format::Docker => error_if_new(entry),
        Format::Oci => Severity::Warning,
    };
    let config = entry.config.as_ref().filter(|it| !it.is_empty());
    let sentence = match config {
        Some(config) => format!("{} has no platform; its config says {config}", number(entry)),
        None => format!("{} has no platform, so most engines pass over it", number(entry)),
    };
    let fix = config.map(|config| fill(entry, config));
    of(entry, ProblemKind::NoPlatform, severity, sentence, fix)
}

fn fill(entry: &Entry, config: &Platform) -> Fix {
    Fix {
        label: format!("fill from the config: {config}"),
        edit: Edit::FillFromConfig { entry: entry.id, config: config.clone() },
    }
}

fn unknown(entry: &Entry, platform: &Platform) -> Option<Problem> {
    let Platform { os, architecture, variant, .. } = platform;
    if !is_known(os, architecture) {
        let normal = Normal::new(platform);
        if is_known(&normal.os, &normal.architecture) {
            let plain = format!("{}/{}", normal.os, normal.architecture);
            let sentence = format!(
                "{} says {os}/{architecture}, which not every engine takes for {plain}",
                number(entry)
            );
            let mut edits = vec![
                set(entry, Field::Os, &normal.os),
                set(entry, Field::Architecture, &normal.architecture),
            ];
            if variant.is_empty() {
                edits.push(set(entry, Field::Variant, &normal.variant));
            }
            let fix = Fix { label: format!("write {plain}"), edit: Edit::All(edits) };
            let severity = Severity::Warning;
            return Some(of(entry, ProblemKind::UnknownPlatform, severity, sentence, Some(fix)));
        }
        let sentence =
            format!("{} is for {os}/{architecture}, which does not exist", number(entry));
        let severity = error_if_new(entry);
        return Some(of(entry, ProblemKind::UnknownPlatform, severity, sentence, None));
    }
    if variant.is_empty() || variants(architecture).contains(&variant.as_str()) {
        return None;
    }
    let known = variants(architecture);
    let known = if known.is_empty() {
        format!("{architecture} has none")
    } else {
        format!("known are {}", known.join(", "))
    };
    let normal = Normal::new(platform).variant;
    let fix = variants(architecture).contains(&normal.as_str()).then(|| Fix {
        label: format!("write {normal}"),
        edit: set(entry, Field::Variant, &normal),
    });
    let sentence = format!("{} has the variant {variant}; {known}", number(entry));
    Some(of(entry, ProblemKind::UnknownVariant, Severity::Warning, sentence, fix))
}

fn set(entry: &Entry, field: Field, value: &str) -> Edit {
    Edit::SetPlatform { entry: entry.id, field, value: value.to_owned() }
}

fn windows(entry: &Entry, platform: &Platform) -> Option<Problem> {
    if platform.os != "windows" || !platform.os_version.is_empty() {
        return None;
    }
    let version =
        entry.config.as_ref().map(|it| it.os_version.as_str()).filter(|it| !it.is_empty());
    let sentence = match version {
        Some(version) => {
            format!(
                "{} is for Windows without os.version; its config says {version}",
                number(entry)
            )
        }
        None => format!(
            "{} is for Windows without os.version, so hosts cannot tell whether it runs on them",
            number(entry)
        ),
    };
    let fix = version.map(|version| Fix {
        label: format!("set os.version {version}"),
        edit: set(entry, Field::OsVersion, version),
    });
    Some(of(entry, ProblemKind::WindowsVersion, Severity::Warning, sentence, fix))
}

fn config(entry: &Entry, platform: &Platform) -> Option<Problem> {
    let config =
        entry.config.as_ref().filter(|it| !it.os.is_empty() && !it.architecture.is_empty())?;
    let (listed, found) = (Normal::new(platform), Normal::new(config));
    let other_machine = listed.os != found.os || listed.architecture != found.architecture;
    // Many builders leave the variant out of the config, and some the version.
    let other_variant = !config.variant.is_empty() && listed.variant != found.variant;
    let other_version = !config.os_version.is_empty()
        && !platform.os_version.is_empty()
        && config.os_version != platform.os_version;
    if !other_machine && !other_variant && !other_version {
        return None;
    }
    let severity = if other_machine { error_if_new(entry) } else { Severity::Warning };
    let sentence = format!("{} says {platform}, and its config says {config}", number(entry));
    Some(of(entry, ProblemKind::ConfigDisagrees, severity, sentence, Some(fill(entry, config))))
}
