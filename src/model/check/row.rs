//! One platform of the truth table.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::compare::{Fit, fit, labels_differ};
use super::launch::{Launch, Program, Role};
use super::verdict::{Side, Verdict};
use crate::model::files::program::{Contents, Executable};
use crate::model::files::{Held, LayerState, Layers, Problem};
use crate::model::select::platforms::Normal;
use crate::oci::{Digest, ImageConfig, Platform};

/// What the labels of one image say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    /// The platform of the list's entry.
    pub list: Option<Platform>,
    /// The platform in the config.
    pub config: Option<Platform>,
    /// What made each layer, base first, if the history tells.
    pub created_by: Vec<Option<String>>,
}

/// What was read of an image's layers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proof {
    /// The programs that it starts.
    pub launch: Launch,
    /// All its programs, if they were asked for.
    pub others: Option<Others>,
    /// How many layers it has.
    pub layers: usize,
    /// How many bytes of them were read, packed as they are stored.
    pub bytes_read: u64,
    /// How many bytes the layers have that were read whole before, so that they were not read
    /// again; a layer that several images share counts for one of them.
    pub bytes_known: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// The layers (from 0) that were not read to their ends, so that their digests were not
    /// checked.
    pub unverified: Vec<usize>,
    /// The layers that are, decompressed, not what the config says, of those of which it is known.
    pub mistaken: Vec<Mistaken>,
    /// What keeps engines from unpacking a layer (its position from 0), as far as it was read.
    pub refused: Vec<(usize, Problem)>,
}

/// A layer whose content is another than the config's `rootfs.diff_ids` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistaken {
    /// Its position, from 0, base first.
    pub layer: usize,
    /// What the config says; `None` if it says nothing usable.
    pub stated: Option<Digest>,
    /// What the decompressed layer hashes to.
    pub found: Digest,
}

impl Mistaken {
    /// The layers that are known to be other than a config says.
    #[must_use]
    pub fn among(layers: &Layers, config: &ImageConfig) -> Vec<Self> {
        let found = layers.layers.iter().enumerate().filter_map(|(layer, state)| match state {
            LayerState::Read(view) => Some((layer, view.diff_id()?)),
            LayerState::Unread | LayerState::Unreadable(_) => None,
        });
        found
            .map(|(layer, found)| Self {
                layer,
                stated: config.diff_ids.get(layer).cloned().flatten(),
                found: found.clone(),
            })
            .filter(|it| match &it.stated {
                Some(stated) => stated.algorithm() == it.found.algorithm() && *stated != it.found,
                None => true,
            })
            .collect()
    }
}

/// All programs of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Others {
    /// How many there are of each platform; those of a machine without a name are under `?`.
    pub counts: BTreeMap<String, usize>,
    /// The first programs that do not fit the labels: path, layer (from 0), what they are.
    pub differing: Vec<(String, usize, String)>,
    /// How many of these there are in all.
    pub differ: usize,
}

/// How many differing programs are named.
const NAMED: usize = 5;

/// What one image says of itself in three places, and what that comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What the labels say.
    pub claim: Claim,
    /// What the program says, or why nobody looked.
    pub proof: Result<Box<Proof>, Arc<str>>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Who says something else than the others; empty if they agree, or where each of two says
    /// something else and there is no third.
    pub wrong: Vec<Side>,
    /// Where they disagree: why the program runs on such machines nevertheless.
    pub runs: Option<&'static str>,
    /// The verdict in one sentence without a full stop.
    pub reason: String,
    /// Whether only the labels were compared, as was asked.
    pub only_labels: bool,
}

impl Claim {
    /// What an entry of a list and the config of an image with so many layers say.
    #[must_use]
    pub fn new(list: Option<Platform>, config: &ImageConfig, layers: usize) -> Self {
        let stated = &config.platform;
        let says = !stated.os.is_empty() || !stated.architecture.is_empty();
        Self {
            list,
            config: says.then(|| stated.clone()),
            created_by: config.commands(layers).map(|it| it.map(str::to_owned)).collect(),
        }
    }

