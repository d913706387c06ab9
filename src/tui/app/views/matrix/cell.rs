//! What a cell of the matrix says.

use std::collections::{HashMap, HashSet};

use crate::model::diagnose::{End, Seen, Served};
use crate::model::select::{Content, Engine, Host, Offer, Outcome, differ, end};
use crate::oci::{Digest, Platform};
use crate::text::{escape, plural};
use crate::tui::app::views::entry_words;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it is.
    pub kind: CellKind,
    /// The platform in short form, or the sign that stands for it; harmless for a terminal.
    pub text: String,
    /// The digest; `None` if nothing, or not one thing, is picked.
    pub digest: Option<Digest>,
    /// The whole answer in a sentence.
    pub sentence: String,
    /// Why what is picked does not run on the machine, if it does not; harmless for a terminal.
    pub wrong: Option<String>,
    /// Whether most engines pick something else on this machine.
    pub odd: bool,
}

/// What a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Something is picked, or everything is taken.
    Pick,
    /// Nothing is.
    Nothing,
    /// It depends on what is not loaded.
    Needs,
    /// The engine does not run on this system.
    Absent,
}

/// Platforms in short form that more than one entry has: they are told apart by their numbers.
pub(super) fn alike(offer: &Offer) -> HashSet<String> {
    let mut seen = HashSet::new();
    let entries = offer.level(&[]).map_or(&[][..], |level| level.entries());
    entries
        .iter()
        .filter(|entry| !entry.attestation)
        .filter_map(|entry| Some(short(entry.platform.as_ref()?)))
        .filter(|text| !seen.insert(text.clone()))
        .collect()
}

/// The cells of a machine, one for each engine, and whether engines differ on it.
pub(super) fn row(
    seen: Seen<'_>,
    host: &Host,
    engines: &[&Engine],
    outcomes: &[Option<Outcome>],
    request: Option<&str>,
    alike: &HashSet<String>,
) -> (Vec<Cell>, bool) {
    let offer = seen.offer;
    let pairs = || {
        let pairs = engines.iter().zip(outcomes);
        pairs.filter_map(|(engine, outcome)| Some((*engine, outcome.as_ref()?)))
    };
    let counted = pairs().filter(|(engine, _)| !engine.asks_for_another(host, request));
    let ends: Vec<_> = counted.filter_map(|(_, outcome)| end(offer, outcome)).collect();
    let mut counts: HashMap<Option<&Digest>, usize> = HashMap::new();
    for end in &ends {
        *counts.entry(*end).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    // Of several that are as frequent the first one is the usual one.
    let usual = ends.into_iter().find(|end| counts.get(end).copied() == Some(most));
    let mut cells = cells(offer, outcomes, usual, alike);
    for ((cell, outcome), engine) in cells.iter_mut().zip(outcomes).zip(engines) {
        cell.odd &= !engine.asks_for_another(host, request);
        cell.wrong = outcome.as_ref().and_then(|outcome| wrong(seen, host, engine, outcome));
    }
    (cells, differ(offer, host, request, pairs()))
}

/// Why what is picked does not run on the machine.
fn wrong(seen: Seen<'_>, host: &Host, engine: &Engine, outcome: &Outcome) -> Option<String> {
    let end = End::at(seen, outcome.pick()?);
    match Served::of(engine, host, outcome, end.as_ref(), seen) {
        Served::Wrong(why) | Served::Nothing(why) => Some(escape(&why).into_owned()),
        Served::Right | Served::Depending(_) | Served::Whole | Served::Unknown(_) => None,
    }
}

fn cells(
    offer: &Offer,
    outcomes: &[Option<Outcome>],
    usual: Option<Option<&Digest>>,
    alike: &HashSet<String>,
) -> Vec<Cell> {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            None => Cell {
                kind: CellKind::Absent,
                text: "·".to_owned(),
                digest: None,
                sentence: "does not run on this system".to_owned(),
                wrong: None,
                odd: false,
            },
            Some(outcome) => {
                let odd = end(offer, outcome).is_some_and(|end| usual != Some(end));
                Cell { odd, ..of(offer, outcome, alike) }
            }
        })
        .collect()
}

