//! Mirrors of a registry: from Docker's, containers' and containerd's settings, and from the
//! command line.

mod daemon_json;
mod hosts_toml;
mod registries_conf;
mod url;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::Surroundings;
use crate::oci::{Host, Repository};

/// The largest settings file that is read, in bytes (1 MiB).
const MAX_FILE: u64 = 1 << 20;

/// Where a repository may be had from besides its own registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// The repository on the mirror.
    pub repository: Repository,
    /// Whether the settings say plain HTTP.
    pub plain_http: bool,
    /// Whether containerd asks it, which tells a mirror what registry it stands for.
    pub by_containerd: bool,
    /// Where it is named.
    pub named_in: String,
}

/// The mirrors of a repository, each once, and why a source of them could not be read.
#[must_use]
pub fn mirrors_of(
    repository: &Repository,
    around: &Surroundings,
    named: &[String],
) -> (Vec<Mirror>, Vec<String>) {
    let mut found = Vec::new();
    let mut problems = Vec::new();
    for text in named {
        match url::parse(text, repository) {
            Some((repository, plain_http)) => {
                found.push(Mirror {
                    repository,
                    plain_http,
                    by_containerd: false,
                    named_in: "--mirror".to_owned(),
                });
            }
            None => problems.push(format!("--mirror {text}: write HOST[:PORT][/PATH]")),
        }
    }
    let mut take =
        |path: &Path, parse: &dyn Fn(&str) -> Result<Vec<Mirror>, String>| match read(path) {
            Ok(None) => {}
            Ok(Some(text)) => match parse(&text) {
                Ok(mirrors) => found.extend(
                    mirrors
                        .into_iter()
                        .map(|mirror| Mirror { named_in: path.display().to_string(), ..mirror }),
                ),
                Err(problem) => problems.push(format!("{}: {problem}", path.display())),
            },
            Err(problem) => problems.push(format!("{}: {problem}", path.display())),
        };
    for path in &around.docker_configs {
        take(path, &|text| daemon_json::mirrors(text, repository));
    }
    for path in &around.registries_conf {
        take(path, &|text| registries_conf::mirrors(text, repository));
    }
    for folder in &around.hosts_dirs {
        if let Some(path) = hosts_file(folder, &repository.host) {
            take(&path, &|text| hosts_toml::mirrors(text, repository));
        }
    }
    let mut seen: Vec<Repository> = vec![repository.clone()];
    found.retain(|mirror| {
        let new = !seen.contains(&mirror.repository);
        if new {
            seen.push(mirror.repository.clone());
        }
        new
    });
    (found, problems)
}

/// The settings of one registry, or those of all (containerd `core/remotes/docker/config/hosts.go`).
fn hosts_file(folder: &Path, host: &Host) -> Option<PathBuf> {
    let flat = match host.as_str().rsplit_once(':') {
        Some((name, port)) => format!("{name}_{port}_"),
        None => host.to_string(),
    };
    [host.as_str(), flat.as_str(), "_default"]
        .into_iter()
        .map(|name| folder.join(name))
        .find(|folder| folder.is_dir())
        .map(|folder| folder.join("hosts.toml"))
}

/// A small file; `None` where there is none.
fn read(path: &Path) -> Result<Option<String>, String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let mut text = String::new();
    file.take(MAX_FILE).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(Some(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_put_together_and_problems_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
            path
        };
        let around = Surroundings {
            docker_configs: vec![
                write("daemon.json", r#"{"registry-mirrors":["https://a.example"]}"#),
                folder.path().join("none.json"),
            ],
            registries_conf: vec![write("registries.conf", "no toml")],
            hosts_dirs: vec![{
                write("certs.d/docker.io/hosts.toml", "[host.'https://b.example']\n");
                folder.path().join("certs.d")
            }],
            ..Surroundings::default()
        };
        let repository = Repository::parse("alpine").unwrap();
        let named = ["http://c.example:5000/proxy".to_owned(), "a.example".to_owned()];
        let (mirrors, problems) = mirrors_of(&repository, &around, &named);
        let names: Vec<String> = mirrors.iter().map(|it| it.repository.to_string()).collect();
        assert_eq!(
            names,
            [
                "c.example:5000/proxy/library/alpine",
                "a.example/library/alpine",
                "b.example/library/alpine"
            ]
        );
        assert!(mirrors[0].plain_http && !mirrors[1].plain_http);
        assert!(mirrors[2].named_in.ends_with("docker.io/hosts.toml"));
        assert!(problems.len() == 1 && problems[0].contains("registries.conf"), "{problems:?}");
    }
}
