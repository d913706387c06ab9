//! Aliases on the command line: every argument that is a reference is written out.

use std::any::TypeId;

use clap::builder::ValueParser;
use clap::{Arg, Command};

use super::completions::REFERENCES;
use crate::oci::{Aliases, Location, Reference};

/// The argument of a command that names a registry alone.
const REGISTRY: &str = "registry";

/// The whole command line, with aliases written out where its arguments are read.
pub(super) fn with(aliases: &Aliases, whole: Command) -> Command {
    whole
        .mut_args(|argument| written_out(aliases, argument))
        .mut_subcommands(|command| with(aliases, command))
}

fn written_out(aliases: &Aliases, argument: Arg) -> Arg {
    let id = argument.get_id().as_str();
    if !REFERENCES.contains(&id) && id != REGISTRY {
        return argument;
    }
    let aliases = aliases.clone();
    let kind = argument.get_value_parser().type_id();
    let parser = if kind == TypeId::of::<String>() {
        ValueParser::new(move |typed: &str| Ok::<_, String>(aliases.expand(typed).into_owned()))
    } else if kind == TypeId::of::<Location>() {
        ValueParser::new(move |typed: &str| aliases.expand(typed).parse::<Location>())
    } else if kind == TypeId::of::<Reference>() {
        ValueParser::new(move |typed: &str| aliases.expand(typed).parse::<Reference>())
    } else {
        return argument;
    };
    argument.value_parser(parser)
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;
    use crate::cli::Args;
    use crate::cli::args::{Command as Given, whole};

    #[test]
    fn arguments_of_every_type_are_written_out() {
        let mut aliases = Aliases::default();
        aliases.add("lan", "registry.lan:5000").unwrap();
        let read = |words: &[&str]| {
            let words = [&["platy"], words].concat();
            let matches = with(&aliases, whole()).try_get_matches_from(words).unwrap();
            Args::from_arg_matches(&matches).unwrap()
        };
        assert_eq!(read(&["lan/app:1"]).reference.as_deref(), Some("registry.lan:5000/app:1"));
        let Some(Given::Create(create)) = read(&["create", "lan/a:1", "lan/b", "c"]).command else {
            panic!("another command");
        };
        assert_eq!(create.target, "registry.lan:5000/a:1");
        assert_eq!(create.sources, ["registry.lan:5000/b", "c"]);
        let Some(Given::Edit(edit)) = read(&["edit", "lan/a:1", "--to", "lan/b:2"]).command else {
            panic!("another command");
        };
        assert_eq!(edit.reference.to_string(), "registry.lan:5000/a:1");
        assert_eq!(edit.to.unwrap().to_string(), "registry.lan:5000/b:2");
        let Some(Given::Repos(repos)) = read(&["repos", "lan"]).command else {
            panic!("another command");
        };
        assert_eq!(repos.registry, "registry.lan:5000");
        // A path and the name of a tag are none.
        let Some(Given::Cat(cat)) = read(&["cat", "lan/a:1", "lan"]).command else {
            panic!("another command");
        };
        assert_eq!((cat.reference.as_str(), cat.path.as_str()), ("registry.lan:5000/a:1", "lan"));
    }

    /// One of another type would be passed over in silence.
    #[test]
    fn every_argument_that_is_a_reference_has_a_type_that_is_written_out() {
        fn look(command: &Command) {
            for argument in command.get_arguments() {
                let kind = argument.get_value_parser().type_id();
                let known = kind == TypeId::of::<String>()
                    || kind == TypeId::of::<Location>()
                    || kind == TypeId::of::<Reference>();
                let id = argument.get_id().as_str();
                assert!(known || !REFERENCES.contains(&id), "{} {id}", command.get_name());
            }
            command.get_subcommands().for_each(look);
        }
        look(&whole());
    }
}
