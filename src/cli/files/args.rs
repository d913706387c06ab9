//! The arguments of `platy files`.

/// Arguments of `platy files`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy files alpine:3.20 /etc --platform linux/arm64\n  \
    platy files app:1.5 --json | jq -r '.files[] | select(.size > 10000000) | .path'\n  \
    platy files oci-archive:app.tar --depth 1")]
pub struct FilesArgs {
    /// The image
    pub reference: String,
    /// A folder or file in it; links on the way are followed
    #[arg(default_value = "/")]
    pub path: String,
    /// Of a list, the image of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// At most so many folders deep: 1 is what lies in the folder itself
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub depth: Option<u32>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