    /// The platform that somebody who chooses goes by: the list's, else the config's.
    #[must_use]
    pub fn label(&self) -> Option<&Platform> {
        self.list.as_ref().or(self.config.as_ref())
    }

    /// What a program is held to: the label, with the config's system and architecture if an entry
    /// leaves them empty.
    fn promised(&self) -> Option<Platform> {
        let mut label = self.label()?.clone();
        let fill = |part: &mut String, config: &str| {
            if part.is_empty() {
                config.clone_into(part);
            }
        };
        if let Some(config) = &self.config {
            fill(&mut label.os, &config.os);
            fill(&mut label.architecture, &config.architecture);
        }
        Some(label)
    }

    fn differs(&self) -> bool {
        match (&self.list, &self.config) {
            (Some(list), Some(config)) => labels_differ(list, config),
            _ => false,
        }
    }
}

impl Others {
    /// Counts all programs among the files of an image.
    #[must_use]
    pub fn of(layers: &Layers, label: Option<&Platform>) -> Self {
        let mut others = Self::default();
        let is_program = |held: &Held| executable(held).is_some();
        for (path, layer, held) in layers.merged(is_program) {
            let Some(executable) = executable(held) else { continue };
            *others.counts.entry(platforms(executable)).or_default() += 1;
            if let Some(label) = label
                && let Fit::Differs { .. } = fit(executable, label)
            {
                others.differ += 1;
                if others.differing.len() < NAMED {
                    others.differing.push((path.text(), layer, executable.to_string()));
                }
            }
        }
        others
    }

    /// How many programs there are.
    #[must_use]
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }
}

/// The program that a file is.
fn executable(held: &Held) -> Option<&Executable> {
    let Held::File { contents: Some(contents), .. } = held else { return None };
    if let Contents::Executable(executable) = &**contents { Some(executable) } else { None }
}

/// The platforms of a program, in words.
fn platforms(executable: &Executable) -> String {
    if executable.portable {
        return "any (.NET)".to_owned();
    }
    let names: Vec<String> = executable.platforms.iter().map(Platform::short).collect();
    if names.is_empty() { "?".to_owned() } else { names.join(" and ") }
}

impl Row {
    /// Compares what the labels say with what was read.
    #[must_use]
    pub fn new(claim: Claim, proof: Result<Proof, Arc<str>>) -> Self {
        let judged = judge(&claim, proof.as_ref());
        let (verdict, wrong, runs, reason) = judged;
        Self { claim, proof: proof.map(Box::new), verdict, wrong, runs, reason, only_labels: false }
    }

    /// Compares only the labels: programs were not asked for.
    #[must_use]
    pub fn of_labels(claim: Claim) -> Self {
        const UNREAD: &str = "programs were not looked at";
        let mut row = Self::new(claim, Err(UNREAD.into()));
        row.only_labels = true;
        match (&row.claim.list, &row.claim.config) {
            (Some(list), Some(_)) if row.verdict == Verdict::CannotTell => {
                row.reason = format!("the list and the config say {list}; {UNREAD}");
                row.verdict = Verdict::Agree;
            }
            (None, Some(config)) => {
                row.reason = format!("only the config names a platform, {config}, and {UNREAD}");
            }
            _ => {}
        }
        row
    }

    /// What is worth saying of a row beside its verdict: why its claims disagree or nothing can be
    /// told, or what is odd about a program that agrees.
    #[must_use]
    pub fn remark(&self) -> Option<&str> {
        let is_plain = self.verdict == Verdict::Agree
            && match &self.proof {
                Err(_) => true,
                Ok(proof) => Said::of(&proof.launch, &self.claim)
                    .is_some_and(|said| said.fit == Fit::Same && said.executable.unknown.is_none()),
            };
        (!is_plain).then_some(self.reason.as_str())
    }

    /// The programs that were found, or not.
    pub fn programs(&self) -> impl Iterator<Item = &Program> {
        self.proof.iter().flat_map(|proof| &proof.launch.programs)
    }

