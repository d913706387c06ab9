//! What goes into `update` and what comes out: plain data.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::model::blame::{Blame, BlameOf};
use crate::model::check::Row;
use crate::model::compare::{PackagesDiff, PackagesOf};
use crate::model::diagnose::Facts;
use crate::model::draft::{Effects, Guard, Plan, Presence, Question, SourceRoot, Target, Want};
use crate::model::evidence::{Attested, Coverage, Databases, Evidence};
use crate::model::files::{Entry, FileBytes, FileChange, Files, LayersRead, Listing};
use crate::model::fleet::{Behind, Question as FleetQuestion};
use crate::model::push::{
    Entry as JournalEntry, NoUndo, Outcome, Progress, Stopped, TagDone, TagPlan, TagWish, Tagged,
    Undo,
};
use crate::model::session::Session;
use crate::model::tag_size::TagSize;
use crate::model::tree::{Answer, Need, NodeId};
use crate::oci::{
    Assembled, Descriptor, Digest, Document, Exchange, Failure, Head, Host, LocalImage, Location,
    NextPage, Notice, Page, Platform, Quota, Reference, Referrer, Repository, Stocked, StoreKind,
};

use super::detail::{Content, Sought};
use super::{DraftOrder, KeptDraft, Key, RequestId, SessionId, Unproven, Weighing};

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

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Of [`Query::Fetch`] and [`Query::Learn`].
    Content(Answer),
    /// Of [`Query::Blob`].
    Blob {
        /// Its bytes.
        bytes: Bytes,
        /// Whether they are JSON.
        is_json: bool,
        /// What it holds; or why it cannot be opened.
        evidence: Result<Arc<Evidence>, String>,
    },
    /// Of [`Query::Tags`] and [`Query::Repositories`].
    Names(Page),
    /// Of [`Query::Head`].
    Head(Head),
    /// Of [`Query::TagSize`].
    TagSize(TagSize),
    /// Of [`Query::Pause`].
    Paused,
    /// Of [`Query::Stored`]; `None` if there is no such store here.
    Stored(Option<Vec<LocalImage>>),
    /// Of [`Query::Stock`]; `None` if there is no such store here.
    Stock(Option<Stocked>),
    /// Of [`Query::Behind`].
    Behind(Box<Behind>),
    /// Of [`Query::Prove`]: all images were read, each told as a [`Part::Proof`].
    Proven,
    /// Of [`Query::Attest`].
    Attested(Arc<Attested>),
    /// Of [`Query::Databases`]: what they say; or why they could not be read.
    Databases(Vec<(Digest, Result<Databases, String>)>),
    /// Of [`Query::Evidence`]: the facts that were sent, with what was seen.
    Facts(Box<Facts>),
    /// Of [`Query::Layer`].
    Listing(Arc<Listing>),
    /// Of [`Query::Merge`].
    Files(Arc<Files>),
    /// Of [`Query::File`].
    File(FileBytes),
    /// Of [`Query::SaveFile`] and [`Query::SaveBytes`]: the file is there, of this size in bytes.
    Saved(u64),
    /// Of both: there is a file of that name, and nobody said to write over it.
    Exists,
    /// Of [`Query::Blame`].
    Blamed(Arc<Blame>),
    /// Of [`Query::CompareFiles`].
    Compared(Arc<FilesFound>),
    /// Of [`Query::ComparePackages`].
    Packages(Arc<PackagesDiff>),
    /// Of [`Query::CompareFile`]: what differs, in lines.
    Lines(Vec<String>),
    /// Of [`Query::Presence`].
    Presence(Presence),
    /// Of [`Query::Weigh`].
    Effects(Effects),
    /// Of [`Query::LayOut`]: all of the text.
    LaidOut(Arc<Content>),
    /// Of [`Query::Find`].
    Found {
        /// All of the text, if it was laid out for that.
        content: Option<Arc<Content>>,
        /// The line with the match.
        at: Option<usize>,
    },
    /// Of [`Query::Gather`].
    Gathered(SourceRoot),
    /// Of [`Query::Referrers`].
    Referrers {
        /// What can go along with the image.
        found: Vec<Referrer>,
        /// What cannot: only an index beside the image joins the two.
        loose: Vec<Digest>,
    },
    /// Of [`Query::Push`].
    Pushed(Box<Outcome>),
    /// Of [`Query::Journal`]: oldest first.
    Journal(Vec<JournalEntry>),
    /// Of [`Query::FindUndo`]: what taking the push back would do, or why it cannot be taken back.
    Undo(Box<Result<Undo, NoUndo>>),
    /// Of [`DraftOrder::List`]: those that nobody has open, newest first.
    Drafts(Vec<KeptDraft>),
    /// Of [`DraftOrder::Take`]: what was kept.
    Draft(String),
    /// Of the other orders about drafts: it is done.
    Done,
    /// Of [`Query::Copy`]: by which way, `clipboard` or `terminal (OSC 52)`.
    Copied(&'static str),
    /// Of [`Query::PlanTags`].
    TagPlan(Box<TagPlan>),
    /// Of [`Query::WriteTags`].
    TagsDone(Box<TagDone>),
    /// Of [`Query::Undo`].
    Undone {
        /// What the tag holds.
        tagged: Tagged,
        /// Why that is not what it was to hold.
        stopped: Option<Stopped>,
    },
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// How far the reading of layers is.
    Bytes {
        /// The bytes of layers so far, packed.
        received: u64,
        /// The bytes of all that are read; 0 if that is not known.
        total: u64,
    },
    /// What the programs of an image say.
    Proof {
        /// Which image.
        image: NodeId,
        /// What came of it.
        row: Box<Row>,
        /// Whether a layer could not be had, so that asking again may help.
        failed: bool,
    },
    /// Of [`Query::Fetch`] of what a tag names: what it named when it was last seen.
    Recalled {
        /// The document, from the cache.
        document: Arc<Document>,
        /// When the registry last said that the tag holds it.
        seen: Timestamp,
    },
    /// A push has come this far.
    Pushing {
        /// How far.
        progress: Progress,
        /// Bytes each second.
        rate: Option<f64>,
        /// How long it takes at this rate.
        left: Option<Duration>,
    },
}

