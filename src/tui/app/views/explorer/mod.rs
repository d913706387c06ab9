//! The explorer: the tree of one reference, the detail of the node under the cursor.

mod comparing;
mod cursor;
mod detail;
mod drafting;
mod here;
mod login;
mod looking;
mod search;
mod status;
mod taking;
mod view;

use crate::model::tree::NodeId;
use crate::tui::app::detail::{OnMachine, PackageOrder};
use crate::tui::app::opened::{OpenedId, OpenedRef};
use crate::tui::app::saving::SaveLine;
use crate::tui::app::{Areas, Field, Pane, SessionId, Sheet, Tab};

pub use search::Search;
use taking::Saved;

/// The state of the explorer.
#[derive(Debug, Clone)]
pub struct Explorer {
    /// The reference that is shown.
    pub id: OpenedId,
    session: SessionId,
    /// The node under the cursor.
    pub cursor: NodeId,
    /// The first row on the screen.
    pub top: usize,
    /// Where keys go.
    pub focus: Pane,
    /// Whether only the pane in focus is shown.
    pub zoomed: bool,
    /// Which view of the node is shown.
    pub tab: Tab,
    /// Raw shows the bytes without layout.
    pub as_is: bool,
    /// By what the packages of an SBOM are sorted.
    package_order: PackageOrder,
    /// What the detail pane shows.
    pub sheet: Sheet,
    /// The search.
    pub search: Search,
    /// What is being saved, while its path is typed.
    pub saving: Option<SaveLine<Saved>>,
    /// The reference to compare with being typed, while it is.
    pub comparing: Option<Field>,
    shown: Option<detail::Shown>,
    /// What this machine's engines have, once they were asked.
    on_machine: OnMachine,
    /// The blob that is looked at.
    looking: Option<looking::Looking>,
    /// How often the tag had moved when the nodes here were noted.
    moves: u64,
    areas: Areas,
}

impl Explorer {
    fn new(open: &OpenedRef, session: SessionId) -> Self {
        Self {
            id: open.id,
            session,
            cursor: open.tree.root(),
            top: 0,
            focus: Pane::Tree,
            zoomed: false,
            tab: Tab::Summary,
            as_is: false,
            package_order: PackageOrder::default(),
            sheet: Sheet::default(),
            search: Search::default(),
            saving: None,
            comparing: None,
            shown: None,
            on_machine: OnMachine::default(),
            looking: None,
            moves: open.moves(),
            areas: Areas::default(),
        }
    }

    /// Where its parts are on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        self.areas
    }

    /// The nodes on the screen, in order.
    #[must_use]
    pub fn visible(&self, open: &OpenedRef) -> Vec<NodeId> {
        let height = usize::from(self.areas.main.height.max(1));
        open.tree.rows().iter().skip(self.top).take(height).map(|row| row.node).collect()
    }

    /// Follows the nodes to where they are since the tag moved.
    fn follow(&mut self, open: &OpenedRef) {
        if self.moves != open.moves() {
            self.moves = open.moves();
            self.cursor = open.place(self.cursor);
            self.search.forget();
        }
    }
}
