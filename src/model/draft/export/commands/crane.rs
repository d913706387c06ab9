//! `crane index append` (go-containerregistry `cmd/crane/cmd/index.go`).

use super::super::super::{Draft, Format, Target};
use super::super::Tool;
use super::super::keeps::Keeps;
use super::super::script::{Script, tags, words};
use super::super::source::Source;

pub(super) fn write(script: &mut Script, draft: &Draft, target: &Target, sources: &[&Source]) {
    let tags = tags(target);
    let Some((first, further)) = tags.split_first() else { return };
    // Without --flatten=false the images of a nested list take its place.
    let mut append = words(&["crane", "index", "append", "--flatten=false", "--tag", first]);
    if draft.format() == Format::Docker {
        append.push("--docker-empty-base".to_owned());
    }
    let keeps = Keeps::of(Tool::Crane);
    for source in sources {
        append.extend(["--manifest".to_owned(), source.named(target, keeps)]);
    }
    script.command(&append);
    for tag in further {
        let name = tag.rsplit_once(':').map_or(tag.as_str(), |(_, name)| name);
        script.command(&words(&["crane", "tag", first, name]));
    }
}
