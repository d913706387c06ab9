//! `docker buildx imagetools create` (docker/buildx `commands/imagetools/create.go`).

use super::super::{Draft, Format, Target};
use super::script::{Script, differs_from_config, entries, source, tags, words};

pub(super) fn lines(draft: &Draft, target: &Target) -> String {
    let mut script = Script::new(draft, "imagetools");
    let mut create = words(&["docker", "buildx", "imagetools", "create"]);
    for tag in tags(target) {
        create.extend(["--tag".to_owned(), tag]);
    }
    if target.tags.is_empty() {
        script.comment("imagetools needs a tag (--tag) to push the list");
    }
    if draft.format() == Format::Docker {
        script.comment("imagetools makes a Docker manifest list only of Docker manifests");
    }
    if draft.artifact_type().is_some() || draft.subject().is_some() {
        script.comment("artifactType and subject are left out: imagetools does not set them");
    }
    for (key, value) in &draft.annotations() {
        create.extend(["--annotation".to_owned(), format!("index:{key}={value}")]);
    }
    if target.repository.host.is_loopback() {
        script.comment("plain HTTP needs a builder whose configuration says so (buildkitd.toml)");
    }
    let mut sources = Vec::new();
    for entry in entries(draft) {
        if entry.is_attestation() {
            script.comment("an attestation is left out: imagetools takes it only with its list");
            continue;
        }
        let Some(name) = source(&mut script, &entry, target) else { continue };
        if let Some(platform) = entry.platform() {
            if differs_from_config(&entry) {
                script.comment(&format!(
                    "imagetools takes the platform from the config, not {platform} as here: {name}"
                ));
            }
            for (key, value) in entry.descriptor.iter().flat_map(|it| &it.annotations) {
                let value = format!("manifest-descriptor[{}]:{key}={value}", platform.short());
                create.extend(["--annotation".to_owned(), value]);
            }
        }
        sources.push(name);
    }
    create.extend(sources);
    script.command(&create);
    script.finish()
}
