//! `config.toml` in platy's configuration folder: what options are when the command line does not
//! give them.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::Spanned;

use super::args::{Args, Command, MAX_SECONDS, ThemeName};
use super::evidence::public_key;
use super::paint::ColorWhen;
use super::why::engines;
use crate::model::evidence::PublicKey;
use crate::model::select::{Engine, Host as Machine, HostError};
use crate::oci::{AliasError, Aliases, Host};
use crate::source::{CaFile, regular};
use crate::text::{WRITTEN, toml_line, toml_place, toml_problem};
use crate::tui::app::{Action, Context, KeySet, Keymap, OwnCommand};
use crate::tui::run;

/// The file's name in platy's configuration folder.
pub(super) const CONFIG: &str = "config.toml";

/// The largest file of settings that is read, in bytes.
pub(super) const MAX_SETTINGS: u64 = 1 << 20;

/// The file as it is written: options under their names on the command line.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct Written {
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<ThemeName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<ColorWhen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<KeySet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<Spanned<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<Spanned<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plain_http: Vec<Spanned<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    insecure: Vec<Spanned<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ca_file: Vec<Spanned<PathBuf>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    known_key: Vec<Spanned<PathBuf>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Spanned<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<Spanned<u32>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel: Option<NonZeroUsize>,
    #[serde(skip_serializing_if = "is_false")]
    wait_for_limits: bool,
    #[serde(skip_serializing_if = "is_false")]
    strict_realm: bool,
    #[serde(skip_serializing_if = "is_false")]
    no_journal: bool,
    #[serde(skip_serializing_if = "is_false")]
    no_cache: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    alias: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<OwnWritten>,
}

/// A `[[command]]` as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OwnWritten {
    name: String,
    key: Spanned<String>,
    run: Spanned<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The seconds between two looks at what moved: what they may be, and what they are.
const LEAST_REFRESH: u32 = 5;
const REFRESH: u32 = 30;

/// What the file gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Defaults {
    file: File,
    written: Written,
    host: Option<Machine>,
    engine: Option<&'static Engine>,
    plain_http: Vec<Host>,
    insecure: Vec<Host>,
    aliases: Aliases,
    commands: Vec<OwnCommand>,
}

/// The file itself, to say where in it something is.
#[derive(Debug, Clone, Default, PartialEq)]
struct File {
    path: PathBuf,
    text: Arc<str>,
}

impl File {
    /// A problem at a place, with the file, the line, its text and the next step.
    fn wrong(&self, at: Range<usize>, problem: &str, next: &str) -> String {
        self.named(&toml_line(&self.text, Some(at), problem, next))
    }

    fn named(&self, problem: &str) -> String {
        format!("{}: {problem}", self.path.display())
    }

    /// What is written somewhere, read by a type that says what is wrong with it.
    fn read<T>(
        &self,
        written: &Spanned<String>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, String> {
        read(written.get_ref()).map_err(|why| self.wrong(written.span(), &why, WRITTEN))
    }

    /// Seconds within bounds.
    fn seconds(&self, written: Option<&Spanned<u32>>, least: u32) -> Result<(), String> {
        match written {
            Some(seconds) if !(least..=MAX_SECONDS).contains(seconds.get_ref()) => {
                let problem = format!("seconds from {least} to {MAX_SECONDS} are wanted");
                Err(self.wrong(seconds.span(), &problem, WRITTEN))
            }
            _ => Ok(()),
        }
    }
}

/// Why a file of settings is not read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}; mend it, or take it away", path.display())
}

/// A registry's host.
fn host(text: &str) -> Result<Host, String> {
    Host::parse(text)
        .ok_or_else(|| format!("{text:?} is not a host name or address with an optional port"))
}

/// A machine, as `--host` names it.
fn machine(text: &str) -> Result<Machine, String> {
    let machine: Machine = text.parse().map_err(|error: HostError| error.to_string())?;
    machine.doubt().map_or(Ok(machine), Err)
}

impl Defaults {
    /// Where the file is, if the system names a folder for it.
    pub(super) fn path() -> Option<PathBuf> {
        run::config_dir().map(|dir| dir.join(CONFIG))
    }

    /// Reads the file; without one there are no defaults.
    ///
    /// # Errors
    /// A sentence that names the file, the line and its text if it is about one, and the next step.
    pub(super) fn read() -> Result<Self, String> {
        Self::path().map_or(Ok(Self::default()), |path| Self::of(&path))
    }

