//! `platy why REFERENCE`: which entry each engine picks on a machine, and why.

mod answer;
mod args;
pub(super) mod engines;
mod findings;
mod group;
mod json;
mod machine;
mod names;
mod table;
mod text;

pub(super) use args::WhyArgs;

use super::args::Args;
use super::behind::Behind;
use super::complain::{complain, complain_failure};
use super::end;
use super::here::Stores;
use super::output::{print_json, print_text};
use super::{PART, TROUBLE};
use crate::model::select::{Engine, Need, Offer, Path, outcome};
use crate::model::tree::NodeId;
use crate::oci::{Failure, Location};
use crate::work::surroundings::Surroundings;
use answer::Answer;
use machine::Asked;

/// What was asked.
#[derive(Debug)]
struct Question {
    location: Location,
    machine: Asked,
    request: Option<String>,
    /// What Docker's command line asks for on this machine if nothing is asked for.
    docker_default: Option<String>,
    engines: Vec<&'static Engine>,
    /// Whether engines were named.
    named: bool,
}

pub(super) async fn run(args: &Args, why: &WhyArgs) -> u8 {
    let question = match question(why).await {
        Ok(question) => question,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let needs = |offer: &Offer| question.needs(offer);
    let behind = match Behind::load(args, &why.reference, &question.location, needs).await {
        Ok(behind) => behind,
        Err(failure) => return nothing(why, &question, &failure),
    };
    let picks = question.picks(&behind.offer);
    let behind = behind.asked_for_layers(&picks).await;
    let answers: Vec<Answer> =
        question.engines.iter().map(|engine| Answer::new(engine, &question, &behind)).collect();
    let stores = match why.here {
        true => Some(behind.waiting.during(Stores::ask(&behind.sources)).await),
        false => None,
    };
    let picked = picked(&picks, &behind);
    let (facts, findings) = findings::findings(&question, &behind, &answers, why).await;
    if why.json {
        let here = stores.as_ref().map(|stores| stores.json(&behind.tree, &picked));
        let document = json::Document::new(&question, &behind, &answers, &facts, &findings);
        print_json(&document.with_here(here));
    } else {
        let trace = why.trace || (question.named && answers.len() == 1);
        let shown = text::Shown { trace, mirrors: why.mirrors };
        let mut text = text::document(&question, &behind, &answers, &facts, &findings, shown);
        text.extend(stores.map(|stores| stores.text(&behind.tree, &picked)));
        print_text(&text);
    }
    let code = answers.iter().map(|it| end::code(&it.fit, it.by_default)).max().unwrap_or(TROUBLE);
    // Settings that stop every pull are an engine that gets nothing.
    let stopped = facts.routes.iter().any(|route| route.refused.is_some());
    if stopped { code.max(PART) } else { code }
}

/// The images that engines end with, each once.
fn picked(picks: &[Path], behind: &Behind) -> Vec<NodeId> {
    let mut picked = Vec::new();
    for path in picks {
        if let Some(id) = behind.tree.at_path(path)
            && !picked.contains(&id)
        {
            picked.push(id);
        }
    }
    picked
}

async fn question(why: &WhyArgs) -> Result<Question, String> {
    let location = why.reference.parse::<Location>().map_err(|error| error.to_string())?;
    let machine = machine::asked(why.host.as_deref()).await?;
    let doubt = machine.host.doubt().map_or_else(String::new, |doubt| format!("; {doubt}"));
    Ok(Question {
        location,
        engines: engines::asked(&why.engine, machine.host.os())
            .map_err(|why| format!("{why}{doubt}"))?,
        named: !why.engine.is_empty(),
        docker_default: docker_default(why, &machine),
        machine,
        request: why.platform.clone(),
    })
}

/// `DOCKER_DEFAULT_PLATFORM` of this machine, which nobody overrides.
fn docker_default(why: &WhyArgs, machine: &Asked) -> Option<String> {
    let asks = why.platform.is_none() && machine.detected;
    asks.then(|| Surroundings::of_process().default_platform).flatten()
}

impl Question {
    /// What this engine is asked for.
    fn request(&self, engine: &Engine) -> Option<&str> {
        let default = self.docker_default.as_deref().filter(|_| engine.reads_docker_default());
        self.request.as_deref().or(default)
    }

    /// What the engines end with.
    fn picks(&self, offer: &Offer) -> Vec<Path> {
        let outcomes = self
            .engines
            .iter()
            .map(|engine| outcome(engine, &self.machine.host, self.request(engine), offer));
        outcomes.filter_map(|outcome| outcome.pick().cloned()).collect()
    }

    fn needs(&self, offer: &Offer) -> Vec<Need> {
        self.engines
            .iter()
            .map(|engine| outcome(engine, &self.machine.host, self.request(engine), offer))
            .flat_map(|outcome| outcome.needs(offer))
            .collect()
    }
}

fn nothing(why: &WhyArgs, question: &Question, failure: &Failure) -> u8 {
    if why.json {
        print_json(&json::failed(question, failure));
    }
    complain_failure(failure);
    TROUBLE
}
