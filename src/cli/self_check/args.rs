//! The arguments of `platy self`.

use clap::Subcommand;

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
