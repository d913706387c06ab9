//! The arguments of `platy repos`.

/// Arguments of `platy repos`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy repos localhost:5000\n  \
    platy repos registry.example.com --most 100000 --json | jq -r '.repositories[]'")]
pub struct ReposArgs {
    /// The registry (host[:port])
    #[arg(value_name = "HOST")]
    pub registry: String,
    /// Ask for no further page once there are so many names
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u32).range(1..))]
    pub most: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}
