//! The arguments of `platy check`.

use std::path::PathBuf;

/// Arguments of `platy check`.
#[derive(Debug, Default, clap::Args)]
pub struct CheckArgs {
    /// What to check
    #[arg(required = true, value_name = "REFERENCE")]
    pub references: Vec<String>,
    /// Read the headers of the programs that images start (this is the default)
    #[arg(long, overrides_with = "no_binaries")]
    pub binaries: bool,
    /// Compare only the list and the configs, and read no layer
    #[arg(long, overrides_with = "binaries")]
    pub no_binaries: bool,
    /// Do not read signatures, provenance and SBOMs
    #[arg(long)]
    pub no_evidence: bool,
    /// Read every program of the images, and count them by platform
    #[arg(long, conflicts_with = "no_binaries")]
    pub all_programs: bool,
    /// Only images of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// The platforms that it should have (repeatable, or separated by commas)
    #[arg(long, value_name = "P", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// It should have no platforms but those of --expect
    #[arg(long, requires = "expect")]
    pub exactly: bool,
    /// Print workflow commands, which GitHub Actions shows as annotations
    #[arg(long, group = "format")]
    pub github: bool,
    /// Print JSON
    #[arg(long, group = "format")]
    pub json: bool,
    /// Print SARIF 2.1.0, which code hosts show beside the code
    #[arg(long, group = "format")]
    pub sarif: bool,
    /// Print JUnit XML, which CI systems show as tests
    #[arg(long, group = "format")]
    pub junit: bool,
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}
