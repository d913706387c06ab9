//! The arguments.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::model::draft::{Format, Match, Tool};
use crate::oci::{Digest, Host, Location, PlatformPattern, Reference};
use crate::source::{COMMAND, DEFAULT_PERMITS, DEFAULT_STREAMS, Limits, Options};
use crate::tui::run::{self, DraftFolder};
use crate::work::push::Journal;

/// A terminal explorer for multi-platform container images.
#[derive(Debug, Parser)]
#[command(
    name = "platy",
    version,
    about,
    subcommand_negates_reqs = true,
    args_conflicts_with_subcommands = false,
    disable_help_subcommand = true,
    after_help = "A reference is an image in a registry (alpine, ghcr.io/owner/name:tag, \
                  name@sha256:…), a layout folder (oci:PATH[:NAME]) or an archive \
                  (oci-archive:PATH[:NAME], docker-archive:PATH[:NAME]), or an unsaved draft \
                  by what it is to become (draft:REFERENCE). One that ends in '/' \
                  or names only a registry lists its repositories. An image whose name is a \
                  command's is written with a tag: inspect:latest. `platy help` lists the topics \
                  of the manual."
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
    /// Give registries that are slow by design this long for each answer, instead of 5 to 15 s
    #[arg(long, value_name = "SECONDS", global = true,
          value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub timeout: Option<u32>,
    /// Wait for as long as a registry asks (Retry-After), however long that is
    #[arg(long, global = true)]
    pub wait_for_limits: bool,
    /// Refuse token services on another site than the registry's
    #[arg(long, global = true)]
    pub strict_realm: bool,
    /// Push without keeping what is replaced: `platy undo` cannot put it back then
    #[arg(long, global = true)]
    pub no_journal: bool,
    /// Neither read nor write the cache of content by digest
    #[arg(long, global = true)]
    pub no_cache: bool,
    /// The most requests under way to one host (32; over HTTP/2 as many as it takes, at most 256)
    #[arg(long, value_name = "N", global = true)]
    pub parallel: Option<usize>,
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
    /// Prove that labels are true: compare the list, the configs and the programs inside
    Check(CheckArgs),
    /// Print what many machines get from each engine
    Matrix(MatrixArgs),
    /// Say what differs between two references: platforms, layers, configs
    Diff(DiffArgs),
    /// List the tags of a repository, newest version first
    Tags(TagsArgs),
    /// Show the evidence: signatures, provenance, SBOMs, VEX, and for which platforms it is there
    Evidence(super::evidence::EvidenceArgs),
    /// Print the config of an image: command, environment, labels, history
    Config(super::config::ConfigArgs),
    /// Print the digest that a tag points at (one request)
    Digest(DigestArgs),
    /// Assemble a list of images and push it
    Create(CreateArgs),
    /// Change a list and push it
    Edit(EditArgs),
    /// Push the list that a file describes (manifest-tool's YAML)
    Push(PushArgs),
    /// Print how other tools would make a list, or the list as a file for `platy push`
    Export(ExportArgs),
    /// Put a tag back to what it held before platy wrote it
    Undo(UndoArgs),
    /// Wait until an image is there: a tag, its platforms, a digest
    Wait(WaitArgs),
    /// Print a line each time that a tag moves
    Watch(WatchArgs),
    /// Say what machines get of every image that files name (Compose, Kubernetes, Dockerfiles, CI)
    Fleet(FleetArgs),
    /// Show or clear the cache of content by digest
    Cache(CacheArgs),
    /// Say what platy would use on this machine
    #[command(name = "self")]
    Itself(SelfArgs),
    /// Explore sample images on a registry inside platy, without a network
    Demo,
    /// Print the options of a command, or a page of the manual
    Help(HelpArgs),
    /// Print man pages, of the commands and of the manual
    Man(ManArgs),
    /// Print the script that completes platy's commands in a shell
    Completions(CompletionsArgs),
}

/// Arguments of `platy help`.
#[derive(Debug, clap::Args)]
pub struct HelpArgs {
    /// A command, or a topic of the manual; without it, the list of both
    #[arg(value_name = "COMMAND|TOPIC")]
    pub words: Vec<String>,
}

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

