//! The arguments of `platy blame`.

/// Arguments of `platy blame`.
#[derive(Debug, clap::Args)]
pub struct BlameArgs {
    /// The image
    pub reference: String,
    /// The path of a file in it; without one the Dockerfile is shown with the bytes of each line,
    /// and no layer is read
    pub path: Option<String>,
    /// Of a list, the image of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
