//! Questions to the world outside.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::model::blame::BlameOf;
use crate::model::compare::PackagesOf;
use crate::model::diagnose::Facts;
use crate::model::draft::{Guard, Plan, Question, Target, Want};
use crate::model::evidence::Coverage;
use crate::model::files::{Entry, FileChange, Listing};
use crate::model::fleet::Question as FleetQuestion;
use crate::model::push::{TagPlan, TagWish, Undo};
use crate::model::session::Session;
use crate::model::tree::Need;
use crate::oci::{
    Descriptor, Digest, Document, Host, Location, NextPage, Platform, Reference, Repository,
    StoreKind,
};

use super::detail::{Content, Sought};
use super::{DraftOrder, SessionId, Unproven, Weighing};

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
    /// The programs of images, one [`Part::Proof`](super::Part::Proof) for each.
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
    /// Of which images an attestation is whose entry does not say so.
    SubjectsOf {
        /// Where it is.
        from: Location,
        /// Its manifest.
        manifest: Arc<Document>,
    },
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

impl Query {
    /// Whether it changes something outside, so that it is not asked twice.
    #[must_use]
    pub fn changes_something(&self) -> bool {
        matches!(
            self,
            Self::SaveFile { .. }
                | Self::SaveBytes { .. }
                | Self::SaveSession { .. }
                | Self::Push { .. }
                | Self::WriteTags(_)
                | Self::Undo { .. }
                | Self::Drafts(_)
                | Self::Copy(_)
        )
    }
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
