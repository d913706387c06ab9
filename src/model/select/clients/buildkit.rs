//! BuildKit's resolution of a base image (util/imageutil/config.go, util/pull/pull.go): the rules
//! of containerd's client, for the target platform and without an x86-64 level.

use crate::oci::Platform;

use super::super::platforms::Library;
use super::containerd::{ContainerdPull, Words};

pub(super) fn buildkit(library: &Library, target: &Platform) -> ContainerdPull {
    ContainerdPull::new(library.only(target), Words::BuildKit)
}
