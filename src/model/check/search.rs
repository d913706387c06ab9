//! Where a command is found, as a runtime looks for it.

use std::collections::HashMap;

use super::path;
use crate::model::files::{Layers, Leads, Step, answered};
use crate::oci::RuntimeConfig;

/// What Docker and containerd take where an image sets no `PATH`.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const WINDOWS_PATH: &str = r"C:\Windows\System32;C:\Windows";
/// What Windows adds to a name without an ending.
const ENDINGS: [&str; 4] = ["", ".exe", ".cmd", ".bat"];

/// Where commands are looked for.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub(super) env: HashMap<String, String>,
    pub(super) folder: String,
}

impl Surroundings {
    pub(super) fn new(config: &RuntimeConfig) -> Self {
        let env = config.env.iter().filter_map(|variable| variable.split_once('='));
        Self {
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            folder: config.working_dir.clone().unwrap_or_else(|| "/".to_owned()),
        }
    }

    /// Goes into a folder, seen from here.
    pub(super) fn enter(&mut self, folder: &str) {
        self.folder = path::join(&self.folder, folder);
    }
}

/// A command that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sought {
    /// Where it was found, or where it should be.
    pub(super) path: String,
    pub(super) target: Leads,
}

/// Finds a command: a name with a slash from the working folder, any other in `PATH`.
pub(super) fn search(command: &str, around: &Surroundings, layers: &Layers) -> Step<Sought> {
    if layers.windows {
        return search_windows(command, around, layers);
    }
    if command.contains('/') {
        let path = format!("/{}", path::normal(&path::join(&around.folder, command)));
        let target = answered!(layers.resolve(&path.as_str().into()));
        return Step::Done(Sought { path, target });
    }
    let folders = around.env.get("PATH").map_or(PATH, String::as_str);
    for folder in folders.split(':') {
        // An empty part is the working folder.
        let folder = path::join(&around.folder, if folder.is_empty() { "." } else { folder });
        let path = format!("/{}", path::normal(&format!("{folder}/{command}")));
        match answered!(layers.resolve(&path.as_str().into())) {
            Leads::File(file) if !file.executable => {}
            target @ (Leads::File(_) | Leads::Unreadable(..)) => {
                return Step::Done(Sought { path, target });
            }
            _ => {}
        }
    }
    Step::Done(Sought { path: command.to_owned(), target: Leads::Missing })
}

fn search_windows(command: &str, around: &Surroundings, layers: &Layers) -> Step<Sought> {
    let rooted = |path: &str| path.starts_with(['\\', '/']) || path.contains(':');
    let mut places = Vec::new();
    if command.contains(['\\', '/']) || rooted(command) {
        let within = format!("{}\\{command}", around.folder);
        places.push(if rooted(command) { command.to_owned() } else { within });
    } else {
        places.push(format!("{}\\{command}", around.folder));
        let path = around.env.iter().find(|(name, _)| name.eq_ignore_ascii_case("path"));
        let folders = path.map_or(WINDOWS_PATH, |(_, value)| value.as_str());
        places.extend(folders.split(';').map(|folder| format!("{folder}\\{command}")));
    }
    let named = path::base(command).contains('.');
    for place in places {
        for ending in ENDINGS.iter().take(if named { 1 } else { ENDINGS.len() }) {
            let path = format!("{place}{ending}");
            let target = answered!(layers.resolve(&path::windows(&path)));
            if matches!(target, Leads::File(_) | Leads::Unreadable(..)) {
                return Step::Done(Sought { path, target });
            }
        }
    }
    Step::Done(Sought { path: command.to_owned(), target: Leads::Missing })
}
