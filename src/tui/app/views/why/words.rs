//! The words of the why view.

use crate::model::select::{Content, Engine, Need, Offer, Outcome, Selection, Step, Verdict};
use crate::model::tree::Load;
use crate::oci::Platform;
use crate::text::{escape, plural, width, wrap};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{Choice, NamedHost};

/// How many platforms of the list of what was looked for are named.
const MAX_WANTED: usize = 12;
/// How many images of several are named.
const MAX_SEVERAL: usize = 6;

/// A line of the trace in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepWords {
    /// The entry's number in its index, from 1; below a nested index `2.1`.
    pub number: String,
    /// The platform as written.
    pub entry: String,
    /// What became of it.
    pub verdict: &'static str,
    /// Why.
    pub because: String,
}

impl StepWords {
    /// The words of a step, harmless for a terminal.
    #[must_use]
    pub fn of(step: &Step) -> Self {
        Self {
            number: number(&step.path),
            entry: escape(&platform_words(step.platform.as_ref())).into_owned(),
            verdict: step.verdict.as_str(),
            because: escape(&step.rule).into_owned(),
        }
    }
}

/// `4`, or `2.1` for the first entry of the index that is the second entry.
fn number(path: &[usize]) -> String {
    let parts: Vec<String> = path.iter().map(|at| (at + 1).to_string()).collect();
    parts.join(".")
}

fn platform_words(platform: Option<&Platform>) -> String {
    platform.map_or_else(|| "no platform".to_owned(), ToString::to_string)
}

/// `linux/arm64/v8 (entry 4, 9cee2b382fe2)`; of an entry without a platform what its config says.
pub(in crate::tui::app) fn entry_words(offer: &Offer, path: &[usize]) -> String {
    let Some(candidate) = offer.at(path) else { return offer.reference.clone() };
    let platform = match (&candidate.platform, &candidate.content) {
        (None, Content::Image(facts)) => match &facts.config {
            Some(config) => format!("an entry without a platform, an image for {config},"),
            None => "an entry without a platform".to_owned(),
        },
        (platform, _) => platform_words(platform.as_ref()),
    };
    let digest = candidate.digest.as_ref().map_or("–", |digest| digest.short());
    format!("{platform} (entry {}, {digest})", number(path))
}

/// The answer, the engine's own error, what it looked for, and what else is worth knowing; with
/// `notes` also what is to be known about the engine itself.
pub(super) fn head(open: &OpenedRef, choice: &Choice, cells: usize, notes: bool) -> Vec<Line> {
    let Some(named) = choice.host() else { return Vec::new() };
    let engine = choice.engine();
    let picks = open.picks();
    let mut head = Head { lines: Vec::new(), cells };
    match (picks.offer(), picks.selection()) {
        (None, _) => head.para(Tone::Muted, "", &unread(open)),
        (Some(_), None) => head.para(
            Tone::Warning,
            "",
            &format!("{} does not run on {}: nothing is pulled.", engine.short, named.host.os()),
        ),
        (Some(offer), Some(selection)) => {
            answer(&mut head, open, offer, selection, choice);
            let note = choice.host().map(|named| engine.note_on(&named.host)).unwrap_or_default();
            if notes && !note.is_empty() && offer.media_type.is_index() {
                let text = format!("About {}: {note}.", engine.short);
                head.para(Tone::Muted, "", &text);
            }
        }
    }
    head.lines
}

struct Head {
    lines: Vec<Line>,
    cells: usize,
}

impl Head {
    /// A paragraph; its further lines are under the first one's words.
    fn para(&mut self, tone: Tone, label: &str, text: &str) {
        let indent = width(label);
        let room = self.cells.saturating_sub(indent).max(20);
        for (at, piece) in wrap(&escape(text), room).into_iter().enumerate() {
            let label = if at == 0 { label.to_owned() } else { " ".repeat(indent) };
            self.lines.push(Line::of(Tone::Muted, label).with(tone, piece));
        }
    }
}

fn unread(open: &OpenedRef) -> String {
    let root = open.tree.node(open.tree.root());
    match root.map(|root| &root.load) {
        Some(Load::Failed(failure)) => format!("Nothing to choose from: {}", failure.brief()),
        _ => "Nothing to choose from yet: the reference is being loaded.".to_owned(),
    }
}

