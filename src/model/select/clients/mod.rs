//! The engines, a file for each family.

mod buildkit;
mod containerd;
mod containers_image;
mod cri;
mod ctr;
mod ctr_local;
mod first;
mod ggcr;
mod graphdriver;
mod moby;
mod nerdctl;
mod oci_client;
mod old_cri;
mod oras;
mod podman;
mod prepare;
mod regclient;
mod store;
mod store_local;
mod walk;
mod windows;

pub(super) use prepare::prepare;
pub(super) use walk::{MOST_ENTRIES, walk};
