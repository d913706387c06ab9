//! `platy evidence REFERENCE`

mod args;
mod checked;
mod json;
mod print;
mod text;

use std::sync::Arc;

use super::args::Args;
use super::complain::{complain, complain_failure, complain_failures};
use super::output::{print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::evidence::{Asked, Coverage, Row};
use crate::model::tree::{REFERRERS_UP_TO, Tree};
use crate::oci::{Failure, Location, PlatformPattern};
use crate::source::{Source, Sources};
use crate::work::load::{self, Wanted};

pub(super) use args::EvidenceArgs;
pub(super) use checked::public_key;

pub(super) async fn run(args: &Args, evidence: &EvidenceArgs) -> u8 {
    let parsed = evidence.reference.parse::<Location>().map_err(|error| error.to_string());
    let only = evidence.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let (location, only) = match (parsed, only) {
        (Ok(location), Ok(only)) => (location, only),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let trust = match checked::trust(evidence) {
        Ok(trust) => trust,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let options = args.options();
    let permits = options.permits;
    let waiting = Waiting::new();
    let sources = Sources::new(options, waiting.activity());
    let source = match sources.open(&location) {
        Ok(source) => source,
        Err(failure) => return nothing(evidence, &location, &failure),
    };
    let (tree, mut coverage) = waiting.during(gather(&source, &location, permits)).await;
    if let Some(failure) = tree.node(tree.root()).and_then(|root| root.load.failure()) {
        return nothing(evidence, &location, failure);
    }
    coverage.rows.retain(|row| is_wanted(row, only.as_ref()));
    if let (Some(only), true) = (&only, coverage.rows.is_empty()) {
        complain(&format!("{location} has no image for {only}"));
        return TROUBLE;
    }
    if let Some(kind) = evidence.print {
        return waiting.during(print::run(&source, &coverage, evidence, kind)).await;
    }
    let checked = match &trust {
        Some(trust) => {
            Some(waiting.during(checked::check(&source, &tree, &coverage, trust, permits)).await)
        }
        None => None,
    };
    if evidence.json {
        print_json(&json::document(&location, &coverage, checked.as_deref()));
    } else {
        print_text(&text::document(&location, &coverage, checked.as_deref()));
    }
    let failures = coverage.rows.iter().filter_map(|row| match &row.asked {
        Asked::Failed(failure) => Some(failure.as_ref()),
        Asked::NotYet | Asked::UnderWay | Asked::Yes => None,
    });
    let failures: Vec<&Failure> = failures.collect();
    complain_failures(failures.iter().copied());
    let passes = checked.as_deref().is_none_or(checked::passes);
    if failures.is_empty() && passes { DONE } else { PART }
}

/// The tree with everything that refers to it, and what is covered.
async fn gather(source: &Arc<dyn Source>, location: &Location, permits: usize) -> (Tree, Coverage) {
    let wanted = Wanted { referrers_up_to: Some(REFERRERS_UP_TO), permits };
    let tree = Tree::default().concluding().sparing().from_place(location);
    let tree = load::whole(source, tree, wanted).await;
    let coverage = Coverage::of(&tree);
    (tree, coverage)
}

/// With a platform, its images count and lists do not.
fn is_wanted(row: &Row, only: Option<&PlatformPattern>) -> bool {
    match only {
        Some(only) => row.platform.as_ref().is_some_and(|platform| only.matches(platform)),
        None => true,
    }
}

fn nothing(evidence: &EvidenceArgs, location: &Location, failure: &Failure) -> u8 {
    if evidence.json {
        print_json(&json::failed(location, failure));
    }
    complain_failure(failure);
    TROUBLE
}
