//! What goes into `update` and what comes out: plain data.

use crate::diagnose::Facts;
use crate::oci::{Failure, Host, Location, Repository};
use crate::source::{Head, Notice, Page};
use crate::tree::{Answer, Need, NodeId};

use super::Key;

/// The identity of a screen that fetches; its requests end with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// The identity of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// A place on the screen that the mouse can hit, as the drawing reported it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A node's row in the tree.
    Node(NodeId),
    /// The triangle of a node's row.
    Triangle(NodeId),
    /// The detail pane.
    Detail,
    /// The heading of a detail tab.
    Tab(super::Tab),
    /// A line of a list or menu, counted from 0 over the whole list.
    Line(usize),
    /// A line of the findings, counted from 0 over all of them.
    Finding(usize),
    /// A cell of the matrix: machine and engine, counted from 0.
    Cell(usize, usize),
    /// A hint in the bottom line.
    Hint(super::Action),
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// The left button was pressed on a place.
    Click(Spot),
    /// The wheel was turned over a place (`None`: none in particular) by this many lines.
    Wheel(Option<Spot>, i32),
    /// Time has passed; while something is on its way, ten times a second.
    Tick,
    /// A session's fetch ended.
    Fetched {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// For what.
        need: Need,
        /// What came.
        result: Result<Answer, Failure>,
    },
    /// A page of names came.
    Page {
        /// Who asked.
        session: SessionId,
        /// What came.
        result: Result<Page, Failure>,
    },
    /// The head of a tag came.
    Head {
        /// Who asked.
        session: SessionId,
        /// Which tag.
        tag: String,
        /// What came.
        result: Result<Head, Failure>,
    },
    /// What was seen outside of the tree.
    Evidence {
        /// Who asked.
        session: SessionId,
        /// The facts that were sent, with what was seen.
        facts: Box<Facts>,
    },
    /// How a copy went.
    Copied(Copied),
    /// The fetch layer has something to say.
    Notice(Notice),
    /// How much the fetch layer has done so far.
    Activity {
        /// Requests sent.
        requests: u64,
        /// Body bytes received.
        bytes: u64,
    },
    /// Something outside went wrong that a user should know.
    Warning(String),
}

impl Msg {
    /// Whether this comes from outside and neither reads nor moves what is on the screen.
    pub(super) fn is_result(&self) -> bool {
        matches!(
            self,
            Self::Fetched { .. }
                | Self::Page { .. }
                | Self::Head { .. }
                | Self::Evidence { .. }
                | Self::Notice(_)
                | Self::Activity { .. }
                | Self::Tick
        )
    }
}

/// How a copy went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// What was copied, in words: `digest of linux/arm64`.
    pub what: String,
    /// The beginning of the text itself.
    pub text: String,
    /// By which way: `clipboard`, `terminal (OSC 52)`; or why not.
    pub result: Result<&'static str, String>,
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Open a location for a session.
    Open {
        /// For whom.
        session: SessionId,
        /// What.
        location: Location,
    },
    /// Fetch something from a session's location.
    Fetch {
        /// For whom.
        session: SessionId,
        /// The request's identity.
        request: RequestId,
        /// What.
        need: Need,
    },
    /// Fetch a page of tags.
    Tags {
        /// For whom.
        session: SessionId,
        /// Of which repository.
        repository: Repository,
        /// The page, as the one before named it.
        page: Option<String>,
    },
    /// Fetch a page of repositories.
    Repositories {
        /// For whom.
        session: SessionId,
        /// Of which registry.
        host: Host,
        /// The page, as the one before named it.
        page: Option<String>,
    },
    /// Ask for the digest of a tag.
    Head {
        /// For whom.
        session: SessionId,
        /// In which repository.
        repository: Repository,
        /// Which tag.
        tag: String,
    },
    /// Ask mirrors, the registry as other clients do, and this machine, for what a tree cannot
    /// tell.
    Evidence {
        /// For whom.
        session: SessionId,
        /// About which reference.
        location: Location,
        /// What is known.
        facts: Box<Facts>,
        /// Whether this machine is asked about.
        this_machine: bool,
    },
    /// End everything that a session asked for.
    Close(SessionId),
    /// Put text into the clipboard.
    Copy {
        /// What it is, in words.
        what: String,
        /// The text.
        text: String,
    },
    /// Keep the list of references last opened.
    SaveHistory(Vec<String>),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Stop until the shell brings us back.
    Suspend,
    /// End the program.
    Quit,
}
