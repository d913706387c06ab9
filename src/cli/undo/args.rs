//! The arguments of `platy undo`.

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
