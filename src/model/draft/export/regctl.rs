//! `regctl index create` and `regctl index add` (regclient `cmd/regctl/index.go`).

use super::super::{Draft, Entry, Format, Target};
use super::script::{Script, entries, source, tags, words};
use crate::oci::Platform;

pub(super) fn lines(draft: &Draft, target: &Target) -> String {
    let mut script = Script::new(draft, "regctl");
    let tags = tags(target);
    let Some((first, further)) = tags.split_first() else {
        script.comment("regctl needs a tag to build the list under");
        return script.finish();
    };
    let mut create = words(&["regctl", "index", "create", first]);
    if draft.format() == Format::Docker {
        create.extend(words(&["--media-type", draft.format().media_type().as_str()]));
    }
    for (key, value) in &draft.annotations() {
        create.extend(["--annotation".to_owned(), format!("{key}={value}")]);
    }
    if let Some(artifact_type) = draft.artifact_type() {
        create.extend(["--artifact-type".to_owned(), artifact_type]);
    }
    if draft.subject().is_some() {
        script.comment("the list's subject is left out: regctl takes one by its tag (--subject)");
    }
    let host = &target.repository.host;
    if host.is_loopback() {
        script.command(&words(&["regctl", "registry", "set", "--tls", "disabled", host.as_str()]));
    }
    script.command(&create);
    for entry in entries(draft) {
        add(&mut script, &entry, target, first);
    }
    for tag in further {
        script.command(&words(&["regctl", "image", "copy", first, tag]));
    }
    script.finish()
}

fn add(script: &mut Script, entry: &Entry, target: &Target, list: &str) {
    let Some(name) = source(script, entry, target) else { return };
    let mut add = words(&["regctl", "index", "add", list, "--ref", &name]);
    if let Some(platform) = entry.platform() {
        add.extend(["--desc-platform".to_owned(), regctl_platform(platform)]);
        if !platform.os_features.is_empty() {
            script.comment("os.features of the next entry are left out: regctl does not set them");
        }
    }
    let annotations = entry.descriptor.iter().flat_map(|it| &it.annotations);
    for (key, value) in annotations {
        add.extend(["--desc-annotation".to_owned(), format!("{key}={value}")]);
    }
    script.command(&add);
}

/// `windows/amd64,osver=10.0.17763.1` (regclient `types/platform`).
fn regctl_platform(platform: &Platform) -> String {
    let short = platform.short();
    if platform.os_version.is_empty() {
        return short;
    }
    format!("{short},osver={}", platform.os_version)
}
