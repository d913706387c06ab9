//! The arguments of `platy inspect`.

/// Arguments of `platy inspect`.
#[derive(Debug, clap::Args)]
pub struct InspectArgs {
    /// What to inspect
    pub reference: String,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Print the exact bytes of the manifest and nothing else
    #[arg(long, conflicts_with = "json")]
    pub raw: bool,
    /// Only entries of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Ask what refers to the images too (signatures, SBOMs); in layouts and archives it is always
    /// shown
    #[arg(long)]
    pub referrers: bool,
    /// Say what this machine's engines have of it already, and what a pull would fetch
    #[arg(long, conflicts_with = "raw")]
    pub here: bool,
    /// Does nothing: referrers are asked for with --referrers only
    #[arg(long, hide = true)]
    pub no_referrers: bool,
}
