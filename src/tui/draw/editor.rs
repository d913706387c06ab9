//! The editor: tabs, the table of entries with an open form in it, what is wrong under it.

use ratatui::layout::Rect;

use super::{Meaning, Pen, form};
use crate::model::draft::{Mark, Severity};
use crate::text::{cut, pad, width};
use crate::tui::app::detail::Line;
use crate::tui::app::{Editor, EditorTab, EntryRow, OpenForm, Spot, State};

const DIGEST: usize = 12;
const GAP: u16 = 2;
/// Number, sign and triangle.
const LEAD: u16 = 4 + 2 + 2;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, editor: &Editor) {
    let parts = editor.parts();
    tabs(pen, editor, parts.tabs);
    if editor.tab == EditorTab::Entries {
        table(pen, state, editor);
    } else {
        let area = Rect {
            y: parts.titles.y,
            height: parts.titles.height + parts.rows.height,
            x: parts.rows.x + 1,
            width: parts.rows.width.saturating_sub(2),
        };
        text(pen, editor, area);
    }
    pen.line(parts.rule, "─", Meaning::Rule);
    lines(pen, parts.foot, editor.foot());
}

pub(super) fn lines(pen: &mut Pen<'_>, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.x;
        for span in &line.spans {
            x = pen.write(area, x, y, &span.text, span.tone.into());
        }
    }
}

