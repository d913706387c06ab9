//! As a plugin of other programs: `docker platy` starts `docker-platy platy …`, `kubectl platy` starts
//! `kubectl-platy …`. Both are this program under that name.

use std::ffi::OsString;
use std::path::Path;

use serde_json::{Value, json};

/// The name under which kubectl looks for it on the PATH.
const KUBECTL: &str = "kubectl-platy";
/// The name under which Docker's CLI looks for it in `~/.docker/cli-plugins`.
const DOCKER: &str = "docker-platy";
/// The word by which Docker's CLI asks a plugin what it is (docker/cli v29, cli-plugins/metadata).
const METADATA: &str = "docker-cli-plugin-metadata";

/// What users type to start it, which stands in for the program's name.
const BY_DOCKER: &str = "docker platy";
const BY_KUBECTL: &str = "kubectl platy";

/// What the words of the command line ask for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Called {
    /// platy with these words, its own name first.
    Platy(Vec<OsString>),
    /// What kind of plugin it is, for Docker's CLI.
    Metadata,
    /// Docker's own options were given, and this is the first of them.
    Options(String),
}

impl Called {
    /// Reads the words, the program's name first; a plugin is called what its user types.
    pub(super) fn of(mut words: Vec<OsString>) -> Self {
        let name = words.first().and_then(|it| Path::new(it).file_stem());
        let (is_docker, is_kubectl) =
            (name.is_some_and(|name| name == DOCKER), name.is_some_and(|name| name == KUBECTL));
        if is_kubectl {
            words.splice(..1, [BY_KUBECTL.into()]);
        }
        if !is_docker {
            return Self::Platy(words);
        }
        match words.get(1).and_then(|word| word.to_str()) {
            Some(METADATA) => Self::Metadata,
            // Docker hands all of its words on: its own name for the plugin, then the plugin's.
            Some("platy") => {
                words.splice(..2, [BY_DOCKER.into()]);
                Self::Platy(words)
            }
            Some(option) if option.starts_with('-') && words.iter().any(|it| it == "platy") => {
                Self::Options(option.to_owned())
            }
            _ => Self::Platy(words),
        }
    }
}

/// What the user types to start the plugin that these words are for, if they are for one.
pub(super) fn name(words: &[OsString]) -> Option<&'static str> {
    let first = words.first()?;
    [BY_DOCKER, BY_KUBECTL].into_iter().find(|name| first == name)
}

/// What Docker's CLI is told of the plugin.
pub(super) fn metadata() -> Value {
    json!({
        "SchemaVersion": "0.1.0",
        "Vendor": "platy",
        "Version": env!("CARGO_PKG_VERSION"),
        "ShortDescription": "Explore multi-platform images",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_their_caller_means_them() {
        let of = |line: &str| Called::of(line.split(' ').map(OsString::from).collect());
        let platy = |line: &str| Called::Platy(line.split(' ').map(OsString::from).collect());
        let named = |name: &str, rest: &str| {
            let rest = rest.split(' ').filter(|word| !word.is_empty());
            Called::Platy([name].into_iter().chain(rest).map(OsString::from).collect())
        };
        let docker = |rest: &str| named("docker platy", rest);
        for (line, called) in [
            ("platy inspect a", platy("platy inspect a")),
            ("platy platy", platy("platy platy")),
            ("/x/docker-platy docker-cli-plugin-metadata", Called::Metadata),
            ("/x/docker-platy platy inspect platy", docker("inspect platy")),
            ("docker-platy platy", docker("")),
            ("docker-platy.exe platy tags a", docker("tags a")),
            ("docker-platy inspect a", platy("docker-platy inspect a")),
            ("docker-platy --context far platy inspect a", Called::Options("--context".into())),
            ("docker-platy --help", platy("docker-platy --help")),
            ("kubectl-platy inspect a", named("kubectl platy", "inspect a")),
            ("platy docker-cli-plugin-metadata", platy("platy docker-cli-plugin-metadata")),
        ] {
            assert_eq!(of(line), called, "{line}");
        }
        assert_eq!(Called::of(Vec::new()), Called::Platy(Vec::new()));
    }
}
