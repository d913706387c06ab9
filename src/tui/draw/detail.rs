//! The detail pane: its tabs and its lines.

use ratatui::layout::Rect;

use super::{Meaning, Pen, sheet};
use crate::tui::app::{Explorer, Pane, Spot, Tab};

pub(super) fn draw(pen: &mut Pen<'_>, explorer: &Explorer) {
    let areas = explorer.areas();
    tabs(pen, explorer, areas.tabs);
    let area = areas.detail;
    pen.spot(Rect { y: areas.tabs.y + 1, height: area.height + 1, ..area }, Spot::Detail);
    sheet::draw(pen, area, &explorer.sheet);
}

fn tabs(pen: &mut Pen<'_>, explorer: &Explorer, area: Rect) {
    let mut x = area.x;
    let Room { gap, names } = Room::of(explorer, area.width);
    for (at, tab) in Tab::ALL.into_iter().enumerate() {
        let start = x;
        let chosen = explorer.tab == tab;
        let meaning = match (chosen, explorer.focus) {
            (true, Pane::Detail) => Meaning::Title,
            (true, Pane::Tree) => Meaning::Strong,
            (false, _) => Meaning::Muted,
        };
        let named = names || chosen;
        let number = if named { format!("{} ", at + 1) } else { (at + 1).to_string() };
        x = pen.write(area, x, area.y, &number, Meaning::Muted);
        if named {
            x = pen.write(area, x, area.y, tab.title(), meaning);
        }
        if tab == Tab::Raw && explorer.as_is {
            x = pen.write(area, x, area.y, " as is", Meaning::Muted);
        }
        pen.spot(Rect { x: start, width: x - start, ..area }, Spot::Tab(tab));
        x += gap;
    }
    position(pen, explorer, area);
}

/// What the row of tabs has room for.
struct Room {
    /// Cells between two tabs: three, or one if the last would not be seen whole beside the
    /// position.
    gap: u16,
    /// Whether each tab has its name; otherwise the chosen one alone, and the others their number.
    names: bool,
}

impl Room {
    fn of(explorer: &Explorer, cells: u16) -> Self {
        /// An ordinary position with the cell before it: `123/456`.
        const POSITION: usize = 8;
        let cells = usize::from(cells);
        let titles: usize = Tab::ALL.iter().map(|tab| tab.title().len() + 2).sum();
        let as_is = if explorer.as_is { " as is".len() } else { 0 };
        let between = Tab::ALL.len() - 1;
        let whole = titles + as_is + 3 * between + POSITION <= cells;
        Self { gap: if whole { 3 } else { 1 }, names: titles + as_is + between <= cells }
    }
}

/// How far down the text is, where it is longer than the pane.
fn position(pen: &mut Pen<'_>, explorer: &Explorer, area: Rect) {
    let page = usize::from(explorer.areas().detail.height);
    let length = explorer.sheet.len();
    if length > page {
        let last = (explorer.sheet.scroll + page).min(length);
        let more = if explorer.sheet.is_whole() { "" } else { "…" };
        pen.write_right(area, area.y, &format!("{last}/{length}{more}"), Meaning::Muted);
    }
}
