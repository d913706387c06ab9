//! What `platy why` says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::platy;

/// What an engine does, by platy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// It ends with these manifests.
    Takes(BTreeSet<String>),
    /// It fails with these words.
    Fails(String),
    /// No answer.
    Open(String),
}

/// All engines' answers about one pull.
#[derive(Debug)]
pub struct Said(BTreeMap<String, Expected>);

impl Said {
    pub fn of(&self, engine: &str) -> Expected {
        self.0.get(engine).cloned().unwrap_or_else(|| Expected::Open("no answer".to_owned()))
    }
}

impl Expected {
    /// With the name that the real engine met the index under.
    pub fn named(self, ours: &str, theirs: &str) -> Self {
        match self {
            Self::Fails(text) => Self::Fails(text.replace(ours, theirs)),
            other => other,
        }
    }

    fn of(answer: &Value) -> Self {
        if let Some(error) = answer["error"].as_str() {
            return Self::Fails(error.to_owned());
        }
        // It fails with words that platy does not know.
        if answer["fails"] == true {
            return Self::Fails(answer["problem"].as_str().unwrap_or_default().to_owned());
        }
        if let Some(digest) = answer["pick"]["digest"].as_str() {
            return Self::Takes(BTreeSet::from([digest.to_owned()]));
        }
        // ctr takes each match, or nothing, and calls both a success.
        let steps = answer["trace"].as_array().cloned().unwrap_or_default();
        let taken = |step: &&Value| step["rank"].is_number() && step["verdict"] != "rejected";
        let digests = steps.iter().filter(taken).filter_map(|step| step["digest"].as_str());
        match answer["engine"].as_str() {
            Some("ctr-pull") => Self::Takes(digests.map(str::to_owned).collect()),
            _ => Self::Open(answer["problem"].to_string()),
        }
    }
}

/// Asks about one index, as this machine takes it or with `--platform`.
pub fn ask(home: &Path, reference: &str, request: Option<&str>, engines: &[&str]) -> Said {
    let mut arguments = vec!["why", "--json", "--no-cache", reference];
    for engine in engines {
        arguments.extend(["--engine", engine]);
    }
    if let Some(request) = request {
        arguments.extend(["--platform", request]);
    }
    let ran = platy(home, &arguments);
    let json = ran.json();
    let answers = json["engines"].as_array().unwrap_or_else(|| panic!("{json}"));
    let named =
        |answer: &Value| (answer["engine"].as_str().unwrap().to_owned(), Expected::of(answer));
    Said(answers.iter().map(named).collect())
}
