//! What was diagnosed besides the pick: worked out anew only if the answer or what was seen
//! outside has changed, so that a key costs nothing.

use crate::model::diagnose::{Facts, Finding, HostFacts, Severity, diagnose};
use crate::text::{escape, width, wrap};
use crate::tui::app::cx::Cx;
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::opened::{OpenedId, OpenedRef};
use crate::tui::app::{Action, Choice, Query, RequestId, SessionId, list};

/// From what the lines were made: the answer, what was seen outside, the cells of a line.
type FindingsOf = (u64, u64, usize);

/// The findings, and what is still being asked for.
#[derive(Debug, Clone, Default)]
pub struct Findings {
    /// The line under the cursor.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    found: Vec<Finding>,
    /// The lines, each with the number of its finding.
    lines: Vec<(usize, Line)>,
    made: Option<FindingsOf>,
    /// The request, and whether this machine is looked at too.
    asked: Option<(RequestId, bool)>,
    seen: Option<Box<Facts>>,
    /// Grows with everything that was seen.
    answers: u64,
}

impl Findings {
    /// The findings, the gravest first.
    #[must_use]
    pub fn found(&self) -> &[Finding] {
        &self.found
    }

    /// The lines, each with the number of its finding.
    #[must_use]
    pub fn lines(&self) -> &[(usize, Line)] {
        &self.lines
    }

    /// Whether something outside is still being asked.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.asked.is_some() && self.seen.is_none()
    }

    /// How many there are of each severity, and what is waited for.
    #[must_use]
    pub fn title(&self) -> Line {
        let mut line = Line::default();
        for severity in [Severity::Error, Severity::Warning, Severity::Info, Severity::Good] {
            let count = self.found.iter().filter(|it| it.severity == severity).count();
            if count > 0 {
                line = line.with(tone(severity), format!("{} {count}   ", severity.sign()));
            }
        }
        if self.is_waiting() {
            let whom = match self.asked {
                Some((_, true)) => "asking mirrors, other tags and this machine's engines …",
                _ => "asking the registry about other tags and older clients …",
            };
            return line.with(Tone::Muted, whom);
        }
        if self.found.is_empty() {
            return line.with(Tone::Muted, "nothing was found");
        }
        line
    }

    /// Asks outside for what the tree cannot tell; once for this machine, once for others.
    pub(super) fn ask(&mut self, id: OpenedId, session: SessionId, cx: &mut Cx) {
        let here = cx.choice.is_this_machine();
        let Some(open) = cx.opened.get_mut(id) else { return };
        if open.picks().offer().is_none() || self.asked.is_some_and(|it| it.1 == here) {
            return;
        }
        let facts = Box::new(facts(open, &cx.choice));
        let location = open.location.clone();
        if let Some((before, _)) = self.asked {
            cx.stop(session, before);
        }
        let question = Query::Evidence { location, facts, this_machine: here };
        self.asked = Some((cx.ask(session, question), here));
        self.seen = None;
        self.answers += 1;
    }

    /// Takes what was seen outside.
    pub(super) fn take(&mut self, request: RequestId, facts: Box<Facts>) {
        if self.asked.is_some_and(|it| it.0 == request) {
            self.seen = Some(facts);
            self.answers += 1;
        }
    }

    /// Brings findings and lines up to date.
    pub(super) fn settle(&mut self, open: &mut OpenedRef, choice: &Choice, cells: usize) {
        let generation = open.picks().generation();
        let generation = generation + open.evidenced().revision();
        let made = (generation, self.answers, cells);
        if self.made == Some(made) {
            return;
        }
        let same = self.made.is_some_and(|it| (it.0, it.1) == (generation, self.answers));
        self.made = Some(made);
        if !same {
            let facts = facts(open, choice);
            self.found = diagnose(&match &self.seen {
                Some(seen) => facts.with_seen(seen),
                None => facts,
            });
        }
        self.lines.clear();
        for (number, finding) in self.found.iter().enumerate() {
            self.lines.extend(lines(finding, cells).into_iter().map(|line| (number, line)));
        }
    }

    /// Keeps the cursor on a line and that line on the screen.
    pub(super) fn scroll(&mut self, height: usize) {
        let last = self.lines.len().saturating_sub(1);
        self.cursor = self.cursor.min(last);
        self.top = list::top(self.top, self.cursor, self.lines.len(), height);
    }

    /// Turns the wheel over the lines.
    pub(super) fn wheel(&mut self, height: usize, lines: i32) {
        list::wheel(&mut self.top, &mut self.cursor, (self.lines.len(), height), lines);
    }

    pub(super) fn go(&mut self, action: Action, page: usize) {
        self.cursor = list::target(action, self.cursor, self.lines.len(), page);
    }

    /// The finding under the cursor.
    #[must_use]
    pub fn current(&self) -> Option<&Finding> {
        let (number, _) = self.lines.get(self.cursor)?;
        self.found.get(*number)
    }

    /// All of them as text.
    pub(super) fn text(&self) -> String {
        self.found.iter().map(as_text).collect::<Vec<_>>().join("\n")
    }
}

/// What the tree tells about the chosen engine on the chosen machine.
fn facts(open: &mut OpenedRef, choice: &Choice) -> Facts {
    let host = choice.host().map(|named| HostFacts {
        host: named.host.clone(),
        kernel: choice.kernel().map(str::to_owned),
        this_machine: choice.is_this_machine(),
    });
    let engines = [choice.engine()];
    let facts = Facts::of(open.behind(), host, choice.request(), &engines);
    Facts { now: Some(open.opened), attested: open.evidenced().fact(), ..facts }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Error => Tone::Danger,
        Severity::Warning => Tone::Warning,
        Severity::Info => Tone::Accent,
        Severity::Good => Tone::Good,
    }
}

/// What a finding says, with the sign before each part.
fn parts(finding: &Finding) -> impl Iterator<Item = (&'static str, &str)> {
    let step = Some(finding.next_step.as_str()).filter(|step| !step.is_empty());
    let seen = finding.evidence.iter().map(|seen| ("·", seen.as_str()));
    seen.chain(finding.unknown.iter().map(|unknown| ("?", unknown.as_str())))
        .chain(step.map(|step| ("→", step)))
}

fn lines(finding: &Finding, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut put = |sign: &str, before: &str, sign_tone: Tone, tone: Tone, text: &str| {
        let head = format!("{before}{sign} ");
        let hang = width(&head);
        for (at, piece) in
            wrap(&escape(text), cells.saturating_sub(hang).max(20)).iter().enumerate()
        {
            let head = if at == 0 { head.clone() } else { " ".repeat(hang) };
            lines.push(Line::of(sign_tone, head).with(tone, piece.clone()));
        }
    };
    let own = tone(finding.severity);
    put(finding.severity.sign(), "", own, Tone::Strong, &finding.title);
    for (sign, text) in parts(finding) {
        let tone = if sign == "→" { Tone::Text } else { Tone::Muted };
        let sign_tone = if sign == "→" { Tone::Accent } else { Tone::Muted };
        put(sign, "  ", sign_tone, tone, text);
    }
    lines
}

fn as_text(finding: &Finding) -> String {
    let mut text = format!("{} {}\n", finding.severity.sign(), escape(&finding.title));
    for (sign, part) in parts(finding) {
        text.push_str(&format!("  {sign} {}\n", escape(part)));
    }
    text
}
