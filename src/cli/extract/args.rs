//! The arguments of `platy extract`.

use std::path::PathBuf;

/// Arguments of `platy extract`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy extract app:1.5 /usr/share/doc ./out --platform linux/amd64   # writes ./out/doc\n  \
    platy extract alpine:3.20 / ./rootfs --platform linux/arm64        # ./rootfs must be empty or new\n\n\
    Nothing is written outside of the folder and over nothing that is there. Links that lead out, \
    devices and pipes are left out and named; owners and special permissions are not kept.")]
pub struct ExtractArgs {
    /// The image
    pub reference: String,
    /// The file or folder in it; links are followed
    pub path: String,
    /// The folder to write it in; it is made if it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Of a list, the image of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
