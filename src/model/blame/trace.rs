//! Where a file comes from: from the step that made its layer through the stages it was copied out
//! of.

use super::covers::{Covered, covers};
use super::origins::{Origin, input};
use crate::model::evidence::{Build, BuildStep, Work};

/// One stop on the way of a file, the image's layer first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The path there; `None` if it is not told.
    pub path: Option<String>,
    /// Who wrote it there. If there are several, the provenance does not tell which of them.
    pub writers: Vec<Writer>,
}

/// A step that wrote a file, or may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writer {
    /// The steps, as in an [`Origin`].
    pub steps: Vec<String>,
    /// What it did.
    pub how: From,
}

/// Where a step has a file from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum From {
    /// A command made it.
    Command,
    /// It was copied, from another step.
    Copied,
    /// It was written in the Dockerfile itself.
    Written,
    /// It was in an image that the build fetched.
    Image(String),
    /// It was in the build context or another source.
    Source {
        /// The address of the source.
        address: String,
        /// The path in it, if it is told.
        path: Option<String>,
    },
}

/// The most stages that a file is followed through.
const MOST_HOPS: usize = 16;
/// The most steps that are named if it is not told which of them it was.
const MOST_WRITERS: usize = 12;

/// The way of a file, from the layer that holds it.
pub(super) fn trace(build: &Build, origin: &Origin, path: &str) -> Vec<Hop> {
    let Some(step) = origin.steps.first().and_then(|id| build.step(id)) else { return Vec::new() };
    let (how, next) = match origin.is_base {
        true => (From::Image(image_of(step)), None),
        // The path is in this layer: what may have written it did.
        false => wrote(build, step, path),
    };
    let writer = Writer { steps: origin.steps.clone(), how };
    let mut hops = vec![Hop { path: Some(path.to_owned()), writers: vec![writer] }];
    let mut at = next;
    while let Some(Copied { from, output, paths }) = at.take() {
        if hops.len() >= MOST_HOPS {
            break;
        }
        let mut found = Vec::new();
        writers(build, (from, output), &paths, &mut found);
        // One that is certain ends the search; only perhaps is not enough.
        let certain = found.len() == 1 && found.first().is_some_and(|it| it.is_certain);
        at = match found.first_mut() {
            Some(one) if certain => one.next.take(),
            _ => None,
        };
        let path = match paths.as_slice() {
            [one] => Some(one.clone()),
            _ => found.first().filter(|_| certain).map(|it| it.path.clone()),
        };
        let writers = found.into_iter().map(|it| it.writer).collect();
        hops.push(Hop { path, writers });
    }
    hops
}

/// What was copied: out of which step, under which of these paths.
struct Copied<'a> {
    from: &'a BuildStep,
    output: usize,
    paths: Vec<String>,
}

/// A step that may have written a path.
struct Found<'a> {
    writer: Writer,
    path: String,
    is_certain: bool,
    next: Option<Copied<'a>>,
}

/// How a step wrote a path of which it is known that it did.
fn wrote<'a>(build: &'a Build, step: &'a BuildStep, path: &str) -> (From, Option<Copied<'a>>) {
    let Work::Files(actions) = &step.work else { return (From::Command, None) };
    let found: Vec<_> =
        actions.iter().filter_map(|action| Some((action, covers(action, path)?))).collect();
    // What is copied to this path itself comes before what is copied into a folder above it.
    let exact = found.iter().rposition(|(_, covered)| covered.is_certain);
    match (exact.and_then(|at| found.get(at)), found.as_slice()) {
        (Some((action, covered)), _) | (None, [(action, covered)]) => {
            of_action(build, step, action.from, covered)
        }
        _ => (From::Copied, None),
    }
}

fn of_action<'a>(
    build: &'a Build,
    step: &BuildStep,
    from: Option<usize>,
    covered: &Covered,
) -> (From, Option<Copied<'a>>) {
    let Some(number) = from else { return (From::Written, None) };
    let Some((from, output)) = input(build, step, number) else { return (From::Copied, None) };
    match &from.work {
        Work::Source(address) => {
            let path = match covered.sources.as_slice() {
                [one] => Some(one.clone()),
                _ => None,
            };
            (From::Source { address: address.clone(), path }, None)
        }
        Work::Image(_) => (From::Image(image_of(from)), None),
        // Made by this step alone, to be copied (a heredoc of the Dockerfile).
        Work::Files(actions)
            if actions.iter().all(|it| it.source.is_none()) && from.inputs.is_empty() =>
        {
            (From::Written, None)
        }
        _ if covered.sources.is_empty() => (From::Copied, None),
        _ => (From::Copied, Some(Copied { from, output, paths: covered.sources.clone() })),
    }
}

/// Who may have written one of these paths into a step's result: the last one first, down to the
/// first that did for certain.
fn writers<'a>(
    build: &'a Build,
    top: (&'a BuildStep, usize),
    paths: &[String],
    found: &mut Vec<Found<'a>>,
) {
    let mut seen: Vec<&str> = Vec::new();
    let mut at = Some(top);
    while let Some((step, _)) = at.filter(|(step, _)| !seen.contains(&step.id.as_str())) {
        seen.push(&step.id);
        if found.len() >= MOST_WRITERS {
            return;
        }
        let path = || paths.first().cloned().unwrap_or_default();
        let one = |how, is_certain, path, next| Found {
            writer: Writer { steps: vec![step.id.clone()], how },
            path,
            is_certain,
            next,
        };
        match &step.work {
            Work::Image(_) => {
                // It is what the stage begins with: if nobody else wrote it, it was there.
                found.push(one(From::Image(image_of(step)), found.is_empty(), path(), None));
                return;
            }
            Work::Source(address) => {
                let known = Some(path()).filter(|_| paths.len() == 1);
                let how = From::Source { address: address.clone(), path: known };
                found.push(one(how, found.is_empty(), path(), None));
                return;
            }
            Work::Files(actions) => {
                for action in actions.iter().rev() {
                    for path in paths {
                        let Some(covered) = covers(action, path) else { continue };
                        let certain = covered.is_certain && paths.len() == 1;
                        let (how, next) = of_action(build, step, action.from, &covered);
                        found.push(one(how, certain, path.clone(), next));
                        if certain {
                            return;
                        }
                        break;
                    }
                }
            }
            Work::Run(_) => found.push(one(From::Command, false, path(), None)),
            Work::Merge(inputs) => {
                // What was put on top comes first.
                for number in inputs.iter().skip(1).rev() {
                    let before = found.len();
                    if let Some(other) = input(build, step, *number) {
                        writers(build, other, paths, found);
                    }
                    if found.iter().skip(before).any(|it| it.is_certain) {
                        return;
                    }
                }
            }
            Work::Other => {}
        }
        at = step.below().and_then(|number| input(build, step, number));
    }
}

fn image_of(step: &BuildStep) -> String {
    match &step.work {
        Work::Image(image) => image.name.clone(),
        _ => String::new(),
    }
}
