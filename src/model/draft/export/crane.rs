//! `crane index append` (go-containerregistry `cmd/crane/cmd/index.go`).

use super::super::{Draft, Format, Target};
use super::script::{Script, differs_from_config, entries, source, tags, words};

pub(super) fn lines(draft: &Draft, target: &Target) -> String {
    let mut script = Script::new(draft, "crane");
    let tags = tags(target);
    let Some((first, further)) = tags.split_first() else {
        script.comment("crane needs a tag (--tag) to push the list");
        return script.finish();
    };
    if !draft.annotations().is_empty()
        || draft.artifact_type().is_some()
        || draft.subject().is_some()
    {
        script.comment("the list's annotations, artifactType and subject are left out: crane does not set them");
    }
    let mut append = words(&["crane", "index", "append", "--tag", first]);
    if draft.format() == Format::Docker {
        append.push("--docker-empty-base".to_owned());
    }
    for entry in entries(draft) {
        let Some(name) = source(&mut script, &entry, target) else { continue };
        if entry.is_attestation() {
            script.comment(&format!("the attestation {name} is left out"));
            continue;
        }
        if entry.descriptor.as_ref().is_some_and(|it| !it.annotations.is_empty()) {
            script.comment(&format!("annotations are left out: crane does not set them on {name}"));
        }
        if let Some(platform) = entry.platform().filter(|_| differs_from_config(&entry)) {
            script.comment(&format!(
                "crane takes the platform from the config, not {platform} as here: {name}"
            ));
        }
        append.extend(["--manifest".to_owned(), name]);
    }
    script.command(&append);
    for tag in further {
        let name = tag.rsplit_once(':').map_or(tag.as_str(), |(_, name)| name);
        script.command(&words(&["crane", "tag", first, name]));
    }
    script.finish()
}
