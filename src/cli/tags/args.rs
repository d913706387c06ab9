//! The arguments of `platy tags`.

use crate::oci::Platform;

/// Arguments of `platy tags`.
#[derive(Debug, clap::Args)]
pub struct TagsArgs {
    /// The repository
    pub repository: String,
    /// Say how large the images of the first 60 tags are, the newest image first
    #[arg(long)]
    pub sizes: bool,
    /// With --sizes, measure this platform and not the machine's
    #[arg(long, value_name = "OS/ARCH[/VARIANT]", requires = "sizes")]
    pub platform: Option<Platform>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
