//! `platy man`: man pages of the commands and of the manual's topics.

mod args;

pub(super) use args::ManArgs;

use std::io;
use std::path::Path;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;

use super::args::Args;
use super::complain::complain;
use super::manual::{TOPICS, Topic, man_page};
use super::output::print;
use super::{DONE, TROUBLE};
use crate::source::in_the_way::{self, Access};

/// Runs the command.
pub(super) fn run(man: &ManArgs) -> u8 {
    let done = match (&man.folder, &man.name) {
        (Some(folder), _) => {
            write_all(folder).map_err(|error| format!("the man pages cannot be written: {error}"))
        }
        (None, name) => page(name.as_deref()).map(|page| print(&page)),
    };
    match done {
        Ok(()) => DONE,
        Err(sentence) => {
            complain(&sentence);
            TROUBLE
        }
    }
}

fn command() -> Command {
    let mut command = Args::command();
    command.build();
    command
}

/// The page of a command or topic; of the program without a name.
fn page(name: Option<&str>) -> Result<Vec<u8>, String> {
    if let Some(topic) = name.and_then(Topic::find) {
        return Ok(man_page(topic).into_bytes());
    }
    let program = command();
    let found = match name {
        None => Some(&program),
        Some(name) => program.find_subcommand(name),
    };
    let Some(found) = found else {
        let name = name.unwrap_or_default();
        return Err(format!("there is no command and no topic '{name}'; `platy help` lists all"));
    };
    let mut out = Vec::new();
    Man::new(found.clone()).render(&mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

/// Writes all pages: `platy.1`, `platy-why.1` and so on, `platy-keys.7` and so on.
fn write_all(folder: &Path) -> io::Result<()> {
    in_the_way::make(folder, Access::Usual)?;
    clap_mangen::generate_to(Args::command(), folder)?;
    for topic in TOPICS {
        std::fs::write(folder.join(format!("platy-{}.7", topic.name)), man_page(topic))?;
    }
    Ok(())
}
