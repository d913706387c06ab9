//! Images in a few words, for tests.

use super::*;
use std::sync::Arc;

use crate::model::files::program::{Contents, Executable, Format, Script};
use crate::model::files::{Ask, Entry, Kind, LayerState, LayerView, Layers, Path, Step, Target};
use crate::oci::{Platform, RuntimeConfig};

/// A platform written `os/architecture[/variant]`.
pub(crate) fn platform(text: &str) -> Platform {
    let mut parts = text.split('/');
    let mut next = || parts.next().unwrap_or_default();
    Platform::new(next(), next(), next())
}

/// A program for this platform, with a loader where one is named behind `+`.
pub(crate) fn program(text: &str) -> Executable {
    let (platform_text, loader) = text.split_once('+').map_or((text, None), |(a, b)| (a, Some(b)));
    let made_for = platform(platform_text);
    Executable {
        format: Format::Elf,
        machine: made_for.architecture.clone(),
        platforms: vec![made_for],
        details: Vec::new(),
        interpreter: loader.map(str::to_owned),
        portable: false,
        unknown: None,
    }
}

/// An entry: `NAME PLATFORM[+LOADER]` a program, `NAME #!LINE` a script, `NAME -> TARGET` a link,
/// `NAME = TARGET` a hard link, `NAME data` a file that cannot be run, `NAME/` a folder,
/// `-NAME` a whiteout, `-NAME/` an opaque folder. Behind `|` a mode in octal digits.
fn entry(text: &str) -> (Entry, Option<Contents>) {
    let of = |name: &str, kind: Kind, mode: u32| Entry {
        path: name.into(),
        kind,
        size: 0,
        mode,
        uid: 0,
        gid: 0,
        mtime: 0,
        digest: None,
    };
    if let Some((name, target)) = text.split_once(" -> ") {
        return (of(name, Kind::Symlink(Target::new(target.as_bytes())), 0o777), None);
    }
    if let Some((name, target)) = text.split_once(" = ") {
        return (of(name, Kind::HardLink(target.into()), 0o755), None);
    }
    let (text, mode) = text
        .split_once('|')
        .map_or((text, None), |(text, mode)| (text, Some(u32::from_str_radix(mode, 8).unwrap())));
    match (text.strip_prefix('-'), text.strip_suffix('/')) {
        (Some(name), Some(_)) => return (of(name, Kind::Opaque, 0), None),
        (Some(name), None) => return (of(name, Kind::Whiteout, 0), None),
        (None, Some(name)) => return (of(name, Kind::Folder, mode.unwrap_or(0o755)), None),
        (None, None) => {}
    }
    let (name, what) = text.split_once(' ').unwrap_or((text, "data"));
    let contents = match what.strip_prefix("#!") {
        Some(line) => {
            let (interpreter, argument) =
                line.split_once(' ').map_or((line, None), |(a, b)| (a, Some(b)));
            Contents::Script(Script {
                interpreter: interpreter.to_owned(),
                argument: argument.map(str::to_owned),
            })
        }
        None if what == "data" => Contents::Data,
        None => Contents::Executable(program(what)),
    };
    let usual = if what == "data" { 0o644 } else { 0o755 };
    (of(name, Kind::File, mode.unwrap_or(usual)), Some(contents))
}

fn add(view: &mut LayerView, text: &str, windows: bool) -> Path {
    let (entry, contents) = entry(text);
    let name = view.add(&entry, windows).unwrap();
    if let Some(contents) = contents {
        view.tell(&name, contents);
    }
    name
}

/// An image that is read as it is asked for.
pub(crate) struct Image {
    pub(crate) layers: Vec<Vec<String>>,
    pub(crate) config: RuntimeConfig,
    pub(crate) windows: bool,
}

/// What came of it: the launch, and how many entries of each layer were read.
pub(crate) struct Solved {
    pub(crate) launch: Launch,
    pub(crate) read: Vec<usize>,
}

impl Image {
    /// An image of these layers, base first, which starts this command (words between blanks).
    pub(crate) fn new(command: &str, layers: &[&[&str]]) -> Self {
        let words = |text: &str| -> Vec<String> {
            text.split_whitespace().map(|word| word.replace('_', " ")).collect()
        };
        Self {
            layers: layers
                .iter()
                .map(|layer| layer.iter().map(|it| (*it).to_owned()).collect())
                .collect(),
            config: RuntimeConfig { entrypoint: Some(words(command)), ..Default::default() },
            windows: false,
        }
    }

    pub(crate) fn env(mut self, variable: &str) -> Self {
        self.config.env.push(variable.to_owned());
        self
    }

    /// Reads layers as they are asked for, and each only as far as needed.
    pub(crate) fn solve(&self) -> Solved {
        let mut known = Layers::new(self.layers.len(), self.windows);
        let mut read = vec![0; self.layers.len()];
        loop {
            let ask = match launch(&self.config, &known) {
                Step::Done(launch) => return Solved { launch, read },
                Step::Ask(ask) => ask,
            };
            self.read(ask, &mut known, &mut read);
        }
    }

    /// What it says of itself and what its programs say; all of them where `all` says so.
    pub(crate) fn row(&self, claim: Claim, all: bool) -> Row {
        let launch = self.solve().launch;
        let others = all.then(|| Others::of(&self.all(), claim.label()));
        let proof = Proof { launch, others, layers: self.layers.len(), ..Proof::default() };
        Row::new(claim, Ok(proof))
    }

    /// All layers, read to their ends.
    pub(crate) fn all(&self) -> Layers {
        let layers = self.layers.iter().map(|layer| {
            let mut view = LayerView::default();
            for text in layer {
                add(&mut view, text, self.windows);
            }
            view.complete(None);
            LayerState::Read(Arc::new(view))
        });
        Layers { layers: layers.collect(), windows: self.windows }
    }

    fn read(&self, mut ask: Ask, known: &mut Layers, read: &mut [usize]) {
        let at = ask.layer;
        assert!(matches!(known.layers[at], LayerState::Unread), "layer {at} is read twice");
        let mut view = LayerView::default();
        for text in &self.layers[at] {
            read[at] += 1;
            let name = add(&mut view, text, self.windows);
            if name == ask.path {
                known.layers[at] = LayerState::Read(Arc::new(view.clone()));
                match launch(&self.config, known) {
                    Step::Ask(next) if next.layer == at => ask = next,
                    _ => return,
                }
            }
        }
        view.complete(None);
        known.layers[at] = LayerState::Read(Arc::new(view));
    }
}
