//! What an image starts: its command, followed to the programs that run.

use super::search::{Sought, Surroundings, search};
use super::shell::{self, Shell};
use super::{cmd, path, wrappers};
use crate::model::files::program::{Contents, Executable, Script};
use crate::model::files::{Access, Ask, Layers, Leads, Path, Placed, Step, User, answered};
use crate::oci::RuntimeConfig;

/// How many programs one command leads through at most.
const MOST: usize = 12;

/// The programs that an image starts, in the order in which they start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Launch {
    /// The programs.
    pub programs: Vec<Program>,
    /// Why the way was not followed further, if it was not.
    pub unclear: Option<String>,
}

/// A program that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// How it comes to run.
    pub role: Role,
    /// Its path in the image; if it was not found, the name, in quotes if there is nothing to see
    /// of it.
    pub path: String,
    /// The layer that has it, from 0, base first.
    pub layer: Option<usize>,
    /// What it is, or why that is not known.
    pub contents: Result<Contents, String>,
    /// Why the kernel refuses to execute it, if that is known: its mode and the user.
    pub denied: Option<String>,
    /// The dynamic loader that it names.
    pub loader: Option<Loader>,
}

/// The dynamic loader of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loader {
    /// Its path, as the program names it.
    pub path: String,
    /// Whether the image has it; `None` if that is not known.
    pub found: Option<bool>,
    /// Why the kernel refuses to execute it, if that is known.
    pub denied: Option<String>,
    /// Its own header, if it was read.
    pub executable: Option<Executable>,
}

/// How a program comes to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It is the image's entrypoint, or its command if there is no entrypoint.
    Entrypoint,
    /// A program that starts others starts it; the name of that program.
    StartedBy(String),
    /// It runs the script before it.
    InterpreterOf(String),
    /// The script before it is given it as its arguments, and mostly starts it.
    HandedTo(String),
}

impl Launch {
    /// Whether the image names anything to start.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.programs.is_empty()
    }

    /// The programs that are machine code.
    pub fn executables(&self) -> impl Iterator<Item = (&Program, &Executable)> {
        self.programs.iter().filter_map(|program| Some((program, program.executable()?)))
    }

    /// The first program that could not be found or read, with the reason.
    #[must_use]
    pub fn problem(&self) -> Option<(&Program, &str)> {
        self.programs
            .iter()
            .find_map(|program| Some((program, program.contents.as_ref().err()?.as_str())))
    }

    /// The first program that the kernel refuses to execute: its path, the layer that has it, and
    /// why.
    #[must_use]
    pub fn denied(&self) -> Option<(&str, Option<usize>, &str)> {
        // What is not a program has a finding of its own.
        let mut programs = self.programs.iter().filter(|it| it.contents != Ok(Contents::Data));
        programs.find_map(|program| match (&program.denied, &program.loader) {
            (Some(why), _) => Some((program.path.as_str(), program.layer, why.as_str())),
            (None, Some(Loader { path, denied: Some(why), .. })) => Some((path, None, why)),
            _ => None,
        })
    }
}

impl Program {
    /// Its header, if it is machine code.
    #[must_use]
    pub fn executable(&self) -> Option<&Executable> {
        match &self.contents {
            Ok(Contents::Executable(executable)) => Some(executable),
            _ => None,
        }
    }
}

/// Follows the command of an image (`Entrypoint` and `Cmd`, OCI `config.md`) through its layers,
/// or says which layer has to be read first.
#[must_use]
pub fn launch(config: &RuntimeConfig, layers: &Layers) -> Step<Launch> {
    let around = Surroundings::new(config, layers.windows);
    let mut argv = answered!(command(config, &around, layers));
    let user = User::of(config.user.as_deref());
    let mut walk = Walk { launch: Launch::default(), around, user };
    let mut role = Role::Entrypoint;
    while !argv.is_empty() {
        if walk.launch.programs.len() >= MOST {
            walk.launch.unclear = Some("one program starts another too many times".to_owned());
            break;
        }
        match answered!(walk.step(&argv, role, layers)) {
            Some((next, how)) => (argv, role) = (next, how),
            None => break,
        }
    }
    Step::Done(walk.launch)
}

