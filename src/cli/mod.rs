//! The command line: one file for each subcommand, text and JSON output.

mod aliases;
mod ambiguous;
mod args;
mod assemble;
mod behind;
mod blame;
mod cache;
mod cat;
mod check;
mod complain;
mod completions;
mod config;
mod defaults;
mod diff;
mod digest;
mod duration;
mod end;
mod evidence;
mod explore;
mod extract;
mod files;
mod finding;
mod fleet;
mod help;
mod here;
mod html;
mod image;
mod inside;
mod inspect;
mod interrupt;
mod junit;
mod line;
mod locale;
mod log;
mod login;
mod look;
mod man;
mod manual;
mod matrix;
mod names;
mod output;
mod paint;
mod plugin;
mod reason;
mod registry_name;
mod repos;
mod routes;
mod schema;
mod self_check;
mod settings;
mod start;
mod tag;
mod tags;
mod timings;
mod undo;
mod wait;
mod waiting;
mod watch;
mod why;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _};

pub use args::{Args, whole};
pub use completions::answer_shell;
pub use start::fit_memory;

use crate::oci::Class;
use crate::text::{self, call, line_as_called};
use args::Command;
use complain::complain;
use defaults::Defaults;
use plugin::Called;
use self_check::SelfAction;

/// Everything that was asked for is there.
const DONE: u8 = 0;
/// Part of it is there.
const PART: u8 = 1;
/// Nothing could be done.
const TROUBLE: u8 = 2;

/// The arguments of this process. What cannot be understood ends it, with the nearest command if
/// the first word is not one.
#[must_use]
pub fn arguments() -> Args {
    let words = match Called::of(std::env::args_os().collect()) {
        Called::Platy(words) => words,
        Called::Metadata => {
            output::print_json(&plugin::metadata());
            std::process::exit(i32::from(DONE));
        }
        Called::Options(option) => {
            complain(&format!(
                "{option} is an option of docker's own, which platy does not read: write \
                 `docker platy …`, and platy's options behind that"
            ));
            std::process::exit(i32::from(TROUBLE));
        }
    };
    if let Some(name) = plugin::name(&words) {
        call(name);
    }
    // What is wrong with the file is said later: help can be had all the same.
    let aliases = Defaults::read().map(|given| given.aliases()).unwrap_or_default();
    let command = match aliases.all().is_empty() {
        true => Args::command(),
        false => aliases::with(&aliases, whole()),
    };
    let read = command.try_get_matches_from(&words);
    read.and_then(|found| Args::from_arg_matches(&found)).unwrap_or_else(|error| {
        let word = words.get(1).and_then(|word| word.to_str()).map(str::to_owned);
        let word = word.filter(|word| !word.starts_with('-'));
        if matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand)
            && let Some(nearest) = word.as_deref().and_then(nearest)
        {
            let problem = format!(
                "{} is not a command; did you mean `platy {nearest}`?",
                word.unwrap_or_default()
            );
            complain(&problem);
            if std::env::args().any(|word| word == "--json") {
                output::print_error(Class::Local, &problem);
            }
            std::process::exit(i32::from(TROUBLE));
        }
        if error.use_stderr() && std::env::args().any(|word| word == "--json") {
            output::print_error(Class::Local, error.to_string().trim());
        }
        print_clap(&error);
        std::process::exit(error.exit_code());
    })
}

