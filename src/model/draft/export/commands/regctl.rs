//! `regctl index create` and `regctl index add` (regclient `cmd/regctl/index.go`).

use super::super::super::{Draft, Format, Target};
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::made::flagged;
use super::super::script::{Script, tags, words};
use super::super::source::{Source, Whereabouts};
use super::super::subject;
use crate::oci::Platform;

/// What is put behind the tag while the list is built.
const UNDER_WAY: &str = "-under-way";

pub(super) fn write(script: &mut Script, draft: &Draft, target: &Target, sources: &[&Source]) {
    let tags = tags(target);
    let Some((first, further)) = tags.split_first() else { return };
    let host = &target.repository.host;
    if host.is_loopback() {
        script.command(&words(&["regctl", "registry", "set", "--tls", "disabled", host.as_str()]));
    }
    // One command, unless an entry needs flags of its own.
    let needs =
        |source: &&Source| !source.descriptor.annotations.is_empty() || flagged(source).is_some();
    let whole = sources.iter().take_while(|source| !needs(source)).count();
    let (at_once, later) = sources.split_at(whole);
    let list = if later.is_empty() { first.clone() } else { under_way(first) };
    let mut create = words(&["regctl", "index", "create", &list]);
    if draft.format() == Format::Docker {
        create.extend(words(&["--media-type", draft.format().media_type().as_str()]));
    }
    let keeps = Keeps::of(Tool::Regctl);
    for (key, value) in draft.annotations().iter().filter(|(k, v)| keeps.says_of_list(k, v)) {
        create.push(format!("--annotation={key}={value}"));
    }
    // A Docker list gets neither.
    if draft.format() == Format::Oci {
        if let Some(artifact_type) = draft.artifact_type() {
            create.push(format!("--artifact-type={artifact_type}"));
        }
        if let Some(subject) = subject::of(draft) {
            create.extend(words(&["--subject", subject.digest()]));
        }
    }
    for source in at_once {
        create.extend(image(source, target));
    }
    script.command(&create);
    for source in later {
        let mut add = words(&["regctl", "index", "add", &list]);
        add.extend(image(source, target));
        if let Some(platform) = flagged(source) {
            add.extend(["--desc-platform".to_owned(), regctl_platform(platform)]);
        }
        let annotations = source.descriptor.annotations.iter();
        for (key, value) in annotations.filter(|(k, v)| keeps.says_of_entry(k, v)) {
            add.push(format!("--desc-annotation={key}={value}"));
        }
        script.command(&add);
    }
    if !later.is_empty() {
        script.command(&words(&["regctl", "image", "copy", &list, first]));
        script.comment(&format!("{list} may go now: regctl tag delete {list}"));
    }
    for tag in further {
        script.command(&words(&["regctl", "image", "copy", first, tag]));
    }
}

fn image(source: &Source, target: &Target) -> [String; 2] {
    match &source.place {
        Whereabouts::Here | Whereabouts::Local(_) => {
            ["--digest".to_owned(), source.digest().to_string()]
        }
        Whereabouts::Elsewhere(_) => {
            ["--ref".to_owned(), source.named(target, Keeps::of(Tool::Regctl))]
        }
    }
}

/// Another tag of the same repository; a tag has at most 128 characters.
fn under_way(tagged: &str) -> String {
    let (repository, tag) = tagged.rsplit_once(':').unwrap_or((tagged, "list"));
    let kept: String = tag.chars().take(128 - UNDER_WAY.len()).collect();
    format!("{repository}:{kept}{UNDER_WAY}")
}

/// `windows/amd64,osver=10.0.17763.1` (regclient `types/platform`); a backslash keeps what follows
/// from ending or quoting the value (`internal/strparse`).
fn regctl_platform(platform: &Platform) -> String {
    let short = platform.short();
    if platform.os_version.is_empty() {
        return short;
    }
    let mut version = String::new();
    for c in platform.os_version.chars() {
        if [',', '"', '\\'].contains(&c) {
            version.push('\\');
        }
        version.push(c);
    }
    format!("{short},osver={version}")
}
