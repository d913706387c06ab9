//! The arguments of `platy man`.

use std::path::PathBuf;

/// Arguments of `platy man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// A command, or a topic of the manual; without it, the page of platy itself
    #[arg(value_name = "COMMAND|TOPIC")]
    pub words: Vec<String>,
    /// Write all pages instead, into man1 and man7 of this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "words")]
    pub folder: Option<PathBuf>,
}
