//! `DOCKER_AUTH_CONFIG` (docker/cli v29.9.3 `parseEnvConfig`): exact keys, and nothing else in an
//! entry but `auth`. One stray field drops all of it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::config_file::docker_auth;
use super::credential::{Credential, Secret};

/// The name of the variable.
pub(super) const NAME: &str = "DOCKER_AUTH_CONFIG";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    auths: Option<BTreeMap<String, EnvLogin>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvLogin {
    #[serde(default)]
    auth: Option<String>,
}

/// The credential under exactly this key.
///
/// # Errors
/// Why docker/cli passes the whole variable by. The cause is left out: it could quote a secret.
pub(super) fn find(text: &Secret, key: &str) -> Result<Option<Credential>, String> {
    if text.expose().trim().is_empty() {
        return Ok(None);
    }
    let file: File =
        serde_json::from_str(text.expose()).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => {
                "it has a field beside auths and auth, or a value of the wrong type".to_owned()
            }
            _ => "it is not one JSON object".to_owned(),
        })?;
    let mut found = None;
    for (name, entry) in file.auths.unwrap_or_default() {
        let auth = entry.auth.filter(|auth| !auth.is_empty());
        let auth = auth.ok_or_else(|| format!("the entry {name:?} has no auth"))?;
        let credential = docker_auth(&Secret::new(auth));
        let credential = credential.map_err(|why| format!("the entry {name:?}: {why}"))?;
        if name == key {
            found = Some(credential);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stray_field_drops_all_of_it() {
        let find = |text: &str| find(&Secret::new(text), "a.io").map(|found| found.is_some());
        assert_eq!(find(r#"{"auths":{"a.io":{"auth":"dTpw"}}}"#), Ok(true));
        assert_eq!(find(r#"{"auths":{"https://a.io":{"auth":"dTpw"}}}"#), Ok(false));
        assert_eq!(find(""), Ok(false));
        assert_eq!(find("{}"), Ok(false));
        for (text, problem) in [
            (r#"{"auths":{"a.io":{"auth":"dTpw","email":"x"}}}"#, "a field beside"),
            (r#"{"auths":{"a.io":{"auth":"dTpw"}},"credsStore":"x"}"#, "a field beside"),
            (r#"{"auths":{"a.io":{"auth":"dTpw"},"b.io":{}}}"#, "\"b.io\" has no auth"),
            (r#"{"auths":{"a.io":{"auth":"dTpw"},"b.io":{"auth":"c2VjcmV0"}}}"#, "name:password"),
            (r#"{"auths":{"a.io":{"auth":"dTpw"}}} {}"#, "one JSON object"),
            ("{", "one JSON object"),
        ] {
            let why = find(text).unwrap_err();
            assert!(why.contains(problem) && !why.contains("c2V"), "{text}: {why}");
        }
    }
}
