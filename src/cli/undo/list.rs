//! `--list`: the pushes in the journal.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::cli::DONE;
use crate::cli::output::{print_json, print_text};
use crate::oci::{Digest, Reference};
use crate::text::{escape, moment};
use crate::work::push::{Entry, Kept};

/// The pushes that can be taken back, oldest first.
pub(super) fn standing(entries: &[Entry]) -> Vec<&Entry> {
    let undone = undone(entries);
    entries
        .iter()
        .filter(|entry| entry.undoes.is_none() && !undone.contains(entry.id.as_str()))
        .collect()
}

/// Prints the pushes, newest first.
pub(super) fn print_list(entries: &[Entry], only: Option<&Reference>, as_json: bool) -> u8 {
    let undone = undone(entries);
    let shown: Vec<(&Entry, &str)> = entries
        .iter()
        .rev()
        .filter(|entry| only.is_none_or(|only| entry.reference == *only))
        .map(|entry| {
            let state = match &entry.undoes {
                Some(_) => "undo",
                None if undone.contains(entry.id.as_str()) => "undone",
                None if !entry.seen => "not known whether it was written",
                None => "",
            };
            (entry, state)
        })
        .collect();
    if as_json {
        print_json(&shown.iter().map(|(entry, state)| value(entry, state)).collect::<Vec<_>>());
    } else {
        print_text(&text(&shown, &TimeZone::system()));
    }
    DONE
}

fn undone(entries: &[Entry]) -> HashSet<&str> {
    entries.iter().filter_map(|entry| entry.undoes.as_deref()).collect()
}

fn value(entry: &Entry, state: &str) -> Value {
    let kept = |kept: &Kept| kept.digest.as_str().to_owned();
    json!({
        "id": entry.id,
        "time": entry.time.to_string(),
        "reference": entry.reference.to_string(),
        "before": entry.before.as_ref().map(kept),
        "after": entry.after.as_ref().map(kept),
        "state": if state.is_empty() { "done" } else { state },
    })
}

fn text(shown: &[(&Entry, &str)], zone: &TimeZone) -> String {
    if shown.is_empty() {
        return "the journal has no push\n".to_owned();
    }
    let mut text = String::new();
    for (entry, state) in shown {
        let time = moment(&entry.time.to_string(), zone).unwrap_or_default();
        let before = entry.before.as_ref().map_or("no tag", |kept| kept.digest.short());
        let after = entry.given().map_or("no tag", Digest::short);
        let name = entry.reference.familiar();
        let line = format!("{time}  {}  {before} → {after}  {state}", escape(&name));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::MediaType;

    #[test]
    fn each_push_has_a_line_with_what_became_of_it() {
        let kept = |text: &str| Kept {
            digest: Digest::sha256(text.as_bytes()),
            media_type: MediaType::parse(""),
        };
        let entry = |id: &str, before: Option<&str>, undoes: Option<&str>| Entry {
            id: id.to_owned(),
            time: "2026-11-24T02:00:00Z".parse().unwrap(),
            reference: "localhost:5000/app:latest".parse().unwrap(),
            before: before.map(kept),
            after: Some(kept("new")),
            undoes: undoes.map(str::to_owned),
            seen: true,
        };
        let entries = [
            entry("1", None, None),
            entry("2", Some("old"), None),
            entry("3", Some("x"), Some("2")),
        ];
        assert_eq!(standing(&entries).iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["1"]);
        let shown: Vec<_> = entries.iter().map(|entry| (entry, "undone")).collect();
        let text = text(&shown[..1], &TimeZone::UTC);
        let new = Digest::sha256(b"new");
        assert_eq!(
            text,
            format!(
                "2026-11-24 02:00  localhost:5000/app:latest  no tag → {}  undone\n",
                new.short()
            )
        );
    }
}
