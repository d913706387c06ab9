//! The arguments of `platy why`.

/// Arguments of `platy why`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = super::names::names())]
pub struct WhyArgs {
    /// What is pulled
    pub reference: String,
    /// The machine: linux/arm/v7, windows(10.0.20348.2000)/amd64, or a name such as pi-4;
    /// without it, this machine
    #[arg(long, value_name = "MACHINE", alias = "machine")]
    pub host: Option<String>,
    /// The platform that the engine was asked for (its own --platform)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// An engine, such as docker, kubernetes, podman or docker-20.10 (--help lists all); without
    /// it, every engine that runs on the machine
    #[arg(long, value_name = "NAME")]
    pub engine: Vec<String>,
    /// A mirror to compare with, beside those that Docker, containers and containerd name here:
    /// HOST or HOST/PATH
    #[arg(long, value_name = "MIRROR")]
    pub mirror: Vec<String>,
    /// Show the hosts that the engines ask on this machine, in order, with the reason for each
    #[arg(long)]
    pub mirrors: bool,
    /// Say what this machine's engines have already of the images that are picked, and what a pull
    /// would fetch
    #[arg(long)]
    pub here: bool,
    /// Read signatures, provenance and SBOMs too, and hold them against the images; for SBOMs the
    /// layers of the images that are picked are read
    #[arg(long)]
    pub evidence: bool,
    /// Print what each engine makes of each entry, not only where one engine is asked about
    #[arg(long, conflicts_with = "json")]
    pub trace: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
