//! What a reference may be: what was opened before, transports, and what is behind those.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::time::Duration;

use clap_complete::engine::CompletionCandidate;

use crate::oci::{Location, StoreKind};
use crate::source::{Activity, Options, Sources};
use crate::tui::run::History;

/// The longest wait for an engine: somebody holds the tab key.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most names that are offered of a store or folder.
const MOST: usize = 500;

/// Transports whose names an engine of this machine tells.
const STORES: [(&str, StoreKind, &str); 3] = [
    ("docker-daemon:", StoreKind::Docker, "an image of Docker"),
    ("containerd:", StoreKind::Containerd, "an image of containerd"),
    ("containers-storage:", StoreKind::Containers, "an image of podman, buildah or CRI-O"),
];

/// Transports with a path behind them, and whether that is a file.
const PATHS: [(&str, bool, &str); 4] = [
    ("oci:", false, "a layout folder"),
    ("oci-archive:", true, "a layout in a tar file"),
    ("docker-archive:", true, "what docker save writes"),
    ("dir:", false, "a folder with plain files"),
];

/// What may be meant by what is typed so far.
pub(super) fn candidates(typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_str().unwrap_or_default();
    if let Some((_, kind, _)) = STORES.iter().find(|(name, ..)| typed.starts_with(name)) {
        return begin_with(typed, images(*kind).into_iter().map(|name| (name, "")));
    }
    if let Some((name, is_file, _)) = PATHS.iter().find(|(name, ..)| typed.starts_with(name)) {
        return begin_with(typed, paths(name, typed, *is_file).into_iter().map(|path| (path, "")));
    }
    let history = History::open().load().into_iter().map(|reference| (reference, ""));
    let stores = STORES.iter().map(|(name, _, help)| ((*name).to_owned(), *help));
    let paths = PATHS.iter().map(|(name, _, help)| ((*name).to_owned(), *help));
    begin_with(typed, history.chain(stores).chain(paths))
}

/// The registries of what was opened before.
pub(super) fn registries() -> Vec<CompletionCandidate> {
    let opened = History::open().load();
    let locations = opened.iter().filter_map(|text| text.parse::<Location>().ok());
    let hosts = locations.filter_map(|it| Some(it.reference()?.repository.host.to_string()));
    let hosts: BTreeSet<String> = hosts.collect();
    hosts.into_iter().map(CompletionCandidate::new).collect()
}

fn begin_with<'a>(
    typed: &str,
    all: impl Iterator<Item = (String, &'a str)>,
) -> Vec<CompletionCandidate> {
    let all = all.filter(|(text, _)| text.starts_with(typed)).take(MOST);
    let candidate = |(text, help): (String, &str)| {
        let help = Some(help).filter(|help| !help.is_empty());
        CompletionCandidate::new(text).help(help.map(|help| help.to_owned().into()))
    };
    all.map(candidate).collect()
}

/// The images of a store; nothing if it does not answer soon.
fn images(kind: StoreKind) -> Vec<String> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let options = Options { cache_dir: None, ..Options::default() };
    let sources = Sources::new(options, Activity::default());
    let asked = async { tokio::time::timeout(PATIENCE, sources.local_images(kind)).await };
    let answered = runtime.block_on(asked);
    // A thread that still reads a store does not hold the shell up.
    runtime.shutdown_background();
    let images = answered.ok().and_then(Result::ok).flatten().unwrap_or_default();
    images.into_iter().map(|image| image.location.to_string()).collect()
}

/// The folders, and files if they may be meant, that go on what is typed behind a transport.
fn paths(transport: &str, typed: &str, files: bool) -> Vec<String> {
    let path = typed.strip_prefix(transport).unwrap_or_default();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (read, shown) = match path.contains('/') {
        true => (format!("{folder}/"), format!("{folder}/")),
        false => (".".to_owned(), String::new()),
    };
    let entries = fs::read_dir(read).into_iter().flatten().flatten();
    let mut found: Vec<String> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let is_folder = entry.path().is_dir();
            let end = if is_folder { "/" } else { "" };
            (is_folder || files).then(|| format!("{transport}{shown}{name}{end}"))
        })
        .take(MOST)
        .collect();
    found.sort_unstable();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(typed: &str) -> Vec<String> {
        let all = candidates(OsStr::new(typed));
        all.iter().map(|it| it.get_value().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn transports_are_offered_and_then_what_is_behind_them() {
        let found = texts("o");
        assert!(found.contains(&"oci:".to_owned()) && found.contains(&"oci-archive:".to_owned()));
        assert!(texts("cont").contains(&"containers-storage:".to_owned()));
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("layout")).unwrap();
        fs::write(folder.path().join("later.tar"), "").unwrap();
        let at =
            |transport: &str, name: &str| format!("{transport}{}/{name}", folder.path().display());
        assert_eq!(texts(&at("oci:", "la")), [at("oci:", "layout/")]);
        let both = [at("oci-archive:", "later.tar"), at("oci-archive:", "layout/")];
        assert_eq!(texts(&at("oci-archive:", "la")), both);
        assert_eq!(texts(&at("dir:", "x")), Vec::<String>::new());
    }
}
