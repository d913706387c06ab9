//! What goes into `update` and what comes out: plain data.

use std::sync::Arc;
use std::time::Duration;

use crate::model::check::Row;
use crate::model::diagnose::Facts;
use crate::model::draft::{Effects, Guard, Plan, Presence, Question, SourceRoot, Target, Want};
use crate::model::files::{Entry, FileBytes, FileChange, Files, LayersRead, Listing};
use crate::model::push::{Entry as JournalEntry, NoUndo, Outcome, Progress, Stopped, Tagged, Undo};
use crate::model::tree::{Answer, Need, NodeId};
use crate::oci::{
    Assembled, Descriptor, Digest, Failure, Head, Host, Location, Notice, Page, Reference,
    Referrer, Repository,
};

use super::detail::Content;
use super::{DraftOrder, KeptDraft, Key, Unproven, Weighing};

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
    /// What the programs of an image say.
    Proven {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// Which image.
        image: NodeId,
        /// What came of it.
        row: Box<Row>,
        /// Whether a layer could not be had, so that asking again may help.
        failed: bool,
    },
    /// The reading of programs goes on.
    Proving {
        /// Who asked.
        session: SessionId,
        /// With which request.
        request: RequestId,
        /// The bytes of layers so far, packed.
        bytes: u64,
    },
    /// What was seen outside of the tree.
    Evidence {
        /// Who asked.
        session: SessionId,
        /// The facts that were sent, with what was seen.
        facts: Box<Facts>,
    },
    /// Something for a files view.
    Files(FilesMsg),
    /// The reading of two images' layers goes on.
    FilesComparing {
        /// Who asked.
        session: SessionId,
        /// The bytes of layers so far, packed.
        received: u64,
        /// The bytes of all that are read.
        total: u64,
    },
    /// The files of two images were compared, or could not be.
    FilesCompared {
        /// Who asked.
        session: SessionId,
        /// What differs.
        result: Result<Arc<FilesFound>, Failure>,
    },
    /// One file of two images was compared, or could not be.
    FileCompared {
        /// Who asked.
        session: SessionId,
        /// Its number.
        request: RequestId,
        /// What differs, in lines.
        result: Result<Vec<String>, Failure>,
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
    /// A large text was laid out to its end.
    LaidOut {
        /// Of which explorer.
        session: SessionId,
        /// The number of the text.
        number: u64,
        /// All of it.
        content: Box<Content>,
    },
    /// What a reference names came.
    Gathered {
        /// For which draft.
        session: SessionId,
        /// The request's identity.
        request: RequestId,
        /// What came.
        result: Result<SourceRoot, Failure>,
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
    Journal(Vec<JournalEntry>),
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
                | Self::Proven { .. }
                | Self::Proving { .. }
                | Self::Files(_)
                | Self::FilesCompared { .. }
                | Self::FileCompared { .. }
                | Self::Evidence { .. }
                | Self::Pushing { .. }
                | Self::Learned { .. }
                | Self::Answered { .. }
                | Self::Weighed { .. }
                | Self::LaidOut { .. }
                | Self::Notice(_)
                | Self::Activity { .. }
                | Self::Tick
        )
    }
}

/// What came for a files view.
#[derive(Debug, Clone, PartialEq)]
pub enum FilesMsg {
    /// How far the reading of a layer is.
    Progress {
        /// Who asked.
        session: SessionId,
        /// Which layer, from 0.
        number: usize,
        /// Compressed bytes so far.
        received: u64,
    },
    /// A layer was read, or could not be.
    Layer {
        /// Who asked.
        session: SessionId,
        /// Which layer, from 0.
        number: usize,
        /// What it holds.
        result: Result<Arc<Listing>, Failure>,
    },
    /// Layers were merged.
    Merged {
        /// Who asked.
        session: SessionId,
        /// The only layer of them, from 0; `None` for all.
        only: Option<usize>,
        /// The files.
        files: Arc<Files>,
    },
    /// A file was read, or could not be.
    File {
        /// Who asked.
        session: SessionId,
        /// What is in it.
        result: Result<FileBytes, Failure>,
    },
    /// A file was saved, or could not be.
    Saved {
        /// Who asked.
        session: SessionId,
        /// Where to.
        to: String,
        /// Its size in bytes.
        result: Result<u64, NotSaved>,
    },
}

/// Why a file was not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotSaved {
    /// There is a file of that name, and nobody said to write over it.
    Exists,
    /// It could not be read or written.
    Failed(Failure),
}

/// A file of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct FileTask {
    /// The layer.
    pub layer: Arc<Descriptor>,
    /// The file's entry in it.
    pub entry: Entry,
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

/// An image whose files are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageLayers {
    /// Where it is open.
    pub session: SessionId,
    /// Its layers, the lowest first; `None` for an element that is no usable descriptor.
    pub layers: Vec<Option<Arc<Descriptor>>>,
}

/// What the files of two images differ in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesFound {
    /// The files that differ, by path.
    pub changes: Vec<FileChange>,
    /// Which layers were read for it.
    pub layers: LayersRead,
}

impl FilesFound {
    /// Exchanges the images.
    pub fn swap(&mut self) {
        self.changes.iter_mut().for_each(FileChange::swap);
        self.layers.swap();
    }
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
    /// Let a session use what another one opened: an archive is not walked through twice, and a
    /// draft stays the one that is looked at.
    Share {
        /// For whom.
        session: SessionId,
        /// Who opened it.
        with: SessionId,
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
    /// Read the programs of images, one [`Msg::Proven`] for each.
    Prove {
        /// For whom.
        session: SessionId,
        /// The request's identity.
        request: RequestId,
        /// Which images.
        images: Vec<Unproven>,
        /// Whether all of their programs are read, not only those that they start.
        all: bool,
    },
    /// Read no more programs for a session.
    StopProving(SessionId),
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
    /// Read what a layer holds.
    Layer {
        /// For whom.
        session: SessionId,
        /// Its number, from 0.
        number: usize,
        /// Which.
        layer: Arc<Descriptor>,
    },
    /// Merge layers.
    Merge {
        /// For whom.
        session: SessionId,
        /// The only layer that counts, from 0; `None` for all.
        only: Option<usize>,
        /// What they hold, the lowest first.
        layers: Vec<Option<Arc<Listing>>>,
    },
    /// Read a file, or its start.
    File {
        /// For whom.
        session: SessionId,
        /// Which.
        task: FileTask,
        /// At most so many bytes of it.
        cap: u64,
    },
    /// Save a file to this machine's disk.
    SaveFile {
        /// For whom.
        session: SessionId,
        /// Which.
        task: FileTask,
        /// The path as typed.
        to: String,
        /// Write over what is there.
        overwrite: bool,
    },
    /// Compare the files of two images.
    CompareFiles {
        /// For whom.
        session: SessionId,
        /// The images.
        sides: Box<[ImageLayers; 2]>,
    },
    /// Say what differs in one file of two images.
    CompareFile {
        /// For whom.
        session: SessionId,
        /// Its number.
        request: RequestId,
        /// The images.
        sides: Box<[ImageLayers; 2]>,
        /// The file.
        change: Box<FileChange>,
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
    /// Lay out the rest of a large text.
    LayOut {
        /// Of which explorer.
        session: SessionId,
        /// The number of the text.
        number: u64,
        /// What is laid out of it, and the rest.
        content: Box<Content>,
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
