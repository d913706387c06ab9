//! The arguments of `platy cache`.

use clap::Subcommand;

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
