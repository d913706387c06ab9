//! The `platy` command.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    platy::cli::answer_shell();
    platy::cli::run(platy::cli::Args::parse())
}
