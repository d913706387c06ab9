//! Blame as JSON.

use serde_json::{Value, json};

use crate::model::blame::{Blame, FileBlame, From, Hop, How, Writer, dockerfile};
use crate::oci::{Digest, Failure, Location};

/// The whole of it.
pub(super) fn document(
    location: &Location,
    platform: Option<String>,
    image: &Digest,
    blame: &Blame,
    file: Option<&FileBlame>,
) -> Value {
    let layers = blame.layers.iter().enumerate().map(|(at, layer)| {
        let origin = blame.origins.get(at).and_then(Option::as_ref);
        json!({
            "number": at + 1,
            "digest": layer.as_ref().map(|it| &it.digest),
            "size": layer.as_ref().map(|it| it.size),
            "steps": origin.map(|it| &it.steps),
            "base": origin.map(|it| it.is_base),
            "lines": origin.map(|it| lines(blame, &it.steps)),
            "created_by": blame.commands.get(at),
        })
    });
    let dockerfile = dockerfile(blame).into_iter().map(|line| {
        let layers: Vec<usize> = line.layers.iter().map(|layer| layer + 1).collect();
        json!({ "line": line.number, "text": line.text, "bytes": line.bytes, "layers": layers })
    });
    json!({
        "reference": location.to_string(),
        "platform": platform,
        "digest": image,
        "known_by": blame.how.name(),
        "words": blame.how.words(),
        "is_guess": matches!(blame.how, How::History(_)),
        "provenance": blame.provenance,
        "source": blame.source,
        "commit": blame.commit,
        "layers": layers.collect::<Vec<_>>(),
        "file": file.map(|file| of_file(blame, file)),
        "dockerfile": dockerfile.collect::<Vec<_>>(),
    })
}

/// The lines of steps: the first one of each place.
fn lines(blame: &Blame, steps: &[String]) -> Vec<Value> {
    let Some(build) = &blame.build else { return Vec::new() };
    let places = build.places(steps).into_iter();
    places
        .map(|(file, first, last)| json!({ "file": file, "first": first, "last": last }))
        .collect()
}

fn of_file(blame: &Blame, file: &FileBlame) -> Value {
    let hop = |hop: &Hop| {
        json!({
            "path": hop.path,
            "writers": hop.writers.iter().map(|it| writer(blame, it)).collect::<Vec<_>>(),
        })
    };
    json!({
        "path": file.path,
        "layer": file.layer + 1,
        "hops": file.hops.iter().map(hop).collect::<Vec<_>>(),
    })
}

fn writer(blame: &Blame, writer: &Writer) -> Value {
    let (how, from) = match &writer.how {
        From::Command => ("command", None),
        From::Copied => ("copied", None),
        From::Written => ("written", None),
        From::Image(name) => ("image", Some(json!({ "image": name }))),
        From::Source { address, path } => {
            ("source", Some(json!({ "address": address, "path": path })))
        }
    };
    json!({
        "steps": writer.steps,
        "lines": lines(blame, &writer.steps),
        "how": how,
        "from": from,
    })
}

/// Nothing was found.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({
        "reference": location.to_string(),
        "error": { "class": failure.class.as_str(), "message": failure.detail },
    })
}
