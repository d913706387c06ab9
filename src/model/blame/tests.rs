//! Provenance of BuildKit 0.34.2 (`tests/data/evidence`), and builds that it might tell of.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use super::*;
use crate::model::evidence::{Evidence, Stated, open};
use crate::oci::{Descriptor, Digest, MediaType};

fn manifest() -> Digest {
    Digest::sha256(b"the manifest of the provenance")
}

fn read(name: &str) -> Bytes {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/evidence/files");
    std::fs::read(folder.join(name)).unwrap().into()
}

fn opened(bytes: Bytes) -> Arc<Evidence> {
    Arc::new(open(&bytes, &Stated::default()).unwrap())
}

/// The image of a manifest of the samples.
fn sample(file: &str) -> BlameOf {
    let bytes = read(file);
    let json: Value = serde_json::from_slice(&bytes).unwrap();
    let layer = |layer: &Value| {
        let digest = layer["digest"].as_str().unwrap().parse().unwrap();
        let size = layer["size"].as_u64().unwrap();
        Some(Arc::new(Descriptor::new(MediaType::parse("x/layer"), digest, size)))
    };
    let layers: Vec<_> = json["layers"].as_array().unwrap().iter().map(layer).collect();
    BlameOf {
        digest: Digest::sha256(&bytes),
        provenance: Vec::new(),
        commands: vec![Some("COPY a b # buildkit".to_owned()); layers.len()],
        layers,
    }
}

fn blamed(of: &BlameOf, evidence: Arc<Evidence>) -> Blame {
    Blame::of(of, &[(manifest(), Ok(evidence))])
}

/// The lines of each layer, the lowest first.
fn lines(blame: &Blame) -> Vec<String> {
    let build = blame.build.as_ref().unwrap();
    let of = |origin: &Option<Origin>| match origin {
        Some(origin) => {
            let places = build.places(&origin.steps);
            let lines: Vec<String> = places.iter().map(|(_, first, _)| first.to_string()).collect();
            format!("{}{}", if origin.is_base { "base " } else { "" }, lines.join(","))
        }
        None => "?".to_owned(),
    };
    blame.origins.iter().map(of).collect()
}

/// The lines on the way of a file; those that are not certain are in brackets.
fn way(blame: &Blame, path: &str, layer: usize) -> String {
    let build = blame.build.as_ref().unwrap();
    let writer = |writer: &Writer| {
        let places = build.places(&writer.steps);
        let lines: Vec<String> = places.iter().map(|(_, first, _)| first.to_string()).collect();
        let from = match &writer.how {
            From::Image(name) => format!(" image {name}"),
            From::Source { path, .. } => format!(" source {}", path.as_deref().unwrap_or("?")),
            From::Command | From::Copied | From::Written => String::new(),
        };
        format!("{}{from}", lines.join(","))
    };
    let hop = |hop: &Hop| {
        let all: Vec<String> = hop.writers.iter().map(writer).collect();
        match all.as_slice() {
            [one] => one.clone(),
            all => format!("[{}]", all.join(" | ")),
        }
    };
    blame.file(path, layer).hops.iter().map(hop).collect::<Vec<_>>().join(" < ")
}

