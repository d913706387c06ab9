//! The arguments of `platy wait`.

use std::time::Duration;

use crate::cli::duration::duration;
use crate::oci::Digest;

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
    pub evidence: Vec<super::Kind>,
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
