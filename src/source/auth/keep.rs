//! Keeps a password as `docker login` does (docker/cli v29.9.3 `cli/command/registry/login.go`,
//! `cli/config/credentials`): by the helper that Docker's file names for the host or for all, else
//! in the file.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Map, Value, json};

use super::config_file::{ConfigFile, Dialect};
use super::credential::Secret;
use super::environment::Environment;
use super::of_docker::default_store;
use super::{helper, key};
use crate::oci::Host;
use crate::source::in_the_way::{self, Access};
use crate::source::mirrors::bytes;

/// Where a password was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// By a helper.
    Helper {
        /// Its program.
        program: String,
    },
    /// In Docker's file.
    File {
        /// Its path.
        path: PathBuf,
    },
}

impl Kept {
    /// Whether these words say that a credential is from there.
    #[must_use]
    pub fn is_named_by(&self, words: &str) -> bool {
        match self {
            Self::Helper { program } => words.contains(program.as_str()),
            Self::File { path } => words.contains(&path.display().to_string()),
        }
    }
}

/// Keeps it. What else is in the file stays as it is.
///
/// # Errors
/// A sentence about the file or the helper, without what it holds.
pub async fn keep(
    environment: &Environment,
    host: &Host,
    username: &str,
    password: &Secret,
) -> Result<Kept, String> {
    let none = "there is no place for it: neither DOCKER_CONFIG nor a home folder is known";
    let path = environment.docker_config.as_ref().ok_or(none)?;
    let named = |why: String| format!("{}: {why}", path.display());
    let read = bytes(path).map_err(|why| named(why.to_string()))?.unwrap_or_default();
    let known = ConfigFile::parse(&read, Dialect::Docker).map_err(named)?;
    let mut file = match serde_json::from_slice(&read) {
        _ if read.trim_ascii().is_empty() => Map::new(),
        Ok(Value::Object(file)) => file,
        // docker/cli reads a first object and passes over what follows; that would be lost here.
        _ => return Err(named("there is more than a JSON object in it".to_owned())),
    };
    let key = key::of_docker(host);
    let of_host = known.helper(&key).filter(|name| !name.is_empty()).map(str::to_owned);
    let detected = if known.contains_auth() { None } else { default_store(environment) };
    let helper = of_host.or(known.store.clone()).or_else(|| detected.clone());
    if let Some(store) = detected {
        file.insert("credsStore".to_owned(), json!(store));
    }
    let (entry, kept) = match helper {
        Some(name) => {
            helper::store(&name, &key, username, password, &environment.path).await?;
            (json!({}), Kept::Helper { program: format!("docker-credential-{name}") })
        }
        None => {
            let auth = BASE64.encode(format!("{username}:{}", password.expose()));
            (json!({ "auth": auth }), Kept::File { path: path.clone() })
        }
    };
    let auths = file.entry("auths").or_insert_with(|| json!({}));
    match auths {
        Value::Null => *auths = json!({ key: entry }),
        Value::Object(auths) => drop(auths.insert(key, entry)),
        _ => return Err(named("auths in it has the wrong type".to_owned())),
    }
    write(path, &file).map_err(|error| named(error.to_string()))?;
    Ok(kept)
}

/// Writes the file whole or not at all, for its owner alone, with tabs as docker/cli does.
fn write(path: &Path, file: &Map<String, Value>) -> std::io::Result<()> {
    // A link stays one: what it leads to is written.
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
    in_the_way::make(folder, Access::Usual)?;
    let mut text = Vec::new();
    file.serialize(&mut Serializer::with_formatter(
        &mut text,
        PrettyFormatter::with_indent(b"\t"),
    ))?;
    // A temporary file is its owner's alone.
    let mut written = tempfile::NamedTempFile::new_in(folder)?;
    written.write_all(&text)?;
    written.as_file().sync_all()?;
    written.persist(&path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::auth::lookup;

    struct Home(tempfile::TempDir);

    impl Home {
        fn with(text: Option<&str>) -> Self {
            let home = Self(tempfile::tempdir().unwrap());
            if let Some(text) = text {
                std::fs::write(home.file(), text).unwrap();
            }
            home
        }

        fn file(&self) -> PathBuf {
            self.0.path().join("config.json")
        }

        fn environment(&self) -> Environment {
            Environment {
                docker_config: Some(self.file()),
                path: self.0.path().into(),
                ..Environment::default()
            }
        }

        async fn keep(&self, host: &str) -> Result<Kept, String> {
            let host = Host::parse(host).unwrap();
            keep(&self.environment(), &host, "ann", &Secret::new("pw:1")).await
        }

        fn text(&self) -> String {
            std::fs::read_to_string(self.file()).unwrap()
        }
    }

    #[tokio::test]
    async fn without_a_helper_the_file_has_it_and_keeps_all_else() {
        let home = Home::with(Some(
            "{\"z\": {\"b\": 1, \"a\": [2]}, \"auths\": {\"x.io\": {\"auth\": \"dTpw\"}}}",
        ));
        assert_eq!(home.keep("ghcr.io").await, Ok(Kept::File { path: home.file() }));
        let expected = "{\n\t\"z\": {\n\t\t\"b\": 1,\n\t\t\"a\": [\n\t\t\t2\n\t\t]\n\t},\n\t\
                        \"auths\": {\n\t\t\"x.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t},\n\t\t\
                        \"ghcr.io\": {\n\t\t\t\"auth\": \"YW5uOnB3OjE=\"\n\t\t}\n\t}\n}";
        assert_eq!(home.text(), expected);
        let host = Host::parse("ghcr.io").unwrap();
        let used = lookup(&home.environment(), &host, None).await.used.unwrap();
        assert!(Kept::File { path: home.file() }.is_named_by(&used), "{used}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(home.file()).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[tokio::test]
    async fn docker_hub_has_the_key_that_docker_gives_it() {
        let home = Home::with(None);
        home.keep("docker.io").await.unwrap();
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        assert_eq!(file["auths"]["https://index.docker.io/v1/"]["auth"], "YW5uOnB3OjE=");
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_kept_whole_is_left_alone() {
        for text in ["{", "[]", "{} more", "{\"auths\": 7}", "{\"credsStore\": 7}"] {
            let home = Home::with(Some(text));
            let problem = home.keep("ghcr.io").await.unwrap_err();
            assert!(problem.contains("config.json: "), "{problem}");
            assert_eq!(home.text(), text);
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_helper_gets_it_and_the_file_only_names_the_host() {
        let home = Home::with(Some("{\"credsStore\": \"test\"}"));
        let got = home.0.path().join("got");
        let script = format!("[ \"$1\" = store ] && cat > {}", got.display());
        helper::tests::program(home.0.path(), "docker-credential-test", &script);
        let program = "docker-credential-test".to_owned();
        assert_eq!(home.keep("ghcr.io").await, Ok(Kept::Helper { program }));
        let got: Value = serde_json::from_slice(&std::fs::read(got).unwrap()).unwrap();
        let expected = json!({ "ServerURL": "ghcr.io", "Username": "ann", "Secret": "pw:1" });
        assert_eq!(got, expected);
        let file: Value = serde_json::from_str(&home.text()).unwrap();
        assert_eq!(file, json!({ "credsStore": "test", "auths": { "ghcr.io": {} } }));
        helper::tests::program(home.0.path(), "docker-credential-test", "echo pw:1; exit 1");
        let problem = home.keep("ghcr.io").await.unwrap_err();
        assert_eq!(problem, "docker-credential-test did not keep it");
    }
}
