//! `platy completions`, and the answers that a shell's script asks platy for.
//!
//! The script holds no names: at each tab it runs platy with `COMPLETE` set, so that references
//! from the history and the names of engines and machines are those of today.

mod args;
mod references;

pub(super) use args::CompletionsArgs;

use clap::{Arg, Command, CommandFactory as _};
use clap_complete::engine::{ArgValueCandidates, ArgValueCompleter, CompletionCandidate};
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use super::args::{Args, whole};
use super::complain::complain;
use super::manual::TOPICS;
use super::output::print;
use super::{DONE, TROUBLE};
use crate::model::select::{ENGINES, PROFILES};

/// Set by the shell's script when it asks.
const VARIABLE: &str = "COMPLETE";

/// Arguments that take a reference, by what clap calls them.
pub(super) const REFERENCES: [&str; 11] = [
    "reference",
    "references",
    "a",
    "b",
    "repository",
    "target",
    "sources",
    "add",
    "to",
    "subject",
    "template",
];

/// Bash splits words at colons and equal signs, which references and options have: this joins them
/// for the script, and leaves out of each answer what bash will not replace.
const BASH: &str = r#"
_platy() {
    local whole cut
    read -ra whole <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} == *[[:space:]] ]] && whole+=("")
    local COMP_WORDS=("${whole[@]}") COMP_CWORD=$((${#whole[@]} - 1))
    local current=${COMP_WORDS[COMP_CWORD]}
    _clap_complete_platy "$1" "$current" "$3"
    cut=${current%"${current##*[$COMP_WORDBREAKS]}"}
    COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}
complete -o nospace -o bashdefault -F _platy platy
"#;

/// As a file in zsh's `fpath` the script is run for the first tab only, which would offer nothing: it must
/// answer that one, too. `source` runs it under no function's name.
const ZSH: &str = r#"
[[ ${funcstack[1]} != _platy ]] || _clap_dynamic_completer_platy "$@"
"#;

/// Answers a shell that asks what may come next, and ends the program; returns when it was started
/// for anything else.
pub fn answer_shell() {
    CompleteEnv::with_factory(|| with_candidates(whole())).var(VARIABLE).complete();
}

/// Runs the command.
pub(super) fn run(completions: &CompletionsArgs) -> u8 {
    let mut script = Vec::new();
    let shell = completions.shell;
    let shells = Shells::builtins();
    let written = match shells.completer(&shell.to_string()) {
        Some(completer) => {
            completer.write_registration(VARIABLE, "platy", "platy", "platy", &mut script)
        }
        None => Err(std::io::ErrorKind::Unsupported.into()),
    };
    if let Err(error) = written {
        complain(&format!("the script for {shell} cannot be made: {error}"));
        return TROUBLE;
    }
    match shell {
        Shell::Bash => script.extend_from_slice(BASH.as_bytes()),
        Shell::Zsh => script.extend_from_slice(ZSH.as_bytes()),
        _ => {}
    }
    print(&script);
    DONE
}

/// The command with what its arguments may be.
fn with_candidates(command: Command) -> Command {
    command.mut_args(candidates).mut_subcommands(with_candidates)
}

fn candidates(argument: Arg) -> Arg {
    match argument.get_id().as_str() {
        "engine" => argument.add(ArgValueCandidates::new(engines)),
        "host" => argument.add(ArgValueCandidates::new(machines)),
        "words" => argument.add(ArgValueCandidates::new(pages)),
        "registry" => argument.add(ArgValueCandidates::new(references::registries)),
        id if REFERENCES.contains(&id) => {
            argument.add(ArgValueCompleter::new(references::candidates))
        }
        _ => argument,
    }
}

fn engines() -> Vec<CompletionCandidate> {
    let of = |id: &str, help: &str| CompletionCandidate::new(id).help(Some(help.to_owned().into()));
    ENGINES.iter().map(|engine| of(engine.id, engine.versions)).collect()
}

/// What there are pages of: commands and topics.
fn pages() -> Vec<CompletionCandidate> {
    let command = Args::command();
    let commands = command.get_subcommands().map(|command| {
        CompletionCandidate::new(command.get_name()).help(command.get_about().cloned())
    });
    let topics = TOPICS.iter().map(|topic| {
        CompletionCandidate::new(topic.name).help(Some(topic.title().to_owned().into()))
    });
    commands.chain(topics).collect()
}

fn machines() -> Vec<CompletionCandidate> {
    let of = |id: &str, help: &str| CompletionCandidate::new(id).help(Some(help.to_owned().into()));
    PROFILES.iter().map(|profile| of(profile.id, profile.title)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed by position is a reference, but for these.
    const OTHERS: [&str; 8] =
        ["spec", "files", "path", "words", "name", "shell", "folder", "registry"];

    #[test]
    fn every_argument_by_position_is_completed_or_is_no_reference() {
        fn look(command: &Command) {
            for argument in command.get_positionals() {
                let id = argument.get_id().as_str();
                let known = REFERENCES.contains(&id) || OTHERS.contains(&id);
                assert!(known, "{} {id}", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&whole());
    }
}
