//! The arguments of `platy tag`.

/// Arguments of `platy tag`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy tag cp ghcr.io/owner/app:1.5 stable --dry-run\n  \
    platy tag mv localhost:5000/app:beta latest\n  \
    platy tag rm localhost:5000/app:old localhost:5000/app:older --yes\n\n\
    What a tag held is kept in the journal before: `platy undo` puts it back.")]
pub struct TagArgs {
    /// What is done to tags
    #[command(subcommand)]
    pub action: TagAction,
}

/// What is done to tags.
#[derive(Debug, clap::Subcommand)]
pub enum TagAction {
    /// Delete tags; what they hold stays, by its digest
    Rm(RmArgs),
    /// Give another tag of the repository what a tag or digest holds
    Cp(ToArgs),
    /// Rename a tag: give another one what it holds, and delete it
    Mv(ToArgs),
    /// Write the lists of attestations that are missing under tags named after digests, and delete
    /// tags of such names that hold the image itself
    Mend(MendArgs),
}

/// Arguments of `platy tag mend`.
#[derive(Debug, clap::Args)]
pub struct MendArgs {
    /// The list or image
    pub reference: String,
    /// How it is done
    #[command(flatten)]
    pub how: How,
}

/// Arguments of `platy tag rm`.
#[derive(Debug, clap::Args)]
pub struct RmArgs {
    /// The tags
    #[arg(required = true)]
    pub references: Vec<String>,
    /// How it is done
    #[command(flatten)]
    pub how: How,
}

/// Arguments of `platy tag cp` and `mv`.
#[derive(Debug, clap::Args)]
pub struct ToArgs {
    /// The tag, or for cp a digest
    pub reference: String,
    /// The other tag of the same repository: its name alone, or REPOSITORY:TAG
    #[arg(value_name = "TAG")]
    pub name: String,
    /// Only if there is no such tag
    #[arg(long)]
    pub if_absent: bool,
    /// How it is done
    #[command(flatten)]
    pub how: How,
}

/// How it is done.
#[derive(Debug, clap::Args)]
pub struct How {
    /// Say what would be done, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Do it without a question
    #[arg(long)]
    pub yes: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl TagAction {
    /// How it is done.
    #[must_use]
    pub fn how(&self) -> &How {
        match self {
            Self::Rm(rm) => &rm.how,
            Self::Cp(to) | Self::Mv(to) => &to.how,
            Self::Mend(mend) => &mend.how,
        }
    }
}
