//! What goes into `update` and what comes out: plain data.

use crate::model::tree::NodeId;
use crate::oci::{Assembled, Exchange, Failure, Location, Notice, Quota};

use super::detail::Content;
use super::{Key, Part, Query, Reply, RequestId, SessionId, ShellLine};

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
    /// The heading of a column of the matrix or of a fleet, counted from 0.
    Column(usize),
    /// The heading of an editor's tab.
    EditorTab(super::EditorTab),
    /// The name of the view in the header.
    Name,
    /// What the header says is looked at.
    Title,
    /// What is at the right side of the header.
    Note,
    /// The status line.
    Status,
    /// A place of the view that is beside the menu over it.
    Beside,
    /// A hint in the bottom line.
    Hint(super::Action),
    /// A key in the bottom line while something is typed.
    Key(Key),
    /// A field of a form, counted from 0.
    Field(usize),
    /// One of the choices of the field that is typed, counted from 0 over those that fit.
    Choice(usize),
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
    /// A question was answered, or could not be. Every question gets one answer, unless it is
    /// stopped or its session closed before.
    Answer {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// What came.
        answer: Result<Reply, Failure>,
    },
    /// A part of an answer that is still on its way.
    Part {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// What came.
        part: Part,
    },
    /// The fetch layer has something to say.
    Notice(Notice),
    /// How much the fetch layer has done so far.
    Activity {
        /// Requests sent.
        requests: u64,
        /// Body bytes received.
        bytes: u64,
        /// The most requests that could be under way to one host.
        width: usize,
        /// What hosts said of their limits, each the last time.
        quotas: Vec<(String, Quota)>,
    },
    /// What requests took, of [`Effect::TellRequests`].
    Requests {
        /// Those that came to an end.
        exchanges: Vec<Exchange>,
        /// How many more there were.
        left_out: usize,
    },
    /// Something outside went wrong that a user should know.
    Warning(String),
}

impl Msg {
    /// Whether the user did this: what is on the screen is brought up to date before it is looked
    /// at with a key or the mouse.
    pub(super) fn is_input(&self) -> bool {
        matches!(self, Self::Key(_) | Self::Paste(_) | Self::Click(_) | Self::Wheel(..))
    }
}

/// Something to be done outside.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Answer a question with a [`Msg::Answer`] to the same address.
    Ask {
        /// Who asks.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// What.
        question: Query,
    },
    /// Answer a question no more.
    Stop {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
    },
    /// Open a location for a session.
    Open {
        /// For whom.
        session: SessionId,
        /// What.
        location: Location,
    },
    /// Open a list that is at hand for a session, in the place of a location.
    OpenList {
        /// For whom.
        session: SessionId,
        /// What it is called.
        location: Location,
        /// The list.
        list: Box<Assembled>,
    },
    /// End everything that a session asked for, and close what it has open.
    Close(SessionId),
    /// Tell what requests took so far.
    TellRequests,
    /// Keep the list of references last opened.
    SaveHistory(Vec<String>),
    /// Keep a bookmark, or take it away.
    Bookmark {
        /// What it leads to.
        reference: String,
        /// Whether it is kept.
        keep: bool,
    },
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Stop until the shell brings us back.
    Suspend,
    /// Gives the terminal to this line of a shell, until it ends and a key is pressed.
    Run(ShellLine),
    /// Gives the terminal to the user's pager with this text, until it ends.
    Page(Box<Content>),
    /// End the program.
    Quit,
}
