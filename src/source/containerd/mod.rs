//! Images of containerd, asked for on its socket (`containerd:[NAMESPACE/]NAME`): Kubernetes keeps
//! its images in the namespace `k8s.io`, Docker in `moby`, ctr and nerdctl in `default`.
//!
//! The images service says what a name stands for. What a digest names is read from the disk, where
//! containerd keeps it as it came, if this user may; else over the socket, by the content service.
//! Nothing is asked that changes anything.

mod blobs;
mod connection;
mod content;
mod found;
mod frames;
mod list;
mod messages;
mod names;
mod place;
mod source;

pub(super) use list::{images, stocked};
pub use place::ContainerdPlace;
pub(super) use source::ContainerdSource;
