//! The arguments that all commands share, and which command is run. What each command takes is
//! beside the command.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{CommandFactory as _, Parser, Subcommand};
use serde::{Deserialize, Serialize};

use super::assemble::{CopyArgs, CreateArgs, EditArgs, ExportArgs, PushArgs};
use super::cache::CacheArgs;
use super::check::CheckArgs;
use super::completions::CompletionsArgs;
use super::defaults::Defaults;
use super::diff::DiffArgs;
use super::digest::DigestArgs;
use super::evidence;
use super::fleet::FleetArgs;
use super::help::HelpArgs;
use super::inspect::InspectArgs;
use super::man::ManArgs;
use super::matrix::MatrixArgs;
use super::paint::ColorWhen;
use super::self_check::{SelfAction, SelfArgs};
use super::tags::TagsArgs;
use super::timings::Form;
use super::undo::UndoArgs;
use super::wait::WaitArgs;
use super::watch::WatchArgs;
use super::why::WhyArgs;
use crate::model::evidence::PublicKey;
use crate::oci::Host;
use crate::source::{COMMAND, CaFile, DEFAULT_PERMITS, DEFAULT_STREAMS, Limits, Options, Timings};
use crate::text::{called, quote};
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
                  (oci-archive:PATH[:NAME], docker-archive:PATH[:NAME]), an image of this machine's engines \
                  (docker-daemon:NAME, containerd:NAME, containers-storage:NAME), plain files (dir:PATH), or an unsaved draft \
                  by what it is to become (draft:REFERENCE). One that ends in '/' \
                  or names only a registry lists its repositories. An image whose name is a \
                  command's is written with a tag: inspect:latest. `platy help` lists the topics \
                  of the manual."
)]
pub struct Args {
    /// What to explore; without it, the start page
    pub reference: Option<String>,
    /// The colours of the explorer; auto asks the terminal whether it is dark
    #[arg(long, value_name = "NAME", value_enum, global = true, help_heading = "Colours")]
    pub theme: Option<ThemeName>,
    /// Name this public key (PEM) where a signature says that it was made with it
    #[arg(long, value_name = "FILE")]
    pub known_key: Vec<PathBuf>,
    /// Whether what is printed has colours
    #[arg(long, value_name = "WHEN", value_enum, global = true, help_heading = "Colours")]
    pub color: Option<ColorWhen>,
    /// What to do instead of exploring
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How registries are reached
    #[command(flatten)]
    pub reach: Reach,
    /// What the user's config.toml gives
    #[arg(skip)]
    pub(super) defaults: Defaults,
}

/// The most seconds of `--timeout`: a day.
pub(super) const MAX_SECONDS: u32 = 86_400;

/// The colours of the explorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ThemeName {
    /// `dark` or `light`, as the terminal says; else `terminal`
    Auto,
    /// The terminal's own 16 colours
    Terminal,
    /// For dark backgrounds
    Dark,
    /// For light backgrounds
    Light,
    /// High contrast
    Contrast,
    /// No colours
    Plain,
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
          value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_SECONDS)))]
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
    /// Say when the command is over what each request took, on standard error
    #[arg(long, global = true, value_name = "FORM", num_args = 0..=1, require_equals = true,
          default_missing_value = "text", value_enum)]
    pub timings: Option<Form>,
    /// Where that is kept
    #[arg(skip)]
    pub kept_timings: Timings,
    /// Write a log to this file (PLATY_LOG sets the level, for example debug)
    #[arg(long, value_name = "FILE", global = true)]
    pub log: Option<PathBuf>,
}

/// The whole command line, for who looks through it: the arguments of a command are otherwise made
/// when that command is named.
#[must_use]
pub fn whole() -> clap::Command {
    let mut whole = Args::command().bin_name(called());
    whole.build();
    whole
}

