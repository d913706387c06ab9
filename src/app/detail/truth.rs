//! What the list says, what the config says, what the program is: for an image or for all of an
//! index. Programs are read when the user asks for it, because that downloads.
//!
//! ```text
//! the list says   the config says  the program is                       verdict
//! linux/arm64     linux/amd64      x86-64 ELF  /usr/local/bin/listed    disagree
//! ```

use super::{Line, Subject, Tone};
use crate::app::explorer::{Reading, claim, images, scope};
use crate::content::program::Contents;
use crate::oci::{Kind, Platform};
use crate::text::{bytes, cut, escape, pad, plural, width, wrap};
use crate::tree::NodeId;
use crate::truth::{Claim, Program, Role, Row, Verdict};

/// From this width on the three claims stand beside each other.
const TABLE: usize = 72;
/// The widest that a platform is shown in the table.
const PLATFORM: usize = 22;
const VERDICT: usize = 11;

pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let tree = subject.tree;
    let Some(scope) = scope(tree, subject.node) else {
        return vec![Line::of(Tone::Muted, "no image here; choose one in the tree")];
    };
    let rows: Vec<Known<'_>> = images(tree, scope)
        .into_iter()
        .map(|node| Known { node, claim: claim(tree, node), row: subject.truths.row(node) })
        .collect();
    if rows.is_empty() {
        return vec![Line::of(Tone::Muted, "the list has no image")];
    }
    let mut lines = head(subject, &rows);
    lines.push(Line::default());
    if subject.width >= TABLE {
        table(&rows, subject.width, &mut lines);
    } else {
        blocks(&rows, subject.width, &mut lines);
    }
    let is_one = tree.node(scope).is_some_and(|node| node.kind() != Kind::Index);
    if is_one && let Some(row) = rows.first().and_then(|known| known.row) {
        lines.push(Line::default());
        for program in row.programs() {
            one_program(row, program, subject.width, &mut lines);
        }
    }
    lines
}

/// One image, with what is known of it.
struct Known<'a> {
    node: NodeId,
    claim: Claim,
    row: Option<&'a Row>,
}

/// What was read, is being read, or would be.
fn head(subject: &Subject<'_>, rows: &[Known<'_>]) -> Vec<Line> {
    let unread = rows.iter().filter(|known| known.row.is_none());
    let readable: Vec<NodeId> = unread
        .filter(|known| subject.tree.config_document(known.node).is_some())
        .map(|known| known.node)
        .collect();
    let (tone, text) = if let Some(reading) = subject.truths.reading() {
        (Tone::Accent, under_way(reading))
    } else if readable.is_empty() {
        (Tone::Muted, done(rows))
    } else {
        let size = readable.iter().filter_map(|node| {
            let (_, image) = subject.tree.image_at(*node)?;
            Some(image.layers_size())
        });
        let size = size.fold(0, u64::saturating_add);
        let what = match readable.len() {
            1 => "this image".to_owned(),
            count => format!("these {count} images"),
        };
        (
            Tone::Strong,
            format!(
                "Enter reads the headers of the programs of {what}: layers from the top down, \
                 each only until the header is known; they have {} in all",
                bytes(size)
            ),
        )
    };
    wrap(&text, subject.width).into_iter().map(|line| Line::of(tone, line)).collect()
}

fn under_way(reading: &Reading) -> String {
    format!(
        "reading: {} of {} done, {} so far; leaving this page ends it",
        reading.done,
        plural(reading.images, "image"),
        bytes(reading.bytes)
    )
}

