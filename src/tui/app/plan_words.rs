//! The plan of a push in words: for the editor and for the page of a push.

use std::collections::HashMap;

use super::detail::{Line, Tone};
use super::drafts::OpenDraft;
use crate::model::draft::{Action, Plan, Step};
use crate::oci::{Descriptor, Digest};
use crate::text::{bytes, escape, pad, plural, wrap};

const NAME: usize = 12;

/// The target, where its tag points, and where it will.
pub(super) fn tags(open: &OpenDraft, cells: usize) -> Vec<Line> {
    let Some(survey) = &open.survey else { return Vec::new() };
    let mut target = survey.target.to_string();
    for tag in survey.target.tags.iter().skip(1) {
        target.push_str(&format!(", :{tag}"));
    }
    let (tone, now) = match open.tag_now() {
        None => (Tone::Muted, "…".to_owned()),
        Some(None) => (Tone::Muted, "does not exist".to_owned()),
        Some(Some(digest)) => (Tone::Text, digest.to_string()),
    };
    let after = &open.draft.document().digest;
    let same = open.tag_now().flatten() == Some(after);
    let after = if same { "the same".to_owned() } else { after.to_string() };
    let mut lines = field("push to", Tone::Strong, &escape(&target), cells);
    lines.extend(field("tag now", tone, &now, cells));
    lines.extend(field("tag after", Tone::Text, &after, cells));
    lines
}

/// A name and a value, which goes on under itself if it does not fit.
pub(super) fn field(name: &str, tone: Tone, value: &str, cells: usize) -> Vec<Line> {
    let pieces = wrap(value, cells.saturating_sub(NAME).max(20)).into_iter().enumerate();
    let name = |at: usize| if at == 0 { pad(name, NAME) } else { " ".repeat(NAME) };
    pieces.map(|(at, piece)| Line::of(Tone::Muted, name(at)).with(tone, piece)).collect()
}

/// The steps: what is alike and done at once is on one line.
pub(super) fn lines(plan: &Plan, cells: usize) -> Vec<Line> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut at: HashMap<(usize, &'static str, String), usize> = HashMap::new();
    for step in &plan.steps {
        let words = StepLine::of(step, plan);
        let key = (step.wave, words.verb, words.place.clone());
        let group = *at.entry(key).or_insert_with(|| {
            groups.push(Group { words, count: 0, bytes: 0, each: Vec::new() });
            groups.len() - 1
        });
        let Some(group) = groups.get_mut(group) else { continue };
        let (digest, size) = content(&step.action, plan);
        group.count += 1;
        group.bytes = group.bytes.saturating_add(size);
        if moves(&step.action) {
            group.each.push((digest, size));
        }
    }
    let mut lines = Vec::new();
    if plan.is_done() {
        lines.push(Line::of(Tone::Good, "nothing to do: the target holds this list already"));
    }
    for (number, group) in groups.iter().enumerate() {
        lines.extend(group.lines(number + 1, cells));
    }
    for note in &plan.notes {
        let note = escape(note).into_owned();
        lines.push(Line::default());
        lines.extend(wrap(&note, cells).into_iter().map(|it| Line::of(Tone::Warning, it)));
    }
    lines
}

/// What a step does, in words that steps which are alike share.
struct StepLine {
    verb: &'static str,
    one: &'static str,
    place: String,
}

impl StepLine {
    fn of(step: &Step, plan: &Plan) -> Self {
        let (verb, one, place) = match &step.action {
            Action::ManifestPresent(_) => ("present", "manifest", String::new()),
            Action::BlobPresent(_) => ("present", "blob", String::new()),
            Action::Mount { from, .. } => ("mount", "blob", format!("from {}", from.path)),
            Action::Copy { source, .. } => ("copy", "blob", format!("from {}", source.familiar())),
            Action::PutManifest(_) => ("put", "manifest", String::new()),
            Action::PutAttached { tag, .. } => ("put", "tag", format!("→ :{tag}")),
            Action::TagPresent { tag } => {
                ("present", "tag", format!(":{tag} points there already"))
            }
            Action::PutList { tag: Some(tag) } => ("put", "list", format!("→ :{tag}")),
            Action::PutList { tag: None } => {
                ("put", "list", format!("by its digest {}", plan.list.digest.short()))
            }
            Action::PutTag { tag } => ("put", "list", format!("→ :{tag}")),
            Action::ReadBack { tag: Some(tag) } => {
                ("read back", "", format!(":{tag}, and compare"))
            }
            Action::ReadBack { tag: None } => ("read back", "", "and compare".to_owned()),
        };
        Self { verb, one, place }
    }
}

struct Group<'p> {
    words: StepLine,
    count: usize,
    bytes: u64,
    each: Vec<(&'p Digest, u64)>,
}

impl Group<'_> {
    fn lines(&self, number: usize, cells: usize) -> Vec<Line> {
        let StepLine { verb, one, place } = &self.words;
        let what = match (*one, self.count) {
            ("", _) => String::new(),
            ("list", _) => format!("the list, {}", bytes(self.bytes)),
            ("tag", _) => "tag".to_owned(),
            (one, count) if self.bytes > 0 => {
                format!("{}, {}", plural(count, one), bytes(self.bytes))
            }
            (one, count) => plural(count, one),
        };
        let what = if *verb == "mount" { format!("{what} that do not move") } else { what };
        let text = [what.as_str(), place.as_str()]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join("  ");
        let tone = if *verb == "present" { Tone::Muted } else { Tone::Text };
        let head = Line::of(Tone::Muted, format!("{number:>3}  "))
            .with(Tone::Strong, pad(verb, NAME - 1))
            .with(tone, crate::text::cut(&escape(&text), cells.saturating_sub(NAME + 4)));
        // A blob alone needs no list of blobs.
        let each = if self.each.len() > 1 { self.each.as_slice() } else { &[] };
        let each = each.iter().map(|(digest, size)| {
            let indent = " ".repeat(NAME + 4);
            Line::of(Tone::Muted, format!("{indent}{}  {:>8}", digest.short(), bytes(*size)))
        });
        std::iter::once(head).chain(each).collect()
    }
}

/// Whether something moves that is worth a line of its own.
fn moves(action: &Action) -> bool {
    matches!(action, Action::Mount { .. } | Action::Copy { .. } | Action::PutManifest(_))
}

fn content<'p>(action: &'p Action, plan: &'p Plan) -> (&'p Digest, u64) {
    let of = |descriptor: &'p Descriptor| (&descriptor.digest, descriptor.size);
    match action {
        Action::ManifestPresent(it)
        | Action::BlobPresent(it)
        | Action::PutAttached { manifest: it, .. } => of(it),
        Action::Mount { blob, .. } | Action::Copy { blob, .. } => of(blob),
        Action::PutManifest(document) => (&document.digest, document.size()),
        Action::TagPresent { .. }
        | Action::PutList { .. }
        | Action::PutTag { .. }
        | Action::ReadBack { .. } => (&plan.list.digest, plan.list.size()),
    }
}