fn of(offer: &Offer, outcome: &Outcome, alike: &HashSet<String>) -> Cell {
    let (kind, text, digest, sentence) = match outcome {
        Outcome::Picked(path) if path.is_empty() => {
            let text = if offer.media_type.is_index() { "whole index" } else { "the image" };
            (CellKind::Pick, text.to_owned(), Some(offer.digest.clone()), format!("takes {text}"))
        }
        Outcome::Picked(path) => {
            let digest = offer.at(path).and_then(|entry| entry.digest.clone());
            let sentence = format!("picks {}", entry_words(offer, path));
            (CellKind::Pick, pick_text(offer, path, alike), digest, sentence)
        }
        Outcome::Fails(fall) => {
            let text = match fall.path.is_empty() {
                true => "the image".to_owned(),
                false => pick_text(offer, &fall.path, alike),
            };
            let sentence = format!("picks it, and then fails: {}", fall.problem);
            let entry = offer.at(&fall.path).and_then(|entry| entry.digest.clone());
            (CellKind::Pick, text, entry.or_else(|| Some(offer.digest.clone())), sentence)
        }
        Outcome::Failed(error) => {
            (CellKind::Nothing, "–".to_owned(), None, format!("prints: {error}"))
        }
        Outcome::Nothing => (
            CellKind::Nothing,
            "–".to_owned(),
            None,
            "picks nothing, and reports success".to_owned(),
        ),
        Outcome::Several(paths) => (
            CellKind::Pick,
            plural(paths.len(), "image"),
            None,
            format!("downloads {} and picks none of them", plural(paths.len(), "image")),
        ),
        Outcome::Needs(needs) => (
            CellKind::Needs,
            "…".to_owned(),
            None,
            format!("depends on {} that platy has not read", plural(needs.len(), "document")),
        ),
        Outcome::Unknown(why) => (CellKind::Needs, "?".to_owned(), None, why.clone()),
    };
    let (text, sentence) = (escape(&text).into_owned(), escape(&sentence).into_owned());
    Cell { kind, text, digest, sentence, wrong: None, odd: false }
}

fn pick_text(offer: &Offer, path: &[usize], alike: &HashSet<String>) -> String {
    let Some(entry) = offer.at(path) else { return "?".to_owned() };
    let number = || path.iter().map(|at| (at + 1).to_string()).collect::<Vec<_>>().join(".");
    match (&entry.platform, &entry.content) {
        (Some(platform), _) => {
            let text = short(platform);
            if alike.contains(&text) { format!("{text} #{}", number()) } else { text }
        }
        // Not the list's word but the config's, as in the tree.
        (None, Content::Image(facts)) if facts.config.is_some() => {
            facts.config.as_ref().map_or_else(String::new, |config| format!("({})", short(config)))
        }
        (None, _) => format!("entry {}", number()),
    }
}

/// `arm64/v8`, `win 20348`: Linux goes without saying.
fn short(platform: &Platform) -> String {
    let machine = platform.to_string();
    match platform.os.as_str() {
        "linux" => machine.strip_prefix("linux/").map_or(machine.clone(), str::to_owned),
        "windows" => {
            let build = platform.os_version.split('.').nth(2).unwrap_or_default();
            match (build, platform.architecture.as_str()) {
                ("", architecture) => format!("win {architecture}"),
                (build, "amd64") => format!("win {build}"),
                (build, architecture) => format!("win {build} {architecture}"),
            }
        }
        _ => machine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_are_short_and_still_tell_each_other_apart() {
        for (text, expected) in [
            ("linux/arm64/v8", "arm64/v8"),
            ("windows(10.0.20348.2000)/amd64", "win 20348"),
            ("windows(10.0.26100)/arm64", "win 26100 arm64"),
            ("darwin/arm64", "darwin/arm64/v8"),
        ] {
            let host: crate::model::select::Host = text.parse().unwrap();
            assert_eq!(short(host.platform()), expected);
        }
        assert_eq!(short(&Platform::new("windows", "amd64", "")), "win amd64");
    }
}
