//! `oras manifest index create` (oras `cmd/oras/root/manifest/index/create.go`).

use super::super::super::{Draft, Target};
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::script::{Script, words};
use super::super::source::Source;

pub(super) fn write(script: &mut Script, draft: &Draft, target: &Target, sources: &[&Source]) {
    let mut create = words(&["oras", "manifest", "index", "create"]);
    if target.repository.host.is_loopback() {
        create.push("--plain-http".to_owned());
    }
    let keeps = Keeps::of(Tool::Oras);
    let says = |(key, value): &(&String, &String)| keeps.says_of_list(key, value);
    for (key, value) in draft.annotations().iter().filter(says) {
        create.push(format!("--annotation={key}={value}"));
    }
    if let Some(artifact_type) = draft.artifact_type() {
        create.push(format!("--artifact-type={artifact_type}"));
    }
    create.push(format!("{}:{}", target.repository, target.tags.join(",")));
    create.extend(sources.iter().map(|source| source.digest().to_string()));
    script.command(&create);
}
