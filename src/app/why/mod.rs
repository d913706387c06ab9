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

mod regions;
mod words;

use tui_input::Input;

use super::detail::Line;
use super::{Action, Areas, Choice, Explorer, Pane, list};
use crate::select::{Selection, Step};
use crate::tree::NodeId;

pub use regions::Regions;
pub use words::StepWords;
pub(super) use words::entry_words;

/// From this many lines on there is room for what is to be known about an engine.
const WITH_NOTES: u16 = 22;

/// The state of the why view. The answer itself is the explorer's, so that its marks and this view
/// never differ.
#[derive(Debug, Clone, Default)]
pub struct Why {
    /// The line of the trace under the cursor.
    pub cursor: usize,
    /// The first line of the trace on the screen.
    pub top: usize,
    /// The machine being typed, while it is.
    pub typing: Option<Input>,
    head: Vec<Line>,
    sentence: Vec<Line>,
    number_width: usize,
    entry_width: usize,
    steps: usize,
    made: Option<(u64, u16)>,
    regions: Regions,
}

impl Why {
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

    /// Where its parts stand.
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
    pub(super) fn settle(&mut self, explorer: &Explorer, choice: &Choice, size: (u16, u16)) {
        let areas = Areas::of(size.0, size.1, Pane::Tree);
        let cells = Regions::cells(areas.body);
        let picks = explorer.picks();
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
        self.head = words::head(explorer, choice, cells, areas.body.height >= WITH_NOTES);
        self.cursor = self.cursor.min(self.steps.saturating_sub(1));
        self.sentence = match trace.get(self.cursor) {
            Some(step) => words::sentence(step, cells),
            None => Vec::new(),
        };
        self.regions = Regions::of(areas.body, self.head.len(), self.steps);
        let height = usize::from(self.regions.rows.height);
        let lowest = (self.cursor + 1).saturating_sub(height);
        let last_top = self.steps.saturating_sub(height);
        self.top = self.top.clamp(lowest.min(self.cursor), self.cursor).min(last_top);
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, action: Action) {
        let page = usize::from(self.regions.rows.height.max(1));
        self.cursor = list::target(action, self.cursor, self.steps, page);
    }

    /// The node of the line under the cursor.
    pub(super) fn node(&self, explorer: &Explorer) -> Option<NodeId> {
        let step = self.step(explorer.picks().selection()?)?;
        explorer.tree.at_path(&step.path)
    }

    fn step<'s>(&self, selection: &'s Selection) -> Option<&'s Step> {
        selection.trace.get(self.cursor)
    }
}
