//! `platy check REFERENCE…`: whether labels are true, as a gate in CI.

mod args;
mod github;
mod html;
mod json;
mod junit;
mod report;
mod sarif;
mod text;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::args::Args;
use super::complain::{complain, complain_failures};
use super::look::named_platform;
use super::output::{print, print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::diagnose::{
    Behind, Broken, Expectation, Fact, Facts, Finding, Severity, diagnose,
};
use crate::model::evidence::Attested;
use crate::model::select::Path;
use crate::model::tree::{Load, REFERRERS_UP_TO, Tree};
use crate::oci::{Class, Failure, Location, PlatformPattern};
use crate::source::{Source, Sources};
use crate::work::attest::{Asking, MOST_EVIDENCE, attest};
use crate::work::layers::Reader;
use crate::work::load::{self, Wanted};
use crate::work::prove::{Prover, Table, Wish};
pub(super) use args::CheckArgs;
use report::{Checked, Report};
pub(super) use sarif::uri;

pub(super) async fn run(args: &Args, check: &CheckArgs) -> u8 {
    let only = check.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let locations: Result<Vec<Location>, String> = check
        .references
        .iter()
        .map(|text| text.parse::<Location>().map_err(|error| error.to_string()))
        .collect();
    let platforms = check.expect.iter().map(|text| named_platform("--expect", text)).collect();
    let (locations, only, platforms) = match (locations, only, platforms) {
        (Ok(locations), Ok(only), Ok(platforms)) => (locations, only, platforms),
        (Err(problem), _, _) | (_, Err(problem), _) | (_, _, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let expected = Expectation { platforms, exactly: check.exactly, absent: None };
    let options = args.options();
    let wish = Wish { only, permits: options.permits };
    let waiting = Waiting::new();
    let sources = Sources::new(options, waiting.activity());
    let mut reports = Vec::with_capacity(locations.len());
    for location in locations {
        let outcome = waiting.during(one(&sources, &location, check, (&wish, &expected))).await;
        reports.push(Report { location, outcome });
    }
    show(check, &reports);
    let code = reports.iter().map(code).max().unwrap_or(DONE);
    crate::cli::html::write(check.html.as_deref(), || html::page(&reports), code)
}

/// What is not true of an image's labels, in sentences; or why that could not be found out.
pub(super) async fn errors(sources: &Sources, location: &Location) -> Result<Vec<String>, String> {
    let check = CheckArgs::default();
    let wish = Wish { only: None, permits: sources.permits() };
    let asked = (&wish, &Expectation::default());
    let checked = one(sources, location, &check, asked).await.map_err(|it| it.to_string())?;
    if let Some(failure) = checked.failures.first() {
        return Err(failure.to_string());
    }
    let errors = checked.findings.into_iter().filter(|it| it.severity == Severity::Error);
    Ok(errors.map(|finding| format!("{}: {}", finding.rule, finding.title)).collect())
}

async fn one(
    sources: &Sources,
    location: &Location,
    check: &CheckArgs,
    (wish, expected): (&Wish, &Expectation),
) -> Result<Checked, Failure> {
    let source = sources.open(location)?;
    let permits = sources.under_way();
    let wanted = Wanted { referrers_up_to: None, permits };
    let mut tree = load::whole(
        &source,
        Tree::default().concluding().only(wish.only.clone()).from_place(location),
        wanted,
    )
    .await;
    if let Some(root) = tree.node(tree.root()).and_then(|root| root.document()) {
        load::is_one(location, root)?;
    }
    if let Some(failure) = super::behind::no_image(&tree, location) {
        return Err(failure);
    }
    let unread = load::in_turns(&source, &mut tree, permits).await.err();
    let mut facts = Facts::of_tree(&tree, location, None, None, &[]);
    facts.now = Some(Timestamp::now());
    let Some(behind) = &facts.behind else { return Err(root_failure(&tree, location)) };
    let table = table(sources, &source, &tree, behind, check, wish).await;
    let mut expected = expected.clone();
    if table.rows.is_empty() {
        // A platform that is not there is what the check found, not what keeps it from looking.
        let has_images = behind.images().next().is_some();
        match &wish.only {
            _ if unread.is_some() => {
                return Err(unread.unwrap_or_else(|| nothing(behind, location)));
            }
            Some(only) if has_images || behind.media_type.is_index() => {
                expected.absent = Some(only.to_string());
            }
            None if !expected.platforms.is_empty() && behind.media_type.is_index() => {}
            _ => return Err(nothing(behind, location)),
        }
    }
    let digest = behind.digest.clone();
    table.add_to(&mut facts);
    let trouble = tree_failures(&tree);
    if !check.no_evidence {
        facts.attested = Fact::Known(attested(sources, &source, tree, check, wish).await);
    }
    facts.expected = Some(expected);
    let chosen: HashSet<&Path> = table.rows.iter().map(|told| &told.path).collect();
    let findings = diagnose(&facts).into_iter();
    let findings = findings
        .filter(|finding| finding.severity != Severity::Good)
        .filter(|finding| wish.only.is_none() || is_about(finding, &chosen))
        .collect();
    let mut failures: Vec<Failure> = trouble;
    failures.extend(unread);
    failures.extend(table.failures().cloned());
    Ok(Checked { digest, table, findings, failures })
}

async fn table(
    sources: &Sources,
    source: &Arc<dyn Source>,
    tree: &Tree,
    behind: &Behind,
    check: &CheckArgs,
    wish: &Wish,
) -> Table {
    if check.no_binaries {
        return Table::of(tree, behind, None, wish).await;
    }
    let reader = Reader::new(Arc::clone(source), sources.cache());
    let prover = Prover::new(reader, check.all_programs);
    Table::of(tree, behind, Some(&prover), wish).await
}

/// The evidence for a reference, read; databases of packages only where layers are read at all.
async fn attested(
    sources: &Sources,
    source: &Arc<dyn Source>,
    tree: Tree,
    check: &CheckArgs,
    wish: &Wish,
) -> Attested {
    let reader = Reader::new(Arc::clone(source), sources.cache());
    let asking = Asking {
        only: wish.only.clone(),
        permits: wish.permits,
        up_to: REFERRERS_UP_TO,
        most: MOST_EVIDENCE,
        installed_in: None,
    };
    attest(source, tree, (!check.no_binaries).then_some(&reader), &asking).await
}

/// Why there is no image to check: a gate must not be passed by what it cannot look at.
fn nothing(behind: &Behind, location: &Location) -> Failure {
    let (detail, next) = if behind.media_type.is_index() {
        (
            "the list names no image, so there is nothing to check".to_owned(),
            "`platy inspect` shows what it names",
        )
    } else {
        (
            format!(
                "it is not an image ({}), so there is nothing to check",
                behind.media_type.title()
            ),
            "look at the tag; `platy inspect` shows what it leads to",
        )
    };
    Failure::new(Class::NotFound, location.to_string(), detail).with_next(next)
}

/// Whether a finding is about one of these images, or about no single image.
fn is_about(finding: &Finding, chosen: &HashSet<&Path>) -> bool {
    let of = |path: &Path| path.is_empty() || chosen.contains(path);
    finding.entries.is_empty() || finding.entries.iter().any(of)
}

fn root_failure(tree: &Tree, location: &Location) -> Failure {
    let failure = tree.node(tree.root()).and_then(|root| root.load.failure());
    failure.cloned().unwrap_or_else(|| {
        Failure::new(Class::NotFound, location.to_string(), "nothing was found behind it")
    })
}

/// What kept parts of the tree from being read; what is missing or wrong is a finding.
fn tree_failures(tree: &Tree) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut ahead = vec![tree.root()];
    while let Some(node) = ahead.pop().and_then(|id| tree.node(id)) {
        if let Load::Failed(failure) = &node.load
            && Broken::of_document("", failure).is_none()
        {
            failures.push(failure.as_ref().clone());
        }
        ahead.extend(node.children.iter().rev());
    }
    failures
}

fn show(check: &CheckArgs, reports: &[Report]) {
    if check.json {
        print_json(&json::document(reports));
    } else if check.sarif {
        print_json(&sarif::document(reports));
    } else if check.github {
        print(github::document(reports).as_bytes());
    } else if check.junit {
        print(junit::document(reports).as_bytes());
    } else {
        print_text(&text::document(reports));
    }
    complain_failures(reports.iter().flat_map(|report| match &report.outcome {
        Err(failure) => std::slice::from_ref(failure),
        Ok(checked) => checked.failures.as_slice(),
    }));
}

fn code(report: &Report) -> u8 {
    match &report.outcome {
        Err(_) => TROUBLE,
        Ok(checked) if !checked.failures.is_empty() => TROUBLE,
        Ok(checked) if checked.has_errors() => PART,
        Ok(_) => DONE,
    }
}
