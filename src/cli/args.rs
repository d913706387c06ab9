//! The arguments.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::oci::Host;
use crate::runtime;
use crate::source::Options;

/// A terminal explorer for multi-platform container images.
#[derive(Debug, Parser)]
#[command(
    name = "platy",
    version,
    about,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = false,
    after_help = "A reference is an image in a registry (alpine, ghcr.io/owner/name:tag, \
                  name@sha256:…), a layout folder (oci:PATH[:NAME]) or an archive \
                  (oci-archive:PATH[:NAME], docker-archive:PATH[:NAME]). One that ends in '/' \
                  or names only a registry lists its repositories. An image whose name is a \
                  command's is written with a tag: inspect:latest."
)]
pub struct Args {
    /// What to explore; without it, the start page
    pub reference: Option<String>,
    /// What to do instead of exploring
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How registries are reached
    #[command(flatten)]
    pub reach: Reach,
}

/// How registries are reached.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Registries")]
pub struct Reach {
    /// Speak plain HTTP with this host (host[:port]); loopback hosts need no flag
    #[arg(long, value_name = "HOST", global = true, value_parser = host)]
    pub plain_http: Vec<Host>,
    /// Do not check this host's TLS certificate
    #[arg(long, value_name = "HOST", global = true, value_parser = host)]
    pub insecure: Vec<Host>,
    /// Trust the certificates in this PEM file too
    #[arg(long, value_name = "FILE", global = true)]
    pub ca_file: Vec<PathBuf>,
    /// Neither read nor write the cache of content by digest
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// The most requests under way to one host
    #[arg(long, value_name = "N", global = true, default_value_t = crate::source::DEFAULT_PERMITS)]
    pub parallel: usize,
    /// Write a log to this file (PLATY_LOG sets the level, for example debug)
    #[arg(long, value_name = "FILE", global = true)]
    pub log: Option<PathBuf>,
}

/// A subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Print what stands behind a reference as a tree, or as JSON
    Inspect(InspectArgs),
    /// Say which entry each engine picks on a machine, and why
    #[command(after_long_help = super::why::names())]
    Why(WhyArgs),
    /// Print what many machines get from each engine
    Matrix(MatrixArgs),
    /// List the tags of a repository, newest version first
    Tags(TagsArgs),
    /// Print the digest that a tag points at (one HEAD request)
    Digest(DigestArgs),
    /// Put a tag back to what it held before platy wrote it
    Undo(UndoArgs),
    /// Show or clear the cache of content by digest
    Cache(CacheArgs),
    /// Explore sample images on a registry inside platy, without a network
    Demo,
}

/// Arguments of `platy inspect`.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// What to inspect
    pub reference: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the exact bytes of the manifest and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Only entries of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Do not ask what refers to the images (signatures, SBOMs)
    #[arg(long)]
    pub no_referrers: bool,
}

/// Arguments of `platy why`.
#[derive(Debug, clap::Args)]
pub struct WhyArgs {
    /// What is pulled
    pub reference: String,
    /// The machine: linux/arm/v7, windows(10.0.20348.2000)/amd64, or a name such as pi-4;
    /// without it, this machine
    #[arg(long, value_name = "P")]
    pub host: Option<String>,
    /// The platform that the engine was asked for (its own --platform)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// An engine, such as docker, kubernetes, podman or docker-20.10 (--help lists all); without
    /// it, every engine that runs on the machine
    #[arg(long, value_name = "NAME")]
    pub engine: Vec<String>,
    /// A mirror to compare with, beside those that Docker, containers and containerd name here:
    /// HOST or HOST/PATH
    #[arg(long, value_name = "MIRROR")]
    pub mirror: Vec<String>,
    /// Print what each engine makes of each entry, not only where one engine is asked about
    #[arg(long, conflicts_with = "json")]
    pub trace: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy matrix`.
#[derive(Debug, clap::Args)]
pub struct MatrixArgs {
    /// What is pulled
    pub reference: String,
    /// Print JSON, with every engine
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy tags`.
#[derive(Debug, clap::Args)]
pub struct TagsArgs {
    /// The repository
    pub repository: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy digest`.
#[derive(Debug, clap::Args)]
pub struct DigestArgs {
    /// The image
    pub reference: String,
}

/// Arguments of `platy undo`.
#[derive(Debug, clap::Args)]
pub struct UndoArgs {
    /// The tag; without it, the one that was pushed last
    pub reference: Option<String>,
    /// List the pushes in the journal, newest first, and do nothing
    #[arg(long, conflicts_with_all = ["yes", "force", "dry_run"])]
    pub list: bool,
    /// Say what would be put back, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Put it back without a question
    #[arg(long)]
    pub yes: bool,
    /// Put it back although somebody else has written the tag since
    #[arg(long)]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy cache`.
#[derive(Debug, clap::Args)]
pub struct CacheArgs {
    /// What to do
    #[command(subcommand)]
    pub action: CacheAction,
}

/// What to do with the cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum CacheAction {
    /// Say where it is and how much it holds
    Info,
    /// Remove everything in it
    Clear,
}

fn host(text: &str) -> Result<Host, String> {
    Host::parse(text).ok_or_else(|| "write a host name or address with an optional port".to_owned())
}

impl Args {
    /// The settings of the fetch layer.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            plain_http: self.reach.plain_http.clone(),
            insecure: self.reach.insecure.clone(),
            ca_files: self.reach.ca_file.clone(),
            cache_dir: if self.reach.no_cache { None } else { runtime::cache_dir() },
            permits: self.reach.parallel.clamp(1, 256),
            ..Options::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
        let args = Args::try_parse_from(["platy", "alpine"]).unwrap();
        assert_eq!(args.reference.as_deref(), Some("alpine"));
        let args = Args::try_parse_from(["platy", "inspect", "alpine", "--json"]).unwrap();
        assert!(matches!(args.command, Some(Command::Inspect(_))));
        let args =
            Args::try_parse_from(["platy", "tags", "a/b", "--plain-http", "10.0.0.1:80"]).unwrap();
        assert_eq!(args.options().plain_http.len(), 1);
        assert!(Args::try_parse_from(["platy", "--insecure", "a b"]).is_err());
    }
}
