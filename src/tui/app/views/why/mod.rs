//! The why view: what the chosen engine picks on the chosen machine, and the trace that shows it.
//!
//! ```text
//!   docker 29.6 picks linux/arm64/v8 (entry 4, 9cee2b382fe2) on linux/arm64/v8.
//!   looked for   linux/arm64/v8, then linux/arm/v8
//!
//!   #   entry             verdict     because
//!   4   linux/arm64/v8    ◆ picked    it matches linux/arm64/v8, the first choice
//!   1   linux/amd64         rejected  the architecture differs
//!
//!   entry 4   linux/arm64/v8   sha256:9cee2b382fe2…
//!   the whole sentence of the line under the cursor
//! ```

mod findings;
mod regions;
mod view;
mod words;

use tui_input::Input;

use crate::model::select::{Selection, Step};
use crate::model::tree::NodeId;
use crate::tui::app::detail::Line;
use crate::tui::app::going::At;
use crate::tui::app::opened::{OpenedId, OpenedRef};
use crate::tui::app::{Action, Areas, Choice, Clip, Pane, SessionId, list};

pub use findings::Findings;
pub use regions::{Regions, WhyPart};
pub use words::StepWords;
pub(in crate::tui::app) use words::entry_words;

/// From this many lines on there is room for what is to be known about an engine.
const WITH_NOTES: u16 = 22;

/// A line being typed.
#[derive(Debug, Clone, Default)]
pub struct Typing {
    /// What it is.
    pub what: Typed,
    /// The line.
    pub input: Input,
}

/// What can be typed in the why view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Typed {
    /// The machine.
    #[default]
    Host,
    /// The platform that its user asked the engine for.
    Request,
}

/// The state of the why view. The answer itself is the opened reference's, so that the marks in the
/// tree and this view never differ.
#[derive(Debug, Clone)]
pub struct Why {
    /// The reference that is asked about.
    pub id: OpenedId,
    root: NodeId,
    session: SessionId,
    /// The line of the trace under the cursor.
    pub cursor: usize,
    /// The first line of the trace on the screen.
    pub top: usize,
    /// What is being typed, while it is.
    pub typing: Option<Typing>,
    /// The part that takes the keys.
    pub keys: WhyPart,
    /// What was diagnosed besides.
    pub findings: Findings,
    head: Vec<Line>,
    sentence: Vec<Line>,
    number_width: usize,
    entry_width: usize,
    steps: usize,
    made: Option<(u64, u16)>,
    regions: Regions,
}

impl Why {
    fn new(at: At, session: SessionId) -> Self {
        Self {
            id: at.id,
            root: at.node,
            session,
            cursor: 0,
            top: 0,
            typing: None,
            keys: WhyPart::default(),
            findings: Findings::default(),
            head: Vec::new(),
            sentence: Vec::new(),
            number_width: 0,
            entry_width: 0,
            steps: 0,
            made: None,
            regions: Regions::default(),
        }
    }

    /// The answer and what the engine looked for.
    #[must_use]
    pub fn head(&self) -> &[Line] {
        &self.head
    }

    /// The line under the cursor in full.
    #[must_use]
    pub fn sentence(&self) -> &[Line] {
        &self.sentence
    }

    /// Where its parts are.
    #[must_use]
    pub fn regions(&self) -> Regions {
        self.regions
    }

    /// The cells of the columns of numbers and of entries.
    #[must_use]
    pub fn columns(&self) -> (usize, usize) {
        (self.number_width, self.entry_width)
    }

    /// How many lines the trace has.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// Brings words and places up to date.
    pub(super) fn settle(&mut self, open: &mut OpenedRef, choice: &Choice, size: (u16, u16)) {
        let areas = Areas::of(size.0, size.1, Pane::Tree);
        let cells = Regions::cells(areas.body);
        let picks = open.picks();
        let made = (picks.generation(), areas.body.width);
        let trace = picks.selection().map_or(&[][..], |selection| selection.trace.as_slice());
        if self.made != Some(made) {
            self.made = Some(made);
            self.steps = trace.len();
            let words = trace.iter().map(StepWords::of);
            let widths = words.map(|it| (it.number.len(), crate::text::width(&it.entry)));
            (self.number_width, self.entry_width) =
                widths.fold((1, 5), |most, it| (most.0.max(it.0), most.1.max(it.1)));
        }
        // What is still on its way changes without a new answer.
        self.head = words::head(open, choice, cells, areas.body.height >= WITH_NOTES);
        self.cursor = self.cursor.min(self.steps.saturating_sub(1));
        self.sentence = match trace.get(self.cursor) {
            Some(step) => words::sentence(step, cells),
            None => Vec::new(),
        };
        self.findings.settle(open, choice, Regions::finding_cells(areas.body));
        let findings = self.findings.lines().len();
        self.regions = Regions::of(areas.body, self.head.len(), self.steps, findings, self.keys);
        self.findings.scroll(usize::from(self.regions.findings.height));
        let height = usize::from(self.regions.rows.height);
        self.top = list::top(self.top, self.cursor, self.steps, height);
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, action: Action) {
        if self.has_findings_keys() {
            let page = usize::from(self.regions.findings.height.max(1));
            return self.findings.go(action, page);
        }
        let page = usize::from(self.regions.rows.height.max(1));
        self.cursor = list::target(action, self.cursor, self.steps, page);
    }

    /// Whether keys go to the findings; without a trace they always are.
    #[must_use]
    pub fn has_findings_keys(&self) -> bool {
        self.keys == WhyPart::Findings || self.steps == 0
    }

    /// Gives the keys to the other part.
    pub(super) fn turn(&mut self) {
        self.keys = match self.keys {
            WhyPart::Trace => WhyPart::Findings,
            WhyPart::Findings => WhyPart::Trace,
        };
    }

    /// The next step of the finding under the cursor, or the digest of the entry.
    pub(super) fn copy(&self, open: &OpenedRef) -> Result<Clip, &'static str> {
        if self.has_findings_keys() {
            let finding = self.findings.current().ok_or("there is no finding")?;
            let text = finding.next_step.clone();
            return Ok(Clip { what: format!("next step of {}", finding.rule), text });
        }
        let step = open.picks().selection().and_then(|it| self.step(it));
        let digest = step.and_then(|step| step.digest.as_ref()).ok_or("the entry has no digest")?;
        let what = format!("digest of entry {}", StepWords::of(step.ok_or("no entry")?).number);
        Ok(Clip { what, text: digest.as_str().to_owned() })
    }

    /// The answer and all findings as text.
    pub(super) fn copy_all(&self) -> Clip {
        let mut text = String::new();
        for line in &self.head {
            text.push_str(line.text().trim_end());
            text.push('\n');
        }
        if !self.findings.found().is_empty() {
            text.push_str(&format!("\n{}", self.findings.text()));
        }
        Clip { what: "answer and findings".to_owned(), text }
    }

    /// The node of the line under the cursor.
    pub(super) fn node(&self, open: &OpenedRef) -> Option<NodeId> {
        let step = self.step(open.picks().selection()?)?;
        open.tree.at_path(&step.path)
    }

    fn step<'s>(&self, selection: &'s Selection) -> Option<&'s Step> {
        selection.trace.get(self.cursor)
    }
}
