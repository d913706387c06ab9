//! The arguments of `platy man`.

use std::path::PathBuf;

/// Arguments of `platy man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A command, or a topic of the manual; without it, the page of platy itself
    #[arg(value_name = "COMMAND|TOPIC")]
    pub name: Option<String>,
    /// Write all pages into this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "name")]
    pub folder: Option<PathBuf>,
}
