//! The arguments of the commands that assemble lists.

use std::path::PathBuf;

use crate::model::draft::{Format, Guard, Match, Tool};
use crate::oci::{Digest, Location, PlatformPattern, Reference};

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
    /// Read the tag back with oci-client too, another client than platy's own; a difference is an
    /// error
    #[arg(long, conflicts_with = "dry_run")]
    pub second_reader: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Pushing {
    /// What was said to hold of the tag; `None` if nothing was said.
    pub(super) fn guard(&self) -> Option<Guard> {
        match &self.if_digest {
            Some(digest) => Some(Guard::Is(digest.clone())),
            None if self.if_absent => Some(Guard::Absent),
            None => self.force.then_some(Guard::Nothing),
        }
    }
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
    /// Where the list goes to: a registry, oci:, oci-archive:, docker-archive: or dir:
    pub target: String,
    /// Images and lists that it is made of, from any registry, layout or archive
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Set platform fields of what comes from a source
    #[arg(long, value_name = "SOURCE:FIELD=VALUE,…")]
    pub set: Vec<String>,
    /// If the tag holds a list already, add to it; if others write it meanwhile, read it again and
    /// add again, until all is in the list to stay
    #[arg(long, conflicts_with_all = ["tag", "if_digest", "if_absent", "force", "raw", "second_reader"])]
    pub join: bool,
    /// Mend what other tools are known to break in lists, as `edit --mend` does
    #[arg(long)]
    pub mend: bool,
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

/// Arguments of `platy copy`.
#[derive(Debug, clap::Args)]
#[command(after_help = COPY_HELP)]
pub struct CopyArgs {
    /// Images and lists, from any registry, layout or archive
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Where they are copied to: a registry, oci:, oci-archive:, docker-archive: or dir:
    #[arg(required = true, value_name = "TARGET")]
    pub target: String,
    /// What is taken
    #[command(flatten)]
    pub taking: Taking,
    /// Make an OCI index or a Docker manifest list
    #[arg(long, value_name = "oci|docker", value_parser = str::parse::<Format>)]
    pub format: Option<Format>,
    /// How it is written
    #[command(flatten)]
    pub pushing: Pushing,
}

const COPY_HELP: &str = "Lists and images are copied byte for byte, with all platforms and attestations, unless an \
                         option says otherwise. With several sources TARGET is a repository, a layout or an \
                         archive, and each keeps its tag. Exit code: 0 done, 1 refused by a guard, 2 trouble.";

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
    #[arg(long, requires = "add", conflicts_with_all = ["to", "if_digest", "if_absent", "force", "raw", "second_reader"])]
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
    /// Mend what other tools are known to break in lists: attestations without annotations or
    /// without their image, an empty architecture, referrers among the entries
    #[arg(long)]
    pub mend: bool,
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
