//! `docker buildx imagetools create` with whole descriptors as arguments (docker/buildx
//! `commands/imagetools/create.go`): a reference would lose `os.version` and some variants.

use super::super::super::{Draft, Target};
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::script::{Script, tags, words};
use super::super::source::Source;

pub(super) fn write(script: &mut Script, draft: &Draft, target: &Target, sources: &[&Source]) {
    let mut create = words(&["docker", "buildx", "imagetools", "create"]);
    for tag in tags(target) {
        create.extend(["--tag".to_owned(), tag]);
    }
    let docker = sources.iter().all(|source| source.is_docker());
    let keeps = Keeps::of(Tool::Imagetools);
    let says = |(key, value): &(&String, &String)| !docker && keeps.says_of_list(key, value);
    for (key, value) in draft.annotations().iter().filter(says) {
        create.push(format!("--annotation=index:{key}={value}"));
    }
    for source in sources {
        let mut descriptor = source.raw.clone();
        // buildx fetches the manifest from them, and pushes what it finds there.
        descriptor.remove("urls");
        create.push(serde_json::Value::Object(descriptor).to_string());
    }
    script.command(&create);
}