/// What an image starts, as words.
fn command(config: &RuntimeConfig, around: &Surroundings, layers: &Layers) -> Step<Vec<String>> {
    let list = |words: &Option<Vec<String>>| words.clone().unwrap_or_default();
    let mut argv = list(&config.entrypoint);
    // One empty string takes the entrypoint of the base away (`ENTRYPOINT [""]`; moby 29.8's
    // `daemon/create.go`, podman 4.3's and containerd 2.4's specs do the same).
    if argv == [""] {
        argv.clear();
    }
    argv.extend(list(&config.cmd));
    if !layers.windows || !config.args_escaped {
        return Step::Done(argv);
    }
    // The shell form of a Dockerfile: a command line already (moby's `oci_windows.go`).
    let readings = cmd::readings(&argv.join(" "));
    for words in &readings {
        let Some(program) = words.first() else { continue };
        let sought = answered!(search(program, around, layers));
        if matches!(sought.target, Leads::File(_) | Leads::Unreadable(..)) {
            return Step::Done(words.clone());
        }
    }
    Step::Done(readings.into_iter().next().unwrap_or_default())
}

struct Walk {
    launch: Launch,
    around: Surroundings,
    user: User,
}

/// What runs next, and how.
type Next = Option<(Vec<String>, Role)>;

impl Walk {
    fn step(&mut self, argv: &[String], role: Role, layers: &Layers) -> Step<Next> {
        let Some(command) = argv.first() else { return Step::Done(None) };
        let handed = matches!(role, Role::HandedTo(_));
        let sought = answered!(search(command, &self.around, layers));
        if handed && !matches!(&sought.target, Leads::File(file) if file.access.runs()) {
            // It was only an argument.
            return Step::Done(None);
        }
        let program = answered!(self.program(role, &sought, layers));
        let path = program.path.clone();
        let script = match &program.contents {
            Ok(Contents::Script(script)) => Some(script.clone()),
            _ => None,
        };
        self.launch.programs.push(program);
        if let Some(script) = script {
            answered!(self.interpreter(&path, &script, layers));
            let arguments = argv.get(1..).unwrap_or_default();
            let command = arguments.first().filter(|first| !first.starts_with('-'));
            return Step::Done(command.map(|_| (arguments.to_vec(), Role::HandedTo(path.clone()))));
        }
        Step::Done(self.started_by(argv))
    }

    /// What a program starts, if it is one that starts others.
    fn started_by(&mut self, argv: &[String]) -> Next {
        let name = path::base(argv.first()?).to_owned();
        let shell = wrappers::shell_text(argv)
            .map(|text| (format!("{name} -c"), shell::command(text, &self.around.env)))
            .or_else(|| {
                let text = cmd::text(argv)?;
                Some((format!("{name} /C"), cmd::command(&text, &self.around.env)))
            });
        if let Some((starter, shell)) = shell {
            return match shell {
                Shell::Command { words, folder, assigned } => {
                    self.around.env.extend(assigned);
                    if let Some(folder) = folder {
                        self.around.enter(&folder);
                    }
                    Some((words, Role::StartedBy(starter)))
                }
                Shell::Nothing => None,
                Shell::Unclear(why) => {
                    self.launch.unclear = Some(why.to_owned());
                    None
                }
            };
        }
        if let Some(env) = wrappers::env(argv) {
            let assigned = env.assignments.iter().filter_map(|it| it.split_once('='));
            self.around.env.extend(assigned.map(|(name, it)| (name.to_owned(), it.to_owned())));
            if let Some(folder) = env.folder {
                self.around.enter(&folder);
            }
            return Some((env.command, Role::StartedBy(name)));
        }
        let command = wrappers::unwrapped(argv).or_else(|| cmd::powershell(argv))?;
        // `gosu` and its like change to another user.
        self.user = User::default();
        Some((command, Role::StartedBy(name)))
    }

