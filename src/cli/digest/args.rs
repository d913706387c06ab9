//! The arguments of `platy digest`.

/// Arguments of `platy digest`.
#[derive(Debug, clap::Args)]
pub struct DigestArgs {
    /// The image
    pub reference: String,
}
