//! One file `registries.conf`, version 2: what it holds, and why containers' library refuses it.
//!
//! Source: go.podman.io/image v5.42.1 `pkg/sysregistriesv2`. Its decoder (BurntSushi/toml) takes
//! keys in any case and refuses values of another type; keys that it does not know are nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Table, Value};

use crate::oci::{Host, Repository};

/// What one file says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct RegistriesConf {
    #[serde(rename = "registry")]
    pub(super) registries: Vec<Registry>,
    unqualified_search_registries: Vec<String>,
    /// `None` leaves what earlier files say.
    pub(super) credential_helpers: Option<Vec<String>>,
    short_name_mode: String,
    #[serde(rename = "additional-layer-store-auth-helper")]
    _layer_store_helper: String,
    aliases: BTreeMap<String, String>,
    /// The tables of version 1, which is refused.
    #[serde(rename = "registries")]
    old: Old,
}

/// A table `[[registry]]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Registry {
    pub(super) prefix: String,
    pub(super) location: String,
    pub(super) insecure: bool,
    pub(super) blocked: bool,
    pub(super) mirror_by_digest_only: bool,
    pull_from_mirror: String,
    pub(super) namespace_proxy: String,
    #[serde(rename = "mirror")]
    pub(super) mirrors: Vec<Mirror>,
}

/// A table `[[registry.mirror]]`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct Mirror {
    pub(super) location: String,
    pub(super) insecure: bool,
    pub(super) pull_from_mirror: String,
    pub(super) namespace_proxy: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Old {
    search: OldList,
    insecure: OldList,
    block: OldList,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct OldList {
    registries: Option<Vec<String>>,
}

impl RegistriesConf {
    /// # Errors
    /// Why the library refuses the file, and with it every pull.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut table: Table =
            toml::from_str(text).map_err(|error| format!("it is not TOML: {}", error.message()))?;
        lower(&mut table);
        let mut conf: Self = Value::Table(table).try_into().map_err(|error: toml::de::Error| {
            format!("a value has the wrong type: {}", error.message())
        })?;
        let Old { search, insecure, block } = &conf.old;
        if [search, insecure, block].iter().any(|list| list.registries.is_some()) {
            return Err("registries.conf must be in v2 format but is in v1".to_owned());
        }
        for registry in &mut conf.registries {
            registry.check()?;
        }
        conf.check_conflicts()?;
        for name in &conf.unqualified_search_registries {
            let name = location(name)?;
            if Host::parse(name).is_none() {
                return Err(format!("Invalid unqualified-search-registries entry {name:?}"));
            }
        }
        if !matches!(conf.short_name_mode.as_str(), "" | "disabled" | "enforcing" | "permissive") {
            return Err(format!("invalid short-name mode: {:?}", conf.short_name_mode));
        }
        if let Some(prefix) = conf
            .registries
            .iter()
            .map(|it| it.prefix.as_str())
            .find(|prefix| prefix.starts_with("*.") && prefix.contains(['/', '@', ':']))
        {
            return Err(format!(
                "Wildcarded prefix should be in the format: *.example.com. Current prefix \
                 {prefix:?} is incorrectly formatted"
            ));
        }
        for (name, image) in &conf.aliases {
            check_alias(name, image)?;
        }
        Ok(conf)
    }

    /// Tables of one location must agree on what is insecure and blocked.
    fn check_conflicts(&self) -> Result<(), String> {
        let key = |it: &Registry| {
            if it.location.is_empty() { it.prefix.clone() } else { it.location.clone() }
        };
        for (at, one) in self.registries.iter().enumerate() {
            for other in self.registries.iter().skip(at + 1).filter(|it| key(it) == key(one)) {
                let what = match one {
                    _ if one.insecure != other.insecure => "insecure",
                    _ if one.blocked != other.blocked => "blocked",
                    _ => continue,
                };
                return Err(format!(
                    "registry '{}' is defined multiple times with conflicting '{what}' setting",
                    one.location
                ));
            }
        }
        Ok(())
    }
}

impl Registry {
    /// Checks the table, and fills in what it leaves out (`postProcessRegistries`).
    fn check(&mut self) -> Result<(), String> {
        self.location = location(&self.location)?.to_owned();
        if self.prefix.is_empty() {
            if self.location.is_empty() {
                return Err("invalid condition: both location and prefix are unset".to_owned());
            }
            self.prefix = self.location.clone();
        } else {
            self.prefix = location(&self.prefix)?.to_owned();
            if !self.prefix.starts_with("*.") && self.location.is_empty() {
                return Err("invalid condition: location is unset and prefix is not in the \
                            format: *.example.com"
                    .to_owned());
            }
        }
        if !self.pull_from_mirror.is_empty() {
            return Err(format!(
                "pull-from-mirror must not be set for a non-mirror registry {:?}",
                self.prefix
            ));
        }
        for mirror in &mut self.mirrors {
            mirror.location = location(&mirror.location)?.to_owned();
            if mirror.location.is_empty() {
                return Err("invalid condition: mirror location is unset".to_owned());
            }
            if self.mirror_by_digest_only && !mirror.pull_from_mirror.is_empty() {
                return Err(format!(
                    "cannot set mirror usage mirror-by-digest-only for the registry ({:?}) and \
                     pull-from-mirror for per-mirror ({:?}) at the same time",
                    self.prefix, mirror.location
                ));
            }
            let known = ["", "all", "digest-only", "tag-only"];
            if !known.contains(&mirror.pull_from_mirror.as_str()) {
                return Err(format!(
                    "unsupported pull-from-mirror value {:?} for mirror {:?}",
                    mirror.pull_from_mirror, mirror.location
                ));
            }
        }
        Ok(())
    }
}

