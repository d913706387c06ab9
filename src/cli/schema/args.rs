//! The arguments of `platy schema`.

use clap::builder::PossibleValuesParser;

use super::table::SCHEMAS;

/// Arguments of `platy schema`.
#[derive(Debug, clap::Args)]
pub struct SchemaArgs {
    /// A command (self for `self check`), or timings for `--timings=json`; without it, the names
    /// and versions of all
    #[arg(value_name = "COMMAND",
          value_parser = PossibleValuesParser::new(SCHEMAS.iter().map(|schema| schema.name)))]
    pub name: Option<String>,
}
