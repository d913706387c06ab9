//! `platy help`: the options of a command, or a page of the manual.

mod args;

pub(super) use args::HelpArgs;

use clap::{Command, CommandFactory as _};

use super::args::{Args, whole};
use super::complain::complain;
use super::manual::{TOPICS, Topic, text};
use super::output::{columns, print_plain};
use super::paint::has_colors;
use super::{DONE, TROUBLE};
use crate::text::{called, line_as_called, nearest};

/// The width in a pipe.
const COLUMNS: usize = 100;

/// Runs the command.
pub(super) fn run(help: &HelpArgs) -> u8 {
    let command = whole();
    let words = help.words.as_slice();
    if let [name] = words
        && let Some(topic) = Topic::find(name)
    {
        print_plain(&text(topic.markdown, columns(COLUMNS), has_colors()));
        return DONE;
    }
    if find(&command, words).is_none() {
        complain(&unknown(&command, "help", words));
        return TROUBLE;
    }
    // The same page as the command's own --help, which clap gives as an error.
    let asked = [called()].into_iter().chain(words.iter().map(String::as_str)).chain(["--help"]);
    if let Err(page) = Args::command().try_get_matches_from(asked) {
        let page = page.render();
        let page = if has_colors() { page.ansi().to_string() } else { page.to_string() };
        print_plain(&line_as_called(page));
    }
    if words.is_empty() {
        print_plain(&topics());
    }
    DONE
}

/// The command that these words lead to; the program itself for none.
pub(super) fn find<'a>(command: &'a Command, words: &[String]) -> Option<&'a Command> {
    words.iter().try_fold(command, |command, word| command.find_subcommand(word))
}

/// The topics and what they are about.
fn topics() -> String {
    let mut out = "\nTopics of the manual (`platy help TOPIC`):\n".to_owned();
    for topic in TOPICS {
        out += &format!("  {:12} {}\n", topic.name, topic.title());
    }
    out
}

/// That these words lead to no page, with what may be meant; `by` is the command that was asked.
pub(super) fn unknown(command: &Command, by: &str, words: &[String]) -> String {
    let typed = words.join(" ");
    let names = command.get_subcommands().map(Command::get_name);
    let names = names.chain(TOPICS.iter().map(|topic| topic.name));
    let nearest = nearest(&typed, names).map(|it| format!("; did you mean `platy {by} {it}`?"));
    format!(
        "there is no command and no topic '{typed}'{} `platy help` lists all",
        nearest.as_deref().unwrap_or(";")
    )
}