/// The image of each platform, worked through by hand (`tests/data/evidence/README.md`).
#[test]
fn every_layer_and_file_of_a_real_build_has_its_line() {
    for (image, statement, base, source) in [
        ("e2a1d4ed3e0e.manifest.json", "6a5eeb4aa14c.statement.json", "base 2", "/src-arm64.txt"),
        // The build stage has the same image there.
        ("499729fd9212.manifest.json", "8849ea3f2633.statement.json", "base 2,4", "/src-amd64.txt"),
    ] {
        let of = sample(image);
        let blame = blamed(&of, opened(read(statement)));
        assert_eq!(blame.how, How::Named);
        assert_eq!(lines(&blame), [base, "11", "12", "13"], "{image}");
        assert_eq!(blame.commit.as_deref(), Some("68b59c09edba7a33930c52aedda5c298035c3f67"));
        let copied = format!("11 < 6 source {source}");
        for (path, layer, expected) in [
            ("/usr/share/app/app.txt", 1, copied.as_str()),
            ("/etc/app/config.txt", 2, "12 source /config.txt"),
            ("/usr/share/app/motd", 3, "13"),
        ] {
            assert_eq!(way(&blame, path, layer), expected, "{path}");
        }
        let image = way(&blame, "/etc/os-release", 0);
        assert!(image.ends_with(" image 127.0.0.1:21300/ev/base:1"), "{image}");
        let text = of_dockerfile(&blame).join("\n");
        let size = of.layers[1].as_ref().unwrap().size;
        assert!(text.contains(&format!("11      {size} B  COPY --from=build")), "{text}");

        // Packed anew, and packed into another number of layers.
        let mut other = of.clone();
        for layer in &mut other.layers {
            let packed = Digest::sha256(layer.as_ref().unwrap().digest.as_str().as_bytes());
            *layer = Some(Arc::new(Descriptor::new(MediaType::parse("x/layer"), packed, 1)));
        }
        let packed = blamed(&other, opened(read(statement)));
        assert_eq!((&packed.how, lines(&packed)), (&How::ByPosition, lines(&blame)));
        assert!(packed.how.words().starts_with("by position"));
        // Layers of the build in another order are not told by their order.
        let mut turned = of.clone();
        turned.layers.swap(2, 3);
        let turned = blamed(&turned, opened(read(statement)));
        assert_eq!(turned.how, How::History(Untold::OtherLayers));
        assert_eq!(turned.origins, vec![None; 4]);
        other.layers.pop();
        let squashed = blamed(&other, opened(read(statement)));
        assert_eq!(squashed.how, How::History(Untold::OtherLayers));
        assert_eq!(squashed.origins, [None, None, None]);
    }
}

/// What gives no line is a guess, and says why.
#[test]
fn without_steps_of_this_image_there_is_only_a_guess() {
    let of = sample("e2a1d4ed3e0e.manifest.json");
    let cut = Err("it ends in the middle".to_owned());
    for (evidence, expected) in [
        (None, Untold::NoProvenance),
        // Of amd64; mode=min; no provenance at all; not readable.
        (Some(Ok(opened(read("8849ea3f2633.statement.json")))), Untold::OtherDigest),
        (Some(Ok(opened(read("2a3be64d5796.statement.json")))), Untold::NoSteps),
        (Some(Ok(opened(read("bc3678ba6407.config.json")))), Untold::NoSteps),
        (Some(cut.clone()), Untold::Unreadable("it ends in the middle".to_owned())),
    ] {
        let read: Vec<_> = evidence.into_iter().map(|it| (manifest(), it)).collect();
        let blame = Blame::of(&of, &read);
        assert_eq!(blame.how, How::History(expected));
        let file = blame.file("/etc/app/config.txt", 2);
        assert_eq!(file.hops, []);
        let words = of_file(&blame, &file).join("\n");
        assert!(words.contains("COPY a b # buildkit") && words.contains("a guess"), "{words}");
        assert!(!words.contains("Dockerfile"), "{words}");
    }
    // One of several tells it.
    let good = Ok(opened(read("6a5eeb4aa14c.statement.json")));
    let blame = Blame::of(&of, &[(manifest(), cut), (manifest(), good)]);
    assert_eq!(blame.how, How::Named);
}

