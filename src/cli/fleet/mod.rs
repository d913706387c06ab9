//! `platy fleet FILE…`: what machines get of every image that files name.

mod allow;
mod args;
mod html;
mod json;
mod junit;
mod merge;
mod question;
mod sarif;
mod text;

pub(super) use args::FleetArgs;

use super::args::Args;
use super::complain::{complain, note};
use super::explore;
use super::output::{print, print_json, print_text};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::fleet::Fleet;
use crate::oci::{Location, Quota};
use crate::source::Sources;
use crate::text::escape;
use crate::work::fleet::Asker;
use allow::Allowed;
use question::Question;

pub(super) async fn run(args: &Args, arguments: &FleetArgs) -> u8 {
    let allowed = arguments.allow.as_deref().map(Allowed::read).transpose();
    let (question, allowed) = match (Question::of(arguments), allowed) {
        (Ok(question), Ok(allowed)) => (question, allowed.unwrap_or_default()),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    if arguments.is_for_the_screen() && explore::has_terminal() {
        let mut fleet = question.fleet(arguments);
        allowed.mark(&mut fleet);
        return explore::fleet(args, fleet).await;
    }
    let mut quotas = Vec::new();
    let mut fleet = if arguments.merge {
        merge::merge(&arguments.files)
    } else {
        let waiting = Waiting::new();
        let sources = Sources::new(args.options(), waiting.activity());
        let mut fleet = question.fleet(arguments);
        waiting.during(ask(&sources, arguments, &mut fleet)).await;
        quotas = waiting.activity().quotas();
        fleet
    };
    allowed.mark(&mut fleet);
    show(arguments, &fleet, &quotas);
    if fleet.has_trouble() && arguments.is_for_machines() {
        note("not everything could be read; the report says what, and why");
    }
    let code = match () {
        () if fleet.has_trouble() => TROUBLE,
        () if fleet.has_findings() => PART,
        () => DONE,
    };
    crate::cli::html::write(arguments.html.as_deref(), || html::page(&fleet), code)
}

async fn ask(sources: &Sources, arguments: &FleetArgs, fleet: &mut Fleet) {
    let asker = Asker::new(sources.clone());
    asker.all(fleet).await;
    if arguments.nearest {
        asker.nearest(fleet).await;
    }
    if arguments.prove {
        for image in fleet.images.iter_mut().filter(|image| image.behind().is_some()) {
            let location = Location::Registry(image.reference.clone());
            image.proven = Some(super::check::errors(sources, &location).await);
        }
    }
}

fn show(arguments: &FleetArgs, fleet: &Fleet, quotas: &[(String, Quota)]) {
    if arguments.json {
        print_json(&json::document(fleet, quotas));
    } else if arguments.sarif {
        print_json(&sarif::document(fleet));
    } else if arguments.junit {
        print(junit::document(fleet).as_bytes());
    } else if arguments.affinity {
        print(affinity(fleet).as_bytes());
    } else {
        print_text(&text::document(fleet, quotas));
    }
}

/// The blocks for all pods, each with what it belongs to in a comment.
fn affinity(fleet: &Fleet) -> String {
    let mut out = String::new();
    for pod in fleet.pods() {
        let head = format!("# {}:{}  {}", pod.file, pod.line, pod.title);
        out.push_str(&format!("{}\n", escape(&head)));
        match (pod.affinity(), &pod.platforms) {
            (Some(block), _) => out.push_str(&block),
            (None, Some(_)) => out.push_str("# no machine has all of its images\n"),
            (None, None) => out.push_str("# not all of its images are known\n"),
        }
    }
    out
}
