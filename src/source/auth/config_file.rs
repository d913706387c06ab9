//! Docker's `config.json`, containers' `auth.json` and the old `~/.dockercfg`: one format, read
//! as strictly as the library does whose file it is.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::{Map, Value};

use super::credential::{Credential, Secret};

/// base64 as Go's `StdEncoding` reads it: padded, the unused bits whatever they are.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// Who reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// docker/cli.
    Docker,
    /// containers' library.
    Containers,
    /// containers' library, `~/.dockercfg`: the entries without `auths` around them.
    Legacy,
}

/// One file.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    /// The entries in the order of the file.
    pub(super) entries: Vec<Entry>,
    /// The helper of each key.
    pub(super) helpers: Vec<(String, String)>,
    /// The helper of all other hosts, which only Docker asks.
    pub(super) store: Option<String>,
}

/// An entry of `auths`.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key as written.
    pub(super) key: String,
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    identity: Option<Secret>,
    registry: Option<Secret>,
}

impl ConfigFile {
    /// # Errors
    /// Why the library refuses the whole file. The cause is left out: it could quote a secret.
    pub(super) fn parse(bytes: &[u8], dialect: Dialect) -> Result<Self, String> {
        if dialect == Dialect::Docker && bytes.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        // docker/cli reads the first value and does not look at what follows.
        let first = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next();
        let file = match dialect {
            Dialect::Docker => first.and_then(Result::ok),
            _ => serde_json::from_slice::<Value>(bytes).ok(),
        };
        let file = match file {
            Some(Value::Object(file)) => file,
            Some(Value::Null) => Map::new(),
            _ => return Err("it is not a JSON object".to_owned()),
        };
        if dialect == Dialect::Legacy {
            return Ok(Self { entries: entries(&file, dialect)?, ..Self::default() });
        }
        let helpers = object(&file, "credHelpers")?.into_iter().flatten();
        let helpers = helpers
            .map(|(key, value)| match value {
                Value::String(name) => Ok((key.clone(), name.clone())),
                Value::Null => Ok((key.clone(), String::new())),
                _ => Err(wrong_type("credHelpers")),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            entries: match object(&file, "auths")? {
                Some(auths) => entries(auths, dialect)?,
                None => Vec::new(),
            },
            helpers,
            store: match dialect {
                Dialect::Docker => text(&file, "credsStore")?,
                _ => None,
            },
        })
    }

    /// The helper of exactly this key.
    pub(super) fn helper(&self, key: &str) -> Option<&str> {
        let (_, name) = self.helpers.iter().find(|(known, _)| known == key)?;
        Some(name)
    }

    /// The entry under exactly this key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// Whether Docker sees anything of authentication in it (`ContainsAuth`).
    pub(super) fn contains_auth(&self) -> bool {
        self.store.is_some() || !self.helpers.is_empty() || !self.entries.is_empty()
    }
}

impl Entry {
    /// The entry's credential; `None` if it has none, as beside a `credsStore`.
    ///
    /// # Errors
    /// What is wrong with it, without its text.
    pub(super) fn credential(&self, dialect: Dialect) -> Result<Option<Credential>, &'static str> {
        if dialect == Dialect::Docker {
            return self.of_docker();
        }
        // containers' library knows `auth`, and an identity token beside one that is not empty
        // (`decodeDockerAuth`).
        let Some(auth) = &self.auth else { return Ok(None) };
        match (decode(auth.expose())?, &self.identity) {
            (None, _) => Ok(None),
            (Some(_), Some(token)) => Ok(Some(Credential::Identity(token.clone()))),
            (password, None) => Ok(password),
        }
    }

    fn of_docker(&self) -> Result<Option<Credential>, &'static str> {
        if let Some(token) = &self.registry {
            return Ok(Some(Credential::Registry(token.clone())));
        }
        if let Some(token) = &self.identity {
            return Ok(Some(Credential::Identity(token.clone())));
        }
        if let Some(auth) = &self.auth {
            return docker_auth(auth).map(Some);
        }
        Ok(match (&self.username, &self.password) {
            (Some(username), Some(password)) => Some(Credential::Password {
                username: username.clone(),
                password: password.clone(),
            }),
            _ => None,
        })
    }
}

/// `auth` of Docker's, which must have a name (`decodeAuth`).
pub(super) fn docker_auth(auth: &Secret) -> Result<Credential, &'static str> {
    match decode(auth.expose())? {
        Some(Credential::Password { username, .. }) if username.is_empty() => {
            Err("its auth has no name")
        }
        Some(credential) => Ok(credential),
        None => Err("its auth is not name:password"),
    }
}

/// `auth`: base64 of `name:password`; Docker fills the password up with NUL bytes. `None` without
/// a colon.
fn decode(auth: &str) -> Result<Option<Credential>, &'static str> {
    let auth: String = auth.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = BASE64.decode(auth).map_err(|_| "its auth is not base64")?;
    let text = String::from_utf8(bytes).map_err(|_| "its auth is not text")?;
    let Some((username, password)) = text.split_once(':') else { return Ok(None) };
    Ok(Some(Credential::Password {
        username: username.to_owned(),
        password: Secret::new(password.trim_matches('\0')),
    }))
}