fn answer(
    head: &mut Head,
    open: &OpenedRef,
    offer: &Offer,
    selection: &Selection,
    choice: &Choice,
) {
    let Some(named) = choice.host() else { return };
    let engine = choice.engine();
    let on = on(named);
    let is_index = offer.media_type.is_index();
    let mut notes = selection.notes.as_slice();
    match &selection.outcome {
        Outcome::Picked(path) if path.is_empty() && !is_index => {
            // The note says what the engine does with a bare manifest.
            let text = format!(
                "No selection takes place: this reference names {}, not a list.",
                bare(open)
            );
            head.para(Tone::Strong, "", &text);
            notes = notes.get(1..).unwrap_or_default();
            head.para(Tone::Text, "", &format!("With {}, {}.", engine.short, engine.bare));
        }
        Outcome::Picked(path) if path.is_empty() => {
            head.para(Tone::Strong, "", &format!("{} takes the whole index{on}.", engine.short));
        }
        Outcome::Picked(path) => {
            let entry = entry_words(offer, path);
            head.para(Tone::Strong, "", &format!("{} picks {entry}{on}.", engine.short));
        }
        Outcome::Fails(fall) => {
            let short = engine.short;
            let entry = match fall.path.is_empty() {
                true => "what is behind the reference".to_owned(),
                false => entry_words(offer, &fall.path),
            };
            let text = format!("{short} picks {entry}{on}, and then fails: {}.", fall.problem);
            head.para(Tone::Strong, "", &text);
            if let Some(words) = &fall.words {
                head.para(Tone::Danger, &format!("{short} prints: "), words);
            }
        }
        Outcome::Failed(error) => {
            let eligible = selection.trace.iter().any(|step| step.rank.is_some());
            let text = if is_index && !eligible && !selection.trace.is_empty() {
                let short = engine.short;
                format!("Nothing can be pulled: the list has no entry that {short} accepts{on}.")
            } else {
                format!("Nothing can be pulled: {} fails{on}.", engine.short)
            };
            head.para(Tone::Strong, "", &text);
            head.para(Tone::Danger, &format!("{} prints: ", engine.short), error);
        }
        Outcome::Nothing => {
            let text = format!("{} picks nothing{on}, and reports success.", engine.short);
            head.para(Tone::Strong, "", &text);
        }
        Outcome::Several(paths) => {
            let mut entries: Vec<String> =
                paths.iter().take(MAX_SEVERAL).map(|path| entry_words(offer, path)).collect();
            if paths.len() > MAX_SEVERAL {
                entries.push(format!("{} more", paths.len() - MAX_SEVERAL));
            }
            let text = format!(
                "{} downloads {} and picks none of them{on}: {}.",
                engine.short,
                plural(paths.len(), "image"),
                entries.join(", ")
            );
            head.para(Tone::Strong, "", &text);
        }
        Outcome::Needs(needs) => missing(head, open, engine, needs),
        Outcome::Unknown(why) => {
            let text = format!("platy did not follow {} to the end: {why}", engine.short);
            head.para(Tone::Warning, "", &text);
        }
    }
    if !selection.wanted.is_empty() {
        let mut wanted: Vec<&str> =
            selection.wanted.iter().take(MAX_WANTED).map(String::as_str).collect();
        if selection.wanted.len() > MAX_WANTED {
            wanted.push("…");
        }
        head.para(Tone::Text, "looked for   ", &wanted.join(", then "));
    }
    for note in notes {
        head.para(Tone::Text, "", &sentence_of(note));
    }
}

/// ` on Raspberry Pi 2 (linux/arm/v7)`
fn on(named: &NamedHost) -> String {
    if named.title.is_empty() {
        format!(" on {}", named.host)
    } else {
        format!(" on {} ({})", named.title, named.host)
    }
}

/// What a bare manifest is.
fn bare(open: &OpenedRef) -> String {
    let root = open.tree.root();
    match open.tree.platform_of(root) {
        Some(platform) => format!("one image, for {platform}"),
        None => match open.tree.node(root) {
            Some(node) => format!("one manifest ({})", node.kind().as_str()),
            None => "one manifest".to_owned(),
        },
    }
}

fn missing(head: &mut Head, open: &OpenedRef, engine: &Engine, needs: &[Need]) {
    let tree = &open.tree;
    let failed = needs.iter().find_map(|need| {
        let id = tree.at_path(&need.path)?;
        let config = tree.config_of(id);
        let nodes = std::iter::once(id).chain(config).filter_map(|id| tree.node(id));
        let failure = nodes.filter_map(|node| node.load.failure()).next()?;
        Some((need, failure.brief()))
    });
    match failed {
        Some((need, why)) => {
            let text = format!(
                "What {} picks cannot be known: it depends on the content of entry {}, which \
                 could not be loaded: {why}",
                engine.short,
                number(&need.path)
            );
            head.para(Tone::Warning, "", &text);
        }
        None => {
            let text = format!(
                "Not known yet: what {} picks depends on {} still being loaded …",
                engine.short,
                plural(needs.len(), "document")
            );
            head.para(Tone::Muted, "", &text);
        }
    }
}

/// A note as a sentence of its own.
fn sentence_of(note: &str) -> String {
    let mut characters = note.chars();
    let first: String = characters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

/// The line under the cursor in full: which entry, and the whole reason.
pub(super) fn sentence(step: &Step, cells: usize) -> Vec<Line> {
    let words = StepWords::of(step);
    let tone = match step.verdict {
        Verdict::Picked => Tone::Good,
        Verdict::Outranked => Tone::Text,
        Verdict::Rejected | Verdict::Skipped => Tone::Muted,
    };
    let number = format!("entry {}   ", words.number);
    let taken = width(&number) + width(&words.entry) + 3;
    let mut line = Line::of(Tone::Muted, number).with(Tone::Strong, words.entry);
    if let Some(digest) = &step.digest {
        let whole = digest.as_str();
        let shown = if taken + width(whole) <= cells { whole } else { digest.short() };
        line = line.with(Tone::Muted, format!("   {shown}"));
    }
    let mut lines = vec![line];
    let text = format!("{}: {}", words.verdict, words.because);
    lines.extend(wrap(&text, cells).into_iter().map(|piece| Line::of(tone, piece)));
    lines
}
