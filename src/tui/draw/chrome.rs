//! What surrounds every screen: header, rules, status, keys.

use ratatui::layout::Rect;

use super::{Meaning, Pen, form};
use crate::oci::Quota;
pub(super) use crate::text::throbber;
use crate::text::{cut, cut_middle, escape, width, wrap};
use crate::tui::app::{Action, Key, MIN_COLUMNS, MIN_ROWS, Prompt, Spot, State, Title, ToastKind};

/// The cells between the parts of the header.
const GAP: usize = 3;
/// The most lines for what was wrong with a line being typed.
const MAX_PROBLEM: u16 = 5;
/// The most lines for a sentence that is longer than the status line.
const MAX_SAID: u16 = 8;

/// The notice on a terminal that is too small.
pub(super) fn too_small(pen: &mut Pen<'_>, state: &State, area: Rect) {
    let lines = [
        format!("platy needs {MIN_COLUMNS}×{MIN_ROWS} cells"),
        format!("this terminal has {}×{}", area.width, area.height),
        format!("make it larger, or {} to quit", state.cx.key(Action::Quit)),
    ];
    for (at, line) in lines.iter().enumerate() {
        let y = area.y + u16::try_from(at).unwrap_or(0);
        pen.write(area, area.x, y, line, Meaning::Text);
    }
}

/// Header, rules, status and keys.
pub(super) fn frame(pen: &mut Pen<'_>, state: &State) {
    let areas = state.areas();
    header(pen, state, areas.header);
    pen.line(inset(areas.top_rule), "─", Meaning::Rule);
    pen.line(inset(areas.bottom_rule), "─", Meaning::Rule);
    status(pen, state, areas.status);
    keys(pen, state, areas.keys);
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

fn header(pen: &mut Pen<'_>, state: &State, area: Rect) {
    let area = inset(area);
    let name = state.title(0).name;
    let end = pen.write(area, area.x, area.y, name, Meaning::Title);
    pen.spot(Rect { width: end - area.x, ..area }, Spot::Name);
    let x = end + 3;
    let room = usize::from(area.right().saturating_sub(x));
    let Title { title, mut note, .. } = state.title(room);
    let title = escape(&title);
    let left = |note: &str| {
        let beside = if note.is_empty() { 0 } else { width(note) + GAP };
        room.saturating_sub(beside)
    };
    let behind = |note: &str| left(note).saturating_sub(width(&title));
    let mut said = quota(state, behind(&note));
    if said.is_none() && state.quota().is_some_and(Quota::is_low) {
        // One that is nearly used up is said in the place of anything else.
        note.clear();
        said = quota(state, behind(""));
    }
    let room = left(&note).saturating_sub(said.as_ref().map_or(0, |it| width(it) + GAP));
    let end = pen.write(area, x, area.y, &cut_middle(&title, room), Meaning::Strong);
    pen.spot(Rect { x, width: end.saturating_sub(x), ..area }, Spot::Title);
    let cells = u16::try_from(width(&note)).unwrap_or(u16::MAX).min(area.width);
    pen.spot(Rect { x: area.right() - cells, width: cells, ..area }, Spot::Note);
    pen.write_right(area, area.y, &note, Meaning::Muted);
    if let Some(words) = said {
        let is_low = state.quota().is_some_and(Quota::is_low);
        let meaning = if is_low { Meaning::Warning } else { Meaning::Muted };
        let cells = if note.is_empty() { 0 } else { width(&note) + GAP };
        let cells = u16::try_from(cells).unwrap_or(0);
        let beside = Rect { width: area.width.saturating_sub(cells), ..area };
        pen.write_right(beside, area.y, &words, meaning);
    }
}

/// What the registry said of its limit, in as many words as there is room for.
fn quota(state: &State, room: usize) -> Option<String> {
    let quota = state.quota()?;
    let fits = |words: &String| width(words) + GAP <= room;
    Some(quota.words()).filter(fits).or_else(|| Some(quota.brief()).filter(fits))
}

fn status(pen: &mut Pen<'_>, state: &State, area: Rect) {
    let area = inset(area);
    if let Some(Prompt { label, input, words, choices, .. }) = state.prompt() {
        let x = pen.write(area, area.x, area.y, label, Meaning::Key);
        let end = typed(pen, area, x, input, true);
        let x = end + 3;
        let room = area.right().saturating_sub(x);
        pen.write(area, x, area.y, &cut(&words, usize::from(room)), Meaning::Muted);
        if let Some(field) = choices {
            form::choices(pen, field, field.chosen(), Rect { x, width: room, ..area });
        }
        return;
    }
    pen.spot(area, Spot::Status);
    let status = state.status();
    let mut x = area.x;
    if status.busy {
        x = pen.write(area, x, area.y, throbber(state.cx.ticks), Meaning::Accent) + 1;
    }
    let room = usize::from(area.right().saturating_sub(x));
    pen.write(area, x, area.y, &cut(&status.text, room), meaning_of(status.kind));
}

fn meaning_of(kind: Option<ToastKind>) -> Meaning {
    match kind {
        None => Meaning::Muted,
        Some(ToastKind::Done) => Meaning::Good,
        Some(ToastKind::Warning) => Meaning::Warning,
        Some(ToastKind::Error) => Meaning::Danger,
    }
}

/// What was wrong with a line being typed, in full, over what is above the line; and a sentence for
/// which the status line is too short, in full.
pub(super) fn whole(pen: &mut Pen<'_>, state: &State) {
    let Some(toast) = state.cx.toast.as_ref() else { return };
    let status = inset(state.areas().status);
    match state.prompt().map(|prompt| prompt.tells_problems) {
        Some(false) => {}
        Some(true) => {
            let lines = wrap(&toast.text, usize::from(status.width));
            over(pen, status, (&lines, MAX_PROBLEM), status.y, Meaning::Danger);
        }
        None => {
            let said = state.status();
            let lines = wrap(&said.text, usize::from(status.width));
            if lines.len() > 1 {
                let place = (&lines[..], MAX_SAID);
                over(pen, status, place, status.bottom(), meaning_of(said.kind));
            }
        }
    }
}

/// Lines with a rule over them, the last one above `bottom`.
fn over(
    pen: &mut Pen<'_>,
    status: Rect,
    (lines, most): (&[String], u16),
    bottom: u16,
    meaning: Meaning,
) {
    let height = u16::try_from(lines.len()).unwrap_or(most).min(most);
    let area = Rect { y: bottom.saturating_sub(height), height, ..status };
    let rule = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
    let whole = Rect { height: height + 1, ..rule };
    pen.clear(whole);
    pen.cover(whole);
    pen.spot(whole, Spot::Status);
    pen.line(rule, "─", Meaning::Rule);
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        pen.write(area, area.x, y, line, meaning);
    }
}

