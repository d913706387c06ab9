//! Opening images through the real fetch layer.

use std::collections::HashSet;
use std::path::Path;
use std::time::Instant;

use platy::model::tree::{Tree, What};
use platy::oci::Location;
use platy::sandbox::{Accounts, Action, Auth, Grant};
use platy::source::auth::Environment;
use platy::source::{Activity, DEFAULT_PERMITS, Options, Sources};
use platy::work::load::{Wanted, whole};
use tempfile::TempDir;

use crate::server::{DELAY, Server, runtime};
use crate::table::{Judged, Row, Values};

const TEN: &str = "demo/ten-platforms:latest";
const FIVE_HUNDRED: &str = "demo/five-hundred:latest";
/// Index, manifests, configs.
const ROUND_TRIPS: usize = 3;

pub fn rows() -> Vec<Row> {
    let anonymous = Grant { prefix: String::new(), actions: vec![Action::Pull] };
    let bearer = Auth::bearer(Accounts { users: Vec::new(), anonymous: vec![anonymous] });
    let open = Server::start(Auth::Open);
    let guarded = Server::start(bearer);
    // 1 for the index; manifests and configs go through the permits.
    let waves = ROUND_TRIPS + 1000_usize.div_ceil(DEFAULT_PERMITS);
    let home = TempDir::new().unwrap();
    let cache = home.path().join("cache");
    load(&open, TEN, Some(&cache));
    vec![
        row("cold, 10 platforms", &open, TEN, None, ROUND_TRIPS, 1.15, 20),
        // The challenge and the token are two more.
        row("cold, 10 platforms, token", &guarded, TEN, None, ROUND_TRIPS + 2, 1.15, 20),
        row("cold, 500 entries", &open, FIVE_HUNDRED, None, waves, 1.3, 5),
        row("again, 10 platforms, cached", &open, TEN, Some(&cache), 1, 1.15, 20),
    ]
}

struct Opened {
    milliseconds: f64,
    requests: usize,
    tokens: usize,
    least: usize,
}

fn row(
    what: &str,
    server: &Server,
    sample: &str,
    cache: Option<&Path>,
    round_trips: usize,
    allowed: f64,
    runs: usize,
) -> Row {
    let network = (round_trips as u128 * DELAY.as_millis()) as f64;
    let mut values = Values::default();
    let mut requests = HashSet::new();
    for _ in 0..runs {
        let opened = load(server, sample, cache);
        values.push(opened.milliseconds);
        let least = if cache.is_some() { 1 } else { opened.least };
        let tokens = match opened.tokens {
            0 => String::new(),
            tokens => format!(" and {tokens} for the token"),
        };
        requests.insert(format!("requests {}, least {least}{tokens}", opened.requests));
    }
    let mut requests: Vec<String> = requests.into_iter().collect();
    requests.sort();
    Row {
        what: what.to_owned(),
        unit: "ms",
        notes: format!(
            "{:.2} × {round_trips} × {} ms; {}",
            values.median() / network,
            DELAY.as_millis(),
            requests.join(" or ")
        ),
        values,
        bound: Some((Judged::Median, network * allowed)),
    }
}

/// Opens a sample to the last config, as a new process would.
fn load(server: &Server, sample: &str, cache: Option<&Path>) -> Opened {
    let runtime = runtime();
    let location: Location = server.reference(sample).parse().unwrap();
    let options = Options {
        environment: Environment::default(),
        cache_dir: cache.map(Path::to_owned),
        ..Options::default()
    };
    let wanted = Wanted { referrers_up_to: None, permits: options.permits };
    server.sandbox.requests().clear();
    let began = Instant::now();
    let tree = runtime.block_on(async {
        let sources = Sources::new(options, Activity::default());
        let source = sources.open(&location).unwrap();
        whole(&source, Tree::default(), wanted).await
    });
    let milliseconds = began.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(tree.progress().failed, 0, "everything is loaded");
    let all = server.sandbox.requests().all();
    // The first question is answered by the challenge; the token is asked for elsewhere.
    let tokens =
        all.iter().filter(|record| record.path == "/token" || record.status == Some(401)).count();
    Opened { milliseconds, requests: all.len() - tokens, tokens, least: least(&tree) }
}

/// One request for the tag and one for each digest under it.
fn least(tree: &Tree) -> usize {
    let mut digests = HashSet::new();
    let mut ahead = vec![tree.root()];
    while let Some(id) = ahead.pop() {
        ahead.extend(tree.children(id).map(|(id, _)| id));
        let Some(node) = tree.node(id) else { continue };
        let fetched = match &node.what {
            What::Manifest { .. } => id != tree.root(),
            What::Config { document, .. } => document.is_some(),
            _ => false,
        };
        if fetched {
            digests.extend(node.digest().cloned());
        }
    }
    digests.len() + 1
}
