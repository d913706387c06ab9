//! The end that all pushing commands share: validation, plan, question, push, report.

use super::args::Pushing;
use super::ask::{ask, can_ask};
use super::job::{Job, Trouble};
use super::progress::show;
use super::report::Report;
use super::{json, text};
use crate::cli::args::Args;
use crate::cli::complain::{complain, complain_failure};
use crate::cli::interrupt::Interrupts;
use crate::cli::output::{print_exact, print_json, print_line, print_text};
use crate::cli::{DONE, PART, TROUBLE};
use crate::model::draft::{
    Answers, Effects, Guard, Plan, Presence, Problem, Question, Severity, Target, effects,
};
use crate::oci::{Digest, Document, Failure, Location};
use crate::source::Sources;
use crate::work::gather;
use crate::work::push::{Board, Journal, Outcome, not_kept, prepare_with, read_again, run};

/// Says why a command stops before it has a plan.
pub(super) fn give_up(trouble: &Trouble, pushing: &Pushing) -> u8 {
    if pushing.json {
        print_json(&json::stopped(trouble));
    }
    trouble.complain();
    TROUBLE
}

/// How much a push says and asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    /// The plan, a question, and what came of it.
    Whole,
    /// The plan and a question; what came of it is said by the caller.
    Plan,
    /// Nothing but trouble: the same was asked and confirmed before.
    Quiet,
}

/// What a push came to.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// The exit code.
    pub(super) code: u8,
    /// The list that the tag holds now.
    pub(super) wrote: Option<Digest>,
    /// Whether nothing was written, or it was written over, since somebody else wrote the tag.
    pub(super) moved: bool,
    /// The report, if the caller is to print it.
    pub(super) json: Option<serde_json::Value>,
}

impl From<u8> for Ended {
    fn from(code: u8) -> Self {
        Self { code, ..Self::default() }
    }
}

/// Finishes a job: what it is refused for is said, a plan is shown before anything is written.
pub(super) async fn finish(args: &Args, mut job: Job, pushing: &Pushing, voice: Voice) -> Ended {
    let mut answers = job.answers();
    if let Some(guard) = pushing.guard() {
        job.guard = guard;
    }
    let learnt = gather::learn_for(
        &mut job.making.draft,
        &job.target,
        &job.making.sources,
        job.making.permits,
    )
    .await;
    if let Err(failure) = learnt {
        return give_up(&Trouble::Failed(failure), pushing).into();
    }
    let making = &mut job.making;
    gather::learn_subjects(&mut making.draft, &making.sources, making.permits).await;
    let problems = making.draft.problems();
    let refused = problems.iter().any(|problem| problem.severity == Severity::Error);
    if pushing.raw {
        print_exact(&job.making.draft.document().bytes);
        say_problems(&problems);
        return Ended::from(if refused { PART } else { DONE });
    }
    if refused {
        let report = Report {
            target: &job.target,
            draft: &job.making.draft,
            problems: &problems,
            notes: &job.making.notes,
            plan: None,
            effects: &Effects::default(),
            outcome: None,
            second: None,
        };
        if pushing.json {
            print_json(&json::document(&report));
        }
        say_problems(&problems);
        complain("nothing was pushed: the list has errors");
        return PART.into();
    }
    let (target, sources) = (&job.target, &job.making.sources);
    let plan = match prepare_with(&mut job.making.draft, target, &job.guard, sources, &mut answers)
        .await
    {
        Ok(plan) => plan,
        Err(failure) => {
            return give_up(&Trouble::Failed(failure), pushing).into();
        }
    };
    job.making.notes.extend(plan.notes.clone());
    let old = job.old(&plan).await;
    if let (Some(old), false) = (&old, args.reach.no_journal) {
        job.making.notes.extend(not_kept(old, &plan.list));
    }
    let effects = old.map_or_else(Effects::default, |old| job.effects(&old, &plan));
    let report = Report {
        target: &job.target,
        draft: &job.making.draft,
        problems: &problems,
        notes: &job.making.notes,
        plan: Some(&plan),
        effects: &effects,
        outcome: None,
        second: None,
    };
    if !pushing.json && voice != Voice::Quiet {
        print_text(&text::plan(&report));
    }
    if voice != Voice::Quiet {
        say_problems(&problems);
    }
    if plan.conflict.is_some() && voice != Voice::Whole {
        return Ended { code: PART, moved: true, ..Ended::default() };
    }
    if let Some(conflict) = &plan.conflict {
        if pushing.json {
            print_json(&json::document(&report));
        }
        complain(&format!("nothing was pushed: {conflict}"));
        return PART.into();
    }
    let journal = match journal(args).await {
        _ if plan.is_done() => None,
        Ok(journal) => journal,
        Err(failure) => {
            complain_failure(&failure);
            if !pushing.dry_run {
                if pushing.json {
                    print_json(&json::document(&report));
                }
                complain("nothing was pushed: what it replaces could not be put back");
                return TROUBLE.into();
            }
            None
        }
    };
    if pushing.dry_run {
        if pushing.json {
            print_json(&json::document(&report));
        }
        return DONE.into();
    }
    if !plan.is_done() && !pushing.yes && voice != Voice::Quiet {
        if !can_ask() {
            if pushing.json {
                print_json(&json::document(&report));
            }
            complain(
                "nothing was pushed: there is no terminal to ask on; --yes pushes without asking",
            );
            return TROUBLE.into();
        }
        if !ask(&format!("Push to {}?", crate::text::escape(&job.target.to_string()))) {
            complain("nothing was pushed");
            return PART.into();
        }
    }
    let outcome = carry_out(&plan, &job.making.sources, &job.guard, journal.as_ref()).await;
    let second = match pushing.second_reader && outcome.is_done() {
        true => Some(read_again(&plan, &job.making.sources).await),
        false => None,
    };
    let second = second.as_ref().map(Result::as_ref);
    let document = json::document(&Report { outcome: Some(&outcome), second, ..report });
    let moved = outcome.is_refused() || outcome.is_overwritten() || outcome.is_uncertain();
    if voice != Voice::Whole && (outcome.is_done() || moved) {
        let wrote = outcome.is_done().then(|| outcome.after.clone());
        return Ended { code: DONE, wrote, moved, json: Some(document) };
    }
    if pushing.json {
        print_json(&document);
    }
    text::say_outcome(&plan, &outcome, pushing.json);
    match second {
        Some(Ok(())) if !pushing.json => print_line("  oci-client reads the same"),
        Some(Err(failure)) => {
            complain_failure(failure);
            return TROUBLE.into();
        }
        _ => {}
    }
    Ended::from(match () {
        () if outcome.is_done() => DONE,
        () if outcome.is_refused() => PART,
        () => TROUBLE,
    })
}