    /// Adds what runs a script: the interpreter that it names, and what `env` finds.
    fn interpreter(&mut self, of: &str, script: &Script, layers: &Layers) -> Step<()> {
        let mut argv = vec![script.interpreter.clone()];
        argv.extend(script.argument.clone());
        let mut of = of.to_owned();
        // Linux lets scripts run scripts, a few times.
        for _ in 0..4 {
            let Some(command) = argv.first().cloned() else { break };
            let sought = answered!(search(&command, &self.around, layers));
            let found = answered!(self.program(Role::InterpreterOf(of.clone()), &sought, layers));
            let contents = found.contents.clone();
            let path = found.path.clone();
            self.launch.programs.push(found);
            match contents {
                Ok(Contents::Script(script)) => {
                    argv = vec![script.interpreter];
                    argv.extend(script.argument);
                    of = path;
                }
                _ => match wrappers::env(&argv) {
                    Some(env) if !env.command.is_empty() => argv = env.command,
                    _ => break,
                },
            }
        }
        Step::Done(())
    }

    /// What was found, with the loader of a program that names one.
    fn program(&self, role: Role, sought: &Sought, layers: &Layers) -> Step<Program> {
        let mut program = Program {
            role,
            path: shown(&sought.path),
            layer: None,
            contents: Err(String::new()),
            denied: None,
            loader: None,
        };
        match &sought.target {
            Leads::File(file) => {
                program.layer = Some(file.layer);
                program.denied = self.denied(file, layers);
                let contents = answered!(contents(file));
                if matches!(contents, Contents::Script(_)) && !layers.windows {
                    program.denied = program.denied.or_else(|| file.access.hides(self.user));
                }
                program.contents = Ok(contents);
            }
            Leads::NoFile(what) => program.contents = Err(format!("it is {what}")),
            Leads::Missing => program.contents = Err("it is not in the image".to_owned()),
            Leads::Loop => program.contents = Err("its links lead round in a circle".to_owned()),
            Leads::Unreadable(layer, why) => {
                program.contents = Err(format!("layer {} cannot be read: {why}", layer + 1));
            }
        }
        let interpreter = program.executable().and_then(|it| it.interpreter.clone());
        if let Some(path) = interpreter {
            let target = answered!(layers.resolve(&path.as_str().into()));
            let mut loader = Loader { path, found: Some(false), denied: None, executable: None };
            match target {
                Leads::File(file) => {
                    loader.found = Some(true);
                    loader.denied = self.denied(&file, layers);
                    if let Some(Contents::Executable(executable)) = file.contents {
                        loader.executable = Some(executable);
                    }
                }
                Leads::Unreadable(..) => loader.found = None,
                Leads::NoFile(_) | Leads::Missing | Leads::Loop => {}
            }
            program.loader = Some(loader);
        }
        Step::Done(program)
    }

    /// Why the kernel refuses to execute a file: its own permissions, and those of the folders on the
    /// way to it; Windows asks its own lists.
    fn denied(&self, file: &Placed, layers: &Layers) -> Option<String> {
        let closes = |(folder, access): &(Path, Access)| access.closes(self.user, &folder.text());
        match layers.windows {
            true => None,
            false => file.access.refuses(self.user).or_else(|| file.closed.iter().find_map(closes)),
        }
    }
}

/// What a file is; its first bytes are asked for where nobody read them.
fn contents(file: &Placed) -> Step<Contents> {
    match &file.contents {
        Some(contents) => Step::Done(contents.clone()),
        None => Step::Ask(Ask { layer: file.layer, path: file.name.clone() }),
    }
}

/// A name as sentences have it.
fn shown(name: &str) -> String {
    if name.trim().is_empty() { format!("{name:?}") } else { name.to_owned() }
}
