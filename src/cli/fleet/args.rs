//! The arguments of `platy fleet`.

use std::path::PathBuf;

/// Arguments of `platy fleet`.
#[derive(Debug, clap::Args)]
pub struct FleetArgs {
    /// Compose files, Kubernetes YAML or JSON, Dockerfiles, GitHub Actions and GitLab CI files,
    /// lists of images; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// A machine that is to run them: linux/arm/v7, or a name such as pi-4 (repeatable; without
    /// it linux/amd64 and linux/arm64)
    #[arg(long, value_name = "MACHINE", alias = "machine")]
    pub host: Vec<String>,
    /// The engine that pulls them (without it Kubernetes for pods, else Docker)
    #[arg(long, value_name = "NAME")]
    pub engine: Option<String>,
    /// A value for an ARG of Dockerfiles
    #[arg(long, value_name = "NAME=VALUE")]
    pub build_arg: Vec<String>,
    /// The platforms that every image should have (repeatable, or separated by commas)
    #[arg(long, value_name = "P", value_delimiter = ',')]
    pub expect: Vec<String>,
    /// For each image with a finding, look for the nearest tag that would do
    #[arg(long)]
    pub nearest: bool,
    /// Prove the labels of every image too, as `platy check` does
    #[arg(long)]
    pub prove: bool,
    /// A file of known exceptions (TOML: [[allow]] with image, reason, until)
    #[arg(long, value_name = "FILE")]
    pub allow: Option<PathBuf>,
    /// Ask only about the Ith of N parts of the images
    #[arg(long, value_name = "I/N")]
    pub shard: Option<String>,
    /// Join reports that --json printed, of shards or of several files, and ask nothing
    #[arg(long, conflicts_with_all = [
        "host", "engine", "build_arg", "expect", "nearest", "prove", "shard",
    ])]
    pub merge: bool,
    /// Print for each pod the nodeAffinity that keeps it on machines that have all of its images
    #[arg(long, group = "format")]
    pub affinity: bool,
    /// Print JSON
    #[arg(long, group = "format")]
    pub json: bool,
    /// Print SARIF 2.1.0, with the files and lines that name the images
    #[arg(long, group = "format")]
    pub sarif: bool,
    /// Print JUnit XML, which CI systems show as tests
    #[arg(long, group = "format")]
    pub junit: bool,
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl FleetArgs {
    /// Whether what is printed is for another program.
    #[must_use]
    pub fn is_for_machines(&self) -> bool {
        self.json || self.sarif || self.junit || self.affinity
    }

    /// Whether nothing is asked for that a screen does not show.
    #[must_use]
    pub fn is_for_the_screen(&self) -> bool {
        let asks_more = self.nearest || self.prove || self.merge || self.html.is_some();
        !self.is_for_machines() && !asks_more && !self.files.iter().any(|name| name == "-")
    }

    /// The values for ARGs, by name.
    #[must_use]
    pub fn arguments(&self) -> Vec<(String, String)> {
        self.build_arg
            .iter()
            .filter_map(|it| it.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}
