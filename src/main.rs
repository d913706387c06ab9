//! The `platy` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    platy::cli::fit_memory();
    platy::cli::answer_shell();
    platy::cli::run(platy::cli::arguments())
}
