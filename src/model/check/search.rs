//! Where a command is found, as a runtime looks for it.

use std::collections::HashMap;

use super::path;
use crate::model::files::{Layers, Leads, Step, answered};
use crate::oci::RuntimeConfig;

/// What Docker and containerd take where an image sets no `PATH`.
const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// What Windows itself has in its `PATH`; programs are looked for in the first two whatever the
/// variable says (`CreateProcess`).
const WINDOWS_PATH: &str = r"C:\Windows\System32;C:\Windows;C:\Windows\System32\Wbem;C:\Windows\System32\WindowsPowerShell\v1.0";
/// What Windows adds to a name without an ending.
const ENDINGS: [&str; 4] = ["", ".exe", ".cmd", ".bat"];

/// Where commands are looked for.
#[derive(Debug, Clone)]
pub(super) struct Surroundings {
    pub(super) env: HashMap<String, String>,
    pub(super) folder: String,
    windows: bool,
}

impl Surroundings {
    pub(super) fn new(config: &RuntimeConfig, windows: bool) -> Self {
        let env = config.env.iter().filter_map(|variable| variable.split_once('='));
        let root = if windows { "C:\\" } else { "/" };
        Self {
            env: env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            folder: config.working_dir.clone().unwrap_or_else(|| root.to_owned()),
            windows,
        }
    }

    /// Goes into a folder, seen from here.
    pub(super) fn enter(&mut self, folder: &str) {
        self.folder = if self.windows {
            path::join_windows(&self.folder, folder)
        } else {
            path::join(&self.folder, folder)
        };
    }
}

/// A command that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sought {
    /// Where it was found, or where it should be.
    pub(super) path: String,
    pub(super) target: Leads,
}

/// Finds a command: a name with a slash from the working folder, any other in `PATH`. A file that
/// may not be executed is found if there is no other, because that is what then fails (`execvp(3)`:
/// EACCES).
pub(super) fn search(command: &str, around: &Surroundings, layers: &Layers) -> Step<Sought> {
    if layers.windows {
        return search_windows(command, around, layers);
    }
    if command.contains('/') {
        let path = format!("/{}", path::normal(&path::join(&around.folder, command)));
        let target = answered!(layers.resolve(&path.as_str().into()));
        return Step::Done(Sought { path, target });
    }
    let mut found = Sought { path: command.to_owned(), target: Leads::Missing };
    let folders = around.env.get("PATH").map_or(PATH, String::as_str);
    for folder in folders.split(':') {
        // An empty part is the working folder.
        let folder = path::join(&around.folder, if folder.is_empty() { "." } else { folder });
        let path = format!("/{}", path::normal(&format!("{folder}/{command}")));
        match answered!(layers.resolve(&path.as_str().into())) {
            target @ Leads::File(_) if !runs(&target) && found.target == Leads::Missing => {
                found = Sought { path, target };
            }
            target @ Leads::File(_) if !runs(&target) => {}
            target @ (Leads::File(_) | Leads::Unreadable(..)) => {
                return Step::Done(Sought { path, target });
            }
            _ => {}
        }
    }
    Step::Done(found)
}

fn runs(target: &Leads) -> bool {
    matches!(target, Leads::File(file) if file.access.runs())
}

fn search_windows(command: &str, around: &Surroundings, layers: &Layers) -> Step<Sought> {
    let mut places = vec![path::join_windows(&around.folder, command)];
    if !command.contains(['\\', '/', ':']) {
        let path = around.env.iter().find(|(name, _)| name.eq_ignore_ascii_case("path"));
        let folders = path.into_iter().flat_map(|(_, value)| value.split(';'));
        let folders = folders.filter(|it| !it.is_empty()).chain(WINDOWS_PATH.split(';'));
        places.extend(folders.map(|folder| path::join_windows(folder, command)));
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
