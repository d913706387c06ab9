//! `config.toml` in platy's configuration folder: what options are when the command line does not
//! give them.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::args::{Args, Command, MAX_SECONDS, ThemeName};
use super::paint::ColorWhen;
use super::why::engines;
use crate::model::select::{Engine, Host as Machine, HostError};
use crate::oci::{Aliases, Host};
use crate::source::regular;
use crate::text::toml_problem;
use crate::tui::app::{KeySet, OwnCommand};
use crate::tui::run;

/// The largest file of settings that is read, in bytes.
pub(super) const MAX_SETTINGS: u64 = 1 << 20;

/// The options that the file may give, under their names on the command line.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Defaults {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) theme: Option<ThemeName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    color: Option<ColorWhen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) keys: Option<KeySet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<MachineName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    engine: Option<EngineName>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    plain_http: Vec<RegistryHost>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    insecure: Vec<RegistryHost>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ca_file: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timeout: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<Refresh>,
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
    #[serde(skip_serializing_if = "AliasTable::is_empty")]
    alias: AliasTable,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    command: Vec<Own>,
}

/// A registry's host.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct RegistryHost(Host);

impl TryFrom<String> for RegistryHost {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parsed = Host::parse(&text).map(Self);
        parsed
            .ok_or_else(|| format!("{text:?} is not a host name or address with an optional port"))
    }
}

impl From<RegistryHost> for String {
    fn from(host: RegistryHost) -> Self {
        host.0.as_str().to_owned()
    }
}

/// A machine, as `--host` names it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct MachineName(String, Machine);

impl TryFrom<String> for MachineName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let machine: Machine = text.parse().map_err(|error: HostError| error.to_string())?;
        match machine.doubt() {
            Some(doubt) => Err(doubt),
            None => Ok(Self(text, machine)),
        }
    }
}

impl From<MachineName> for String {
    fn from(name: MachineName) -> Self {
        name.0
    }
}

/// An engine, as `--engine` names it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
struct EngineName(String, &'static Engine);

impl TryFrom<String> for EngineName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let engine = engines::named(&text)?;
        Ok(Self(text, engine))
    }
}

impl From<EngineName> for String {
    fn from(name: EngineName) -> Self {
        name.0
    }
}

/// What `--timeout` takes.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "u32")]
struct Seconds(u32);

impl TryFrom<u32> for Seconds {
    type Error = String;

    fn try_from(seconds: u32) -> Result<Self, String> {
        let problem = || format!("seconds from 1 to {MAX_SECONDS} are wanted");
        (1..=MAX_SECONDS).contains(&seconds).then_some(Self(seconds)).ok_or_else(problem)
    }
}

/// The seconds between two looks at what moved: what they may be, and what they are.
const LEAST_REFRESH: u32 = 5;
const REFRESH: u32 = 30;

/// What `refresh` takes.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "u32")]
struct Refresh(u32);

impl TryFrom<u32> for Refresh {
    type Error = String;

    fn try_from(seconds: u32) -> Result<Self, String> {
        let problem = || format!("seconds from {LEAST_REFRESH} to {MAX_SECONDS} are wanted");
        (LEAST_REFRESH..=MAX_SECONDS)
            .contains(&seconds)
            .then_some(Self(seconds))
            .ok_or_else(problem)
    }
}

/// A `[[command]]` as it is written.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct OwnWritten {
    name: String,
    key: String,
    run: String,
}

/// A command of the user's own.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "OwnWritten", into = "OwnWritten")]
struct Own(OwnCommand);

impl TryFrom<OwnWritten> for Own {
    type Error = String;

    fn try_from(written: OwnWritten) -> Result<Self, String> {
        let OwnWritten { name, key, run } = written;
        OwnCommand::new(name, key.parse()?, run).map(Self)
    }
}

impl From<Own> for OwnWritten {
    fn from(Own(command): Own) -> Self {
        Self { name: command.name, key: command.key.to_string(), run: command.line }
    }
}

/// The `[alias]` table.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
struct AliasTable(Aliases);

impl AliasTable {
    fn is_empty(&self) -> bool {
        self.0.all().is_empty()
    }
}

impl TryFrom<BTreeMap<String, String>> for AliasTable {
    type Error = String;

    fn try_from(all: BTreeMap<String, String>) -> Result<Self, String> {
        Aliases::new(all).map(Self)
    }
}