/// A subcommand.
#[derive(Debug, Subcommand)]
// The first picture does not wait until several hundred arguments of others are made.
#[command(defer = true)]
pub enum Command {
    /// Print what is behind a reference as a tree, or as JSON
    Inspect(InspectArgs),
    /// Say which entry each engine picks on a machine, and why
    Why(WhyArgs),
    /// Prove that labels are true: compare the list, the configs and the programs inside
    Check(CheckArgs),
    /// Print what many machines get from each engine
    Matrix(MatrixArgs),
    /// Say what differs between two references: platforms, layers, configs
    Diff(DiffArgs),
    /// List the tags of a repository, newest version first
    Tags(TagsArgs),
    /// Delete, copy or rename tags of a repository
    Tag(super::tag::TagArgs),
    /// Log in to a registry: try a password, and keep it where Docker does
    Login(super::login::LoginArgs),
    /// List the repositories of a registry
    Repos(super::repos::ReposArgs),
    /// Show the evidence: signatures, provenance, SBOMs, VEX, and for which platforms it is there
    Evidence(super::evidence::EvidenceArgs),
    /// Print the config of an image: command, environment, labels, history
    Config(super::config::ConfigArgs),
    /// Show which line of the Dockerfile made a file, or each layer
    Blame(super::blame::BlameArgs),
    /// List the files of an image, its layers merged
    Files(super::files::FilesArgs),
    /// Print the content of a file of an image
    Cat(super::cat::CatArgs),
    /// Write files of an image to this machine's disk
    Extract(super::extract::ExtractArgs),
    /// Print the digest that a tag points at (one request)
    Digest(DigestArgs),
    /// Assemble a list of images and push it
    Create(CreateArgs),
    /// Copy images between registries, layouts and archives, byte for byte
    Copy(CopyArgs),
    /// Change a list and push it
    Edit(Box<EditArgs>),
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
    /// Print the JSON schema of what a command prints with --json
    Schema(super::schema::SchemaArgs),
    /// Print the script that completes platy's commands in a shell
    Completions(CompletionsArgs),
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
            ca_files: self.ca_files(),
            cache_key: run::cache_key(),
            cache_dir: if self.reach.no_cache { None } else { run::cache_dir() },
            permits: parallel.unwrap_or(DEFAULT_PERMITS),
            streams: parallel.unwrap_or(DEFAULT_STREAMS),
            drafts: Some(Arc::new(DraftFolder::open())),
            limits: self.limits(),
            strict_realm: self.reach.strict_realm,
            timings: self.reach.kept_timings.clone(),
            ..Options::default()
        }
    }

    /// Has it kept what requests take, if somebody may look: `--timings`, and the explorer's page.
    #[must_use]
    pub fn keeping_timings(mut self) -> Self {
        if self.reach.timings.is_some() || matches!(self.command, None | Some(Command::Demo)) {
            self.reach.kept_timings = Timings::kept();
        }
        self
    }

    /// The files of certificates of the command line, and those of the user's file.
    fn ca_files(&self) -> Vec<CaFile> {
        let typed = self.reach.ca_file.iter().cloned().map(CaFile::from);
        typed.chain(self.defaults.ca_files()).collect()
    }

    /// The public keys that the explorer knows by name: of the command line, and of the user's file.
    ///
    /// # Errors
    /// A sentence about a file that is not read, with what names it.
    pub(super) fn known_keys(&self) -> Result<Vec<PublicKey>, String> {
        let typed = self.known_key.iter().map(|path| evidence::public_key(path));
        typed.chain(self.defaults.known_keys()).collect()
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
                | Command::Repos(_)
                | Command::Digest(_)
                | Command::Config(_)
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
            Command::Repos(it) => it.json,
            Command::Tag(it) => it.action.how().json,
            Command::Files(it) => it.json,
            Command::Extract(it) => it.json,
            Command::Evidence(it) => it.json,
            Command::Config(it) => it.json,
            Command::Blame(it) => it.json,
            Command::Create(it) => it.pushing.json,
            Command::Copy(it) => it.pushing.json,
            Command::Edit(it) => it.pushing.json,
            Command::Push(it) => it.pushing.json,
            Command::Export(it) => it.json,
            Command::Undo(it) => it.json,
            Command::Wait(it) => it.json,
            Command::Watch(it) => it.json,
            Command::Fleet(it) => it.json,
            Command::Itself(SelfArgs { action: SelfAction::Check(it) }) => it.json,
            Command::Digest(_)
            | Command::Login(_)
            | Command::Cat(_)
            | Command::Cache(_)
            | Command::Demo
            | Command::Help(_)
            | Command::Man(_)
            | Command::Schema(_)
            | Command::Completions(_) => false,
        }
    }

    /// What a shell runs to log in to a registry that is reached as this process reaches it; the
    /// host is still to be named.
    #[must_use]
    pub fn login_line(&self) -> String {
        let program = std::env::current_exe().unwrap_or_else(|_| "platy".into());
        let mut words = vec![program.display().to_string(), "login".to_owned()];
        let hosts = |option: &str, hosts: &[Host]| -> Vec<String> {
            hosts.iter().flat_map(|host| [option.to_owned(), host.to_string()]).collect()
        };
        words.extend(hosts("--plain-http", &self.reach.plain_http));
        words.extend(hosts("--insecure", &self.reach.insecure));
        for file in self.ca_files() {
            words.extend(["--ca-file".to_owned(), file.path.display().to_string()]);
        }
        let words: Vec<String> = words.iter().map(|word| quote(word)).collect();
        words.join(" ")
    }

    /// What pushes replaced is kept in it; `None` if the user wants none, or the system names no
    /// folder for it.
    #[must_use]
    pub fn journal(&self) -> Option<Journal> {
        if self.reach.no_journal { None } else { Journal::of_user() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Args::command().debug_assert();
        // What opens the explorer makes no command's arguments, and what looks through them has all.
        let of = |command: &clap::Command| {
            let why = command.find_subcommand("why").unwrap();
            why.get_arguments().any(|it| it.get_long() == Some("engine"))
        };
        assert_eq!((of(&Args::command()), of(&whole())), (false, true));
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
            (&["config", "a"], Some(60)),
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
