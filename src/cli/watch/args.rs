//! The arguments of `platy watch`.

use std::time::Duration;

use crate::cli::duration::duration;

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
