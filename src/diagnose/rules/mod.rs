//! The rules, one in each file: facts in, findings out.

pub(super) mod accept_differs;
pub(super) mod agreement;
pub(super) mod amd64_levels;
pub(super) mod arm64_spellings;
pub(super) mod arm_variants;
pub(super) mod bare_manifest;
pub(super) mod client_daemon;
pub(super) mod config_disagrees;
pub(super) mod default_platform;
pub(super) mod duplicate_platform;
pub(super) mod emulation;
pub(super) mod flattened_tag;
pub(super) mod image_store;
pub(super) mod local_copy;
pub(super) mod mirror_differs;
pub(super) mod missing_child;
pub(super) mod narrow_chosen;
pub(super) mod narrow_userland;
pub(super) mod no_platform_chosen;
pub(super) mod pinned_child;
pub(super) mod platform_not_listed;
pub(super) mod shared_layers;
pub(super) mod size_outlier;
pub(super) mod windows_build;