    /// The program that stands for the image: the last that does not fit its labels, else the one
    /// that is started last.
    #[must_use]
    pub fn program(&self) -> Option<&Program> {
        let label = self.claim.promised();
        let differs = |program: &&Program| {
            let fit = program.executable().zip(label.as_ref()).map(|(it, label)| fit(it, label));
            matches!(fit, Some(Fit::Differs { .. }))
        };
        self.programs()
            .filter(differs)
            .last()
            .or_else(|| self.programs().filter(|it| it.executable().is_some()).last())
            .or_else(|| self.programs().last())
    }

    /// Whether somebody gets what does not run: the program does not fit its label and does not run
    /// there, or the labels name different systems or architectures.
    #[must_use]
    pub fn is_grave(&self) -> bool {
        let apart = |one: &Platform, other: &Platform| {
            let (one, other) = (Normal::new(one), Normal::new(other));
            let differ =
                |one: &str, other: &str| !one.is_empty() && !other.is_empty() && one != other;
            differ(&one.os, &other.os) || differ(&one.architecture, &other.architecture)
        };
        let labels = self.claim.list.as_ref().zip(self.claim.config.as_ref());
        let program = self.wrong.contains(&Side::Program) && self.runs.is_none();
        program || labels.is_some_and(|(list, config)| apart(list, config))
    }

    /// `from layer 4, made by COPY …`; empty if no layer has it.
    #[must_use]
    pub fn origin(&self, layer: Option<usize>) -> String {
        origin(&self.claim, layer)
    }
}

fn origin(claim: &Claim, layer: Option<usize>) -> String {
    let Some(layer) = layer else { return String::new() };
    match claim.created_by.get(layer).cloned().flatten().filter(|made| !made.is_empty()) {
        Some(made) => format!("from layer {}, made by `{made}`", layer + 1),
        None => format!("from layer {}", layer + 1),
    }
}

