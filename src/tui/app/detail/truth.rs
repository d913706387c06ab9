//! What the list says, what the config says, what the program is: for an image or for all of an
//! index. Programs are read when the user asks for it, because that downloads.
//!
//! ```text
//! the list says   the config says  the program is                       verdict
//! linux/arm64     linux/amd64      x86-64 ELF  /usr/local/bin/listed    disagree
//! ```

use std::collections::HashMap;

use super::{Line, Subject, Tone};
use crate::model::check::{Claim, Program, Role, Row, Verdict, amount};
use crate::model::files::program::Contents;
use crate::model::tree::NodeId;
use crate::oci::{Kind, Platform};
use crate::text::{bytes, cut, escape, pad, plural, throbber, width, wrap};
use crate::tui::app::Action;
use crate::tui::app::opened::{Reading, claim, images, scope};

/// The narrowest that a program is shown in the table.
const PROGRAM: usize = 14;
const VERDICT: usize = 11;
/// From this width on there is a table even if it cuts long platforms.
const TABLE: usize = 72;

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
    match Columns::of(&rows, subject) {
        Some(columns) => table(&rows, subject, &columns, &mut lines),
        None => blocks(&rows, subject, &mut lines),
    }
    let is_one = tree.node(scope).is_some_and(|node| node.kind() != Kind::Index);
    if is_one && let Some(row) = rows.first().and_then(|known| known.row) {
        lines.push(Line::default());
        for program in row.programs() {
            one_program(row, program, subject.width, &mut lines);
        }
        all_programs(row, subject.width, &mut lines);
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
    let in_part = |row: &Row| row.proof.as_ref().is_ok_and(|proof| proof.others.is_none());
    let is_again = rows.iter().any(|it| it.row.is_some_and(in_part));
    let unread = rows.iter().filter(|known| known.row.is_none());
    let readable: Vec<NodeId> = unread
        .filter(|known| subject.tree.config_document(known.node).is_some())
        .map(|known| known.node)
        .collect();
    let enter = subject.keymap.spelled(Action::Toggle);
    let (tone, text) = if let Some(reading) = subject.truths.reading() {
        (Tone::Accent, under_way(subject, reading))
    } else if readable.is_empty() {
        let failed = rows.iter().any(|known| subject.truths.has_failed(known.node));
        let reload = subject.keymap.spelled(Action::Reload);
        let again = match failed {
            true => format!("; {reload} reads again what failed"),
            false => String::new(),
        };
        let more = match is_again {
            true => format!("; {enter} reads all programs that the images hold"),
            false => String::new(),
        };
        (Tone::Muted, done(subject, rows) + &again + &more)
    } else {
        let size = size(subject, readable.iter().copied());
        let what = match readable.len() {
            1 => "this image".to_owned(),
            count => format!("these {count} images"),
        };
        (
            Tone::Strong,
            format!(
                "{enter} reads the headers of the programs of {what}: layers from the top down, \
                 each only until the header is known; they have {} in all",
                bytes(size)
            ),
        )
    };
    wrap(&text, subject.width).into_iter().map(|line| Line::of(tone, line)).collect()
}

/// The bytes of the layers of these images; those that images share count once.
fn size(subject: &Subject<'_>, images: impl Iterator<Item = NodeId>) -> u64 {
    let images = images.filter_map(|node| subject.tree.image_at(node));
    let layers = images.flat_map(|(_, image)| image.layer_descriptors());
    let sizes: HashMap<_, _> = layers.map(|layer| (&layer.digest, layer.size)).collect();
    sizes.values().copied().fold(0, u64::saturating_add)
}

fn under_way(subject: &Subject<'_>, reading: &Reading) -> String {
    format!(
        "reading{}: {} of {} done, {} so far; {} or leaving this page ends it",
        if reading.all { " all programs" } else { "" },
        reading.done,
        plural(reading.images, "image"),
        bytes(reading.bytes),
        subject.keymap.spelled(Action::Back)
    )
}

