//! What the page of a push says.

use std::time::Duration;

use super::page::{PushPage, Stage};
use crate::model::draft::{Action, Plan, Problem, Severity};
use crate::model::push::{Did, Outcome, Progress, StepState};
use crate::text::{bytes, escape, plural, wrap};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::drafts::OpenDraft;
use crate::tui::app::plan_words::{field, lines as plan_lines, tags as tag_lines};

/// The most problems that are named; the editor has them all.
const MAX_PROBLEMS: usize = 6;

/// The lines over the buttons; `back` is the key that leaves the page.
pub(super) fn lines(
    page: &PushPage,
    open: &OpenDraft,
    problems: &[Problem],
    cells: usize,
    back: &str,
) -> Vec<Line> {
    match &page.stage {
        Stage::Asking => asking(open, problems, cells, back),
        Stage::Running { plan, progress, rate, left, stopping, .. } => {
            let mut lines = tag_lines(open, cells);
            lines.push(Line::default());
            lines.push(moving(progress, *rate, *left, *stopping));
            lines.push(Line::default());
            lines.extend(steps(plan, progress));
            lines
        }
        Stage::Over { plan, outcome, took } => over(plan, outcome, *took, cells),
    }
}

fn asking(open: &OpenDraft, problems: &[Problem], cells: usize, back: &str) -> Vec<Line> {
    let mut lines = tag_lines(open, cells);
    let say = |lines: &mut Vec<Line>, tone: Tone, sign: &str, text: &str| {
        let text = escape(text);
        for (at, piece) in wrap(&text, cells.saturating_sub(2)).into_iter().enumerate() {
            let sign = if at == 0 { sign } else { "  " };
            lines.push(Line::of(tone, sign.to_owned()).with(Tone::Text, piece));
        }
    };
    lines.push(Line::default());
    let errors: Vec<&Problem> =
        problems.iter().filter(|it| it.severity == Severity::Error).collect();
    if !errors.is_empty() {
        let words = format!("not pushed: {} in the list", plural(errors.len(), "error"));
        lines.push(Line::of(Tone::Danger, words));
        for problem in errors.iter().take(MAX_PROBLEMS) {
            say(&mut lines, Tone::Danger, "✗ ", &problem.sentence);
        }
        if errors.len() > MAX_PROBLEMS {
            let more = format!("  and {} more", errors.len() - MAX_PROBLEMS);
            lines.push(Line::of(Tone::Muted, more));
        }
        return lines;
    }
    let Some(plan) = open.plan(&open.guard()) else {
        let hindrances = open.hindrances();
        for failure in hindrances.iter().take(MAX_PROBLEMS) {
            say(&mut lines, Tone::Danger, "✗ ", &failure.to_string());
        }
        if hindrances.len() > MAX_PROBLEMS {
            let more = format!("  and {} more", hindrances.len() - MAX_PROBLEMS);
            lines.push(Line::of(Tone::Muted, more));
        }
        if hindrances.is_empty() && open.survey.is_some() {
            lines.push(Line::of(Tone::Muted, "asking what is there already"));
        }
        return lines;
    };
    if let Some(conflict) = &plan.conflict {
        let words = "the tag has moved since the draft began";
        lines.push(Line::of(Tone::Warning, "! ").with(Tone::Strong, words));
        say(&mut lines, Tone::Warning, "  ", &conflict.to_string());
        let window = "Push anyway replaces what is there now. The tag can still move between the \
                      check and the push, since registries have no conditional push.";
        say(&mut lines, Tone::Text, "  ", window);
        lines.push(Line::default());
    }
    lines.extend(plan_lines(&plan, cells));
    let warnings = problems.len() - errors.len();
    if warnings > 0 {
        lines.push(Line::default());
        let count = plural(warnings, "warning");
        let words = format!("! {count} in the list; {back} goes back to it");
        lines.push(Line::of(Tone::Warning, words));
    }
    lines
}

/// How far it is, at which rate, and how long it will take.
fn moving(progress: &Progress, rate: Option<f64>, left: Option<Duration>, stopping: bool) -> Line {
    let (moved, total) = progress.bytes();
    let mut words = match progress.steps.len() {
        0 => "before the first step".to_owned(),
        steps => format!("step {} of {steps}", progress.done()),
    };
    if total > 0 {
        words.push_str(&format!(" · {} of {}", bytes(moved), bytes(total)));
    }
    if let Some(rate) = rate.filter(|rate| *rate > 0.0) {
        words.push_str(&format!(" · {}/s", bytes(rate as u64)));
    }
    if let Some(left) = left {
        words.push_str(&format!(" · {} left", seconds(left)));
    }
    if stopping {
        words.push_str(" · stopping");
    }
    Line::of(if stopping { Tone::Warning } else { Tone::Strong }, words)
}

