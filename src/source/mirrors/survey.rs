//! All settings of mirrors on this machine, whatever registry they are for.

use std::fs;
use std::path::{Path, PathBuf};

use super::daemon_json::DaemonJson;
use super::places::Places;
use super::registries::Registries;
use super::{file, hosts_toml};
use crate::model::route::{Family, Settings};

/// Every file of settings that exists, and what each family makes of it. A file that containers'
/// library refuses, or dockerd, stops every pull.
#[must_use]
pub fn survey(places: &Places) -> Vec<(Family, Settings)> {
    let mut all = Vec::new();
    for path in &places.docker_configs {
        let read = file::text(path).transpose();
        all.extend(read.map(|text| {
            let problem = text.and_then(|text| DaemonJson::parse(&text)).err();
            (Family::Docker, settings(path, problem))
        }));
    }
    let of_docker = places.docker_certs.iter().map(|root| (Family::Docker, root));
    let of_containerd = places.hosts_dirs.iter().map(|root| (Family::Containerd, root));
    for (family, root) in of_docker.chain(of_containerd) {
        for folder in folders(root) {
            let path = folder.join("hosts.toml");
            all.extend(file::text(&path).transpose().map(|text| {
                let problem = text.and_then(|text| hosts_toml::parse(&text, &folder)).err();
                (family, settings(&path, problem))
            }));
        }
    }
    let registries = Registries::read(&places.registries);
    let named = registries.files.iter().any(|file| file.dropped.is_some());
    all.extend(registries.files.into_iter().map(|file| (Family::Containers, file)));
    if let Some(why) = registries.refused.filter(|_| !named) {
        let file = "registries.conf".to_owned();
        all.push((Family::Containers, Settings { file, dropped: Some(why) }));
    }
    all
}

fn settings(path: &Path, dropped: Option<String>) -> Settings {
    Settings { file: path.display().to_string(), dropped }
}

/// The folders in a folder, by name.
fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}
