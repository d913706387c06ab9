//! The compare view: what two nodes differ in, wherever each is open.
//!
//! ```text
//!   A  demo/app:1   index   98d8886e0341
//!   B  demo/app:2   index   9434220b2ca2
//!   2 of 3 entries differ (1 changed, 1 added). With all of A pulled, all of B downloads 33 kB …
//!
//!   = ▸ 2 entries                                             the same
//!   ~ ▾ linux/arm64     263d88e2e9a0  19 kB   6da30b8e46b7  21 kB   3 of 4 layers differ
//!       = layer 1       …
//!   + linux/s390x                             ab2a0c69f7c8  19 kB   21 kB to download
//! ```

mod copy;
mod files;
mod packages;
mod row;
mod view;
mod words;

use std::collections::HashMap;

use crate::model::compare::{Comparison, Line, Part, Side, Sign, compare, lines};
use crate::model::tree::Load;
use crate::tui::app::going::At;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::point::Point;
use crate::tui::app::{Action, Areas, Pane, Requests, SessionId, Stack, detail, list};

pub use files::FileDifference;
pub use row::CompareRow;

use files::{ComparedFiles, NO_IMAGES};
use packages::ComparedPackages;
use row::flatten;

/// From this many columns on both sides are beside each other.
const SIDE_BY_SIDE: u16 = 104;

/// The references of both sides, as far as they are open.
type Sides<'a> = [Option<&'a OpenedRef>; 2];

/// The state of the compare view.
#[derive(Debug, Clone)]
pub struct CompareView {
    /// What is compared.
    pub a: Point,
    /// What it is compared with.
    pub b: Point,
    session: SessionId,
    /// The row under the cursor.
    pub cursor: usize,
    /// The first row on the screen.
    pub top: usize,
    found: Option<Comparison>,
    lines: Vec<Line>,
    /// What was opened or folded by hand, by the rows' keys.
    folds: HashMap<String, bool>,
    rows: Vec<CompareRow>,
    made: Option<MadeFrom>,
    flat: Option<bool>,
    head: Vec<detail::Line>,
    sentence: Vec<detail::Line>,
    names: [String; 2],
    title: String,
    regions: Stack,
    files: Option<ComparedFiles>,
    packages: Option<ComparedPackages>,
}

/// What the comparison was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MadeFrom {
    revisions: (usize, usize),
    busy: bool,
    ticks: u64,
}

impl CompareView {
    /// A view that has compared nothing yet.
    fn new(a: Point, b: Point, session: SessionId) -> Self {
        Self {
            a,
            b,
            session,
            cursor: 0,
            top: 0,
            found: None,
            lines: Vec::new(),
            folds: HashMap::new(),
            rows: Vec::new(),
            made: None,
            flat: None,
            head: Vec::new(),
            sentence: Vec::new(),
            names: [String::new(), String::new()],
            title: String::new(),
            regions: Stack::default(),
            files: None,
            packages: None,
        }
    }

    /// What was found, once both sides are there.
    #[must_use]
    pub fn found(&self) -> Option<&Comparison> {
        self.found.as_ref()
    }

    /// The rows that are not folded away.
    #[must_use]
    pub fn rows(&self) -> &[CompareRow] {
        &self.rows
    }

    /// What is compared and what it comes to.
    #[must_use]
    pub fn head(&self) -> &[detail::Line] {
        &self.head
    }

    /// The row under the cursor in full.
    #[must_use]
    pub fn sentence(&self) -> &[detail::Line] {
        &self.sentence
    }

    /// What the sides are called.
    #[must_use]
    pub fn names(&self) -> [&str; 2] {
        let [a, b] = &self.names;
        [a, b]
    }

    /// What is compared with what, in one line.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where its parts are.
    #[must_use]
    pub fn regions(&self) -> Stack {
        self.regions
    }

    /// Whether both sides are beside each other.
    #[must_use]
    pub fn is_wide(&self) -> bool {
        self.flat == Some(false)
    }

