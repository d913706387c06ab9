//! Where the user goes: data, so that a view need not know the others.

use super::Action;
use super::opened::OpenedId;
use super::point::Point;
use crate::model::tree::NodeId;
use crate::oci::{Host, Location, Repository};

/// What the view on top points at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The opened reference.
    pub id: OpenedId,
    /// The node.
    pub node: NodeId,
}

/// A list of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// The tags of a repository.
    Tags(Repository),
    /// The repositories of a registry whose path begins so.
    Repositories {
        /// The registry.
        host: Host,
        /// The beginning of the path; may be empty.
        prefix: String,
    },
}

/// What is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// What an action shows of what the view on top points at.
    By(Action, Option<At>),
    /// The start page, with this typed.
    Start(String),
    /// A reference.
    Image(Location),
    /// The fleet that was given at the start.
    Fleet,
    /// An opened reference, at a node.
    Node(At),
    /// Names.
    Names(Listed),
    /// What two nodes differ in.
    Compare(Point, Point),
    /// The draft of this name.
    Draft(String),
    /// The push of the draft of this name.
    Push(String),
}

/// Where the user goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Going {
    /// To another view, over this one.
    Open(Opening),
    /// To another view, in the place of this one.
    Instead(Opening),
    /// To the view beneath.
    Back,
    /// One step back, as with the key.
    StepBack,
    /// To a node: down to the view that shows its tree, else to a new one over this one.
    Node(At),
    /// The end.
    Quit,
}
