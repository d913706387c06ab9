//! The arguments of `platy diff`.

use std::path::PathBuf;

/// Arguments of `platy diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// What is compared, called A
    pub a: String,
    /// What it is compared with, called B; with --packages it may be left out: then the platforms
    /// of A are compared with its first one
    #[arg(required_unless_present = "packages")]
    pub b: Option<String>,
    /// Only entries of this platform (os/arch[/variant]; the parts given must match); where it is
    /// one on each side, the two images are compared
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print a unified diff of the pretty-printed JSON and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Compare the files of two images too: downloads the layers that only one of them has
    #[arg(long, conflicts_with = "raw")]
    pub files: bool,
    /// Say what this machine's engines have already of both sides, and what a pull would fetch
    #[arg(long, conflicts_with_all = ["raw", "file"], requires = "b")]
    pub here: bool,
    /// Compare the packages of the images too: from their SBOMs, else from the databases of dpkg
    /// and apk in their layers
    #[arg(long, conflicts_with_all = ["raw", "file"])]
    pub packages: bool,
    /// Print what differs in one file of two images and nothing else: its text, or what both
    /// programs' headers say
    #[arg(long, value_name = "PATH", conflicts_with_all = ["json", "raw"])]
    pub file: Option<String>,
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}