/// Arguments of `platy completions`.
#[derive(Debug, clap::Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: clap_complete::Shell,
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
    /// Show the hosts that the engines ask on this machine, in order, with the reason for each
    #[arg(long)]
    pub mirrors: bool,
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
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

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

/// Arguments of `platy wait`.
#[derive(Debug, clap::Args)]
pub struct WaitArgs {
    /// The image that is waited for
    pub reference: String,
    /// Until it has an image for this platform (repeatable, or separated by commas)
    #[arg(long, value_name = "P", value_delimiter = ',')]
    pub platform: Vec<String>,
    /// Until the tag holds this digest
    #[arg(long, value_name = "DIGEST")]
    pub digest: Option<Digest>,
    /// Until these images (all, without --platform) have this, or the list as a whole has it
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub evidence: Vec<super::wait::Kind>,
    /// The longest that is waited
    #[arg(long = "for", value_name = "TIME", default_value = "10m", value_parser = duration)]
    pub limit: Duration,
    /// The pause between two looks, which grows to four times as much
    #[arg(long, value_name = "TIME", default_value = "5s", value_parser = duration)]
    pub interval: Duration,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy watch`.
#[derive(Debug, clap::Args)]
pub struct WatchArgs {
    /// What is watched
    #[arg(required = true, value_name = "REFERENCE")]
    pub references: Vec<String>,
    /// Only the image of this platform
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// The pause between two looks
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub interval: Duration,
    /// Run this command at each move, with PLATY_REFERENCE, PLATY_BEFORE and PLATY_AFTER set
    #[arg(long, value_name = "COMMAND")]
    pub exec: Option<String>,
    /// Print a JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `platy fleet`.
#[derive(Debug, clap::Args)]
pub struct FleetArgs {
    /// Compose files, Kubernetes YAML or JSON, Dockerfiles, GitHub Actions and GitLab CI files,
    /// lists of images; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// A machine that is to run them: linux/arm/v7, or a name such as pi-4 (repeatable; without
    /// it linux/amd64 and linux/arm64)
    #[arg(long, value_name = "P")]
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
    /// Whether nothing is asked for that a screen does not show.
    #[must_use]
    pub fn is_for_the_screen(&self) -> bool {
        let prints = self.json || self.sarif || self.junit || self.affinity;
        let asks_more = self.nearest || self.prove || self.merge || self.html.is_some();
        !prints && !asks_more && !self.files.iter().any(|name| name == "-")
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

/// Arguments of `platy diff`.
#[derive(Debug, clap::Args)]
pub struct DiffArgs {
    /// What is compared, called A
    pub a: String,
    /// What it is compared with, called B
    pub b: String,
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
    /// Print what differs in one file of two images and nothing else: its text, or what both
    /// programs' headers say
    #[arg(long, value_name = "PATH", conflicts_with_all = ["json", "raw"])]
    pub file: Option<String>,
    /// Write the report into this file too, as a page of HTML that needs nothing else
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
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

/// How a list is pushed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pushing")]
pub struct Pushing {
    /// Print the plan and push nothing
    #[arg(long)]
    pub dry_run: bool,
    /// With --dry-run: print the exact bytes of the list and nothing else
    #[arg(long, requires = "dry_run", conflicts_with = "json")]
    pub raw: bool,
    /// Push without asking
    #[arg(long)]
    pub yes: bool,
    /// Push only if the tag points at this digest
    #[arg(long, value_name = "DIGEST", value_parser = str::parse::<Digest>)]
    pub if_digest: Option<Digest>,
    /// Push only if the tag does not exist
    #[arg(long, conflicts_with = "if_digest")]
    pub if_absent: bool,
    /// Push even if somebody moved the tag meanwhile
    #[arg(long, conflicts_with_all = ["if_digest", "if_absent"])]
    pub force: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What is taken of a source.
#[derive(Debug, clap::Args)]
pub struct Taking {
    /// Take only these platforms of each source (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P", value_parser = str::parse::<PlatformPattern>)]
    pub platform: Vec<PlatformPattern>,
    /// Leave the attestations of the images behind
    #[arg(long)]
    pub no_attestations: bool,
    /// Take along what refers to the images (signatures, SBOMs)
    #[arg(long)]
    pub referrers: bool,
}

/// What is set on a list and its entries.
#[derive(Debug, clap::Args)]
pub struct Setting {
    /// Set an annotation of the list
    #[arg(long, value_name = "K=V")]
    pub annotation: Vec<String>,
    /// Set an annotation of entries
    #[arg(long, value_name = "MATCH:K=V")]
    pub entry_annotation: Vec<String>,
    /// Make an OCI index or a Docker manifest list
    #[arg(long, value_name = "oci|docker", value_parser = str::parse::<Format>)]
    pub format: Option<Format>,
    /// Set the list's artifactType
    #[arg(long, value_name = "TYPE")]
    pub artifact_type: Option<String>,
    /// Set the list's subject: an image that it refers to
    #[arg(long, value_name = "REFERENCE")]
    pub subject: Option<Location>,
}

/// Arguments of `platy create`.
#[derive(Debug, clap::Args)]
#[command(after_help = MATCH_HELP)]
pub struct CreateArgs {
    /// Where the list is pushed to
    pub target: Reference,
    /// Images and lists that it is made of, from any registry, layout or archive
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Set platform fields of what comes from a source
    #[arg(long, value_name = "SOURCE:FIELD=VALUE,…")]
    pub set: Vec<String>,
    /// If the tag holds a list already, add to it; if others write it meanwhile, read it again and
    /// add again, until all is in the list to stay
    #[arg(long, conflicts_with_all = ["tag", "if_digest", "if_absent", "force", "raw"])]
    pub join: bool,
    /// Push under this tag too
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// What is taken
    #[command(flatten)]
    pub taking: Taking,
    /// What is set
    #[command(flatten)]
    pub setting: Setting,
    /// How it is pushed
    #[command(flatten)]
    pub pushing: Pushing,
}

/// Arguments of `platy edit`.
#[derive(Debug, clap::Args)]
#[command(after_help = MATCH_HELP)]
pub struct EditArgs {
    /// The list
    pub reference: Location,
    /// Add an image or the images of a list
    #[arg(long, value_name = "SOURCE")]
    pub add: Vec<String>,
    /// With --add: if the tag moves meanwhile, read it again and apply the same edit, until what
    /// is added is in the list to stay
    #[arg(long, requires = "add", conflicts_with_all = ["to", "if_digest", "if_absent", "force", "raw"])]
    pub rebase: bool,
    /// Remove entries, and their attestations with them
    #[arg(long, value_name = "MATCH", value_parser = str::parse::<Match>)]
    pub remove: Vec<Match>,
    /// With --remove: leave the attestations in the list
    #[arg(long, requires = "remove")]
    pub keep_attestations: bool,
    /// Put the image of the same platform from a source in an entry's place
    #[arg(long, value_name = "MATCH=SOURCE")]
    pub replace: Vec<String>,
    /// Set platform fields of entries; an empty value drops a field
    #[arg(long, value_name = "MATCH:FIELD=VALUE,…")]
    pub set: Vec<String>,
    /// Make the platform of entries what their config says
    #[arg(long, value_name = "MATCH", value_parser = str::parse::<Match>)]
    pub fill: Vec<Match>,
    /// Drop an annotation of the list, or of entries
    #[arg(long, value_name = "[MATCH:]K")]
    pub drop_annotation: Vec<String>,
    /// Push to this tag instead of the list's own
    #[arg(long, value_name = "TARGET")]
    pub to: Option<Reference>,
    /// What is taken of what is added
    #[command(flatten)]
    pub taking: Taking,
    /// What is set
    #[command(flatten)]
    pub setting: Setting,
    /// How it is pushed
    #[command(flatten)]
    pub pushing: Pushing,
}

/// Arguments of `platy push`.
#[derive(Debug, clap::Args)]
pub struct PushArgs {
    /// The file; - for standard input
    #[arg(required_unless_present = "template")]
    pub spec: Option<PathBuf>,
    /// With --template: the platforms (os/arch[/variant]), with commas between them
    #[arg(long, value_name = "P,…", value_delimiter = ',', requires = "template")]
    pub platforms: Vec<String>,
    /// Instead of a file: the images' name, with OS, ARCH and VARIANT in it
    #[arg(long, value_name = "NAME", requires_all = ["platforms", "target"], conflicts_with = "spec")]
    pub template: Option<String>,
    /// With --template: where the list is pushed to
    #[arg(long, requires = "template")]
    pub target: Option<Reference>,
    /// Make an OCI index or a Docker manifest list
    #[arg(long, value_name = "oci|docker", value_parser = str::parse::<Format>)]
    pub format: Option<Format>,
    /// How it is pushed
    #[command(flatten)]
    pub pushing: Pushing,
}

/// Arguments of `platy export`.
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    /// The list
    pub reference: Location,
    /// The tag that the tools are to make; without it, the list's own
    #[arg(long, value_name = "TARGET")]
    pub to: Option<Reference>,
    /// Print a file for `platy push` and manifest-tool
    #[arg(long, conflicts_with = "tool")]
    pub spec: bool,
    /// Only this tool: regctl, oras, imagetools, crane, podman or docker; auto is the one that
    /// keeps the most
    #[arg(long, value_name = "TOOL", value_parser = str::parse::<ToolChoice>)]
    pub tool: Vec<ToolChoice>,
    /// Print JSON: what each tool makes of the list, the best first
    #[arg(long, conflicts_with = "spec")]
    pub json: bool,
}

/// `--tool`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolChoice {
    /// The tool that keeps the most.
    Auto,
    /// This one.
    One(Tool),
}

impl std::str::FromStr for ToolChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "auto" { Ok(Self::Auto) } else { text.parse().map(Self::One) }
    }
}

const MATCH_HELP: &str = "MATCH names entries: a platform (linux/arm/v7, linux/*), the beginning of a digest, or #N for \
                          the Nth entry. FIELD is os, architecture, variant, os.version or os.features. Exit code: 0 \
                          done, 1 refused by validation or by a guard, 2 trouble.";

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

/// Arguments of `platy self`.
#[derive(Debug, clap::Args)]
pub struct SelfArgs {
    /// What to do
    #[command(subcommand)]
    pub action: SelfAction,
}

/// What to say of platy itself.
#[derive(Debug, Subcommand)]
pub enum SelfAction {
    /// Which files, credentials, certificates and sockets platy would use, without secrets
    Check(SelfCheckArgs),
}

/// Arguments of `platy self check`.
#[derive(Debug, clap::Args)]
pub struct SelfCheckArgs {
    /// For this image: whose credentials go to its registry, and which hosts engines ask
    pub reference: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
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
        let parallel = self.reach.parallel.map(|number| number.clamp(1, DEFAULT_STREAMS));
        Options {
            plain_http: self.reach.plain_http.clone(),
            insecure: self.reach.insecure.clone(),
            ca_files: self.reach.ca_file.clone(),
            cache_key: run::cache_key(),
            cache_dir: if self.reach.no_cache { None } else { run::cache_dir() },
            permits: parallel.unwrap_or(DEFAULT_PERMITS),
            streams: parallel.unwrap_or(DEFAULT_STREAMS),
            drafts: Some(Arc::new(DraftFolder::open())),
            limits: self.limits(),
            strict_realm: self.reach.strict_realm,
            ..Options::default()
        }
    }

    fn limits(&self) -> Limits {
        // Those that go on for long by themselves wait as long as they are asked to.
        let waits = self.reach.wait_for_limits || self.goes_on();
        let usual = Limits::default();
        let limits = Limits {
            command: (!waits && self.reads_documents_only()).then_some(COMMAND),
            asked_wait: usual.asked_wait.filter(|_| !waits),
            ..usual
        };
        match self.reach.timeout {
            Some(seconds) => limits.at_least(Duration::from_secs(seconds.into())),
            None => limits,
        }
    }

    /// Whether the command asks again and again, or of very many images.
    fn goes_on(&self) -> bool {
        matches!(self.command, Some(Command::Fleet(_) | Command::Wait(_) | Command::Watch(_)))
    }

    /// Whether the command reads no layer, writes nothing and ends by itself: then it has a limit
    /// for the whole.
    fn reads_documents_only(&self) -> bool {
        match &self.command {
            Some(
                Command::Inspect(_)
                | Command::Why(_)
                | Command::Matrix(_)
                | Command::Tags(_)
                | Command::Digest(_)
                | Command::Export(_),
            ) => true,
            Some(Command::Diff(diff)) => !diff.files && diff.file.is_none(),
            Some(Command::Check(check)) => check.no_binaries,
            _ => false,
        }
    }

    /// Whether the command was asked for JSON.
    #[must_use]
    pub fn prints_json(&self) -> bool {
        let Some(command) = &self.command else { return false };
        match command {
            Command::Inspect(it) => it.json,
            Command::Why(it) => it.json,
            Command::Check(it) => it.json,
            Command::Matrix(it) => it.json,
            Command::Diff(it) => it.json,
            Command::Tags(it) => it.json,
            Command::Evidence(it) => it.json,
            Command::Config(it) => it.json,
            Command::Create(it) => it.pushing.json,
            Command::Edit(it) => it.pushing.json,
            Command::Push(it) => it.pushing.json,
            Command::Export(it) => it.json,
            Command::Undo(it) => it.json,
            Command::Wait(it) => it.json,
            Command::Watch(it) => it.json,
            Command::Fleet(it) => it.json,
            Command::Itself(SelfArgs { action: SelfAction::Check(it) }) => it.json,
            Command::Digest(_)
            | Command::Cache(_)
            | Command::Demo
            | Command::Help(_)
            | Command::Man(_)
            | Command::Completions(_) => false,
        }
    }

    /// What pushes replaced is kept in it; `None` if the user wants none, or the system names no
    /// folder for it.
    #[must_use]
    pub fn journal(&self) -> Option<Journal> {
        if self.reach.no_journal { None } else { Journal::of_user() }
    }
}

/// A time as people write it: `90s`, `10m`, `1h 30m`, `500ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let said = || format!("{text:?} is not a time; write one as 90s, 10m or 1h30m");
    let time: jiff::SignedDuration = text.parse().map_err(|_| said())?;
    Duration::try_from(time).ok().filter(|it| !it.is_zero()).ok_or_else(said)
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

