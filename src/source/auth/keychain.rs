//! Looks for credentials in files and helpers, and remembers where it looked.

use std::io;
use std::path::PathBuf;

use super::config_file::ConfigFile;
use super::credential::Credential;
use super::environment::Environment;
use super::{helper, key};
use crate::oci::Host;

/// The user's credentials, read anew each time: a login in another terminal counts at once.
pub(in crate::source) struct Keychain {
    environment: Environment,
}

/// What was found, and where.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) credential: Option<Credential>,
    /// Where the credential is from, in words.
    pub(super) origin: Option<String>,
    /// The files that exist and were read.
    pub(super) looked_at: Vec<PathBuf>,
    /// The files that do not exist.
    pub(super) missing: Vec<PathBuf>,
    /// What went wrong on the way, in words without secrets.
    pub(super) problems: Vec<String>,
}

impl Keychain {
    pub(in crate::source) fn new(environment: Environment) -> Self {
        Self { environment }
    }

    /// Looks for the credentials of a repository, or of a host as a whole.
    pub(super) async fn find(&self, host: &Host, path: Option<&str>) -> Found {
        let keys = key::candidates(host, path);
        let mut found = Found::default();
        for file in &self.environment.auth_files {
            let bytes = match tokio::fs::read(file).await {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    found.missing.push(file.clone());
                    continue;
                }
                Err(error) => {
                    found.problems.push(format!("{} cannot be read: {error}", file.display()));
                    continue;
                }
            };
            found.looked_at.push(file.clone());
            match ConfigFile::parse(&bytes) {
                Ok(config) => self.search(&config, file, host, &keys, &mut found).await,
                Err(problem) => found.problems.push(format!("{}: {problem}", file.display())),
            }
            if found.credential.is_some() {
                break;
            }
        }
        found
    }

    /// Searches one file: its helper, then its own entries (which Docker leaves empty where a
    /// helper keeps the secret).
    async fn search(
        &self,
        config: &ConfigFile,
        file: &std::path::Path,
        host: &Host,
        keys: &[String],
        found: &mut Found,
    ) {
        if let Some(name) = config.helper(keys) {
            let server = key::server_of(host);
            match helper::get(name, &server, &self.environment.path, None).await {
                Ok(Some(credential)) => {
                    found.credential = Some(credential);
                    found.origin =
                        Some(format!("docker-credential-{name}, which {} names", file.display()));
                    return;
                }
                Ok(None) => {}
                Err(problem) => found.problems.push(problem),
            }
        }
        for entry in config.entries(keys) {
            match entry.credential() {
                Ok(Some(credential)) => {
                    found.credential = Some(credential);
                    found.origin = Some(format!("entry {:?} of {}", entry.key, file.display()));
                    return;
                }
                Ok(None) => {}
                Err(problem) => {
                    let file = file.display();
                    found.problems.push(format!("entry {:?} of {file}: {problem}", entry.key));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn files_are_searched_in_order_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let missing = folder.path().join("missing.json");
        let broken = file("broken.json", "{");
        let bad = file("bad.json", r#"{"auths":{"a.io":{"auth":"%"}},"credsStore":"nowhere"}"#);
        let good = file("good.json", r#"{"auths":{"a.io":{"auth":"dTpw"},"b.io":{}}}"#);
        let keychain = Keychain::new(Environment {
            auth_files: vec![missing.clone(), broken.clone(), bad.clone(), good.clone()],
            ..Environment::default()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let find =
            |host: &str| runtime.block_on(keychain.find(&Host::parse(host).unwrap(), Some("x/y")));

        let found = find("a.io");
        assert!(matches!(found.credential, Some(Credential::Password { .. })));
        assert_eq!(found.origin, Some(format!("entry \"a.io\" of {}", good.display())));
        assert_eq!(found.missing, [missing]);
        assert_eq!(found.looked_at, [broken.clone(), bad.clone(), good]);
        assert_eq!(found.problems.len(), 3, "{:?}", found.problems);
        assert_eq!(found.problems[1], "docker-credential-nowhere is not on the PATH");

        let found = find("b.io");
        assert!(found.credential.is_none() && found.origin.is_none());
        assert_eq!(found.looked_at.len(), 3);
    }
}
