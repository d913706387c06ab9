//! Blame in words, for the screen and for `platy blame` alike. Harmless for a terminal.

use super::dockerfile::dockerfile;
use super::trace::{From, Hop, Writer};
use super::{Blame, FileBlame, How, Untold};
use crate::model::evidence::Build;
use crate::oci::Descriptor;
use crate::text::{bytes, count, escape, pad, plural};

/// The cells of what is before a fact, behind the two that it is indented by.
const LABEL: usize = 12;
/// The cells in front of what a fact says.
pub const FACT_CELLS: usize = 2 + LABEL;

impl How {
    /// In a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Named => "the provenance names the digests of these layers".to_owned(),
            Self::ByPosition => {
                "by position: the layers were packed anew after the build, and the \
                                 provenance names as many of other digests"
                    .to_owned()
            }
            Self::History(why) => {
                format!("a guess by the history of the config: {}", why.words())
            }
        }
    }

    /// Its name in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Named => "digest",
            Self::ByPosition => "position",
            Self::History(_) => "history",
        }
    }
}

impl Untold {
    fn words(&self) -> String {
        match self {
            Self::NoProvenance => "there is no provenance".to_owned(),
            Self::OtherDigest => "the provenance is of another image".to_owned(),
            Self::NoSteps => "the provenance tells no steps; build with \
                              --attest type=provenance,mode=max"
                .to_owned(),
            Self::OtherLayers => "the provenance does not tell the layers of this image".to_owned(),
            Self::Unreadable(problem) => {
                format!("the provenance cannot be read: {}", escape(problem))
            }
        }
    }
}

/// What made a file: its layer, the lines on its way, the commit, and how that is known.
#[must_use]
pub fn of_file(blame: &Blame, file: &FileBlame) -> Vec<String> {
    let mut out = vec![escape(&file.path).into_owned()];
    out.extend(facts_of_file(blame, file));
    out
}

/// The same for a page that has the file's path over it, and the steps of all layers under that: each
/// thing that holds for both is said once.
#[must_use]
pub fn page(blame: &Blame, file: &FileBlame) -> (Vec<String>, Vec<String>) {
    (facts_of_file(blame, file), steps(blame))
}

fn facts_of_file(blame: &Blame, file: &FileBlame) -> Vec<String> {
    let mut out = Vec::new();
    let layer = blame.layers.get(file.layer).and_then(Option::as_ref);
    let layer = layer.map(|it| format!(" · {}", layer_words(it))).unwrap_or_default();
    out.push(fact("layer", &format!("{} of {}{layer}", file.layer + 1, blame.layers.len())));
    if file.hops.is_empty() {
        let command = blame.commands.get(file.layer).and_then(Option::as_deref);
        match (command, &blame.how) {
            (Some(command), _) => out.push(fact("history", &escape(command))),
            (None, _) => out.push(fact("history", "it does not tell what made this layer")),
        }
    }
    if let Some(build) = &blame.build {
        for (at, hop) in file.hops.iter().enumerate() {
            out.extend(hop_words(build, hop, at == 0));
        }
    }
    out.extend(origin_words(blame));
    if file.hops.is_empty() && !matches!(blame.how, How::History(_)) {
        let why = "a guess by the history of the config: the provenance leaves open which step \
                   made this layer";
        out.push(fact("known", why));
    } else {
        out.push(fact("known", &blame.how.words()));
    }
    out
}

fn layer_words(layer: &Descriptor) -> String {
    format!("{} · {}", layer.digest, bytes(layer.size))
}

fn fact(label: &str, text: &str) -> String {
    format!("  {}{text}", pad(label, LABEL))
}

