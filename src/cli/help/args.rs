//! The arguments of `platy help`.

/// Arguments of `platy help`.
#[derive(Debug, clap::Args)]
pub struct HelpArgs {
    /// A command, or a topic of the manual; without it, the list of both
    #[arg(value_name = "COMMAND|TOPIC")]
    pub words: Vec<String>,
}
