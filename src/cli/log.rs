//! The log: a file that the user names, never the terminal.

use std::fs::OpenOptions;
use std::io;
use std::path::Path;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, registry};

use crate::source::regular;

/// Starts the log at the end of a file. `PLATY_LOG` sets what goes in (`debug`, `platy=trace`).
pub(super) fn start(path: &Path) -> io::Result<()> {
    // A pipe without a reader would keep platy waiting, and a device keeps no log.
    regular::is_there(path)?;
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let wanted = std::env::var("PLATY_LOG").ok().filter(|it| !it.is_empty());
    let wanted = wanted.and_then(|it| it.parse::<Targets>().ok());
    let filter = wanted.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    registry()
        .with(
            layer()
                .log_internal_errors(false)
                .with_writer(file)
                .with_ansi(false)
                .with_filter(filter),
        )
        .try_init()
        .map_err(io::Error::other)
}