impl From<AliasTable> for BTreeMap<String, String> {
    fn from(AliasTable(aliases): AliasTable) -> Self {
        aliases.all().clone()
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Defaults {
    /// Where the file is, if the system names a folder for it.
    pub(super) fn path() -> Option<PathBuf> {
        run::config_dir().map(|dir| dir.join("config.toml"))
    }

    /// Reads the file; without one there are no defaults.
    ///
    /// # Errors
    /// A sentence that names the file, and the line if it is about one.
    pub(super) fn read() -> Result<Self, String> {
        Self::path().map_or(Ok(Self::default()), |path| Self::of(&path))
    }

    fn of(path: &Path) -> Result<Self, String> {
        let named = |problem: String| format!("{}: {problem}", path.display());
        match regular::text(path, MAX_SETTINGS) {
            Ok(text) => Self::parse(&text).map_err(named),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(named(error.to_string())),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| toml_problem(text, &error))
    }

    /// The arguments, with what they do not give taken from the file.
    pub(super) fn under(&self, mut args: Args) -> Args {
        let hosts =
            |names: &[RegistryHost]| names.iter().map(|it| it.0.clone()).collect::<Vec<_>>();
        let reach = &mut args.reach;
        reach.plain_http.extend(hosts(&self.plain_http));
        reach.insecure.extend(hosts(&self.insecure));
        reach.ca_file.extend(self.ca_file.iter().cloned());
        reach.timeout = reach.timeout.or(self.timeout.map(|it| it.0));
        reach.parallel = reach.parallel.or(self.parallel.map(NonZeroUsize::get));
        reach.wait_for_limits |= self.wait_for_limits;
        reach.strict_realm |= self.strict_realm;
        reach.no_journal |= self.no_journal;
        reach.no_cache |= self.no_cache;
        args.theme = args.theme.or(self.theme);
        args.color = args.color.or(self.color);
        if let Some(Command::Why(why)) = &mut args.command {
            why.host = why.host.take().or_else(|| self.host.clone().map(String::from));
            if why.engine.is_empty() {
                why.engine.extend(self.engine.clone().map(String::from));
            }
        }
        args.defaults = self.clone();
        args
    }

    /// The machine that is asked about.
    pub(super) fn machine(&self) -> Option<Machine> {
        self.host.as_ref().map(|name| name.1.clone())
    }

    /// The engine that is asked about.
    pub(super) fn engine(&self) -> Option<&'static Engine> {
        self.engine.as_ref().map(|name| name.1)
    }

    /// The commands of the user's own.
    pub(super) fn commands(&self) -> Vec<OwnCommand> {
        self.command.iter().map(|own| own.0.clone()).collect()
    }

    /// How long the explorer leaves a registry alone between two looks at what moved.
    pub(super) fn interval(&self) -> Duration {
        Duration::from_secs(self.refresh.map_or(REFRESH, |it| it.0).into())
    }

    /// The short names of hosts and references.
    pub(super) fn aliases(&self) -> Aliases {
        self.alias.0.clone()
    }

    /// What the file gives, by name.
    pub(super) fn json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn under(file: &str, words: &[&str]) -> Args {
        let args = Args::try_parse_from([&["platy"], words].concat()).unwrap();
        Defaults::parse(file).unwrap().under(args)
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
        assert_eq!(under("", &["why", "x"]).defaults, Defaults::default());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (file, said) in [
            ("theme = \"sepia\"", "line 1: unknown variant `sepia`"),
            ("\nparalel = 3", "line 2: unknown field `paralel`"),
            ("parallel = 0", "line 1: invalid value: integer `0`, expected a nonzero"),
            ("parallel = -1", "line 1: invalid value: integer `-1`"),
            ("timeout = 100000", "line 1: seconds from 1 to 86400 are wanted"),
            ("insecure = [\n  \"a b\",\n]", "line 1: \"a b\" is not a host name or address"),
            ("plain-http = \"a\"", "line 1: invalid type: string \"a\""),
            ("host = \"a/b/c/d/e\"", "line 1: "),
            ("host = \"linux/amd46\"", "line 1: "),
            ("engine = \"dokcer\"", "line 1: \"dokcer\" is not an engine that platy knows"),
            ("keys = \"nano\"", "line 1: unknown variant `nano`"),
            ("a = ", "line 1: "),
            (
                "\n[[command]]\nname = \"x\"\nkey = \"hyper\"\nrun = \"y\"",
                "line 2: \"hyper\" is not the name of a key",
            ),
            (
                "[[command]]\nname = \"x\"\nkey = \"f5\"\nrun = \"y {{ref}}\"",
                "line 1: {{ref}} is none of reference, digest",
            ),
            ("[[command]]\nname = \"x\"\nkey = \"f5\"", "line 1: missing field `run`"),
        ] {
            let problem = Defaults::parse(file).unwrap_err();
            assert!(problem.starts_with(said), "{file}: {problem}");
            assert!(!problem.contains('\n'), "{problem}");
        }
    }

    #[test]
    fn what_the_file_gives_is_listed_by_name() {
        let defaults = Defaults::parse("no-cache = true\nparallel = 2\nkeys = \"emacs\"").unwrap();
        assert_eq!(
            defaults.json(),
            serde_json::json!({ "no-cache": true, "parallel": 2, "keys": "emacs" })
        );
        assert_eq!(Defaults::default().json(), serde_json::json!({}));
    }
}
