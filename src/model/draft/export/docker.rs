//! `docker manifest create`, `annotate` and `push` (docker/cli `cli/command/manifest`).

use super::super::{Draft, Field, Format, Target};
use super::script::{Script, entries, source, tags, words};

pub(super) fn lines(draft: &Draft, target: &Target) -> String {
    let mut script = Script::new(draft, "docker");
    if draft.format() == Format::Oci {
        script.comment("docker manifest makes a Docker manifest list, not an OCI index");
    }
    if !draft.annotations().is_empty()
        || draft.artifact_type().is_some()
        || draft.subject().is_some()
    {
        script.comment("the list's annotations, artifactType and subject are left out: a Docker manifest list has none");
    }
    let mut images = Vec::new();
    for entry in entries(draft) {
        let Some(name) = source(&mut script, &entry, target) else { continue };
        if entry.is_attestation() {
            script.comment(&format!("the attestation {name} is left out"));
            continue;
        }
        if entry.descriptor.as_ref().is_some_and(|it| it.media_type.is_index()) {
            script.comment(&format!("{name} is left out: docker manifest takes no lists"));
            continue;
        }
        images.push((name, entry));
    }
    if images.len() > 1 {
        script.comment("docker manifest lists the entries in the order of their digests");
    }
    if target.tags.is_empty() {
        script.comment("docker manifest needs a tag to push the list");
    }
    // Without it docker manifest speaks HTTPS only, on loopback too.
    let insecure: &[&str] =
        if target.repository.host.is_loopback() { &["--insecure"] } else { &[] };
    for list in tags(target) {
        let mut create = words(&["docker", "manifest", "create"]);
        create.extend(words(insecure));
        create.push(list.clone());
        create.extend(images.iter().map(|(name, _)| name.clone()));
        script.command(&create);
        for (name, entry) in &images {
            let Some(platform) = entry.platform() else { continue };
            let mut annotate = words(&["docker", "manifest", "annotate", &list, name]);
            for field in Field::ALL {
                let value = field.value(platform);
                if !value.is_empty() {
                    annotate.extend([flag(field).to_owned(), value]);
                }
            }
            script.command(&annotate);
        }
        let mut push = words(&["docker", "manifest", "push", "--purge"]);
        push.extend(words(insecure));
        push.push(list);
        script.command(&push);
    }
    script.finish()
}

fn flag(field: Field) -> &'static str {
    match field {
        Field::Os => "--os",
        Field::Architecture => "--arch",
        Field::Variant => "--variant",
        Field::OsVersion => "--os-version",
        Field::OsFeatures => "--os-features",
    }
}
