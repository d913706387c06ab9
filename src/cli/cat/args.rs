//! The arguments of `platy cat`.

/// Arguments of `platy cat`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy cat alpine:3.20 /etc/os-release --platform linux/arm64\n  \
    platy cat app:1.5 /usr/bin/app | file -")]
pub struct CatArgs {
    /// The image
    pub reference: String,
    /// The file in it; links are followed
    pub path: String,
    /// Of a list, the image of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
}
