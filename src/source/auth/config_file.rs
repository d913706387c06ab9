//! Docker's `config.json` and containers' `auth.json`, which share one format.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT as BASE64;
use serde_json::{Map, Value};

use super::credential::{Credential, Secret};
use super::key;

/// One file, read as far as it can be.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    auths: Vec<Entry>,
    helpers: Vec<(String, String)>,
    store: Option<String>,
}

/// An entry of `auths`.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key in the one form of [`key::normal`].
    normal: String,
    /// The key as written.
    pub(super) key: String,
    fields: Fields,
}

#[derive(Debug)]
struct Fields {
    auth: Option<Secret>,
    username: Option<String>,
    password: Option<Secret>,
    identity: Option<Secret>,
    registry: Option<Secret>,
}

impl ConfigFile {
    /// # Errors
    /// Where the bytes are no JSON object. The cause is left out: it could quote a secret.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let Ok(Value::Object(file)) = serde_json::from_slice::<Value>(bytes) else {
            return Err("it is not a JSON object".to_owned());
        };
        let object = |key: &str| file.get(key).and_then(Value::as_object).into_iter().flatten();
        let empty = Map::new();
        Ok(Self {
            auths: object("auths")
                .map(|(key, value)| Entry {
                    normal: key::normal(key),
                    key: key.clone(),
                    fields: Fields::read(value.as_object().unwrap_or(&empty)),
                })
                .collect(),
            helpers: object("credHelpers")
                .filter_map(|(key, value)| Some((key::normal(key), value.as_str()?.to_owned())))
                .collect(),
            store: file
                .get("credsStore")
                .and_then(Value::as_str)
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        })
    }

    /// The helper that keeps the credentials of a host: its own, or the file's store.
    pub(super) fn helper(&self, candidates: &[String]) -> Option<&str> {
        candidates
            .iter()
            .find_map(|key| self.helpers.iter().find(|(known, _)| known == key))
            .map(|(_, name)| name.as_str())
            .or(self.store.as_deref())
    }

    /// The entries under these keys, the best first.
    pub(super) fn entries<'a>(
        &'a self,
        candidates: &'a [String],
    ) -> impl Iterator<Item = &'a Entry> {
        candidates
            .iter()
            .flat_map(|key| self.auths.iter().filter(move |entry| entry.normal == *key))
    }
}

impl Entry {
    /// The entry's credential; `None` where it is empty, as it is beside a `credsStore`.
    ///
    /// # Errors
    /// A sentence where there is something that cannot be read. It quotes nothing.
    pub(super) fn credential(&self) -> Result<Option<Credential>, &'static str> {
        let fields = &self.fields;
        if let Some(token) = &fields.registry {
            return Ok(Some(Credential::Registry(token.clone())));
        }
        if let Some(token) = &fields.identity {
            return Ok(Some(Credential::Identity(token.clone())));
        }
        if let Some(auth) = &fields.auth {
            return decode(auth.expose()).map(Some);
        }
        Ok(match (&fields.username, &fields.password) {
            (Some(username), Some(password)) => Some(Credential::Password {
                username: username.clone(),
                password: password.clone(),
            }),
            _ => None,
        })
    }
}

impl Fields {
    fn read(object: &Map<String, Value>) -> Self {
        let text = |key: &str| {
            let text = object.get(key).and_then(Value::as_str)?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Self {
            auth: text("auth").map(Secret::new),
            username: text("username"),
            password: text("password").map(Secret::new),
            identity: text("identitytoken").map(Secret::new),
            registry: text("registrytoken").map(Secret::new),
        }
    }
}

/// `auth`: base64 of `name:password`; Docker fills the password up with NUL bytes.
fn decode(auth: &str) -> Result<Credential, &'static str> {
    let bytes = BASE64.decode(auth.trim()).map_err(|_| "its auth is not base64")?;
    let text = String::from_utf8(bytes).map_err(|_| "its auth is not text")?;
    let (username, password) = text.split_once(':').ok_or("its auth is not name:password")?;
    Ok(Credential::Password {
        username: username.to_owned(),
        password: Secret::new(password.trim_end_matches('\0')),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Host;

    fn password(username: &str, password: &str) -> Credential {
        Credential::Password { username: username.to_owned(), password: Secret::new(password) }
    }

    fn found(
        json: &str,
        host: &str,
        path: &str,
    ) -> Option<Result<Option<Credential>, &'static str>> {
        let file = ConfigFile::parse(json.as_bytes()).unwrap();
        let keys = key::candidates(&Host::parse(host).unwrap(), Some(path));
        file.entries(&keys).next().map(Entry::credential)
    }

    #[test]
    fn entries_are_found_by_the_longest_key() {
        let json = r#"{"auths":{
            "https://index.docker.io/v1/":{"auth":"aHViOnB3"},
            "quay.io":{"auth":"aG9zdDpwdw=="},
            "quay.io/name":{"auth":"bmFtZTpwdzpjb2xvbgAA"},
            "plain.io":{"username":"u","password":"p"},
            "id.io":{"auth":"","identitytoken":"refresh"},
            "reg.io":{"registrytoken":"bearer"},
            "empty.io":{},
            "bad64.io":{"auth":"%%%"},
            "badpair.io":{"auth":"aGVsbG8"},
            "odd.io":7}}"#;
        for (host, path, expected) in [
            ("docker.io", "library/alpine", Some(Ok(Some(password("hub", "pw"))))),
            ("quay.io", "other/x", Some(Ok(Some(password("host", "pw"))))),
            ("quay.io", "name/x", Some(Ok(Some(password("name", "pw:colon"))))),
            ("quay.io", "names/x", Some(Ok(Some(password("host", "pw"))))),
            ("plain.io", "x", Some(Ok(Some(password("u", "p"))))),
            ("id.io", "x", Some(Ok(Some(Credential::Identity(Secret::new("refresh")))))),
            ("reg.io", "x", Some(Ok(Some(Credential::Registry(Secret::new("bearer")))))),
            ("empty.io", "x", Some(Ok(None))),
            ("bad64.io", "x", Some(Err("its auth is not base64"))),
            ("badpair.io", "x", Some(Err("its auth is not name:password"))),
            ("odd.io", "x", Some(Ok(None))),
            ("unknown.io", "x", None),
        ] {
            assert_eq!(found(json, host, path), expected, "{host}/{path}");
        }
    }

    #[test]
    fn a_hosts_own_helper_goes_before_the_store() {
        let file = ConfigFile::parse(
            br#"{"credsStore":"desktop","credHelpers":{"https://ghcr.io":"pass","n.io":3}}"#,
        )
        .unwrap();
        assert_eq!(file.helper(&["ghcr.io".to_owned()]), Some("pass"));
        assert_eq!(file.helper(&["n.io".to_owned()]), Some("desktop"));
        assert_eq!(ConfigFile::parse(b"{\"credsStore\":\"\"}").unwrap().helper(&[]), None);
    }

    #[test]
    fn a_broken_file_is_named_without_its_text() {
        for text in ["", "[]", "{\"auths\":{\"x\":{\"auth\":\"c2VjcmV0"] {
            assert_eq!(ConfigFile::parse(text.as_bytes()).unwrap_err(), "it is not a JSON object");
        }
    }
}
