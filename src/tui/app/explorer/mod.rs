//! The explorer: one reference, its tree, the detail of the node under the cursor.

mod behind;
mod cursor;
mod detail;
mod fetch;
mod lints;
mod picks;
mod reload;
mod rest;
mod search;
mod truth;

use std::collections::HashMap;

use jiff::Timestamp;
use tui_input::Input;

use super::detail::Content;
use super::{Areas, RequestId, SessionId};
use crate::model::tree::{Need, NodeId, Tree};
use crate::oci::Location;

pub use lints::Lints;
pub use picks::{Mark, Picks};
pub use search::Search;
pub use truth::{Reading, Truths, Unproven};
pub(super) use truth::{claim, images, scope};

/// One half of the explorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The tree.
    Tree,
    /// The detail of the node under the cursor.
    Detail,
}

/// A view of the detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Every field by name.
    Summary,
    /// The exact bytes.
    Raw,
    /// Layers and build steps.
    Layers,
    /// What the labels say and what the programs are.
    Truth,
}

impl Tab {
    /// All tabs from left to right.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Raw, Self::Layers, Self::Truth];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Raw => "Raw",
            Self::Layers => "Layers",
            Self::Truth => "Truth",
        }
    }
}

/// The state of the explorer.
#[derive(Debug, Clone)]
pub struct Explorer {
    /// Who asks.
    pub session: SessionId,
    /// What is open.
    pub location: Location,
    /// It is a draft as it was when it was marked; the draft itself may be another by now.
    pub as_marked: bool,
    /// What is known of it.
    pub tree: Tree,
    /// The node under the cursor.
    pub cursor: NodeId,
    /// The first row on the screen.
    pub top: usize,
    /// Where keys go.
    pub focus: Pane,
    /// Which view of the node is shown.
    pub tab: Tab,
    /// Raw shows the bytes without layout.
    pub as_is: bool,
    /// What the detail pane shows.
    pub content: Content,
    /// The first line of the detail on the screen.
    pub scroll: usize,
    /// The search.
    pub search: Search,
    /// The reference to compare with being typed, while it is.
    pub comparing: Option<Input>,
    /// When it was opened.
    pub opened: Timestamp,
    /// When nothing was on its way any more.
    pub finished: Option<Timestamp>,
    in_flight: HashMap<RequestId, Need>,
    reloading: Option<RequestId>,
    shown: Option<detail::Shown>,
    /// The number of the text in `content`.
    number: u64,
    rest: rest::Rest,
    picks: Picks,
    truths: Truths,
    lints: Lints,
    prepared: behind::Prepared,
    areas: Areas,
}

impl Explorer {
    /// An explorer that has fetched nothing yet.
    #[must_use]
    pub fn new(session: SessionId, location: Location, opened: Timestamp) -> Self {
        let tree = Tree::default();
        Self {
            session,
            location,
            as_marked: false,
            cursor: tree.root(),
            tree,
            top: 0,
            focus: Pane::Tree,
            tab: Tab::Summary,
            as_is: false,
            content: Content::default(),
            scroll: 0,
            search: Search::default(),
            comparing: None,
            opened,
            finished: None,
            in_flight: HashMap::new(),
            reloading: None,
            shown: None,
            number: 0,
            rest: rest::Rest::default(),
            picks: Picks::default(),
            truths: Truths::default(),
            lints: Lints::default(),
            prepared: behind::Prepared::default(),
            areas: Areas::default(),
        }
    }

    /// Where its parts stand on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        self.areas
    }

    /// Whether anything is on its way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !self.in_flight.is_empty()
    }

    /// Whether the tag is being asked again.
    #[must_use]
    pub fn is_reloading(&self) -> bool {
        self.reloading.is_some()
    }

    /// The nodes on the screen, in order.
    #[must_use]
    pub fn visible(&self) -> Vec<NodeId> {
        let height = usize::from(self.areas.main.height.max(1));
        self.tree.rows().iter().skip(self.top).take(height).map(|row| row.node).collect()
    }
}