type Judged = (Verdict, Vec<Side>, Option<&'static str>, String);

fn judge(claim: &Claim, proof: Result<&Proof, &Arc<str>>) -> Judged {
    let launch = proof.ok().map(|proof| &proof.launch);
    let said = launch.and_then(|launch| Said::of(launch, claim));
    if claim.differs() {
        return labels(claim, said.as_ref());
    }
    if let Some(said) = &said
        && let Some(label) = claim.label()
        && let Fit::Differs { why, runs } = &said.fit
    {
        return program_differs(claim, label, said, why, *runs);
    }
    let cannot = |why: String| (Verdict::CannotTell, Vec::new(), None, why);
    let proof = match proof {
        Ok(proof) => proof,
        Err(why) => return cannot(why.to_string()),
    };
    if claim.label().is_none() {
        return cannot("neither the list nor the config names a platform".to_owned());
    }
    if proof.launch.is_empty() {
        return without_command(proof);
    }
    if let Some((program, why)) = proof.launch.problem() {
        return cannot(match &program.role {
            Role::InterpreterOf(script) => {
                format!("{script} is a script for {}, and {why}", program.path)
            }
            _ => format!("{}: {why}", program.path),
        });
    }
    if let Some((path, _, why)) = proof.launch.denied() {
        return cannot(format!("{path}: {why}"));
    }
    if let Some(why) = &proof.launch.unclear {
        return cannot(why.clone());
    }
    match said {
        Some(Said { fit: Fit::Unknown(why), .. }) => cannot(why),
        Some(Said { fit: Fit::Below(why), path, .. }) => {
            (Verdict::Agree, Vec::new(), None, format!("{path}: {why}"))
        }
        Some(said) => {
            let mut reason = format!("{} is {}, as the labels say", said.path, said.executable);
            if let Some(unknown) = &said.executable.unknown {
                reason.push_str(&format!("; {unknown}"));
            }
            (Verdict::Agree, Vec::new(), None, reason)
        }
        None => {
            let path = proof.launch.programs.last().map_or("", |program| program.path.as_str());
            cannot(format!("{path} is neither a program nor a script"))
        }
    }
}

/// An image that names nothing to start: its programs speak for it, if they were read.
fn without_command(proof: &Proof) -> Judged {
    let nothing = "it names no entrypoint and no command";
    let (verdict, wrong, reason) = match &proof.others {
        None => (
            Verdict::CannotTell,
            Vec::new(),
            format!("{nothing}; --all-programs looks at everything that it holds"),
        ),
        Some(others) if others.total() == 0 => {
            (Verdict::CannotTell, Vec::new(), format!("{nothing}, and holds only data"))
        }
        Some(others) => match others.differing.first() {
            Some((path, layer, what)) => (
                Verdict::Disagree,
                vec![Side::Program],
                format!("{path} from layer {} is {what}, which the label does not say", layer + 1),
            ),
            None => (
                Verdict::Agree,
                Vec::new(),
                format!("{nothing}; all its {} programs are what the labels say", others.total()),
            ),
        },
    };
    (verdict, wrong, None, reason)
}

/// The list and the config contradict each other; the program tells who is right.
fn labels(claim: &Claim, said: Option<&Said>) -> Judged {
    let text = |platform: &Option<Platform>| {
        platform.as_ref().map(ToString::to_string).unwrap_or_default()
    };
    let (list, config) = (text(&claim.list), text(&claim.config));
    let fits = |platform: &Option<Platform>| match (said, platform) {
        (Some(said), Some(platform)) => {
            !matches!(fit(&said.executable, platform), Fit::Differs { .. } | Fit::Unknown(_))
        }
        _ => false,
    };
    let (wrong, tail) = match (said, fits(&claim.list), fits(&claim.config)) {
        (None, ..) => (Vec::new(), String::new()),
        (Some(said), false, true) => (
            vec![Side::List],
            format!("; {} is {}, so the config is right", said.path, said.executable),
        ),
        (Some(said), true, false) => (
            vec![Side::Config],
            format!("; {} is {}, so the list is right", said.path, said.executable),
        ),
        (Some(said), true, true) => {
            (Vec::new(), format!("; {} is {} and fits both", said.path, said.executable))
        }
        (Some(said), false, false) => (
            vec![Side::List, Side::Config, Side::Program],
            format!("; {} is {}", said.path, said.executable),
        ),
    };
    let reason = format!("the list says {list}, and the config says {config}{tail}");
    (Verdict::Disagree, wrong, None, reason)
}

fn program_differs(
    claim: &Claim,
    label: &Platform,
    said: &Said,
    why: &str,
    runs: Option<&'static str>,
) -> Judged {
    let mut reason = format!("the label says {label}, {} is {}", said.path, said.executable);
    let origin = origin(claim, said.layer);
    for part in [why, &origin, runs.unwrap_or_default()] {
        if !part.is_empty() {
            reason.push_str(", ");
            reason.push_str(part);
        }
    }
    (Verdict::Disagree, vec![Side::Program], runs, reason)
}

/// What the programs say, taken together: the one that fits the labels least.
struct Said {
    path: String,
    layer: Option<usize>,
    executable: Executable,
    fit: Fit,
}

impl Said {
    fn of(launch: &Launch, claim: &Claim) -> Option<Self> {
        let label = claim.promised();
        let programs = launch
            .executables()
            .map(|(program, executable)| (program.path.clone(), program.layer, executable));
        let loaders = launch.programs.iter().filter_map(|program| {
            let loader = program.loader.as_ref()?;
            let path = format!("the loader {}", loader.path);
            Some((path, None, loader.executable.as_ref()?))
        });
        loaders
            .chain(programs)
            .map(|(path, layer, executable)| Self {
                fit: label.as_ref().map_or(Fit::Same, |label| fit(executable, label)),
                path,
                layer,
                executable: executable.clone(),
            })
            .enumerate()
            // Of equals the program that is started last says most, a loader least.
            .min_by_key(|(at, said)| (said.weight(), Reverse(*at)))
            .map(|(_, said)| said)
    }

    fn weight(&self) -> u8 {
        match self.fit {
            Fit::Differs { runs: None, .. } => 0,
            Fit::Differs { .. } => 1,
            Fit::Unknown(_) => 2,
            Fit::Below(_) => 3,
            Fit::Same => 4,
        }
    }
}