    fn of(path: &Path) -> Result<Self, String> {
        match regular::text(path, MAX_SETTINGS) {
            Ok(text) => Self::parse(path, &text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unreadable(path, &error)),
        }
    }

    fn parse(path: &Path, text: &str) -> Result<Self, String> {
        let file = File { path: path.to_owned(), text: text.into() };
        let written: Written = toml::from_str(text)
            .map_err(|error| file.named(&toml_problem(text, &error, WRITTEN)))?;
        file.seconds(written.timeout.as_ref(), 1)?;
        file.seconds(written.refresh.as_ref(), LEAST_REFRESH)?;
        let hosts = |all: &[Spanned<String>]| -> Result<Vec<Host>, String> {
            all.iter().map(|it| file.read(it, host)).collect()
        };
        let mut aliases = Aliases::default();
        for (name, whole) in &written.alias {
            aliases.add(name.get_ref(), whole.get_ref()).map_err(|error| match error {
                AliasError::Name(why) => file.wrong(name.span(), &why, "choose another name"),
                AliasError::Whole(why) => file.wrong(whole.span(), &why, WRITTEN),
            })?;
        }
        let mut commands: Vec<OwnCommand> = Vec::new();
        for own in &written.command {
            let key = file.read(&own.key, str::parse)?;
            let command = file
                .read(&own.run, |line| OwnCommand::new(own.name.clone(), key, line.to_owned()))?;
            if let Some(first) = commands.iter().find(|it| it.key == key) {
                let problem =
                    format!("the key {key} is given to {:?} and to {:?}", first.name, own.name);
                return Err(file.wrong(own.key.span(), &problem, "one of them needs another"));
            }
            commands.push(command);
        }
        Ok(Self {
            host: written.host.as_ref().map(|it| file.read(it, machine)).transpose()?,
            engine: written.engine.as_ref().map(|it| file.read(it, engines::named)).transpose()?,
            plain_http: hosts(&written.plain_http)?,
            insecure: hosts(&written.insecure)?,
            aliases,
            commands,
            written,
            file,
        })
    }

    /// The arguments, with what they do not give taken from the file.
    pub(super) fn under(&self, mut args: Args) -> Args {
        let (written, reach) = (&self.written, &mut args.reach);
        reach.plain_http.extend(self.plain_http.iter().cloned());
        reach.insecure.extend(self.insecure.iter().cloned());
        reach.timeout = reach.timeout.or(written.timeout.as_ref().map(|it| *it.get_ref()));
        reach.parallel = reach.parallel.or(written.parallel.map(NonZeroUsize::get));
        reach.wait_for_limits |= written.wait_for_limits;
        reach.strict_realm |= written.strict_realm;
        reach.no_journal |= written.no_journal;
        reach.no_cache |= written.no_cache;
        args.theme = args.theme.or(written.theme);
        args.color = args.color.or(written.color);
        if let Some(Command::Why(why)) = &mut args.command {
            let name =
                |given: &Option<Spanned<String>>| given.as_ref().map(|it| it.get_ref().clone());
            why.host = why.host.take().or_else(|| name(&written.host));
            if why.engine.is_empty() {
                why.engine.extend(name(&written.engine));
            }
        }
        args.defaults = self.clone();
        args
    }

    /// The machine that is asked about.
    pub(super) fn machine(&self) -> Option<Machine> {
        self.host.clone()
    }

