//! The arguments of `platy tags`.

/// Arguments of `platy tags`.
#[derive(Debug, clap::Args)]
pub struct TagsArgs {
    /// The repository
    pub repository: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