fn entries(auths: &Map<String, Value>, dialect: Dialect) -> Result<Vec<Entry>, String> {
    let entry = |(key, value): (&String, &Value)| {
        let empty = Map::new();
        let fields = match value {
            Value::Object(fields) => fields,
            Value::Null => &empty,
            _ => return Err(wrong_type("auths")),
        };
        let docker = dialect == Dialect::Docker;
        let secret = |name: &str| Ok::<_, String>(text(fields, name)?.map(Secret::new));
        let of_docker = |name: &str| if docker { secret(name) } else { Ok(None) };
        Ok(Entry {
            key: key.clone(),
            auth: secret("auth")?,
            username: if docker { text(fields, "username")? } else { None },
            password: of_docker("password")?,
            identity: secret("identitytoken")?,
            registry: of_docker("registrytoken")?,
        })
    };
    auths.iter().map(entry).collect()
}

/// A value under a key, which Go compares without regard to case; `None` for null.
fn value<'m>(object: &'m Map<String, Value>, key: &str) -> Option<&'m Value> {
    let found = object.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(key));
    found.map(|(_, value)| value).filter(|value| !value.is_null())
}

fn object<'m>(
    map: &'m Map<String, Value>,
    key: &str,
) -> Result<Option<&'m Map<String, Value>>, String> {
    match value(map, key) {
        None => Ok(None),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(wrong_type(key)),
    }
}

/// A text that is not empty.
fn text(map: &Map<String, Value>, key: &str) -> Result<Option<String>, String> {
    match value(map, key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(wrong_type(key)),
    }
}

fn wrong_type(key: &str) -> String {
    format!("{key} in it has the wrong type, so the whole file is passed by")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(username: &str, password: &str) -> Option<Credential> {
        let password = Secret::new(password);
        Some(Credential::Password { username: username.to_owned(), password })
    }

    // docker/cli v29.9.3 cli/config/configfile; go.podman.io/image v5.42.1 pkg/docker/config.
    #[test]
    fn entries_are_read_as_each_library_reads_them() {
        let identity = |text: &str| Some(Credential::Identity(Secret::new(text)));
        for (entry, docker, containers) in [
            (r#"{"auth":"aHViOnB3"}"#, Ok(password("hub", "pw")), Ok(password("hub", "pw"))),
            (r#"{"Auth":"aHViOnB3"}"#, Ok(password("hub", "pw")), Ok(password("hub", "pw"))),
            (
                r#"{"auth":"bmFtZTpwdzpjb2xvbgAA"}"#,
                Ok(password("name", "pw:colon")),
                Ok(password("name", "pw:colon")),
            ),
            (r#"{"username":"u","password":"p"}"#, Ok(password("u", "p")), Ok(None)),
            (r#"{"auth":"","identitytoken":"r"}"#, Ok(identity("r")), Ok(None)),
            (r#"{"auth":"dTpw","identitytoken":"r"}"#, Ok(identity("r")), Ok(identity("r"))),
            (
                r#"{"registrytoken":"b"}"#,
                Ok(Some(Credential::Registry(Secret::new("b")))),
                Ok(None),
            ),
            ("{}", Ok(None), Ok(None)),
            ("null", Ok(None), Ok(None)),
            (r#"{"auth":"%%%"}"#, Err("its auth is not base64"), Err("its auth is not base64")),
            (r#"{"auth":"dTpwdw"}"#, Err("its auth is not base64"), Err("its auth is not base64")),
            (r#"{"auth":"aGVsbG8="}"#, Err("its auth is not name:password"), Ok(None)),
            (r#"{"auth":"OnB3"}"#, Err("its auth has no name"), Ok(password("", "pw"))),
        ] {
            let json = format!("{{\"auths\":{{\"a.io\":{entry}}}}}");
            let read = |dialect| {
                let file = ConfigFile::parse(json.as_bytes(), dialect).unwrap();
                file.entry("a.io").unwrap().credential(dialect)
            };
            assert_eq!(read(Dialect::Docker), docker, "{entry}");
            assert_eq!(read(Dialect::Containers), containers, "{entry}");
        }
    }

    #[test]
    fn a_broken_file_is_named_without_its_text() {
        for (text, docker, containers) in [
            ("", true, false),
            ("null", true, true),
            ("[]", false, false),
            ("{\"auths\":{\"x\":{\"auth\":\"c2VjcmV0", false, false),
            ("{} c2VjcmV0", true, false),
            (r#"{"auths":{"x":"c2VjcmV0"}}"#, false, false),
            (r#"{"auths":{"x":{"auth":7}}}"#, false, false),
            (r#"{"auths":{"x":{"username":7}}}"#, false, true),
            (r#"{"credHelpers":{"x":7}}"#, false, false),
            (r#"{"credsStore":7}"#, false, true),
        ] {
            for (dialect, good) in [(Dialect::Docker, docker), (Dialect::Containers, containers)] {
                let read = ConfigFile::parse(text.as_bytes(), dialect);
                assert_eq!(read.is_ok(), good, "{text}");
                assert!(!read.err().unwrap_or_default().contains("c2V"), "{text}");
            }
        }
        let old = ConfigFile::parse(br#"{"a.io":{"auth":"dTpw"}}"#, Dialect::Legacy).unwrap();
        assert_eq!(old.entries[0].credential(Dialect::Legacy), Ok(password("u", "p")));
    }
}
