//! `platy diff A B`: what differs between two references.

mod args;
mod files;
mod html;
mod json;
mod packages;
mod platforms;
mod raw;

pub(super) use args::DiffArgs;

use std::sync::Arc;

use super::args::Args;
use super::complain::{complain, complain_failure, complain_failures};
use super::here::Stores;
use super::output::{columns, print_json, print_lines, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::compare::{Comparison, Part, compare, text};
use crate::model::files::Path;
use crate::model::here::images;
use crate::model::tree::Tree;
use crate::oci::{Failure, Location, PlatformPattern};
use crate::source::{Source, Sources};
use crate::work::load;

/// The cells of a line in a pipe.
const IN_A_PIPE: usize = 140;

/// What is compared.
struct Question {
    locations: [Location; 2],
    only: Option<PlatformPattern>,
}

/// Why a side could not be had, of each side.
type Failures = Box<[Option<Failure>; 2]>;

/// Both sides, loaded.
struct Sides {
    a: Part,
    b: Part,
}

pub(super) async fn run(args: &Args, diff: &DiffArgs) -> u8 {
    let question = match question(diff) {
        Ok(Some(question)) => question,
        Ok(None) => return platforms::run(args, diff).await,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let opened = match open(&sources, &question) {
        Ok(opened) => opened,
        Err(failures) => return nothing(diff, &question, &failures),
    };
    let [tree_a, tree_b] = match waiting.during(trees(args, &opened, &question)).await {
        Ok(trees) => trees,
        Err(failures) => return nothing(diff, &question, &failures),
    };
    let sides = match sides(&question, &tree_a, &tree_b) {
        Ok(sides) => sides,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let mut comparison = compare(&sides.a, &sides.b);
    let parts = [&sides.a, &sides.b];
    let path = diff.file.as_deref().map(Path::from);
    let files = if diff.files || path.is_some() {
        let (cache, spelled) = (sources.cache(), diff.platform.as_deref());
        let compared = files::compared(&opened, cache.as_ref(), parts, spelled, path.as_ref());
        match waiting.during(compared).await {
            Ok(files) => Some(files),
            Err(failure) => {
                complain_failure(&failure);
                return TROUBLE;
            }
        }
    } else {
        None
    };
    comparison.missing.extend(files.iter().flat_map(files::Compared::missing));
    let packages = match diff.packages {
        true => {
            let (cache, pairs) = (sources.cache(), packages::pairs(&comparison));
            let (opened, trees) = ([&opened[0], &opened[1]], [&tree_a, &tree_b]);
            let permits = args.options().permits;
            let compared = packages::compared(opened, cache.as_ref(), trees, &pairs, permits);
            Some(waiting.during(compared).await)
        }
        false => None,
    };
    comparison.missing.extend(packages.iter().flat_map(|found| packages::missing(found)));
    if let (Some(files), Some(path)) = (&files, &path) {
        return match waiting.during(files.one(path)).await {
            Ok(one) => {
                print_text(&one.text);
                one.code
            }
            Err(failure) => {
                complain_failure(&failure);
                TROUBLE
            }
        };
    }
    let stores = match diff.here {
        true => Some(waiting.during(Stores::ask(&sources)).await),
        false => None,
    };
    let report = Report {
        comparison: &comparison,
        files: files.as_ref(),
        packages: packages.as_deref(),
        here: stores.as_ref().map(|stores| (stores, [&tree_a, &tree_b])),
    };
    if diff.raw {
        print_text(&raw::document(&question, &sides));
    } else {
        show(diff, &question, &report);
    }
    complain_failures(comparison.missing.iter().filter_map(|it| it.failure.as_deref()));
    let page = || {
        let files = files.as_ref().map(files::Compared::page_text);
        html::page(&question, &comparison, files, packages.as_deref().map(packages::text))
    };
    crate::cli::html::write(diff.html.as_deref(), page, code(&comparison))
}

/// What was found.
struct Report<'a> {
    comparison: &'a Comparison,
    files: Option<&'a files::Compared>,
    packages: Option<&'a [packages::Found]>,
    /// What this machine has of both sides.
    here: Option<(&'a Stores, [&'a Tree; 2])>,
}

fn show(diff: &DiffArgs, question: &Question, report: &Report<'_>) {
    let only = question.only.as_ref();
    let &Report { comparison, files, packages, here } = report;
    if diff.json {
        let here = here.map(|(stores, trees)| trees.map(|it| stores.json(it, &images(it, only))));
        print_json(&json::Document { question, comparison, files, packages, here });
        return;
    }
    let [a, b] = &question.locations;
    let text = text(comparison, [&a.to_string(), &b.to_string()], columns(IN_A_PIPE));
    print_text(&text);
    if let Some(files) = files {
        print_lines(files.lines());
    }
    if let Some(packages) = packages {
        print_text(&packages::text(packages));
    }
    for (side, tree) in here.iter().flat_map(|(_, trees)| ["A", "B"].into_iter().zip(trees)) {
        let text = here.map(|(stores, _)| stores.of_side(side, tree, &images(tree, only)));
        print_text(&text.unwrap_or_default());
    }
}

/// Content that cannot be had on a side whose digest is the other's is trouble, not equality.
fn code(comparison: &Comparison) -> u8 {
    let failed = comparison.missing.iter().any(|it| it.failure.is_some());
    match (comparison.is_equal(), failed) {
        (true, false) => DONE,
        (true, true) => TROUBLE,
        (false, _) => PART,
    }
}

/// What is compared with what; `None` if there is only one side.
fn question(diff: &DiffArgs) -> Result<Option<Question>, String> {
    let Some(b) = &diff.b else { return Ok(None) };
    let location = |text: &str| text.parse::<Location>().map_err(|error| error.to_string());
    let only = diff.platform.as_deref().map(str::parse::<PlatformPattern>).transpose()?;
    Ok(Some(Question { locations: [location(&diff.a)?, location(b)?], only }))
}

fn open(sources: &Sources, question: &Question) -> Result<[Arc<dyn Source>; 2], Failures> {
    let [a, b] = &question.locations;
    match (sources.open(a), sources.open(b)) {
        (Ok(a), Ok(b)) => Ok([a, b]),
        (a, b) => Err(Box::new([a.err(), b.err()])),
    }
}

async fn trees(
    args: &Args,
    opened: &[Arc<dyn Source>; 2],
    question: &Question,
) -> Result<[Tree; 2], Failures> {
    let permits = args.options().under_way();
    let [a, b] = opened;
    let tree = || Tree::default().only(question.only.clone()).concluding().among(2);
    let trees = load::both([a, b], [tree(), tree()], permits).await;
    let [of_a, of_b] = &trees;
    let failures = [failure(a, of_a), failure(b, of_b)];
    if failures.iter().any(Option::is_some) { Err(Box::new(failures)) } else { Ok(trees) }
}

/// Why a side cannot be compared.
fn failure(source: &Arc<dyn Source>, tree: &Tree) -> Option<Failure> {
    let root = tree.node(tree.root())?;
    match root.document() {
        Some(document) => load::is_one(source.location(), document).err(),
        None => root.load.failure().cloned(),
    }
}

fn sides(question: &Question, a: &Tree, b: &Tree) -> Result<Sides, String> {
    let [location_a, location_b] = &question.locations;
    let part = |tree: &Tree, location: &Location| {
        let part = Part::of_tree(tree, tree.root());
        let part = part.ok_or_else(|| format!("{location}: nothing to compare"))?;
        match &question.only {
            None => Ok(part),
            Some(only) => part.narrowed(only).ok_or_else(|| {
                format!("{location} has nothing for {only}; `platy inspect` shows what it has")
            }),
        }
    };
    Ok(Sides { a: part(a, location_a)?, b: part(b, location_b)? })
}

fn nothing(diff: &DiffArgs, question: &Question, failures: &[Option<Failure>; 2]) -> u8 {
    if diff.json {
        print_json(&json::failed(question, failures));
    }
    complain_failures(failures.iter().flatten());
    TROUBLE
}