/// Prints what clap has to say: a page of help, or a mistake in the arguments.
fn print_clap(said: &clap::Error) {
    let page = said.render();
    let is_mistake = said.use_stderr();
    let is_terminal =
        if is_mistake { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let text = match paint::clap_has_colors(is_terminal) {
        true => page.ansi().to_string(),
        false => page.to_string(),
    };
    let text = line_as_called(&text);
    match is_mistake {
        true => complain::say_lines(&text),
        false => output::print_plain(&text),
    }
}

/// The command whose name is most like this word, if it is not one itself.
fn nearest(word: &str) -> Option<String> {
    let command = Args::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    text::nearest(word, names).filter(|nearest| *nearest != word).map(str::to_owned)
}

/// Official images whose names are nearly a command's (docker-library/official-images, 2026).
const IMAGES: [&str; 1] = ["crate"];

/// What is to be said of a word that is to be opened and is nearly a command: an image of that name
/// would be looked for on Docker Hub. `None` if it has a tag, a host or a path, or is a file.
fn nearly_a_command(reference: &str) -> Option<String> {
    let plain = !reference.contains(['/', ':', '@', '.']);
    if !plain || std::path::Path::new(reference).exists() {
        return None;
    }
    let (from, word) = (Args::command(), reference.to_lowercase());
    let far = if word.len() < 6 { 1 } else { 2 };
    let names = from.get_subcommands().map(clap::Command::get_name).filter(|it| it.len() > 3);
    let command = names
        .map(|name| (strsim::osa_distance(name, &word), name))
        .filter(|(distance, name)| {
            *distance <= far && !IMAGES.contains(&reference) && *name != word
        })
        .min()
        .map(|(_, name)| name)?;
    Some(format!(
        "{reference} is not a command; did you mean `platy {command}`? The image of that name on \
         Docker Hub is {reference}:latest"
    ))
}

/// Runs what the arguments ask for.
#[must_use]
pub fn run(args: Args) -> ExitCode {
    let prints_json = args.prints_json();
    let args = match with_defaults(args) {
        Ok(args) => args.keeping_timings(),
        Err(problem) => {
            complain(&problem);
            if prints_json {
                output::print_error(Class::Local, &problem);
            }
            return ExitCode::from(TROUBLE);
        }
    };
    paint::decide(args.color.unwrap_or_default());
    let code = run_to_its_end(&args);
    if let Some(form) = args.reach.timings {
        timings::print(&args.reach.kept_timings, form);
    }
    if code != DONE
        && args.prints_json()
        && let Some((class, message)) = complain::first()
    {
        output::print_error(*class, message);
    }
    if let Some(error) = output::lost() {
        complain(&format!("standard output cannot be written: {error}"));
        return ExitCode::from(TROUBLE);
    }
    ExitCode::from(code)
}

/// The arguments over what the user's file gives. Help can be had, and the file looked at, when it is
/// wrong.
fn with_defaults(args: Args) -> Result<Args, String> {
    let needs_none = matches!(
        args.command,
        Some(
            Command::Help(_)
                | Command::Man(_)
                | Command::Schema(_)
                | Command::Completions(_)
                | Command::Itself(_)
        )
    );
    match Defaults::read() {
        Ok(defaults) => Ok(defaults.under(args)),
        Err(_) if needs_none => Ok(args),
        Err(problem) => Err(problem),
    }
}

fn run_to_its_end(args: &Args) -> u8 {
    if let (Some(reference), None) = (&args.reference, &args.command)
        && let Some(problem) = nearly_a_command(reference)
    {
        complain(&problem);
        return TROUBLE;
    }
    if let (Some(reference), Some(_)) = (&args.reference, &args.command) {
        complain(&format!(
            "{reference} is in front of the command, and each command names its own reference: \
             write `platy COMMAND REFERENCE`"
        ));
        return TROUBLE;
    }
    ambiguous::notes(args).iter().for_each(|note| complain::note(note));
    if let Some(path) = &args.reach.log
        && let Err(error) = log::start(path)
    {
        complain(&format!("the log {}: {error}", path.display()));
        return TROUBLE;
    }
    let runtime = match start::runtime() {
        Ok(runtime) => runtime,
        Err(error) => {
            complain(&format!("platy cannot start: {error}"));
            return TROUBLE;
        }
    };
    let code = runtime.block_on(async {
        match &args.command {
            None => explore::run(args).await,
            Some(Command::Demo) => explore::demo(args).await,
            Some(Command::Inspect(inspect)) => inspect::run(args, inspect).await,
            Some(Command::Why(why)) => why::run(args, why).await,
            Some(Command::Check(check)) => check::run(args, check).await,
            Some(Command::Matrix(matrix)) => matrix::run(args, matrix).await,
            Some(Command::Diff(diff)) => diff::run(args, diff).await,
            Some(Command::Tags(tags)) => tags::run(args, tags).await,
            Some(Command::Tag(tag)) => tag::run(args, tag).await,
            Some(Command::Evidence(wish)) => evidence::run(args, wish).await,
            Some(Command::Config(wish)) => config::run(args, wish).await,
            Some(Command::Blame(wish)) => blame::run(args, wish).await,
            Some(Command::Files(wish)) => files::run(args, wish).await,
            Some(Command::Cat(wish)) => cat::run(args, wish).await,
            Some(Command::Extract(wish)) => extract::run(args, wish).await,
            Some(Command::Login(wish)) => login::run(args, wish).await,
            Some(Command::Repos(wish)) => repos::run(args, wish).await,
            Some(Command::Digest(digest)) => digest::run(args, digest).await,
            Some(Command::Create(create)) => assemble::create(args, create).await,
            Some(Command::Copy(copy)) => assemble::copy(args, copy).await,
            Some(Command::Edit(edit)) => assemble::edit(args, edit).await,
            Some(Command::Push(push)) => assemble::push(args, push).await,
            Some(Command::Export(export)) => assemble::export(args, export).await,
            Some(Command::Undo(undo)) => undo::run(args, undo).await,
            Some(Command::Wait(wait)) => wait::run(args, wait).await,
            Some(Command::Watch(watch)) => watch::run(args, watch).await,
            Some(Command::Fleet(fleet)) => fleet::run(args, fleet).await,
            Some(Command::Cache(cache)) => cache::run(args, cache).await,
            Some(Command::Help(help)) => help::run(help),
            Some(Command::Man(man)) => man::run(man),
            Some(Command::Schema(wish)) => schema::run(wish),
            Some(Command::Completions(completions)) => completions::run(completions),
            Some(Command::Itself(itself)) => match &itself.action {
                SelfAction::Check(check) => self_check::run(args, check).await,
            },
        }
    });
    // Work on other threads (a blocked read, a hanging lookup) must not hold the exit up.
    runtime.shutdown_background();
    code
}