fn tabs(pen: &mut Pen<'_>, editor: &Editor, area: Rect) {
    let mut x = area.x + 1;
    for (at, tab) in EditorTab::ALL.into_iter().enumerate() {
        let start = x;
        let meaning = if editor.tab == tab { Meaning::Title } else { Meaning::Muted };
        x = pen.write(area, x, area.y, &format!("{} ", at + 1), Meaning::Muted);
        x = pen.write(area, x, area.y, tab.title(), meaning);
        pen.spot(Rect { x: start, width: x - start, ..area }, Spot::EditorTab(tab));
        x += 3;
    }
    let (added, changed, removed) = editor.rows().counts;
    let counts: Vec<String> = [(added, "added"), (changed, "changed"), (removed, "removed")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let note = match editor.tab {
        EditorTab::Entries if counts.is_empty() => String::new(),
        EditorTab::Entries => counts.join(" · "),
        _ => position(editor),
    };
    let room = usize::from(area.right().saturating_sub(x));
    if width(&note) < room {
        pen.write_right(area, area.y, &note, Meaning::Muted);
    }
}

/// How far down a text is, if it is longer than its place.
fn position(editor: &Editor) -> String {
    let parts = editor.parts();
    let page = usize::from(parts.titles.height + parts.rows.height);
    let length = editor.content().len();
    if length <= page {
        return String::new();
    }
    let more = if editor.content().is_whole() { "" } else { "…" };
    format!("{}/{length}{more}", (editor.scroll + page).min(length))
}

fn text(pen: &mut Pen<'_>, editor: &Editor, area: Rect) {
    let mut area = area;
    if let Some(open) = &editor.form {
        area = above(pen, open, area);
    }
    pen.spot(area, Spot::Detail);
    for row in 0..area.height {
        let Some(line) = editor.content().line(editor.scroll + usize::from(row)) else { break };
        lines(pen, Rect { y: area.y + row, height: 1, ..area }, &[line]);
    }
}

/// A form over everything else of an area; what is left of the area.
fn above(pen: &mut Pen<'_>, open: &OpenForm, area: Rect) -> Rect {
    let height = u16::try_from(open.lines()).unwrap_or(area.height).min(area.height);
    form::draw(pen, &open.form, Rect { x: area.x + 1, height, ..area });
    // A free line under it.
    let used = (height + 1).min(area.height);
    Rect { y: area.y + used, height: area.height - used, ..area }
}

fn table(pen: &mut Pen<'_>, state: &State, editor: &Editor) {
    let parts = editor.parts();
    let area = parts.rows;
    let rows = &editor.rows().rows;
    let mut columns = EntryColumns::of(editor, area);
    if let Some(open) = &editor.form
        && editor.form_behind().is_none()
    {
        let whole = Rect { y: parts.titles.y, height: area.height + 1, ..area };
        columns.area = above(pen, open, whole);
    } else if rows.is_empty() {
        pen.write(area, area.x + 1, area.y, "no entries yet", Meaning::Muted);
        let key = state.cx.keymap.label(crate::tui::app::Action::AddImage).unwrap_or_default();
        let x = pen.write(area, area.x + 1, area.y + 2, &key, Meaning::Key);
        pen.write(area, x + 1, area.y + 2, "adds an image by reference", Meaning::Muted);
        return;
    } else {
        columns.titles(pen, parts.titles);
    }
    let mut y = columns.area.y;
    for (at, row) in rows.iter().enumerate().skip(editor.top) {
        if y >= columns.area.bottom() {
            break;
        }
        let line = Rect { y, height: 1, ..area };
        columns.row(pen, line, row);
        pen.spot(line, Spot::Line(at));
        let form_here = editor.form.as_ref().filter(|_| editor.form_behind() == Some(at));
        if editor.cursor == at {
            let meaning = if editor.form.is_some() {
                Meaning::SelectionElsewhere
            } else {
                Meaning::Selection
            };
            pen.paint(line, meaning);
        }
        y += 1;
        if let Some(open) = form_here {
            let height = u16::try_from(open.lines()).unwrap_or(u16::MAX);
            let height = height.min(columns.area.bottom().saturating_sub(y));
            let indent = LEAD + 1;
            let place =
                Rect { x: area.x + indent, y, width: area.width.saturating_sub(indent), height };
            form::draw(pen, &open.form, place);
            y += height;
        }
    }
}

/// Where the columns begin.
struct EntryColumns {
    area: Rect,
    label: u16,
    label_cells: usize,
    digest: u16,
    notes: u16,
}

impl EntryColumns {
    fn of(editor: &Editor, area: Rect) -> Self {
        let label = area.x + LEAD + 1;
        let most = usize::from(area.width.saturating_sub(LEAD + 1 + GAP + DIGEST as u16 + 1));
        // Attestations are indented by two more cells.
        let label_cells = (editor.rows().label_width + 2).clamp(14, most.max(14));
        let digest = label + u16::try_from(label_cells).unwrap_or(0) + GAP;
        Self { area, label, label_cells, digest, notes: digest + DIGEST as u16 + GAP }
    }

    fn titles(&self, pen: &mut Pen<'_>, area: Rect) {
        let titles = [(area.x + 3, "#"), (self.label, "platform"), (self.digest, "digest")];
        for (x, title) in titles {
            pen.write(area, x, area.y, title, Meaning::Muted);
        }
    }

    fn row(&self, pen: &mut Pen<'_>, line: Rect, row: &EntryRow) {
        let number = row.number.map_or_else(String::new, |number| number.to_string());
        pen.write(line, line.x, line.y, &format!("{number:>4}"), Meaning::Muted);
        let (sign, meaning) = sign(row.mark);
        pen.write(line, line.x + 5, line.y, sign, meaning);
        let triangle = match row.open {
            None => " ",
            Some(true) => "▾",
            Some(false) => "▸",
        };
        pen.write(line, line.x + 7, line.y, triangle, Meaning::Muted);
        let label_meaning = match row.mark {
            Mark::Removed => Meaning::Muted,
            _ if row.below => Meaning::Muted,
            _ => Meaning::Text,
        };
        let indent = if row.below { 2 } else { 0 };
        let cells = self.label_cells.saturating_sub(indent);
        let x = self.label + u16::try_from(indent).unwrap_or(0);
        pen.write(line, x, line.y, &pad(&cut(&row.label, cells), cells), label_meaning);
        pen.write(line, self.digest, line.y, &row.digest, Meaning::Muted);
        let room = usize::from(line.right().saturating_sub(self.notes));
        if room < 4 {
            return;
        }
        match &row.problem {
            Some((severity, problem)) => {
                let (sign, meaning) = match severity {
                    Severity::Error => ("✗ ", Meaning::Danger),
                    Severity::Warning => ("! ", Meaning::Warning),
                };
                let text = cut(problem, room - 2);
                let x = pen.write(line, self.notes, line.y, sign, meaning);
                let end = pen.write(line, x, line.y, &text, meaning);
                let left = usize::from(line.right().saturating_sub(end + GAP));
                if !row.notes.is_empty() && left >= width(&row.notes) {
                    pen.write(line, end + GAP, line.y, &row.notes, Meaning::Muted);
                }
            }
            None => {
                pen.write(line, self.notes, line.y, &cut(&row.notes, room), Meaning::Muted);
            }
        }
    }
}

fn sign(mark: Mark) -> (&'static str, Meaning) {
    match mark {
        Mark::Same => (" ", Meaning::Text),
        Mark::Moved => ("↕", Meaning::Differs),
        Mark::Changed => ("~", Meaning::Differs),
        Mark::Added => ("+", Meaning::Good),
        Mark::Removed => ("-", Meaning::Danger),
    }
}
