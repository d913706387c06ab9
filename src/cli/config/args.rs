//! The arguments of `platy config`.

/// Arguments of `platy config`.
#[derive(Debug, clap::Args)]
pub struct ConfigArgs {
    /// The image
    pub reference: String,
    /// Of a list, the image of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the exact bytes of the config and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
}