    /// Brings rows, words and places up to date. While results come in, the comparison is made
    /// anew at most once for each tick.
    fn settle(&mut self, sides: Sides<'_>, requests: &Requests, size: (u16, u16), ticks: u64) {
        let areas = Areas::of(size.0, size.1, Pane::Tree);
        let flat = size.0 < SIDE_BY_SIDE;
        let revision = |side: Option<&OpenedRef>| side.map_or(0, |it| it.tree.revision());
        let [a, b] = sides;
        let busy = sides.iter().flatten().any(|side| side.is_fetching(requests));
        let now = MadeFrom { revisions: (revision(a), revision(b)), busy, ticks };
        let stale = self.made.is_none_or(|made| {
            (made.revisions, made.busy) != (now.revisions, now.busy)
                && (!busy || made.ticks != ticks)
        });
        if stale {
            self.made = Some(now);
            self.compare(sides);
        }
        if stale || self.flat != Some(flat) {
            self.flat = Some(flat);
            self.lay_out();
        }
        let cells = Stack::cells(areas.body);
        self.head = words::head(self, sides, cells);
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        self.sentence = words::sentence(&self.rows, self.cursor, cells);
        self.regions = Stack::of(areas.body, self.head.len(), self.rows.len());
        let height = usize::from(self.regions.rows.height);
        self.top = list::top(self.top, self.cursor, self.rows.len(), height);
    }

    fn compare(&mut self, sides: Sides<'_>) {
        let [a, b] = sides;
        let part = |point: &Point, side: Option<&OpenedRef>| {
            let tree = &side?.tree;
            let id = point.find(tree)?;
            // What is on its way is not compared yet.
            let there = tree.node(id).is_some_and(|it| it.load == Load::Ready);
            Part::of_tree(tree, id).filter(|_| there)
        };
        self.found = match (part(&self.a, a), part(&self.b, b)) {
            (Some(a), Some(b)) => Some(compare(&a, &b)),
            _ => None,
        };
        self.lines = self.found.as_ref().map_or_else(Vec::new, lines);
        self.add_files();
        self.add_packages();
        let name = |point: &Point, side: Option<&OpenedRef>| {
            side.map_or_else(String::new, |side| words::name(side, point))
        };
        self.names = [name(&self.a, a), name(&self.b, b)];
        let [first, second] = &self.names;
        self.title = match (a, b) {
            (Some(a), Some(b)) => format!("{first} → {}", words::short_name(a, b, &self.b)),
            _ => format!("{first} → {second}"),
        };
    }

    /// Lays the lines out as rows; the cursor stays on what it was on.
    fn lay_out(&mut self) {
        let before = self.rows.get(self.cursor).map(|row| row.key.clone());
        self.rows = flatten(&self.lines, &self.folds, self.flat == Some(true));
        if let Some(at) = before.and_then(|key| self.rows.iter().position(|row| row.key == key)) {
            self.top = (self.top + at).saturating_sub(self.cursor);
            self.cursor = at;
        }
    }

    /// Moves the cursor.
    fn go(&mut self, action: Action) {
        let page = usize::from(self.regions.rows.height.max(1));
        self.cursor = list::target(action, self.cursor, self.rows.len(), page);
    }

    /// The next row that differs, or the one before; `None` if there is none.
    fn next_difference(&self, forward: bool) -> Option<usize> {
        let differs = |at: &usize| {
            self.rows.get(*at).is_some_and(|row| row.is_head && row.sign != Sign::Same)
        };
        if forward {
            (self.cursor + 1..self.rows.len()).find(differs)
        } else {
            (0..self.cursor).rev().find(differs)
        }
    }

    /// Opens or folds what is under the cursor; `None`: the other of both. Folding what has
    /// nothing below it goes to the row that it is under.
    fn fold(&mut self, open: Option<bool>) {
        let Some(row) = self.rows.get(self.cursor) else { return };
        match (row.open, open) {
            (Some(is), wanted) if wanted != Some(is) => {
                self.folds.insert(row.key.clone(), !is);
                self.lay_out();
            }
            (_, Some(false)) => {
                let depth = row.depth;
                let above = self.rows.get(..self.cursor).unwrap_or_default();
                if let Some(at) = above.iter().rposition(|it| it.depth < depth) {
                    self.cursor = at;
                }
            }
            _ => {}
        }
    }

    /// Exchanges the sides.
    fn swap(&mut self) {
        std::mem::swap(&mut self.a, &mut self.b);
        self.made = None;
        if let Some(files) = &mut self.files {
            files.swap();
        }
        if let Some(packages) = &mut self.packages {
            packages.swap();
        }
    }

    /// Where the row under the cursor leads: the second side's node, else the first side's.
    fn target(&self) -> Option<At> {
        let row = self.rows.get(self.cursor)?;
        let at = |side: Side| match side {
            Side::A => row.nodes.0.map(|node| At { id: self.a.id, node }),
            Side::B => row.nodes.1.map(|node| At { id: self.b.id, node }),
        };
        at(Side::B).or_else(|| at(Side::A))
    }
}