/// A line being typed; returns where it ends. The part around the cursor stays visible.
pub(super) fn typed(
    pen: &mut Pen<'_>,
    area: Rect,
    x: u16,
    input: &tui_input::Input,
    focused: bool,
) -> u16 {
    let room = usize::from(area.right().saturating_sub(x)).max(2) - 1;
    let scroll = input.visual_scroll(room);
    let mut hidden = 0;
    let shown: String = input
        .value()
        .chars()
        .skip_while(|c| {
            let skip = hidden < scroll;
            hidden += width(&c.to_string());
            skip
        })
        .collect();
    let end = pen.write(area, x, area.y, &escape(&shown), Meaning::Text);
    if focused {
        let offset = input.visual_cursor().saturating_sub(scroll);
        let column = x.saturating_add(u16::try_from(offset).unwrap_or(0));
        pen.cursor(column.min(area.right().saturating_sub(1)), area.y);
    }
    end
}

/// The keys that are worth showing; the least important ones give way first.
fn keys(pen: &mut Pen<'_>, state: &State, area: Rect) {
    const GAP: usize = 3;
    let area = inset(area);
    let typing = state.typing_keys();
    if !typing.is_empty() {
        let mut x = area.x;
        for (keys, word) in typing {
            let start = x;
            let end = pen.write(area, x, area.y, &keys, Meaning::Key);
            x = pen.write(area, end + 1, area.y, word, Meaning::Muted);
            // The word is the first of the keys, and each key is itself.
            let mut place = Rect { x: start, width: x - start, ..area };
            for label in keys.split(' ') {
                if let Some(key) = Key::labelled(label) {
                    pen.spot(place, Spot::Key(key));
                }
                place.x += u16::try_from(width(label) + 1).unwrap_or(0);
                place.width = end.saturating_sub(place.x);
            }
            x += 3;
        }
        return;
    }
    let mut room = usize::from(area.width);
    let mut chosen = Vec::new();
    for hint in state.hints() {
        let cells = width(&hint.key) + 1 + width(hint.word) + GAP;
        // The last one needs no gap behind it.
        if cells - GAP > room {
            break;
        }
        room = room.saturating_sub(cells);
        chosen.push(hint);
    }
    // Shown in the order of the table, so that a hint keeps its place.
    let place = |hint: &crate::tui::app::Hint| {
        crate::tui::app::Action::ALL.iter().position(|info| info.action == hint.action)
    };
    chosen.sort_by_key(place);
    let mut x = area.x;
    for hint in chosen {
        let start = x;
        x = pen.write(area, x, area.y, &hint.key, Meaning::Key);
        x = pen.write(area, x + 1, area.y, hint.word, Meaning::Muted);
        pen.spot(Rect { x: start, width: x - start, ..area }, Spot::Hint(hint.action));
        x += 3;
    }
}
