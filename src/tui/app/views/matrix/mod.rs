//! The matrix: which entry each engine picks on each machine.
//!
//! ```text
//!                            docker 29.6    kubernetes    podman      crane
//!   this machine             amd64          amd64         amd64       amd64
//!   Raspberry Pi 1 or Zero   –              –             arm         amd64    ≠
//! ```

mod cell;
mod layout;
mod view;

use std::sync::Arc;

use crate::model::diagnose::Seen;
use crate::model::select::{ENGINES, Engine, Host, Matrix, Offer};
use crate::model::tree::{NodeId, Tree};
use crate::tui::app::going::At;
use crate::tui::app::opened::{OpenedId, OpenedRef};
use crate::tui::app::{Action, Areas, Choice, Pane, list};

pub use cell::{Cell, CellKind};
pub use layout::Grid;

/// The engines that people ask about first, one of each family; the others follow in the order of
/// [`ENGINES`].
const FIRST: [&str; 8] = [
    "docker-c8d",
    "docker-28",
    "containerd-cri",
    "podman",
    "buildkit",
    "ggcr",
    "regclient",
    "containers-image",
];

fn engines() -> Vec<&'static Engine> {
    let mut engines: Vec<&'static Engine> = ENGINES.iter().collect();
    let place = |id: &str| FIRST.iter().position(|first| *first == id).unwrap_or(FIRST.len());
    engines.sort_by_key(|engine| place(engine.id));
    engines
}

/// What the cells were made from.
#[derive(Debug, Clone)]
struct GridOf {
    offer: Option<Arc<Offer>>,
    hosts: Vec<Host>,
    request: Option<String>,
}

impl GridOf {
    /// Whether these cells would be the same. One offer is one allocation.
    fn is_of(&self, offer: Option<&Arc<Offer>>, choice: &Choice) -> bool {
        let same_offer = match (&self.offer, offer) {
            (Some(made), Some(offer)) => Arc::ptr_eq(made, offer),
            (None, None) => true,
            _ => false,
        };
        same_offer
            && self.request.as_deref() == choice.request()
            && self.hosts.iter().eq(choice.hosts().iter().map(|named| &named.host))
    }
}

/// The state of the matrix.
#[derive(Debug, Clone)]
pub struct MatrixView {
    /// The reference that is asked about.
    pub id: OpenedId,
    /// The node that is asked about.
    root: NodeId,
    /// The machine under the cursor, as numbered in the choice.
    pub row: usize,
    /// The column under the cursor.
    pub column: usize,
    /// The first machine on the screen.
    pub top: usize,
    /// The first column on the screen.
    pub left: usize,
    engines: Vec<&'static Engine>,
    cells: Vec<Vec<Cell>>,
    differs: Vec<bool>,
    made: Option<GridOf>,
    grid: Grid,
}

impl MatrixView {
    /// A matrix with the cursor on the chosen machine and engine.
    pub(super) fn new(at: At, choice: &Choice) -> Self {
        let engines = engines();
        let chosen = engines.iter().position(|engine| engine.id == choice.engine().id);
        let column = chosen.unwrap_or(0);
        Self {
            id: at.id,
            root: at.node,
            row: choice.host_number(),
            column,
            top: 0,
            left: 0,
            engines,
            cells: Vec::new(),
            differs: Vec::new(),
            made: None,
            grid: Grid::default(),
        }
    }

    /// The engines, from left to right.
    #[must_use]
    pub fn engines(&self) -> &[&'static Engine] {
        &self.engines
    }

    /// The engine under the cursor.
    #[must_use]
    pub fn engine(&self) -> Option<&'static Engine> {
        self.engines.get(self.column).copied()
    }

    /// The cells of a machine, one for each engine.
    #[must_use]
    pub fn cells(&self, row: usize) -> &[Cell] {
        self.cells.get(row).map_or(&[], Vec::as_slice)
    }

    /// The cell under the cursor.
    #[must_use]
    pub fn cell(&self) -> Option<&Cell> {
        self.cells(self.row).get(self.column)
    }

    /// Whether not all engines pick the same on a machine.
    #[must_use]
    pub fn differs(&self, row: usize) -> bool {
        self.differs.get(row).copied().unwrap_or(false)
    }

    /// How many rows there are, and in how many of them engines differ.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.cells.len(), self.differs.iter().filter(|differs| **differs).count())
    }

    /// Where its parts are.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// Brings cells and places up to date. The cells are made anew only with a new answer of the
    /// explorer or another list of machines.
    pub(super) fn settle(&mut self, open: &OpenedRef, choice: &Choice, size: (u16, u16)) {
        let offer = open.picks().offer();
        if !self.made.as_ref().is_some_and(|made| made.is_of(offer, choice)) {
            self.fill(&open.tree, offer, choice);
        }
        self.row = self.row.min(self.cells.len().saturating_sub(1));
        self.column = self.column.min(self.engines.len().saturating_sub(1));
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        self.grid = Grid::of(body, self, choice);
        self.left = self.grid.left;
        let height = usize::from(self.grid.rows.height);
        self.top = list::top(self.top, self.row, self.cells.len(), height);
    }

    fn fill(&mut self, tree: &Tree, offer: Option<&Arc<Offer>>, choice: &Choice) {
        let hosts: Vec<Host> = choice.hosts().iter().map(|named| named.host.clone()).collect();
        let request = choice.request().map(str::to_owned);
        (self.cells, self.differs) = match offer {
            Some(offer) => {
                let matrix = Matrix::asked(&hosts, &self.engines, request.as_deref(), offer);
                let alike = cell::alike(offer);
                let seen = Seen { tree, offer };
                let rows = hosts.iter().zip(&matrix.rows);
                let request = request.as_deref();
                rows.map(|(host, row)| cell::row(seen, host, &self.engines, row, request, &alike))
                    .unzip()
            }
            None => (Vec::new(), Vec::new()),
        };
        self.made = Some(GridOf { offer: offer.cloned(), hosts, request });
    }

    /// Moves the cursor from machine to machine.
    pub(super) fn go(&mut self, action: Action) {
        let page = usize::from(self.grid.rows.height.max(1));
        self.row = list::target(action, self.row, self.cells.len(), page);
    }

    /// Moves the cursor from engine to engine.
    pub(super) fn go_sideways(&mut self, right: bool) {
        self.column = if right {
            (self.column + 1).min(self.engines.len().saturating_sub(1))
        } else {
            self.column.saturating_sub(1)
        };
    }
}
