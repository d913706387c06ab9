//! Proving labels: bytes read against the bytes of the images.

use std::sync::Arc;
use std::time::Instant;

use platy::model::check::Verdict;
use platy::model::diagnose::Behind;
use platy::model::tree::Tree;
use platy::oci::{Location, Platform};
use platy::sandbox::{Layer, Sandbox, SandboxOptions, TarFile, program};
use platy::source::auth::Environment;
use platy::source::{Activity, DEFAULT_PERMITS, Options, Sources};
use platy::work::layers::Reader;
use platy::work::load::{Wanted, whole};
use platy::work::prove::{Prover, Table as Truth, Wish};

use crate::server::runtime;
use crate::table::{Judged, Row, Values};

const LAYER: usize = 20_000_000;
const RUNS: usize = 5;
/// The part of all bytes that may be read: the programs of ARM say which version they need at
/// their ends, so three of the ten are read whole, and of the others the beginning.
const PART: f64 = 25.0;

pub fn rows() -> Vec<Row> {
    let runtime = runtime();
    let sandbox = runtime.block_on(Sandbox::start(SandboxOptions::default())).unwrap();
    fill(&sandbox);
    let reference = format!("{}/ten:1", sandbox.host());
    let (mut times, mut parts) = (Values::default(), Values::default());
    let mut notes = String::new();
    for _ in 0..RUNS {
        let begin = Instant::now();
        let table = runtime.block_on(check(&reference));
        times.push_time(begin.elapsed());
        assert!(table.rows.iter().all(|told| told.proven.row.verdict == Verdict::Agree));
        parts.push(100.0 * table.bytes_read as f64 / table.bytes as f64);
        notes = format!(
            "{:.1} of {:.0} MB read",
            table.bytes_read as f64 / 1e6,
            table.bytes as f64 / 1e6
        );
    }
    let row = |what: &str, unit, values, bound, notes: &str| Row {
        what: what.to_owned(),
        unit,
        values,
        bound,
        notes: notes.to_owned(),
    };
    vec![
        row("ten platforms, part of the bytes", "%", parts, Some((Judged::Max, PART)), &notes),
        row("ten platforms, time", "ms", times, None, "from the index to the last verdict"),
    ]
}

async fn check(reference: &str) -> Truth {
    let options =
        Options { environment: Environment::default(), cache_dir: None, ..Options::default() };
    let location: Location = reference.parse().unwrap();
    let sources = Sources::new(options, Activity::default());
    let source = sources.open(&location).unwrap();
    let wanted = Wanted { referrers_up_to: None, permits: DEFAULT_PERMITS };
    let tree = whole(&source, Tree::default(), wanted).await;
    let behind = Behind::of_tree(&tree, &location).unwrap();
    let prover = Prover::new(Reader::new(Arc::clone(&source), None), false);
    let wish = Wish { only: None, permits: DEFAULT_PERMITS };
    Truth::of(&tree, &behind, Some(&prover), &wish).await
}

/// Ten platforms, each a base of 20 MB and a program of 20 MB in the layer above. What is noise
/// does not shrink.
pub fn fill(sandbox: &Sandbox) {
    let repository = sandbox.store().repository("ten");
    let mut images = Vec::new();
    for (seed, (architecture, variant)) in [
        ("amd64", ""),
        ("arm64", "v8"),
        ("arm", "v7"),
        ("arm", "v6"),
        ("arm", "v5"),
        ("386", ""),
        ("ppc64le", ""),
        ("riscv64", ""),
        ("s390x", ""),
        ("loong64", ""),
    ]
    .into_iter()
    .enumerate()
    {
        let platform = Platform::new("linux", architecture, variant);
        let gzip = "application/vnd.oci.image.layer.v1.tar+gzip";
        let base = Layer::opaque("ADD base /", noise(2 * seed)).with_media_type(gzip);
        let app = program(&platform, &noise(2 * seed + 1));
        let app = Layer::gzip("COPY app /", &[TarFile::program("app", app)]).unwrap();
        let image = repository.image("linux", architecture, variant).layer(base).layer(app);
        images.push(image.entrypoint(&["/app"]).push());
    }
    repository.index().entries(images).push_tag("1");
}

fn noise(seed: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64 ^ ((seed as u64 + 1) << 32);
    let mut out = Vec::with_capacity(LAYER + 8);
    while out.len() < LAYER {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out.extend_from_slice(&state.to_le_bytes());
    }
    out
}