/// A build of steps that are written on the line of their number; each of `layers` is the names of
/// the layers of a step.
fn build(steps: &[(&str, Value)], layers: &[(usize, &str)], image: &str) -> Blame {
    let digest = |name: &str| Digest::sha256(name.as_bytes());
    let chain = |names: &str| -> Value {
        names.split_whitespace().map(|name| json!({ "digest": digest(name) })).collect()
    };
    let definition: Vec<Value> = steps
        .iter()
        .enumerate()
        .map(|(at, (inputs, op))| {
            let inputs: Vec<String> =
                inputs.split_whitespace().map(|it| format!("step{it}:0")).collect();
            json!({ "id": format!("step{at}"), "inputs": inputs, "op": { "Op": op } })
        })
        .collect();
    let line =
        |at: usize| json!({ "locations": [{ "ranges": [{ "start": { "line": at + 1 } }] }] });
    let locations: serde_json::Map<String, Value> =
        (0..steps.len()).map(|at| (format!("step{at}"), line(at))).collect();
    let layers: serde_json::Map<String, Value> =
        layers.iter().map(|(at, names)| (format!("step{at}:0"), json!([chain(names)]))).collect();
    let of_image: Vec<_> = image.split_whitespace().collect();
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "internalParameters": { "buildConfig": { "llbDefinition": definition } },
            },
            "runDetails": { "metadata": { "buildkit_metadata": {
                "source": { "locations": locations, "infos": [{ "filename": "Dockerfile" }] },
                "layers": layers,
            } } },
        },
    });
    let layer =
        |name: &&str| Some(Arc::new(Descriptor::new(MediaType::parse("x/layer"), digest(name), 1)));
    let of = BlameOf {
        digest: digest("image"),
        provenance: Vec::new(),
        layers: of_image.iter().map(layer).collect(),
        commands: vec![None; of_image.len()],
    };
    blamed(&of, opened(statement.to_string().into()))
}

fn image(name: &str) -> Value {
    json!({ "source": { "identifier": format!("docker-image://{name}") } })
}

fn run() -> Value {
    json!({ "exec": { "mounts": [{ "input": 0, "dest": "/" }] } })
}

fn copy(from: i64, src: &str, dest: &str) -> Value {
    let copy = json!({ "src": src, "dest": dest });
    let onto = if from == 0 { -1 } else { 0 };
    json!({ "file": { "actions": [
        { "input": onto, "secondaryInput": from, "Action": { "copy": copy } },
    ] } })
}

fn merge(inputs: usize) -> Value {
    let inputs: Vec<Value> = (0..inputs).map(|at| json!({ "input": at })).collect();
    json!({ "merge": { "inputs": inputs } })
}

/// Which step made which layer, and what is left open where the layers do not tell.
#[test]
fn layers_are_told_apart_by_the_chains_of_the_steps() {
    let three = || vec![("", image("base")), ("0", run()), ("1", run()), ("2", json!({}))];
    for (steps, layers, image, expected) in [
        (three(), vec![(0, "a b"), (1, "a b c"), (2, "a b c d")], "a b c d", "base 1|base 1|2|3"),
        // What is not told follows, as a step makes one layer.
        (three(), vec![(2, "a b c d")], "a b c d", "base 1|base 1|2|3"),
        (three(), vec![(0, "a b"), (2, "a b c d")], "a b c d", "base 1|base 1|2|3"),
        // Two steps and three layers above the base: which made which is open.
        (three(), vec![(0, "a"), (2, "a b c d")], "a b c d", "base 1|?|?|?"),
        // From nothing.
        (vec![("", copy(0, "/x", "/x")), ("0", run())], vec![(1, "a b")], "a b", "1|2"),
        // `COPY --link`: a step of its own, put on top by a merge.
        (
            vec![
                ("", image("base")),
                ("", json!({ "source": { "identifier": "local://context" } })),
                ("1", copy(0, "/x", "/x")),
                ("0 2", merge(2)),
                ("3", run()),
            ],
            vec![(0, "a"), (2, "b"), (3, "a b"), (4, "a b c")],
            "a b c",
            "base 1|3,4|5",
        ),
        // Two merged at once, their layers told, and not.
        (
            vec![("", image("base")), ("", run()), ("", run()), ("0 1 2", merge(3))],
            vec![(0, "a"), (1, "b"), (2, "c"), (3, "a b c")],
            "a b c",
            "base 1|2,4|3,4",
        ),
        (
            vec![("", image("base")), ("", run()), ("", run()), ("0 1 2", merge(3))],
            vec![(0, "a"), (3, "a b c")],
            "a b c",
            "base 1|4|4",
        ),
    ] {
        let blame = build(&steps, &layers, image);
        assert_eq!(lines(&blame).join("|"), expected, "{steps:?} {layers:?}");
        assert_eq!(blame.how, How::Named);
        assert_eq!(build(&steps, &layers, &image.to_uppercase()).how, How::ByPosition);
    }
    // Another image is below what the build made: nothing says which line that is.
    let layers = [(0, "a b"), (1, "a b c"), (2, "a b c d")];
    let blame = build(&three(), &layers, "x b c d");
    assert_eq!(
        (&blame.how, lines(&blame).join("|")),
        (&How::ByPosition, "?|base 1|2|3".to_owned())
    );
    // What was packed anew above the base (`rewrite-timestamp`) is told by its order.
    assert_eq!(lines(&build(&three(), &layers, "a b C D")).join("|"), "base 1|base 1|2|3");
    // The image of another stage, as that of the builder's platform, is not taken for the base.
    let staged = vec![("", image("other")), ("", image("base")), ("1 0", copy(1, "/x", "/x"))];
    let layers = [(0, "x"), (1, "a"), (2, "a b")];
    assert_eq!(lines(&build(&staged, &layers, "a b")).join("|"), "base 2|3");
    assert_eq!(build(&staged, &layers, "x b").how, How::History(Untold::OtherLayers));
    for layers in [&[][..], &[(0, "a")], &[(2, "a b")]] {
        assert_eq!(build(&three(), layers, "a b c d").how, How::History(Untold::OtherLayers));
    }
}