    #[test]
    fn only_commands_that_read_documents_have_a_limit_for_the_whole() {
        let limits = |words: &[&str]| {
            Args::try_parse_from([&["platy"], words].concat()).unwrap().options().limits
        };
        for (words, whole) in [
            (&["inspect", "a"][..], Some(60)),
            (&["tags", "a"], Some(60)),
            (&["diff", "a", "b"], Some(60)),
            (&["diff", "a", "b", "--files"], None),
            (&["check", "a"], None),
            (&["check", "a", "--no-binaries"], Some(60)),
            (&["edit", "a:b"], None),
            (&["a"], None),
            (&["inspect", "a", "--timeout", "100"], Some(400)),
            (&["inspect", "a", "--wait-for-limits"], None),
        ] {
            assert_eq!(limits(words).command, whole.map(Duration::from_secs), "{words:?}");
        }
        let usual = limits(&["inspect", "a"]);
        assert_eq!(usual.asked_wait, Some(Duration::from_secs(10)));
        assert_eq!(limits(&["inspect", "a", "--wait-for-limits"]).asked_wait, None);
        assert_eq!(limits(&["fleet", "x"]).asked_wait, None);
        assert_eq!(limits(&["inspect", "a", "--timeout", "20"]).document, Duration::from_secs(20));
        assert!(Args::try_parse_from(["platy", "inspect", "a", "--timeout", "0"]).is_err());
    }
}
