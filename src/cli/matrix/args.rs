//! The arguments of `platy matrix`.

use std::path::PathBuf;

/// Arguments of `platy matrix`.
#[derive(Debug, clap::Args)]
pub struct MatrixArgs {
    /// What is pulled
    pub reference: String,
    /// Print JSON, with every engine
    #[arg(long)]
    pub json: bool,
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}