fn done(rows: &[Known<'_>]) -> String {
    let proofs = || rows.iter().filter_map(|known| known.row?.proof.as_ref().ok());
    if proofs().next().is_none() {
        return "not loaded yet".to_owned();
    }
    let sum = |of: fn(&crate::truth::Proof) -> u64| proofs().map(of).fold(0, u64::saturating_add);
    let mut text = format!(
        "{} of the {} of layers read",
        bytes(sum(|proof| proof.bytes_read)),
        bytes(sum(|proof| proof.bytes))
    );
    if proofs().any(|proof| !proof.unverified.is_empty()) {
        text.push_str("; layers not read to their ends were not checked by digest");
    }
    text
}

fn table(rows: &[Known<'_>], cells: usize, lines: &mut Vec<Line>) {
    const HEAD: [&str; 3] = ["the list says", "the config says", "the program is"];
    let texts: Vec<[String; 3]> = rows
        .iter()
        .map(|known| [said(&known.claim.list), said(&known.claim.config), program(known.row)])
        .collect();
    let widest = |at: usize| {
        let cells = texts.iter().filter_map(|row| row.get(at)).map(|text| width(text));
        cells.chain(HEAD.get(at).map(|text| width(text))).max().unwrap_or(0)
    };
    let (list, config) = (widest(0).min(PLATFORM), widest(1).min(PLATFORM));
    let rest = cells.saturating_sub(list + config + VERDICT + 6).min(widest(2).max(8));
    let line = |[a, b, c]: [&str; 3], tones: [Tone; 3]| {
        Line::of(tones[0], pad(&cut(a, list), list + 2))
            .with(tones[1], pad(&cut(b, config), config + 2))
            .with(tones[2], pad(&cut(c, rest), rest + 2))
    };
    lines.push(line(HEAD, [Tone::Muted; 3]).with(Tone::Muted, "verdict"));
    for (known, [a, b, c]) in rows.iter().zip(&texts) {
        let (tone, verdict) = verdict(known.row);
        let program = if known.row.is_some() { Tone::Text } else { Tone::Muted };
        let tones = [Tone::Text, Tone::Text, program];
        lines.push(line([a, b, c], tones).with(tone, verdict));
        reason(known.row, cells, lines);
    }
}

fn blocks(rows: &[Known<'_>], cells: usize, lines: &mut Vec<Line>) {
    const NAME: usize = 13;
    for (at, known) in rows.iter().enumerate() {
        if at > 0 {
            lines.push(Line::default());
        }
        let (tone, verdict) = verdict(known.row);
        let room = cells.saturating_sub(NAME);
        let field = |name: &str, value: &str, tone| {
            Line::of(Tone::Muted, pad(name, NAME)).with(tone, cut(value, room))
        };
        let text = if known.row.is_some() { Tone::Text } else { Tone::Muted };
        lines.push(field("list says", &said(&known.claim.list), Tone::Strong));
        lines.push(field("config says", &said(&known.claim.config), Tone::Text));
        lines.push(field("program is", &program(known.row), text));
        if known.row.is_some() {
            lines.push(field("verdict", verdict, tone));
        }
        reason(known.row, cells, lines);
    }
}

/// Why, where the claims do not simply agree.
fn reason(row: Option<&Row>, cells: usize, lines: &mut Vec<Line>) {
    let Some(row) = row.filter(|row| row.verdict != Verdict::Agree) else { return };
    for piece in wrap(&escape(&row.reason), cells.saturating_sub(2)) {
        lines.push(Line::of(Tone::Muted, format!("  {piece}")));
    }
}

fn said(platform: &Option<Platform>) -> String {
    platform.as_ref().map_or_else(|| "–".to_owned(), |it| escape(&it.to_string()).into_owned())
}

fn program(row: Option<&Row>) -> String {
    let Some(row) = row else { return "not read".to_owned() };
    let Some(program) = row.program() else { return "–".to_owned() };
    let text = match program.executable() {
        Some(executable) => format!("{executable}  {}", program.path),
        None => program.path.clone(),
    };
    escape(&text).into_owned()
}

fn verdict(row: Option<&Row>) -> (Tone, &'static str) {
    match row.map(|row| (row.verdict, row.is_grave())) {
        None => (Tone::Muted, ""),
        Some((Verdict::Agree, _)) => (Tone::Good, "agree"),
        Some((Verdict::Disagree, true)) => (Tone::Danger, "disagree"),
        Some((Verdict::Disagree, false)) => (Tone::Warning, "disagree"),
        Some((Verdict::CannotTell, _)) => (Tone::Muted, "cannot tell"),
    }
}

/// One of the programs that an image starts, with where it comes from.
fn one_program(row: &Row, program: &Program, cells: usize, lines: &mut Vec<Line>) {
    let role = match &program.role {
        Role::Entrypoint => "starts".to_owned(),
        Role::StartedBy(by) => format!("{by} starts"),
        Role::InterpreterOf(script) => format!("{script} is run by"),
        Role::HandedTo(script) => format!("{script} is handed"),
    };
    let mut facts = match &program.contents {
        Ok(Contents::Executable(executable)) => {
            vec![executable.to_string(), executable.details.join(", ")]
        }
        Ok(Contents::Script(script)) => vec![format!("a script for {}", script.interpreter)],
        Ok(Contents::Data) => vec!["neither a program nor a script".to_owned()],
        Err(why) => vec![why.clone()],
    };
    facts.extend(Some(row.origin(program.layer)).filter(|origin| !origin.is_empty()));
    if let Some(loader) = &program.loader {
        facts.push(match loader.found {
            Some(true) => format!("its loader {} is in the image", loader.path),
            Some(false) => format!("its loader {} is not in the image", loader.path),
            None => format!("its loader is {}", loader.path),
        });
    }
    facts.extend(program.executable().and_then(|executable| executable.unknown.clone()));
    for piece in wrap(&escape(&format!("{role} {}", program.path)), cells) {
        lines.push(Line::of(Tone::Text, piece));
    }
    for fact in facts {
        for piece in wrap(&escape(&fact), cells.saturating_sub(2)) {
            lines.push(Line::of(Tone::Muted, format!("  {piece}")));
        }
    }
}
