//! Where the parts of the matrix are.

use ratatui::layout::Rect;

use super::MatrixView;
use crate::text::width;
use crate::tui::app::Choice;

/// Cells left free on either side.
const MARGIN: u16 = 3;
/// Cells between two columns.
pub(super) const GAP: u16 = 2;
/// The most cells of a machine's name, on a narrow and on a wide screen.
const NAME: u16 = 24;
const NAME_WIDE: u16 = 33;
const WIDE: u16 = 100;
/// The sign of a row in which engines differ, with the cells before it.
const SIGN: u16 = 3;
/// The lines that tell of the cell under the cursor, with a free line over them.
const SENTENCE: u16 = 4;
/// From this many columns on a cell shows the digest too.
const WITH_DIGEST: u16 = 150;
/// The digest's cells, with those before it: a sign may be in the first.
const DIGEST: u16 = 14;

/// The parts of the matrix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// The line of engines.
    pub titles: Rect,
    /// The lines of machines.
    pub rows: Rect,
    /// Where the column of signs is.
    pub signs: u16,
    /// The cells of a machine's name.
    pub name: u16,
    /// The engines on the screen: number, first column, cells.
    pub columns: Vec<(usize, u16, u16)>,
    /// The first engine on the screen.
    pub left: usize,
    /// Whether cells show digests.
    pub digests: bool,
    /// What the cell under the cursor says in full; empty if there is no room.
    pub sentence: Rect,
}

impl Grid {
    /// Shares the body out: as many engines as fit, the one under the cursor among them.
    pub(super) fn of(body: Rect, view: &MatrixView, choice: &Choice) -> Self {
        let area =
            Rect { x: body.x + MARGIN, width: body.width.saturating_sub(2 * MARGIN), ..body };
        let titles = Rect { y: area.y + 1.min(area.height), height: 1.min(area.height), ..area };
        let room = area.bottom().saturating_sub(titles.bottom());
        let sentence = if room > SENTENCE + 3 { SENTENCE } else { 0 };
        let hosts = u16::try_from(choice.hosts().len()).unwrap_or(u16::MAX);
        let height = hosts.min(room.saturating_sub(sentence));
        let rows = Rect { y: titles.bottom(), height, ..area };
        let sentence = if sentence > 0 {
            Rect { y: rows.bottom() + 1, height: sentence - 1, ..area }
        } else {
            Rect::default()
        };
        let longest = choice.hosts().iter().map(|named| width(&named.name())).max().unwrap_or(0);
        let most = if body.width >= WIDE { NAME_WIDE } else { NAME };
        let name = u16::try_from(longest).unwrap_or(u16::MAX).min(most);
        let digests = body.width >= WITH_DIGEST;
        let cells: Vec<u16> =
            (0..view.engines.len()).map(|column| cells_of(view, column, digests)).collect();
        let first = area.x + name + GAP;
        let room = (area.right() - SIGN).saturating_sub(first);
        let left = left(view, &cells, room);
        let mut columns = Vec::new();
        let mut x = first;
        for (number, cells) in cells.iter().enumerate().skip(left) {
            let fits = x.saturating_add(*cells) <= first + room;
            if !fits && !columns.is_empty() {
                break;
            }
            columns.push((number, x, (*cells).min(room)));
            x = x.saturating_add(*cells + GAP);
        }
        let signs = area.right().saturating_sub(1);
        Self { titles, rows, signs, name, columns, left, digests, sentence }
    }
}

/// The cells of a column: its longest text, whatever is on the screen, so that it does not change
/// while the rows scroll.
fn cells_of(view: &MatrixView, column: usize, digests: bool) -> u16 {
    let title = view.engines.get(column).map_or(0, |engine| width(engine.short));
    let texts = view.cells.iter().filter_map(|row| row.get(column)).map(|cell| width(&cell.text));
    let text = texts.max().unwrap_or(0).min(20);
    let digest = if digests { usize::from(DIGEST) } else { 0 };
    u16::try_from(title.max(text + digest)).unwrap_or(20)
}

/// The first engine on the screen: as before where the one under the cursor is then on it.
fn left(view: &MatrixView, cells: &[u16], room: u16) -> usize {
    let mut left = view.left.min(view.column);
    let span = |left: usize| -> u16 {
        let shown = cells.get(left..=view.column).unwrap_or_default();
        let total: u16 = shown.iter().map(|cells| cells + GAP).sum();
        total.saturating_sub(GAP)
    };
    while left < view.column && span(left) > room {
        left += 1;
    }
    left
}