/// A file is followed through stages as long as one step alone can have written it.
#[test]
fn a_file_is_followed_as_far_as_it_is_certain() {
    let stage = |middle: Value| {
        vec![
            ("", image("base")),
            ("", image("golang")),
            ("1", middle),
            ("0 2", copy(1, "/out/app", "/usr/bin/app")),
        ]
    };
    let context = json!({ "source": { "identifier": "local://context" } });
    for (steps, expected) in [
        // A command, or it was there before.
        (stage(run()), "4 < [3 | 2 image golang]"),
        // Written by one step for certain.
        (
            vec![
                ("", image("base")),
                ("", context.clone()),
                ("1", copy(0, "/src/app", "/out/app")),
                ("0 2", copy(1, "/out/app", "/usr/bin/app")),
            ],
            "4 < 3 source /src/app",
        ),
        // Into a folder: the file itself, or a folder of that name.
        (
            vec![
                ("", image("base")),
                ("", context.clone()),
                ("1", copy(0, "/src/app", "/out/")),
                ("0 2", copy(1, "/out/app", "/usr/bin/app")),
            ],
            "4 < 3 source ?",
        ),
        // A command after the copy may have changed it.
        (
            vec![
                ("", image("base")),
                ("", context.clone()),
                ("1", copy(0, "/src/app", "/out/app")),
                ("2", run()),
                ("0 3", copy(1, "/out/app", "/usr/bin/app")),
            ],
            "5 < [4 | 3 source /src/app]",
        ),
        // Straight out of an image.
        (
            vec![
                ("", image("base")),
                ("", image("tools")),
                ("0 1", copy(1, "/bin/x", "/usr/bin/app")),
            ],
            "3 image tools",
        ),
    ] {
        let last = steps.len() - 1;
        let blame = build(&steps, &[(0, "a"), (last, "a b")], "a b");
        assert_eq!(way(&blame, "/usr/bin/app", 1), expected, "{steps:?}");
        // A path that nothing in the graph names still has the line of its layer.
        let line = (last + 1).to_string();
        assert!(way(&blame, "/link/app", 1).starts_with(&line));
    }
}

/// Steps that go round in circles, and texts that would move a terminal.
#[test]
fn provenance_from_outside_is_harmless() {
    let circle = vec![("1", run()), ("0", run())];
    let blame = build(&circle, &[(1, "a b")], "a b");
    assert_eq!(lines(&blame), ["1", "2"]);
    let evil = vec![("", image("\u{1b}[31mx")), ("0", run())];
    let blame = build(&evil, &[(0, "a"), (1, "a b")], "a b");
    let text = of_file(&blame, &blame.file("/\u{1b}]0;x", 0)).join("\n");
    assert!(!text.contains('\u{1b}'), "{text}");
}