fn seconds(time: Duration) -> String {
    match time.as_secs() {
        0 => "less than a second".to_owned(),
        seconds if seconds < 120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds / 60),
    }
}

/// The steps that do something; those under way first, since of hundreds few fit.
fn steps(plan: &Plan, progress: &Progress) -> Vec<Line> {
    let all =
        || plan.steps.iter().zip(&progress.steps).filter(|(step, _)| !step.action.is_nothing());
    let rank = |state: StepState| match state {
        StepState::Failed => 0,
        StepState::Running => 1,
        StepState::Waiting => 2,
        StepState::Done(_) => 3,
    };
    let mut order: Vec<_> = all().collect();
    order.sort_by_key(|(_, state)| rank(state.state));
    order
        .into_iter()
        .map(|(step, state)| {
            let (sign, tone) = match state.state {
                StepState::Waiting => ("· ", Tone::Muted),
                StepState::Running => ("▸ ", Tone::Accent),
                StepState::Done(_) => ("✓ ", Tone::Good),
                StepState::Failed => ("✗ ", Tone::Danger),
            };
            let mut line = Line::of(tone, sign).with(Tone::Text, name(&step.action));
            if state.total > 0 && state.state == StepState::Running {
                let words = format!("  {} of {}", bytes(state.bytes), bytes(state.total));
                line = line.with(Tone::Muted, words);
            }
            line
        })
        .collect()
}

/// A step in a few words, harmless for a terminal.
fn name(action: &Action) -> String {
    let text = match action {
        Action::ManifestPresent(it) | Action::BlobPresent(it) => {
            format!("present    {}", it.digest.short())
        }
        Action::Mount { blob, from, .. } => {
            format!("mount      {} from {}", blob.digest.short(), from.path)
        }
        Action::Copy { blob, source } => {
            format!("copy       {} from {}", blob.digest.short(), source.familiar())
        }
        Action::PutManifest(document) => format!("put        manifest {}", document.digest.short()),
        Action::PutAttached { manifest, tag } => {
            format!("put        {} → :{tag}", manifest.digest.short())
        }
        Action::TagPresent { tag } => format!("present    :{tag}"),
        Action::PutList { tag: Some(tag) } | Action::PutTag { tag } => {
            format!("put        the list → :{tag}")
        }
        Action::PutList { tag: None } => "put        the list".to_owned(),
        Action::ReadBack { tag: Some(tag) } => format!("read back  :{tag}"),
        Action::ReadBack { tag: None } => "read back  the list".to_owned(),
    };
    escape(&text).into_owned()
}

fn over(plan: &Plan, outcome: &Outcome, took: Duration, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    if outcome.is_done() {
        let parts = [
            (Did::Copied, "copied"),
            (Did::Mounted, "mounted"),
            (Did::Put, "put"),
            (Did::Nothing, "there already"),
        ];
        let counts: Vec<String> = parts
            .into_iter()
            .filter_map(|(did, word)| {
                let count = outcome.count(did);
                (count > 0).then(|| format!("{count} {word}"))
            })
            .collect();
        let time = format!("{}.{} s", took.as_secs(), took.subsec_millis() / 100);
        let words = format!("pushed in {time} and read back: {}", counts.join(", "));
        lines.push(Line::of(Tone::Good, "✓ ").with(Tone::Strong, words));
    } else {
        lines.push(Line::of(Tone::Danger, "✗ ").with(Tone::Strong, "the push stopped"));
    }
    lines.push(Line::default());
    let tag_before = match &outcome.before {
        Some(digest) => digest.to_string(),
        None => "did not exist".to_owned(),
    };
    lines.extend(field("tag before", Tone::Text, &tag_before, cells));
    lines.extend(field("new list", Tone::Text, outcome.after.as_str(), cells));
    lines.push(Line::default());
    for sentence in outcome.sentences(plan) {
        let sentence = escape(&sentence).into_owned();
        lines.extend(wrap(&sentence, cells).into_iter().map(|it| Line::of(Tone::Text, it)));
    }
    lines
}
