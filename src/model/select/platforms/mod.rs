//! The rules of containerd's platform library (github.com/containerd/platforms), which containerd,
//! CRI, Docker, BuildKit and nerdctl carry in different versions: how a platform is typed,
//! normalised, matched and ranked.

mod comparer;
mod database;
mod defaults;
mod ladder;
mod library;
mod matcher;
mod normal;
mod specifier;
mod version;
mod windows;

pub use comparer::{Comparer, Standing};
pub(super) use database::{unknown_architecture, unknown_system};
pub use library::Library;
pub use matcher::Mismatch;
pub use normal::Normal;
pub use specifier::{SpecifierError, format, format_all};
pub use version::Version;
pub use windows::Build;
