//! Random indexes and those with something wrong in them, each engine's pull of them, and what `platy why` says that it does.

mod containerd;
mod cri;
mod ctr;
mod expected;
mod failure;
mod offered;
mod player;
mod podman;
mod random;
mod rust_client;
mod shapes;
mod simple;
mod skopeo;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use platy::sandbox::RepositoryStore;

use crate::server::Server;
use crate::support::Ran;
use crate::{Asked, table};
use expected::{Expected, Said, ask};
use offered::Offered;
use player::{Player, Pulled, Seen, Trial};

/// How many engines' words `--` takes beside the part's own name.
const HEAD: [&str; 6] = ["engine", "version", "indexes", "pulls", "agree", "left out"];
/// Disagreements that are shown of each engine.
const SHOWN: usize = 5;

/// Plays all that is wanted and prints the table; false if anything disagrees.
pub fn play(asked: &Asked) -> bool {
    let began = Instant::now();
    let home = tempfile::TempDir::new().unwrap();
    let server = Server::start();
    let offered = Offered::gather(home.path(), &server.host());
    let names: Vec<&str> = offered.players.iter().map(|player| player.name()).collect();
    let players: Vec<&dyn Player> = offered
        .players
        .iter()
        .map(AsRef::as_ref)
        .filter(|player| asked.wants(player.name(), &names))
        .collect();
    println!(
        "seed {}, {} indexes, {} shapes, server {}",
        asked.seed,
        asked.indexes,
        shapes::COUNT,
        server.host()
    );

    let trials = Trial::all(asked.indexes + shapes::COUNT);
    let engines: Vec<&str> = players.iter().map(|player| player.engine()).collect();
    let said: Vec<Said> = each(&trials, |trial, _| {
        let repository = server.repository(&trial.name("platy"));
        let made = made(&repository, asked, trial.number);
        ask(home.path(), &server.reference(&trial.name("platy")), trial.request(&made), &engines)
    });

    let mut right = true;
    let mut rows = Vec::new();
    for player in &players {
        let score = score(*player, asked, &server, &trials, &said);
        right &= score.wrong.is_empty();
        for text in score.wrong.iter().take(SHOWN) {
            println!("\n{text}");
        }
        rows.push(vec![
            player.name().to_owned(),
            player.version(),
            (asked.indexes + shapes::COUNT).to_string(),
            score.pulls.to_string(),
            score.agreed.to_string(),
            score.left_out(),
        ]);
    }
    for (name, why) in &offered.missing {
        rows.push(vec![
            (*name).to_owned(),
            "-".to_owned(),
            "0".to_owned(),
            "0".to_owned(),
            "0".to_owned(),
            why.clone(),
        ]);
    }
    table::print(&HEAD, &rows);
    println!("\n{} s", began.elapsed().as_secs());
    right
}

/// The index of this number: random ones, then the shapes.
fn made(repository: &RepositoryStore, asked: &Asked, number: usize) -> random::Made {
    match number.checked_sub(asked.indexes) {
        None => random::make(repository, asked.seed, number),
        Some(shape) => shapes::make(repository, shape),
    }
}

/// What became of one engine's pulls.
#[derive(Debug, Default)]
struct Score {
    pulls: usize,
    agreed: usize,
    /// Why pulls were not compared, and how many.
    passed_over: BTreeMap<String, usize>,
    wrong: Vec<String>,
}

impl Score {
    fn left_out(&self) -> String {
        let all = self.passed_over.iter().map(|(why, count)| format!("{count} {why}"));
        let all: Vec<String> = all.collect();
        if all.is_empty() { "-".to_owned() } else { all.join("; ") }
    }
}

fn score(
    player: &dyn Player,
    asked: &Asked,
    server: &Server,
    trials: &[Trial],
    said: &[Said],
) -> Score {
    let name = player.name();
    let played: Vec<Option<(random::Made, Ran)>> = each(trials, |trial, worker| {
        if !player.takes(trial) {
            return None;
        }
        let name = trial.name(name);
        let made = made(&server.repository(&name), asked, trial.number);
        let ran = player.pull(worker, &server.reference(&name), trial, trial.request(&made));
        Some((made, ran))
    });
    let fetched = server.fetched(name);
    let after = player.after();
    let mut score = Score::default();
    for ((trial, said), played) in trials.iter().zip(said).zip(played) {
        let Some((made, ran)) = played else { continue };
        let request = trial.request(&made);
        if let Some(why) = player.passes_over(&made, request, &ran) {
            *score.passed_over.entry(why.to_owned()).or_default() += 1;
            continue;
        }
        score.pulls += 1;
        let name = trial.name(name);
        let fetched = fetched.get(&name).cloned().unwrap_or_default();
        let seen =
            player.seen(&ran, &Pulled { trial, made: &made, fetched: &fetched, after: &after });
        let mut expected = said.of(player.engine()).named(&trial.name("platy"), &name);
        if let Expected::Takes(digests) = &mut expected {
            let hidden = |leaf: &&random::Leaf| !player.shows(leaf);
            for leaf in made.leaves.iter().filter(hidden) {
                digests.remove(&leaf.manifest);
            }
        }
        if agree(&expected, &seen) {
            score.agreed += 1;
        } else {
            score.wrong.push(format!(
                "{}: {} with {} on\n{}  platy: {expected:?}\n  seen:  {seen:?}",
                player.name(),
                name,
                request.unwrap_or("no --platform"),
                made.entries()
            ));
        }
    }
    score
}

fn agree(expected: &Expected, seen: &Seen) -> bool {
    match (expected, seen) {
        (Expected::Takes(ours), Seen::Took(theirs)) => ours == theirs,
        (Expected::Fails(ours), Seen::Failed(theirs)) => failure::same(ours, theirs),
        _ => false,
    }
}

/// Does something for each trial, on as many threads as there are processors; the results in the
/// trials' order.
fn each<T: Send>(trials: &[Trial], work: impl Fn(&Trial, usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get) + 1;
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..workers)
            .map(|worker| {
                let (next, work) = (&next, &work);
                scope.spawn(move || {
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(trial) = trials.get(at) else { return done };
                        done.push((at, work(trial, worker)));
                    }
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}
