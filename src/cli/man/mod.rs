//! `platy man`: man pages of the commands and of the manual's topics.

mod args;

pub(super) use args::ManArgs;

use std::io;
use std::path::Path;

use clap::CommandFactory as _;
use clap_mangen::Man;

use super::args::{Args, whole};
use super::complain::complain;
use super::help::{find, unknown};
use super::manual::{TOPICS, Topic, man_page};
use super::output::print;
use super::{DONE, TROUBLE};
use crate::source::in_the_way::{self, Access};

/// Runs the command.
pub(super) fn run(man: &ManArgs) -> u8 {
    let done = match (&man.folder, &man.words) {
        (Some(folder), _) => {
            write_all(folder).map_err(|error| format!("the man pages cannot be written: {error}"))
        }
        (None, words) => page(words).map(|page| print(&page)),
    };
    match done {
        Ok(()) => DONE,
        Err(sentence) => {
            complain(&sentence);
            TROUBLE
        }
    }
}

/// The page of a command or topic; of the program without words.
fn page(words: &[String]) -> Result<Vec<u8>, String> {
    if let [name] = words
        && let Some(topic) = Topic::find(name)
    {
        return Ok(man_page(topic).into_bytes());
    }
    let program = whole();
    let Some(found) = find(&program, words) else {
        return Err(unknown(&program, "man", words));
    };
    let mut out = Vec::new();
    Man::new(found.clone()).render(&mut out).map_err(|error| error.to_string())?;
    Ok(out)
}

/// Writes all pages where `man` looks for them: `man1/platy.1`, `man1/platy-why.1` and so on,
/// `man7/platy-keys.7` and so on.
fn write_all(folder: &Path) -> io::Result<()> {
    let (commands, topics) = (folder.join("man1"), folder.join("man7"));
    in_the_way::make(&commands, Access::Usual)?;
    in_the_way::make(&topics, Access::Usual)?;
    clap_mangen::generate_to(Args::command(), &commands)?;
    for topic in TOPICS {
        std::fs::write(topics.join(format!("platy-{}.7", topic.name)), man_page(topic))?;
    }
    Ok(())
}