/// The journal, if it is wanted and can be written.
pub(in crate::cli) async fn journal(args: &Args) -> Result<Option<Journal>, Failure> {
    if args.reach.no_journal {
        return Ok(None);
    }
    let Some(journal) = args.journal() else {
        let detail = "there is no journal of pushes: this system names no folder for state";
        return Err(Failure::new(crate::oci::Class::Local, "", detail)
            .with_next("set XDG_STATE_HOME, or push with `--no-journal`"));
    };
    journal.ready().await.map(|()| Some(journal))
}

/// Runs the plan; an interrupt stops it where it is known what the tags hold.
pub(super) async fn carry_out(
    plan: &Plan,
    sources: &Sources,
    guard: &Guard,
    journal: Option<&Journal>,
) -> Outcome {
    let pushing = crate::work::push::Pushing { sources, journal, guard };
    let board = Board::new(plan);
    let mut interrupts = Interrupts::new();
    let watching = async {
        let interrupt = async {
            // A second one ends at once.
            loop {
                interrupts.next().await;
                board.cancel();
            }
        };
        tokio::join!(show(&board), interrupt)
    };
    tokio::select! {
        outcome = run(plan, pushing, &board) => outcome,
        (never, ()) = watching => match never {},
    }
}

pub(super) fn say_problems(problems: &[Problem]) {
    for problem in problems {
        let mut line = format!("{}: {}", problem.severity.as_str(), problem.sentence);
        if let Some(fix) = &problem.fix {
            line.push_str(&format!(" (to mend it: {})", fix.label));
        }
        complain(&line);
    }
}

impl Job {
    /// What is known of the target: where its first tag points, which was asked for the guard. It
    /// is looked at once more right before it is written.
    fn answers(&self) -> Answers {
        let mut answers = Answers::default();
        if let (Guard::Unchanged(now), Some(tag)) = (&self.guard, self.target.tag()) {
            let presence = now.clone().map_or(Presence::Absent, Presence::There);
            answers.insert(Question::Tag(tag.to_owned()), presence);
        }
        answers
    }

    /// What the first tag holds now, if it is replaced. It can be without being understood.
    async fn old(&self, plan: &Plan) -> Option<Document> {
        let before = plan.before.as_ref().filter(|digest| **digest != plan.list.digest)?;
        let base = self.making.draft.base().filter(|base| base.document.digest == *before);
        match base {
            Some(base) => Some(base.document.as_ref().clone()),
            None => old(&self.making.sources, &plan.target, before).await.ok(),
        }
    }

    /// Whom the push changes.
    fn effects(&self, old: &Document, plan: &Plan) -> Effects {
        effects(old, &(), &self.making.draft, &plan.target.to_string())
    }
}

async fn old(
    sources: &Sources,
    target: &Target,
    digest: &crate::oci::Digest,
) -> Result<Document, Failure> {
    let at = Location::Registry(target.repository.at(digest.clone()));
    sources.open(&at)?.root().await
}