/// A file of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct FileTask {
    /// The layer.
    pub layer: Arc<Descriptor>,
    /// The file's entry in it.
    pub entry: Entry,
}

/// A text for the clipboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clip {
    /// What it is, in words: `digest of linux/arm64`.
    pub what: String,
    /// The text.
    pub text: String,
}

/// An image whose files are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageLayers {
    /// Where it is open.
    pub session: SessionId,
    /// Its layers, the lowest first; `None` for an element that is not a usable descriptor.
    pub layers: Vec<Option<Arc<Descriptor>>>,
}

/// An image whose layers are blamed on lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageBlame {
    /// Where it is open.
    pub session: SessionId,
    /// What is known of it.
    pub of: BlameOf,
}

/// An image whose packages are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImagePackages {
    /// Where it is open.
    pub session: SessionId,
    /// What is known of it.
    pub of: PackagesOf,
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

/// A question to the world outside. The one who asks gets it back with its answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Something of the location that the session has open.
    Fetch(Need),
    /// A blob that is not a layer: a statement, a signature, an SBOM, a file.
    Blob {
        /// Who has its manifest open.
        of: SessionId,
        /// Which.
        descriptor: Arc<Descriptor>,
    },
    /// A page of tags.
    Tags {
        /// Of which repository.
        repository: Repository,
        /// The page, as the one before named it.
        page: Option<NextPage>,
    },
    /// A page of repositories.
    Repositories {
        /// Of which registry.
        host: Host,
        /// The page, as the one before named it.
        page: Option<NextPage>,
    },
    /// The images that a store of this machine has.
    Stored(StoreKind),
    /// What a store of this machine consists of.
    Stock(StoreKind),
    /// What is behind an image of a fleet.
    Behind {
        /// Its position in the fleet.
        image: usize,
        /// What is asked.
        question: Box<FleetQuestion>,
    },
    /// The digest of a tag.
    Head {
        /// In which repository.
        repository: Repository,
        /// Which tag.
        tag: String,
    },
    /// How large the image of a tag is.
    TagSize {
        /// In which repository.
        repository: Repository,
        /// Which tag.
        tag: String,
        /// For which platform.
        platform: Platform,
    },
    /// The programs of images, one [`Part::Proof`] for each.
    Prove {
        /// Which images.
        images: Vec<Unproven>,
        /// Whether all of their programs are read, not only those that they start.
        all: bool,
    },
    /// What mirrors, the registry as other clients ask it, and this machine tell that a tree
    /// cannot.
    Evidence {
        /// About which reference.
        location: Location,
        /// What is known.
        facts: Box<Facts>,
        /// Whether this machine is asked about.
        this_machine: bool,
    },
    /// What a layer holds.
    Layer {
        /// Who has the image open.
        of: SessionId,
        /// Its number, from 0.
        number: usize,
        /// Which.
        layer: Arc<Descriptor>,
    },
    /// Layers, merged.
    Merge {
        /// The only layer that counts, from 0; `None` for all.
        only: Option<usize>,
        /// What they hold, the lowest first.
        layers: Vec<Option<Arc<Listing>>>,
    },
    /// A file, or its start.
    File {
        /// Who has the image open.
        of: SessionId,
        /// Which.
        task: FileTask,
        /// At most so many bytes of it.
        cap: u64,
    },
    /// To save a file to this machine's disk.
    SaveFile {
        /// Who has the image open.
        of: SessionId,
        /// Which.
        task: FileTask,
        /// The path as typed.
        to: String,
        /// Write over what is there.
        overwrite: bool,
    },
    /// Evidence: each piece of it read and opened.
    Attest(Arc<Coverage>),
    /// The package databases of images, by their digests and layers (the lowest first).
    Databases(Vec<(Digest, Vec<Option<Arc<Descriptor>>>)>),
    /// To save bytes to this machine's disk.
    SaveBytes {
        /// The bytes.
        bytes: Bytes,
        /// The path as typed.
        to: String,
        /// Write over what is there.
        overwrite: bool,
    },
    /// What made the layers of an image.
    Blame(Box<ImageBlame>),
    /// How the files of two images differ.
    CompareFiles(Box<[ImageLayers; 2]>),
    /// How the packages of two images differ.
    ComparePackages(Box<[ImagePackages; 2]>),
    /// What differs in one file of two images.
    CompareFile {
        /// The images.
        sides: Box<[ImageLayers; 2]>,
        /// The file.
        change: Box<FileChange>,
    },
    /// Something that a draft wants to know.
    Learn(Want),
    /// Something that the place may know that a draft is pushed to.
    Presence {
        /// Which place.
        target: Target,
        /// What.
        question: Question,
    },
    /// Whom a draft changes.
    Weigh(Weighing),
    /// Where the pieces of a long text begin.
    LayOut(Arc<Content>),
    /// Where something is in a long text.
    Find(Arc<Content>, Sought),
    /// What a reference names.
    Gather(Location),
    /// What refers to an image.
    Referrers {
        /// Where the image is.
        from: Location,
        /// The image.
        subject: Digest,
    },
    /// To run a plan.
    Push {
        /// What to do.
        plan: Box<Plan>,
        /// What must hold of the tag.
        guard: Guard,
    },
    /// What was pushed from this machine.
    Journal,
    /// What taking the last push of a tag back would do.
    FindUndo(Reference),
    /// To do something with the unsaved drafts that are kept. Orders are carried out one after the
    /// other.
    Drafts(DraftOrder),
    /// To put a text into the clipboard.
    Copy(Clip),
    /// To be told when so much time has gone.
    Pause(Duration),
    /// To keep what was loaded in a file.
    SaveSession {
        /// What was loaded.
        session: Box<Session>,
        /// The file.
        to: String,
        /// Whether a file that is there is written over.
        overwrite: bool,
    },
    /// What deleting, copying or renaming tags would do.
    PlanTags(Box<TagWish>),
    /// To do it.
    WriteTags(Box<TagPlan>),
    /// To take a push back.
    Undo {
        /// What is done.
        undo: Box<Undo>,
        /// Whatever the tag holds now.
        force: bool,
    },
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
    Run(String),
    /// Gives the terminal to the user's pager with this text, until it ends.
    Page(Box<Content>),
    /// End the program.
    Quit,
}
