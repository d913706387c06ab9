//! What goes into `update` and what comes out: plain data.

use std::time::Duration;

use crate::draft::{Effects, Guard, Plan, Presence, Question, Target, Want};
use crate::load::Gathered;
use crate::oci::{Digest, Failure, Host, Location, Reference, Referrer, Repository};
use crate::push::{Entry, NoUndo, Outcome, Progress, Stopped, Tagged, Undo};
use crate::source::{Head, Notice, Page};
use crate::tree::{Answer, Need, NodeId};

use super::{DraftOrder, KeptDraft, Key, Weighing};

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
    /// A cell of the matrix: machine and engine, counted from 0.
    Cell(usize, usize),
    /// The heading of an editor's tab.
    EditorTab(super::EditorTab),
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
    /// Something that a draft wanted to know came.
    Learned {
        /// Of which draft.
        session: SessionId,
        /// What was wanted.
        want: Want,
        /// What came.
        result: Result<Answer, Failure>,
    },
    /// The place that a draft is pushed to answered a question.
    Answered {
        /// Of which draft.
        session: SessionId,
        /// Which place.
        target: Target,
        /// What was asked.
        question: Question,
        /// What came.
        result: Result<Presence, Failure>,
    },
    /// Whom a draft changes was found.
    Weighed {
        /// Which draft.
        session: SessionId,
        /// As of which revision.
        revision: u64,
        /// Whom.
        effects: Effects,
    },
    /// What a reference names came.
    Gathered {
        /// For which draft.
        session: SessionId,
        /// The request's identity.
        request: RequestId,
        /// What came.
        result: Result<Gathered, Failure>,
    },
    /// What refers to an image came.
    Referrers {
        /// For which draft.
        session: SessionId,
        /// Where the image is.
        from: Location,
        /// The image.
        subject: Digest,
        /// What came.
        result: Result<Vec<Referrer>, Failure>,
    },
    /// The unsaved drafts that nobody has open, newest first.
    DraftsFound(Vec<KeptDraft>),
    /// A kept draft was taken, or could not be.
    DraftTaken {
        /// Its name.
        name: String,
        /// What was kept; or why it cannot be had, in words.
        text: Result<String, String>,
    },
    /// A draft was kept, or could not be.
    DraftSaved {
        /// Its name.
        name: String,
        /// Why it is not kept, in words.
        problem: Option<String>,
    },
    /// A push has come this far.
    Pushing {
        /// Of which draft.
        session: SessionId,
        /// How far.
        progress: Progress,
        /// Bytes each second.
        rate: Option<f64>,
        /// How long it takes at this rate.
        left: Option<Duration>,
    },
    /// A push has ended.
    Pushed {
        /// Of which draft.
        session: SessionId,
        /// How.
        outcome: Box<Outcome>,
    },
    /// What was pushed from this machine, oldest first.
    Journal(Vec<Entry>),
    /// What taking a push back would do, or why it cannot be taken back.
    UndoFound(Box<Result<Undo, NoUndo>>),
    /// How taking a push back went.
    Undone {
        /// The push.
        undo: Box<Undo>,
        /// What the tag holds.
        tagged: Tagged,
        /// Why that is not what it was to hold.
        stopped: Option<Stopped>,
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
                | Self::Pushing { .. }
                | Self::Learned { .. }
                | Self::Answered { .. }
                | Self::Weighed { .. }
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
    /// End everything that a session asked for.
    Close(SessionId),
    /// Put text into the clipboard.
    Copy {
        /// What it is, in words.
        what: String,
        /// The text.
        text: String,
    },
    /// Read something that a draft wants to know.
    Learn {
        /// Which draft.
        session: SessionId,
        /// What.
        want: Want,
    },
    /// Ask the place that a draft is pushed to.
    Question {
        /// Which draft.
        session: SessionId,
        /// Which place.
        target: Target,
        /// What.
        question: Question,
    },
    /// Find whom a draft changes.
    Weigh {
        /// Which draft.
        session: SessionId,
        /// The question.
        weighing: Weighing,
    },
    /// Read what a reference names.
    Gather {
        /// For which draft.
        session: SessionId,
        /// The request's identity.
        request: RequestId,
        /// The reference.
        location: Location,
    },
    /// Ask what refers to an image.
    Referrers {
        /// For which draft.
        session: SessionId,
        /// Where the image is.
        from: Location,
        /// The image.
        subject: Digest,
    },
    /// Run a plan.
    Push {
        /// Of which draft.
        session: SessionId,
        /// What to do.
        plan: Box<Plan>,
        /// What must hold of the tag.
        guard: Guard,
    },
    /// Stop the push of a draft.
    StopPush(SessionId),
    /// Read what was pushed from this machine.
    Journal,
    /// Look what taking the last push of a tag back would do.
    FindUndo(Reference),
    /// Take a push back.
    Undo {
        /// What is done.
        undo: Box<Undo>,
        /// Whatever the tag holds now.
        force: bool,
    },
    /// See to the unsaved drafts that are kept.
    Drafts(DraftOrder),
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
