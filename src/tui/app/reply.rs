//! What comes of a question, in whole and in parts.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;

use crate::model::blame::Blame;
use crate::model::check::Row;
use crate::model::compare::PackagesDiff;
use crate::model::diagnose::Facts;
use crate::model::draft::{Effects, Presence, SourceRoot};
use crate::model::evidence::{Attested, Databases, Evidence};
use crate::model::files::{FileBytes, FileChange, Files, LayersRead, Listing};
use crate::model::fleet::Behind;
use crate::model::push::{
    Entry as JournalEntry, NoUndo, Outcome, Progress, Stopped, TagDone, TagPlan, Tagged, Undo,
};
use crate::model::tag_size::TagSize;
use crate::model::tree::{Answer, NodeId};
use crate::oci::{Digest, Document, Head, LocalImage, Page, Referrer, Stocked};

use super::KeptDraft;
use super::detail::Content;
#[cfg(doc)]
use super::{DraftOrder, Query};

/// The answer to a [`Query`].
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Of [`Query::Fetch`] and [`Query::Learn`].
    Content(Answer),
    /// Of [`Query::SubjectsOf`]: what its statement speaks of.
    Subjects(Vec<Digest>),
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
