//! What surrounds every screen: header, rules, status, keys.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::model::draft::Format;
pub(super) use crate::text::throbber;
use crate::text::{count, cut, escape, width, wrap};
use crate::tui::app::{
    Areas, Listed, MIN_COLUMNS, MIN_ROWS, Screen, Spot, State, ToastKind, Typed, Typing,
};

/// The most lines for what was wrong with a line being typed.
const MAX_PROBLEM: u16 = 5;

/// The notice on a terminal that is too small.
pub(super) fn too_small(pen: &mut Pen<'_>, area: Rect) {
    let lines = [
        format!("platy needs {MIN_COLUMNS}×{MIN_ROWS} cells"),
        format!("this terminal has {}×{}", area.width, area.height),
        "make it larger, or q to quit".to_owned(),
    ];
    for (at, line) in lines.iter().enumerate() {
        let y = area.y + u16::try_from(at).unwrap_or(0);
        pen.write(area, area.x, y, line, Meaning::Text);
    }
}

/// Header, rules, status and keys.
pub(super) fn frame(pen: &mut Pen<'_>, state: &State) {
    let areas = state.areas();
    header(pen, state, &areas);
    pen.line(inset(areas.top_rule), "─", Meaning::Rule);
    pen.line(inset(areas.bottom_rule), "─", Meaning::Rule);
    status(pen, state, areas.status);
    keys(pen, state, areas.keys);
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

fn header(pen: &mut Pen<'_>, state: &State, areas: &Areas) {
    let area = inset(areas.header);
    let name = match state.screen() {
        Screen::Why(_) => "why",
        Screen::Matrix(_) => "who gets what",
        Screen::Files(_) => "files",
        Screen::Compare(_) => "compare",
        Screen::Editor(_) => "draft",
        Screen::Push(_) => "push",
        Screen::Drafts(_) => "drafts",
        _ => "platy",
    };
    let x = pen.write(area, area.x, area.y, name, Meaning::Title) + 3;
    let room = usize::from(area.right().saturating_sub(x));
    let (title, note) = match state.screen() {
        Screen::Start(_) if state.samples.is_empty() => ("open an image".to_owned(), String::new()),
        Screen::Start(_) => ("demo".to_owned(), "a registry inside platy".to_owned()),
        Screen::Explorer(explorer) => {
            let title = explorer.location.familiar();
            let note = if explorer.is_reloading() {
                "asking the tag again".to_owned()
            } else {
                chosen(state, room.saturating_sub(width(&escape(&title)) + 3))
            };
            (title, note)
        }
        Screen::Why(_) => {
            let title = state.explorer_beneath().map(|it| it.location.familiar());
            let title = title.unwrap_or_default();
            let note = chosen(state, room.saturating_sub(width(&escape(&title)) + 3));
            (title, note)
        }
        Screen::Matrix(view) => {
            let title = state.explorer_beneath().map(|it| it.location.familiar());
            let (rows, differing) = view.counts();
            let differ = if differing == 1 { "row differs" } else { "rows differ" };
            let note = match state.choice.request() {
                Some(request) => format!("{differing} {differ} · --platform {}", escape(request)),
                None => {
                    format!(
                        "{rows} hosts × {} engines · {differing} {differ}",
                        view.engines().len()
                    )
                }
            };
            (title.unwrap_or_default(), note)
        }
        Screen::Compare(view) => (view.title().to_owned(), String::new()),
        Screen::Files(view) => {
            let note = match view.only {
                None => "all layers".to_owned(),
                Some(only) => format!("layer {} of {}", only + 1, view.layers.len()),
            };
            (view.title.clone(), note)
        }
        Screen::Editor(editor) => draft_title(state, &editor.draft, room),
        Screen::Push(page) => draft_title(state, &page.draft, room),
        Screen::Drafts(_) => (String::new(), String::new()),
        Screen::List(list) => match &list.listed {
            Listed::Tags(repository) => (repository.familiar(), "tags".to_owned()),
            Listed::Repositories { host, prefix } => {
                (format!("{host}/{prefix}"), "repositories".to_owned())
            }
        },
    };
    let note_width = if note.is_empty() { 0 } else { width(&note) + 3 };
    let room = room.saturating_sub(note_width);
    pen.write(area, x, area.y, &cut(&escape(&title), room), Meaning::Strong);
    pen.write_right(area, area.y, &note, Meaning::Muted);
}

/// What a draft is called, and what its list is now, as far as there is room.
fn draft_title(state: &State, name: &str, room: usize) -> (String, String) {
    let Some(open) = state.drafts.get(name) else { return (String::new(), String::new()) };
    let title = open.title();
    let document = open.draft.document();
    let kind = match (open.draft.base(), open.draft.is_changed(), open.is_unsaved()) {
        (_, true, false) => "pushed",
        (None, ..) => "new list",
        (Some(_), true, _) => "changed",
        (Some(_), false, _) => "unchanged",
    };
    let format = match open.draft.format() {
        Format::Oci => "OCI",
        Format::Docker => "Docker list",
    };
    let entries = match open.draft.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let bytes = format!("{} bytes", count(document.size()));
    let digest = format!("sha256:{}", document.digest.short());
    // The digest last, so that it stands where digests end; the rest gives way before it.
    let parts = [kind, format, &entries, &bytes, &digest];
    let left = room.saturating_sub(width(&escape(&title)) + 3);
    let words = [&[][..], &[3], &[3, 1], &[3, 1, 2]].into_iter().map(|without| {
        let kept = parts.iter().enumerate().filter(|(at, _)| !without.contains(at));
        kept.map(|(_, part)| *part).collect::<Vec<&str>>().join(" · ")
    });
    let mut words: Vec<String> = words.collect();
    let shortest = words.pop().unwrap_or_default();
    (title, words.into_iter().find(|it| width(it) <= left).unwrap_or(shortest))
}

/// For which machine and engine picks are shown, as far as there is room; the machine's platform
/// and the engine always.
fn chosen(state: &State, room: usize) -> String {
    let Some(named) = state.choice.host() else { return String::new() };
    let engine = match state.choice.request() {
        Some(request) => format!("{} --platform {request}", state.choice.engine().short),
        None => state.choice.engine().short.to_owned(),
    };
    let full = format!("{} · {engine}", named.words());
    let words = if width(&full) <= room { full } else { format!("{} · {engine}", named.host) };
    escape(&words).into_owned()
}

fn status(pen: &mut Pen<'_>, state: &State, area: Rect) {
    let area = inset(area);
    if let Screen::Explorer(explorer) = state.screen()
        && let Some(input) = &explorer.search.input
    {
        let x = pen.write(area, area.x, area.y, "/", Meaning::Key);
        let end = typed(pen, area, x, input, true);
        if !explorer.search.needle.is_empty() {
            let found = &explorer.search.found;
            let mut words = format!("{} found", found.nodes.len());
            if found.unloaded > 0 {
                words.push_str(&format!(" · {} not loaded", found.unloaded));
            }
            pen.write(area, end + 3, area.y, &words, Meaning::Muted);
        }
        return;
    }
    if let Screen::Explorer(explorer) = state.screen()
        && let Some(input) = &explorer.comparing
    {
        const WORDS: &str = ":tag of this repository, a digest in it, or any reference";
        return ask(pen, area, "compare with: ", input, WORDS);
    }
    if let Screen::Files(view) = state.screen() {
        if let Some(saving) = &view.saving {
            let words = if saving.under_way { "being saved" } else { "a path on this machine" };
            return ask(pen, area, "save to: ", &saving.input, words);
        }
        if let Some(input) = &view.search.input {
            let x = pen.write(area, area.x, area.y, "/", Meaning::Key);
            let end = typed(pen, area, x, input, true);
            if !view.search.needle.is_empty() {
                let words = format!("{} found", view.search.found.len());
                pen.write(area, end + 3, area.y, &words, Meaning::Muted);
            }
            return;
        }
    }
    if let Screen::Why(why) = state.screen()
        && let Some(Typing { what, input }) = &why.typing
    {
        let (label, words) = match what {
            Typed::Host => {
                ("host: ", "for example linux/arm/v7, linux/amd64/v2, windows(10.0.20348)/amd64")
            }
            Typed::Request => {
                ("--platform ", "what the engine is asked for, as typed; empty: nothing")
            }
        };
        return ask(pen, area, label, input, words);
    }
    let status = state.status();
    let mut x = area.x;
    if status.busy {
        x = pen.write(area, x, area.y, throbber(state.ticks), Meaning::Accent) + 1;
    }
    let meaning = match status.kind {
        None => Meaning::Muted,
        Some(ToastKind::Done) => Meaning::Good,
        Some(ToastKind::Warning) => Meaning::Warning,
        Some(ToastKind::Error) => Meaning::Danger,
    };
    let room = usize::from(area.right().saturating_sub(x));
    pen.write(area, x, area.y, &cut(&status.text, room), meaning);
}

/// A line being typed with what may be typed beside it.
fn ask(pen: &mut Pen<'_>, area: Rect, title: &str, input: &tui_input::Input, words: &str) {
    let x = pen.write(area, area.x, area.y, title, Meaning::Key);
    let end = typed(pen, area, x, input, true);
    let room = usize::from(area.right().saturating_sub(end + 3));
    pen.write(area, end + 3, area.y, &cut(words, room), Meaning::Muted);
}

/// What was wrong with a line being typed, in full, over what stands above the line.
pub(super) fn problem(pen: &mut Pen<'_>, state: &State) {
    let typing = match state.screen() {
        Screen::Explorer(explorer) => explorer.comparing.is_some(),
        Screen::Why(why) => why.typing.is_some(),
        Screen::Files(view) => view.saving.is_some(),
        _ => false,
    };
    let Some(toast) = state.toast.as_ref().filter(|_| typing) else { return };
    let status = inset(state.areas().status);
    let lines = wrap(&toast.text, usize::from(status.width));
    let height = u16::try_from(lines.len()).unwrap_or(MAX_PROBLEM).min(MAX_PROBLEM);
    let area = Rect { y: status.y.saturating_sub(height), height, ..status };
    let rule = Rect { y: area.y.saturating_sub(1), height: 1, ..area };
    pen.clear(Rect { height: height + 1, ..rule });
    pen.line(rule, "─", Meaning::Rule);
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        pen.write(area, area.x, y, line, Meaning::Danger);
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
    let typing = typing_keys(state);
    if !typing.is_empty() {
        let mut x = area.x;
        for (key, word) in typing {
            x = pen.write(area, x, area.y, key, Meaning::Key);
            x = pen.write(area, x + 1, area.y, word, Meaning::Muted) + 3;
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

/// The keys while a line is being typed.
fn typing_keys(state: &State) -> &'static [(&'static str, &'static str)] {
    if state.overlay.is_some() {
        return &[];
    }
    match state.screen() {
        Screen::Start(_) if state.depth() > 1 => &[
            ("↵", "open"),
            ("↓ ↑", "choose"),
            ("tab", "complete"),
            ("ctrl-u", "clear"),
            ("esc", "back"),
            ("ctrl-c", "quit"),
        ],
        Screen::Start(start) if start.input.value().is_empty() => &[
            ("↵", "open"),
            ("↓ ↑", "choose"),
            ("tab", "complete"),
            ("?", "all keys"),
            ("ctrl-c", "quit"),
        ],
        Screen::Start(_) => &[
            ("↵", "open"),
            ("↓ ↑", "choose"),
            ("tab", "complete"),
            ("ctrl-u", "clear"),
            ("ctrl-c", "quit"),
        ],
        Screen::Explorer(explorer) if explorer.comparing.is_some() => {
            &[("↵", "compare"), ("esc", "leave it"), ("ctrl-u", "clear")]
        }
        Screen::Explorer(explorer) if explorer.search.input.is_some() => {
            &[("↵", "stay here"), ("esc", "go back"), ("ctrl-u", "clear")]
        }
        Screen::Files(view) if view.saving.as_ref().is_some_and(|it| it.under_way) => {
            &[("esc", "end it")]
        }
        Screen::Files(view) if view.saving.is_some() => {
            &[("↵", "save"), ("esc", "leave it"), ("ctrl-u", "clear")]
        }
        Screen::Files(view) if view.search.input.is_some() => {
            &[("↵", "stay here"), ("esc", "go back"), ("ctrl-u", "clear")]
        }
        Screen::Editor(editor) if editor.form.is_some() => &[
            ("↵", "take it"),
            ("tab", "next field"),
            ("↓ ↑", "choose"),
            ("ctrl-u", "clear"),
            ("esc", "leave it"),
        ],
        Screen::Compare(view) if view.difference().is_some() => {
            &[("↓ ↑", "scroll"), ("esc", "back")]
        }
        Screen::Why(why) if why.typing.is_some() => {
            &[("↵", "take it"), ("esc", "leave it"), ("ctrl-u", "clear")]
        }
        Screen::List(list) if list.typing => {
            &[("↵", "to the list"), ("↓ ↑", "move"), ("esc", "show all")]
        }
        _ => &[],
    }
}
