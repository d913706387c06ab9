//! Engines that end alike: one sentence for all of them.

use super::answer::Answer;
use super::table::position;
use crate::model::diagnose::{End, Served};
use crate::model::select::Outcome;
use crate::text::{escape, plural, width, wrap};

/// Lists of names are not longer than this on any screen.
const LONG_LINE: usize = 120;

/// Engines that end alike.
#[derive(Debug)]
pub(super) struct Group<'a> {
    first: &'a Answer,
    answers: Vec<&'a Answer>,
}

/// The answers by how they end: those that work first, then those that do not, and last what is only
/// a tool's default, which says nothing about the image; the larger group first.
pub(super) fn groups(answers: &[Answer]) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for answer in answers {
        match groups.iter_mut().find(|group| alike(group.first, answer)) {
            Some(group) => group.answers.push(answer),
            None => groups.push(Group { first: answer, answers: vec![answer] }),
        }
    }
    groups.sort_by_key(|group| (group.rank(), std::cmp::Reverse(group.answers.len())));
    groups
}

fn alike(a: &Answer, b: &Answer) -> bool {
    if a.by_default != b.by_default {
        return false;
    }
    match (&a.selection.outcome, &b.selection.outcome) {
        (Outcome::Picked(one), Outcome::Picked(other)) => one == other && a.fit == b.fit,
        (Outcome::Failed(_), Outcome::Failed(_)) => true,
        (Outcome::Fails(one), Outcome::Fails(other)) => {
            one.path == other.path && one.problem == other.problem
        }
        (one, other) => {
            std::mem::discriminant(one) == std::mem::discriminant(other) && a.fit == b.fit
        }
    }
}

/// What an engine says or does, if engines that end alike differ in it.
fn saying(answer: &Answer) -> Option<String> {
    if let Some(error) = answer.selection.outcome.error() {
        return Some(format!("prints: {error}"));
    }
    let is_bare = answer.pick.as_ref().is_some_and(|it| it.path.is_empty() && !it.is_index);
    is_bare.then(|| answer.engine.bare.to_owned())
}

impl Group<'_> {
    fn rank(&self) -> usize {
        match self.first.fit {
            Served::Right => 0,
            Served::Depending(_) => 1,
            Served::Whole => 5,
            Served::Wrong(_) | Served::Nothing(_) if self.first.by_default => 6,
            Served::Wrong(_) => 2,
            Served::Nothing(_) => 3,
            Served::Unknown(_) => 4,
        }
    }

    fn sign(&self) -> &'static str {
        match self.first.fit {
            Served::Right => "✓",
            Served::Whole => "·",
            // A default is not a fault of the image.
            Served::Wrong(_) | Served::Nothing(_) if self.first.by_default => "·",
            Served::Wrong(_) | Served::Nothing(_) => "✗",
            Served::Depending(_) | Served::Unknown(_) => "?",
        }
    }

    /// Writes the sentence, then who it is about.
    pub(super) fn write(&self, words: Words, cells: usize, out: &mut String) {
        let first = self.first;
        let who = match self.answers.as_slice() {
            [only] => only.engine.title.to_owned(),
            all => plural(all.len(), "engine"),
        };
        let mut sentence = match (&first.selection.outcome, &first.pick) {
            (Outcome::Picked(_), Some(pick)) => format!("{} by {who}", words.picked(pick)),
            (Outcome::Fails(_), Some(pick)) => {
                format!("{}, and then fails with {who}", words.picked(pick))
            }
            (Outcome::Needs(_) | Outcome::Unknown(_), _) => format!("Not known for {who}"),
            _ => format!("Nothing is {} by {who}", words.taken()),
        };
        let says_why = !matches!(first.selection.outcome, Outcome::Failed(_));
        let problem = first.fit.problem().filter(|_| says_why);
        if let Some(problem) = problem {
            sentence.push_str(&format!(": {problem}"));
        }
        lines(&format!("{} ", self.sign()), &sentence, cells, out);
        let mut left: Vec<&Answer> = self.answers.clone();
        while let Some(saying_of) = left.first().map(|answer| saying(answer)) {
            let (these, others) = left.into_iter().partition(|it| saying(it) == saying_of);
            left = others;
            self.write_some(&these, saying_of, cells, out);
        }
    }

    /// What some of the engines say, then their names if there are more than these.
    fn write_some(
        &self,
        these: &[&Answer],
        saying: Option<String>,
        cells: usize,
        out: &mut String,
    ) {
        let said = saying.is_some();
        if let Some(saying) = saying {
            lines("  ", &saying, cells, out);
        }
        if self.answers.len() > 1 {
            titles(these, cells, out);
        } else if !said && self.first.fit.problem() != Some(self.first.reason.as_str()) {
            lines("  ", &self.first.reason, cells, out);
        }
    }
}

/// The names, as many on a line as fit.
fn titles(answers: &[&Answer], cells: usize, out: &mut String) {
    let cells = cells.min(LONG_LINE);
    let mut line = String::new();
    for answer in answers {
        let title = answer.engine.title;
        if !line.is_empty() && width(&line) + width(title) + 7 > cells {
            out.push_str(&format!("    {line}\n"));
            line.clear();
        }
        if !line.is_empty() {
            line.push_str(" · ");
        }
        line.push_str(title);
    }
    out.push_str(&format!("    {line}\n"));
}

/// How things are called.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words {
    /// Whether digests are shortened.
    pub(super) short: bool,
    /// Whether it is a layout or an archive, which nobody pulls.
    pub(super) on_disk: bool,
}

impl Words {
    fn taken(self) -> &'static str {
        if self.on_disk { "taken" } else { "pulled" }
    }

    fn picked(self, pick: &End) -> String {
        let digest = if self.short { pick.digest.short() } else { pick.digest.as_str() };
        let platform = pick.platform_text().map_or_else(String::new, |it| format!("{it}, "));
        if pick.is_index {
            let what = if pick.path.is_empty() { "The whole index" } else { "A nested index" };
            format!("{what}, {digest}, is taken")
        } else if pick.path.is_empty() {
            format!("The image itself, {platform}{digest}, is {}", self.taken())
        } else {
            format!("Entry {}, {platform}{digest}, is picked", position(&pick.path))
        }
    }
}

/// A text that wraps under its own beginning.
fn lines(head: &str, text: &str, cells: usize, out: &mut String) {
    let indent = width(head);
    for (at, line) in wrap(&escape(text), cells.saturating_sub(indent)).iter().enumerate() {
        let before = if at == 0 { head.to_owned() } else { " ".repeat(indent) };
        out.push_str(&format!("{before}{line}\n"));
    }
}