fn done(subject: &Subject<'_>, rows: &[Known<'_>]) -> String {
    let proofs = || rows.iter().filter_map(|known| known.row?.proof.as_ref().ok());
    if proofs().next().is_none() {
        return "not loaded yet".to_owned();
    }
    let sum = |of: fn(&crate::model::check::Proof) -> u64| {
        proofs().map(|it| of(it)).fold(0, u64::saturating_add)
    };
    let proven = rows.iter().filter(|known| known.row.is_some_and(|row| row.proof.is_ok()));
    let mut text = amount(
        sum(|proof| proof.bytes_read),
        sum(|proof| proof.bytes_known),
        size(subject, proven.map(|known| known.node)),
    );
    if proofs().any(|proof| !proof.unverified.is_empty()) {
        text.push_str("; layers not read to their ends were not checked by digest");
    }
    text
}

/// The widths of the table's columns.
struct Columns {
    list: usize,
    config: usize,
    program: usize,
    gap: usize,
    /// The program's platform and a sign for the verdict, where words have no room.
    short: bool,
}

impl Columns {
    const HEAD: [&str; 4] = ["the list says", "the config says", "the program is", "verdict"];
    const SHORT_HEAD: [&str; 4] = ["list", "config", "program", ""];

    /// The widest form that has room; `None` if only records have.
    fn of(rows: &[Known<'_>], subject: &Subject<'_>) -> Option<Self> {
        let cells = subject.width;
        let widest = |short: bool, at: usize| {
            let cell = |known| width(&cell(known, subject, short, at));
            let head = if short { Self::SHORT_HEAD } else { Self::HEAD };
            rows.iter().map(cell).chain(head.get(at).map(|text| width(text))).max().unwrap_or(0)
        };
        let (list, config) = (widest(false, 0), widest(false, 1));
        let rest = cells.checked_sub(list + config + VERDICT + 6).filter(|it| *it >= PROGRAM);
        let full = |list, config, rest: usize| {
            let program = rest.min(widest(false, 2));
            Self { list, config, program, gap: 2, short: false }
        };
        if let Some(rest) = rest {
            return Some(full(list, config, rest));
        }
        let [list, config, program] = [0, 1, 2].map(|at| widest(true, at));
        if list + config + program + 4 <= cells {
            return Some(Self { list, config, program, gap: 1, short: true });
        }
        // Each platform may have as much as leaves a program its share.
        let most = cells.saturating_sub(PROGRAM + VERDICT + 6) / 2;
        (cells >= TABLE).then(|| full(list.min(most), config.min(most), PROGRAM))
    }
}

/// The text of the first three columns.
fn cell(known: &Known<'_>, subject: &Subject<'_>, short: bool, at: usize) -> String {
    match at {
        0 => said(&known.claim.list),
        1 => said(&known.claim.config),
        _ if short => short_program(known, subject),
        _ => program(known, subject),
    }
}

fn table(rows: &[Known<'_>], subject: &Subject<'_>, columns: &Columns, lines: &mut Vec<Line>) {
    let Columns { list, config, program, gap, short } = *columns;
    let cells = subject.width;
    let line = |[a, b, c]: [&str; 3], tones: [Tone; 3]| {
        Line::of(tones[0], pad(&cut(a, list), list + gap))
            .with(tones[1], pad(&cut(b, config), config + gap))
            .with(tones[2], pad(&cut(c, program), program + gap))
    };
    let [a, b, c, last] = if short { Columns::SHORT_HEAD } else { Columns::HEAD };
    lines.push(line([a, b, c], [Tone::Muted; 3]).with(Tone::Muted, last));
    for known in rows {
        let [a, b, c] = [0, 1, 2].map(|at| cell(known, subject, short, at));
        let (tone, verdict) = verdict(known.row);
        let tones = [Tone::Text, Tone::Text, program_tone(known, subject)];
        // What has no room in its column is below, whole.
        let below = match known.row.and_then(Row::program) {
            Some(_) if short => self::program(known, subject),
            Some(it) if width(&c) > program => escape(&it.path).into_owned(),
            _ => String::new(),
        };
        let machine = known.row.and_then(machine).filter(|_| !short && !below.is_empty());
        let c = if below.is_empty() || short { c } else { machine.unwrap_or("–".to_owned()) };
        let verdict = if short { sign(known.row) } else { verdict };
        lines.push(line([&a, &b, &c], tones).with(tone, verdict));
        if !below.is_empty() {
            for piece in wrap(&below, cells.saturating_sub(2)) {
                lines.push(Line::of(Tone::Text, format!("  {piece}")));
            }
        }
        reason(known.row, cells, lines);
        if let Some(row) = known.row.filter(|_| rows.len() > 1) {
            all_programs(row, cells, lines);
        }
    }
}

fn blocks(rows: &[Known<'_>], subject: &Subject<'_>, lines: &mut Vec<Line>) {
    const NAME: usize = 13;
    let cells = subject.width;
    for (at, known) in rows.iter().enumerate() {
        if at > 0 {
            lines.push(Line::default());
        }
        let (tone, verdict) = verdict(known.row);
        let room = cells.saturating_sub(NAME);
        let field = |name: &str, value: &str, tone| {
            Line::of(Tone::Muted, pad(name, NAME)).with(tone, cut(value, room))
        };
        lines.push(field("list says", &said(&known.claim.list), Tone::Strong));
        lines.push(field("config says", &said(&known.claim.config), Tone::Text));
        lines.push(field("program is", &program(known, subject), program_tone(known, subject)));
        if known.row.is_some() {
            lines.push(field("verdict", verdict, tone));
        }
        reason(known.row, cells, lines);
        if let Some(row) = known.row.filter(|_| rows.len() > 1) {
            all_programs(row, cells, lines);
        }
    }
}

/// Why, if the claims do not simply agree.
fn reason(row: Option<&Row>, cells: usize, lines: &mut Vec<Line>) {
    let Some(remark) = row.and_then(Row::remark) else { return };
    for piece in wrap(&escape(remark), cells.saturating_sub(2)) {
        lines.push(Line::of(Tone::Muted, format!("  {piece}")));
    }
}

fn said(platform: &Option<Platform>) -> String {
    platform.as_ref().map_or_else(|| "–".to_owned(), |it| escape(&it.to_string()).into_owned())
}

fn program(known: &Known<'_>, subject: &Subject<'_>) -> String {
    let Some(row) = known.row else {
        return match is_being_read(known, subject) {
            // Bytes that come move it.
            true => format!("{} reading", throbber(subject.truths.revision())),
            false => "not read".to_owned(),
        };
    };
    let Some(program) = row.program() else { return "–".to_owned() };
    let path = escape(&program.path);
    machine(row).map_or_else(|| path.to_string(), |machine| format!("{machine}  {path}"))
}

/// The platform that the program is made for, else what is known of it in a word.
fn short_program(known: &Known<'_>, subject: &Subject<'_>) -> String {
    let Some(row) = known.row else { return program(known, subject) };
    let executable = row.program().and_then(Program::executable);
    let platform = executable.and_then(|it| it.platforms.first());
    platform.map_or_else(|| "–".to_owned(), |it| escape(&it.to_string()).into_owned())
}

/// What the program's header says.
fn machine(row: &Row) -> Option<String> {
    let executable = row.program()?.executable()?;
    Some(escape(&executable.to_string()).into_owned())
}

fn program_tone(known: &Known<'_>, subject: &Subject<'_>) -> Tone {
    match known.row {
        Some(_) => Tone::Text,
        None if is_being_read(known, subject) => Tone::Accent,
        None => Tone::Muted,
    }
}

fn is_being_read(known: &Known<'_>, subject: &Subject<'_>) -> bool {
    let reading = subject.truths.reading().is_some_and(|reading| !reading.all);
    reading && subject.tree.config_document(known.node).is_some()
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

/// The verdict as a sign, which reads without colour.
fn sign(row: Option<&Row>) -> &'static str {
    match row.map(|row| (row.verdict, row.is_grave())) {
        None => "",
        Some((Verdict::Agree, _)) => "✓",
        Some((Verdict::Disagree, true)) => "✗",
        Some((Verdict::Disagree, false)) => "!",
        Some((Verdict::CannotTell, _)) => "?",
    }
}

/// All programs of an image by their platforms, if they were asked for.
fn all_programs(row: &Row, cells: usize, lines: &mut Vec<Line>) {
    let others = row.proof.as_ref().ok().and_then(|proof| proof.others.as_ref());
    let Some(others) = others else { return };
    let counts: Vec<String> =
        others.counts.iter().map(|(name, count)| format!("{count} × {name}")).collect();
    let counts = if counts.is_empty() { "none".to_owned() } else { counts.join(", ") };
    for piece in wrap(&escape(&format!("all programs: {counts}")), cells.saturating_sub(2)) {
        lines.push(Line::of(Tone::Muted, format!("  {piece}")));
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