/// Keys in lower case, as the decoder compares them; the keys of aliases are names.
fn lower(table: &mut Table) {
    *table = std::mem::take(table)
        .into_iter()
        .map(|(key, mut value)| {
            let key = key.to_lowercase();
            match &mut value {
                Value::Table(inner) if key != "aliases" => lower(inner),
                Value::Array(items) => {
                    items.iter_mut().filter_map(Value::as_table_mut).for_each(lower_item);
                }
                _ => {}
            }
            (key, value)
        })
        .collect();
}

fn lower_item(table: &mut Table) {
    lower(table);
}

/// A location or prefix without slashes at its end (`parseLocation`).
fn location(text: &str) -> Result<&str, String> {
    let trimmed = text.trim_end_matches('/');
    if trimmed.starts_with("http://") || trimmed.starts_with("https://") {
        return Err(format!("invalid location '{text}': URI schemes are not supported"));
    }
    Ok(trimmed)
}

/// A short name and the image that it stands for (`newShortNameAliasCache`).
fn check_alias(name: &str, image: &str) -> Result<(), String> {
    let has_host = |text: &str| {
        let first = text.split('/').next().unwrap_or_default();
        text.contains('/') && (first.contains(['.', ':']) || first == "localhost")
    };
    if has_host(name) {
        return Err(format!("invalid short name {name:?}: must not contain registry"));
    }
    if Repository::parse(name).is_err() {
        return Err(format!("invalid short name {name:?}"));
    }
    // Nothing takes an alias of an earlier file back.
    if !image.is_empty() && (!has_host(image) || Repository::parse(image).is_err()) {
        return Err(format!("invalid alias {image:?}: must contain registry and repository"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    // go.podman.io/image v5.42.1 pkg/sysregistriesv2: what stops every pull.
    #[test]
    fn bad_files_are_refused_whole() {
        for (text, problem) in [
            ("[[", "it is not TOML"),
            ("[registries.search]\nregistries=['docker.io']", "v2 format but is in v1"),
            ("[registries.block]\nregistries=[]", "v2 format but is in v1"),
            ("[registry]\nlocation='a.example'", "wrong type"),
            ("[[registry]]\nlocation='a.example'\ninsecure='yes'", "wrong type"),
            ("credential-helpers='pass'", "wrong type"),
            ("[[registry]]\nprefix='a.example'", "location is unset and prefix"),
            ("[[registry]]\nblocked=true", "both location and prefix are unset"),
            ("[[registry]]\nlocation='https://a.example'", "URI schemes are not supported"),
            ("[[registry]]\nlocation='a.example'\npull-from-mirror='all'", "non-mirror registry"),
            (
                "[[registry]]\nlocation='a.example'\n[[registry.mirror]]\ninsecure=true",
                "mirror location is unset",
            ),
            (
                "[[registry]]\nlocation='a.example'\n[[registry.mirror]]\nlocation='m'\npull-from-mirror='never'",
                "unsupported pull-from-mirror value",
            ),
            (
                "[[registry]]\nlocation='a.example'\nmirror-by-digest-only=true\n[[registry.mirror]]\nlocation='m'\npull-from-mirror='all'",
                "at the same time",
            ),
            (
                "[[registry]]\nlocation='a.example'\n[[registry]]\nprefix='b.example'\nlocation='a.example'\nblocked=true",
                "conflicting 'blocked'",
            ),
            ("[[registry]]\nprefix='*.example.com/x'\nlocation='a'", "Wildcarded prefix"),
            ("unqualified-search-registries=['a b']", "unqualified-search-registries entry"),
            ("short-name-mode='sometimes'", "invalid short-name mode"),
            ("[aliases]\n'a.example/x'='docker.io/library/x'", "must not contain registry"),
            ("[aliases]\nx='library/x'", "must contain registry and repository"),
        ] {
            let why = RegistriesConf::parse(text).unwrap_err();
            assert!(why.contains(problem), "{text}: {why}");
        }
    }

    #[test]
    fn what_the_library_takes_is_taken() {
        for text in [
            "",
            "something = 1\n[[registry]]\nlocation='a.example'\nodd=2",
            "[registries]",
            "[registries.search]",
            "[[Registry]]\nLocation='a.example/'\n[[Registry.Mirror]]\nLocation='m.example'",
            "[[registry]]\nprefix='*.example.com'",
            "[aliases]\nx='docker.io/library/x'\ny=''",
            "[[registry]]\nlocation='a.example'\n[[registry]]\nlocation='a.example'",
        ] {
            RegistriesConf::parse(text).unwrap();
        }
        let conf = RegistriesConf::parse("[[Registry]]\nLocation='a.example/'").unwrap();
        assert_eq!(conf.registries[0].prefix, "a.example");
    }
}
