//! All files of `registries.conf` put together.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::file;
use super::places::RegistriesPlaces;
use super::registries_conf::{RegistriesConf, Registry};
use crate::model::route::Settings;

/// What all files say together, by prefix. A table of a later file replaces one of the same
/// prefix whole (`updateWithConfigurationFrom`).
#[derive(Debug, Clone, Default)]
pub(in crate::source) struct Registries {
    tables: BTreeMap<String, (Registry, PathBuf)>,
    /// Where credentials are looked for: names of helpers, and `containers-auth.json` for the
    /// files. Empty: the files.
    pub(in crate::source) credential_helpers: Vec<String>,
    /// The files that were read.
    pub(in crate::source) files: Vec<Settings>,
    /// Why the library refuses everything.
    pub(in crate::source) refused: Option<String>,
}

impl Registries {
    /// Reads what the library reads, up to the file that it refuses.
    pub(in crate::source) fn read(places: &RegistriesPlaces) -> Self {
        let mut registries = Self::default();
        if let Err(problem) = registries.load(places) {
            registries.refused = Some(problem);
        }
        registries
    }

    fn load(&mut self, places: &RegistriesPlaces) -> Result<(), String> {
        for path in &places.main {
            if self.add(path)? {
                break;
            }
            if places.must_exist {
                return Err(format!("{} does not exist", path.display()));
            }
        }
        for path in drop_in_files(&places.drop_ins)? {
            self.add(&path)?;
        }
        match &places.last {
            Some(path) if !self.add(path)? => Err(format!("{} does not exist", path.display())),
            _ => Ok(()),
        }
    }

    /// Adds a file; `false` if it does not exist.
    fn add(&mut self, path: &Path) -> Result<bool, String> {
        let name = path.display().to_string();
        let problem = |why: String| format!("{name}: {why}");
        let Some(text) = file::text(path).map_err(problem)? else { return Ok(false) };
        let parsed = RegistriesConf::parse(&text);
        let dropped = parsed.as_ref().err().cloned();
        self.files.push(Settings { file: name.clone(), dropped });
        let conf = parsed.map_err(|why| format!("{name}: {why}"))?;
        // Of two tables of one prefix in one file, the first counts.
        for registry in conf.registries.into_iter().rev() {
            self.tables.insert(registry.prefix.clone(), (registry, path.to_owned()));
        }
        if let Some(helpers) = conf.credential_helpers {
            self.credential_helpers = helpers;
        }
        Ok(true)
    }

    /// The table with the longest prefix of a name (`FindRegistry`), and the file that has it.
    pub(super) fn find(&self, name: &str) -> Option<&(Registry, PathBuf)> {
        let mut best: Option<&(Registry, PathBuf)> = None;
        for table in self.tables.values() {
            let longer = best.is_none_or(|(known, _)| table.0.prefix.len() > known.prefix.len());
            if longer && matched(name, &table.0.prefix).is_some() {
                best = Some(table);
            }
        }
        best
    }
}

/// How much of a name a prefix takes; `None` if it does not fit (`refMatchingPrefix`). A bare
/// host fits the same host with a port too, which the library calls unintended.
pub(super) fn matched(name: &str, prefix: &str) -> Option<usize> {
    let end = match prefix.strip_prefix('*').filter(|rest| rest.starts_with('.')) {
        Some(suffix) => {
            let at = name.find(suffix)?;
            if name.get(..at)?.contains('/') {
                return None;
            }
            at + suffix.len()
        }
        None => name.starts_with(prefix).then_some(prefix.len())?,
    };
    let rest = name.get(end..)?;
    (rest.is_empty() || rest.starts_with([':', '/', '@'])).then_some(end)
}

/// The files of all folders by their names; of two with one name, the one of the earlier folder
/// (`readDropInsFromPaths`).
fn drop_in_files(folders: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
    let mut found = BTreeMap::new();
    for folder in folders.iter().rev() {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if file::absent(&error) => continue,
            Err(error) => return Err(format!("{}: {error}", folder.display())),
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !is_folder && name.to_string_lossy().ends_with(".conf") {
                found.insert(name, entry.path());
            }
        }
    }
    Ok(found.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    // The library's own cases (go.podman.io/image v5.42.1, TestRefMatchingPrefix).
    #[test]
    fn prefixes_fit_at_whole_parts() {
        for (name, prefix, expected) in [
            ("docker.io", "example.com", None),
            ("example.com:5000", "example.com:5000", Some(16)),
            ("example.com:50000", "example.com:5000", None),
            ("example.com:5000/ns", "example.com:5000", Some(16)),
            ("example.com:5000/x", "example.com", Some(11)),
            ("example.com/foo", "example.com/fo", None),
            ("example.com/foo:bar", "example.com/foo", Some(15)),
            ("example.com/foo:bar2", "example.com/foo:bar", None),
            ("example.com/foo@sha256:0", "example.com/foo", Some(15)),
            ("docker.io", "*.example.com", None),
            ("a.example.com/x", "*.example.com", Some(13)),
            ("example.com/x", "*.example.com", None),
            ("a.b.example.com:5000/x", "*.example.com", Some(15)),
            ("a.example.communication/x", "*.example.com", None),
            ("x/a.example.com", "*.example.com", None),
        ] {
            assert_eq!(matched(name, prefix), expected, "{name} {prefix}");
        }
    }
}