    /// The engine that is asked about.
    pub(super) fn engine(&self) -> Option<&'static Engine> {
        self.engine
    }

    /// The set of keys to begin with.
    pub(super) fn keys(&self) -> KeySet {
        self.written.keys.unwrap_or_default()
    }

    /// The files of certificates, each with the line that names it.
    pub(super) fn ca_files(&self) -> impl Iterator<Item = CaFile> {
        self.written.ca_file.iter().map(|path| CaFile {
            path: path.get_ref().clone(),
            named_in: Some(self.file.named(&toml_place(&self.file.text, path.span()))),
        })
    }

    /// The public keys that are known by name; a sentence with the line that names it of one that is not
    /// read.
    pub(super) fn known_keys(&self) -> impl Iterator<Item = Result<PublicKey, String>> {
        self.written.known_key.iter().map(|path| {
            let wrong = |problem: String| self.file.wrong(path.span(), &problem, WRITTEN);
            public_key(path.get_ref()).map_err(wrong)
        })
    }

    /// The commands of the user's own, none of which has a key that an action has.
    ///
    /// # Errors
    /// As [`Self::read`]'s.
    pub(super) fn commands(&self, keymap: &Keymap) -> Result<Vec<OwnCommand>, String> {
        for (command, written) in self.commands.iter().zip(&self.written.command) {
            let Some(action) = keymap.action(command.key, &Context::ALL) else { continue };
            let name = action.info().map_or("", |info| info.name);
            let problem = format!("the key {} of {:?} is {name}'s", command.key, command.name);
            let all = Action::ALL.iter().filter(|it| keymap.keys(it.action).contains(&command.key));
            let next = match all.map(|it| it.context.name()).collect::<Vec<_>>().as_slice() {
                [section] => {
                    format!("take another one, or give {name} of [{section}] another in keys.toml")
                }
                _ => "take another one: actions of several screens have it".to_owned(),
            };
            return Err(self.file.wrong(written.key.span(), &problem, &next));
        }
        Ok(self.commands.clone())
    }

    /// How long the explorer leaves a registry alone between two looks at what moved.
    pub(super) fn interval(&self) -> Duration {
        let seconds = self.written.refresh.as_ref().map_or(REFRESH, |it| *it.get_ref());
        Duration::from_secs(seconds.into())
    }

    /// The short names of hosts and references.
    pub(super) fn aliases(&self) -> Aliases {
        self.aliases.clone()
    }

    /// What the file gives, by name.
    pub(super) fn json(&self) -> Value {
        serde_json::to_value(&self.written).unwrap_or_default()
    }

    /// What the file gives, in lines as they are written there.
    pub(super) fn lines(&self) -> Vec<String> {
        let Value::Object(mut options) = self.json() else { return Vec::new() };
        options.retain(|name, _| name != "alias" && name != "command");
        let options = options.iter().map(|(name, value)| format!("{name} = {value}"));
        let aliases = self.aliases.all().iter();
        let aliases = aliases.map(|(name, whole)| format!("alias {name} = {whole:?}"));
        let own = self.commands.iter();
        let own = own.map(|it| format!("command {:?} on {}: {}", it.name, it.key, it.line));
        options.chain(aliases).chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn under(file: &str, words: &[&str]) -> Args {
        let args = Args::try_parse_from([&["platy"], words].concat()).unwrap();
        parse(file).unwrap().under(args)
    }

    fn parse(text: &str) -> Result<Defaults, String> {
        Defaults::parse(Path::new("config.toml"), text)
    }

    #[test]
    fn the_command_line_goes_before_the_file() {
        let file = "parallel = 3\ntimeout = 40\nplain-http = [\"a.example\"]\nno-cache = true\n\
                    host = \"linux/arm/v7\"\nengine = \"podman\"\ntheme = \"light\"\n";
        let args = under(file, &["why", "x", "--parallel", "5", "--plain-http", "b.example"]);
        let hosts: Vec<_> = args.reach.plain_http.iter().map(|host| host.as_str()).collect();
        assert_eq!(hosts, ["b.example", "a.example"]);
        assert_eq!((args.reach.parallel, args.reach.timeout), (Some(5), Some(40)));
        assert!(args.reach.no_cache && !args.reach.strict_realm);
        assert_eq!(args.theme, Some(ThemeName::Light));
        let Some(Command::Why(why)) = args.command else { panic!("another command") };
        assert_eq!(
            (why.host.as_deref(), why.engine),
            (Some("linux/arm/v7"), vec!["podman".into()])
        );
        let args = under(file, &["why", "x", "--host", "linux/amd64", "--engine", "docker"]);
        let Some(Command::Why(why)) = args.command else { panic!("another command") };
        assert_eq!((why.host.as_deref(), why.engine), (Some("linux/amd64"), vec!["docker".into()]));
        assert_eq!(under("", &["why", "x"]).defaults.written, Written::default());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, said) in [
            ("theme = \"sepia\"", "line 1: unknown variant `sepia`"),
            ("\nparalel = 3", "line 2: unknown field `paralel`"),
            ("parallel = 0", "line 1: invalid value: integer `0`, expected a nonzero"),
            ("parallel = -1", "line 1: invalid value: integer `-1`"),
            ("timeout = 100000", "line 1: seconds from 1 to 86400 are wanted: `timeout = 100000`"),
            ("\nrefresh = 1", "line 2: seconds from 5 to 86400 are wanted: `refresh = 1`"),
            (
                "insecure = [\n  \"a b\",\n]",
                "line 2: \"a b\" is not a host name or address with an optional port: `\"a b\",`",
            ),
            ("plain-http = \"a\"", "line 1: invalid type: string \"a\""),
            ("\nhost = \"a/b/c/d/e\"", "line 2: "),
            ("host = \"linux/amd46\"", "line 1: "),
            ("engine = \"dokcer\"", "line 1: \"dokcer\" is not an engine that platy knows"),
            ("keys = \"nano\"", "line 1: unknown variant `nano`"),
            ("a = ", "line 1: "),
            (
                "\n[[command]]\nname = \"x\"\nkey = \"hyper\"\nrun = \"y\"",
                "line 4: \"hyper\" is not the name of a key: `key = \"hyper\"`",
            ),
            (
                "[[command]]\nname = \"x\"\nkey = \"f5\"\nrun = \"y {{ref}}\"",
                "line 4: {{ref}} is none of reference, digest, platform, repository: `run = ",
            ),
            (
                "[[command]]\nname = \"x\"\nkey = \"f5\"",
                "line 1: missing field `run`: `[[command]]`",
            ),
            (
                "[[command]]\nname = \"x\"\nkey = \"f5\"\nrun = \"y\"\n\
                 [[command]]\nname = \"z\"\nkey = \"f5\"\nrun = \"y\"",
                "line 7: the key f5 is given to \"x\" and to \"z\": `key = \"f5\"`; one of them",
            ),
            (
                "[alias]\na = \"ghcr.io\"\noci = \"ghcr.io\"",
                "line 3: \"oci\" is not an alias: references begin with it: `oci = \"ghcr.io\"`; ch",
            ),
            ("[alias]\na = \"ghcr.io\"\nb = \"A b\"", "line 3: the alias b: "),
        ] {
            let problem = parse(text).unwrap_err();
            assert!(problem.starts_with(&format!("config.toml: {said}")), "{text}: {problem}");
            assert!(!problem.contains('\n'), "{problem}");
            assert!(problem.contains("; "), "no next step: {problem}");
        }
    }

    #[test]
    fn a_command_on_the_key_of_an_action_is_said_with_its_line() {
        let of = |key: &str, keymap: &Keymap| {
            let text = format!("[[command]]\nname = \"scan\"\nkey = \"{key}\"\nrun = \"true\"");
            parse(&text).unwrap().commands(keymap).map(|all| all.len())
        };
        let mut keymap = Keymap::default();
        let said = "config.toml: line 3: the key y of \"scan\" is copy-digest's: `key = \"y\"`; take \
                    another one: actions of several screens have it";
        assert_eq!(of("y", &keymap), Err(said.to_owned()));
        let said = "config.toml: line 3: the key ctrl-z of \"scan\" is suspend's: `key = \
                    \"ctrl-z\"`; take another one, or give suspend of [everywhere] another in \
                    keys.toml";
        assert_eq!(of("ctrl-z", &keymap), Err(said.to_owned()));
        keymap.merge("[everywhere]\nsuspend = [\"f5\"]").unwrap();
        assert_eq!(of("ctrl-z", &keymap), Ok(1));
    }

    #[test]
    fn a_file_of_certificates_is_named_with_its_line() {
        let given = parse("ca-file = [\n  \"a.pem\",\n  \"b.pem\"\n]").unwrap();
        let places: Vec<_> = given.ca_files().map(|it| it.named_in.unwrap()).collect();
        assert_eq!(
            places,
            ["config.toml: line 2: `\"a.pem\",`", "config.toml: line 3: `\"b.pem\"`"]
        );
    }

    #[test]
    fn a_key_that_is_not_read_is_named_with_its_line() {
        let given = parse("theme = \"dark\"\nknown-key = [\"/nowhere/k.pub\"]").unwrap();
        let problem = given.known_keys().next().unwrap().unwrap_err();
        assert!(problem.starts_with("config.toml: line 2"), "{problem}");
        assert!(problem.contains("/nowhere/k.pub"), "{problem}");
    }

    #[test]
    fn what_the_file_gives_is_listed_by_name() {
        let defaults = parse("no-cache = true\nparallel = 2\nkeys = \"emacs\"").unwrap();
        assert_eq!(
            defaults.json(),
            serde_json::json!({ "no-cache": true, "parallel": 2, "keys": "emacs" })
        );
        assert_eq!(Defaults::default().json(), serde_json::json!({}));
        let own = parse(
            "insecure = [\"a\"]\n[alias]\nlan = \"b:1\"\n[[command]]\nname = \"scan it\"\n\
             key = \"f5\"\nrun = \"x {{digest}}\"",
        );
        assert_eq!(
            own.unwrap().lines(),
            [
                "insecure = [\"a\"]",
                "alias lan = \"b:1\"",
                "command \"scan it\" on f5: x {{digest}}"
            ]
        );
    }
}