fn hop_words(build: &Build, hop: &Hop, first: bool) -> Vec<String> {
    let label = if first { "made by" } else { "copied from" };
    let path = match &hop.path {
        Some(path) if !first => format!("{}, ", escape(path)),
        _ => String::new(),
    };
    match hop.writers.as_slice() {
        [] => vec![fact(label, &format!("{path}the provenance does not tell which step wrote it"))],
        [one] => {
            let mut words = writer_words(build, one).into_iter();
            let head = words.next().unwrap_or_default();
            let mut out = vec![fact(label, &format!("{path}{head}"))];
            out.extend(words.map(|more| fact("", &more)));
            out
        }
        several => {
            let mut out =
                vec![fact(label, &format!("{path}one of these steps; which is not told:"))];
            let words = several.iter().flat_map(|writer| writer_words(build, writer));
            out.extend(words.map(|text| fact("", &text)));
            out
        }
    }
}

/// `Dockerfile:11  COPY --from=build /out/app /usr/bin/app`, and where it has it from.
fn writer_words(build: &Build, writer: &Writer) -> Vec<String> {
    let places = build.places(&writer.steps).into_iter();
    let line = |(file, first, _): (&str, u64, u64)| {
        let text = build.line(file, first).unwrap_or_default().trim();
        format!("{}:{first}  {}", escape(file), escape(text))
    };
    let mut out: Vec<String> = places.map(line).collect();
    let from = match &writer.how {
        From::Image(name) => Some(format!("the image {}", escape(name))),
        From::Source { address, path } => Some(match path {
            Some(path) => format!("{} of {}", escape(path), escape(address)),
            None => escape(address).into_owned(),
        }),
        From::Command | From::Copied | From::Written => None,
    };
    match (from, out.is_empty()) {
        (Some(from), true) => out.push(from),
        (Some(from), false) => out.push(format!("from {from}")),
        (None, true) => {
            out.push(format!("{}, which has no line", escape(&writer.steps.join(", "))));
        }
        (None, false) => {}
    }
    out
}

fn origin_words(blame: &Blame) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(source) = &blame.source {
        out.push(fact("source", &escape(source)));
    }
    if let Some(commit) = &blame.commit {
        out.push(fact("commit", &escape(commit)));
    }
    if let Some(provenance) = &blame.provenance {
        out.push(fact("provenance", &provenance.to_string()));
    }
    out
}

/// The Dockerfile with the bytes of each line; without one the layers with the steps of the history.
#[must_use]
pub fn of_dockerfile(blame: &Blame) -> Vec<String> {
    let mut out = steps(blame);
    out.push(String::new());
    out.extend(origin_words(blame));
    out.push(fact("known", &blame.how.words()));
    out
}

fn steps(blame: &Blame) -> Vec<String> {
    let mut out = Vec::new();
    let lines = dockerfile(blame);
    let numbers = lines.len().to_string().len();
    for line in &lines {
        let amount = match (line.bytes, line.same_as) {
            (Some(amount), _) => bytes(amount),
            (None, Some(same)) => format!("= line {same}"),
            (None, None) => String::new(),
        };
        let layers: Vec<String> = line.layers.iter().map(|layer| (layer + 1).to_string()).collect();
        let text = format!("{:>numbers$}  {:>9}  {}", line.number, amount, escape(&line.text));
        out.push(text.trim_end().to_owned());
        if !layers.is_empty() {
            let word = if layers.len() == 1 { "layer" } else { "layers" };
            out.push(format!("{:>numbers$}  {:>9}    {word} {}", "", "", layers.join(", ")));
        }
    }
    let placed = |layer: usize| lines.iter().any(|line| line.layers.contains(&layer));
    let open: Vec<usize> = (0..blame.layers.len()).filter(|layer| !placed(*layer)).collect();
    if !lines.is_empty() && !open.is_empty() {
        out.push(String::new());
        out.push(format!("{} of no line:", plural(open.len(), "layer")));
    }
    for layer in open {
        let size = blame.layers.get(layer).and_then(Option::as_ref).map_or(0, |it| it.size);
        let command = blame.commands.get(layer).and_then(Option::as_deref);
        let command = command.map_or_else(|| "not told".into(), escape);
        out.push(format!("  layer {:>3}  {:>9}  {command}", count(layer as u64 + 1), bytes(size)));
    }
    out
}
