//! Writing text into the buffer: clipped to an area, in the style of a meaning.
//!
//! Of ratatui this uses the buffer, layout and styles; of its widgets `Clear`. The others would not
//! serve here: `Tabs`, `Table` and `Paragraph` do not say where they drew a heading, a cell or a
//! line, which the mouse needs ([`Drawn`](super::Drawn)); they take a style for each cell, and not
//! its meaning, and a whole table, of which 10,000 rows would be made for the forty on the screen.
//! A `Scrollbar` takes a column of every pane to say what `last/all` says in a corner.
//!
//! Everything is clipped to the buffer too. Its size is the terminal's at this moment, and the
//! state may have been laid out for another one: the event of a resize comes after it.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, Widget as _};

use super::{Drawn, Meaning, Theme};
use crate::text::{ascii, width};
use crate::tui::app::Spot;

/// Draws, and notes where what was drawn.
pub(super) struct Pen<'a> {
    buffer: &'a mut Buffer,
    theme: &'a Theme,
    pub(super) drawn: Drawn,
}

impl<'a> Pen<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Self { buffer, theme, drawn: Drawn::default() }
    }

    /// Writes text from `x` on, inside `area`'s columns; returns where it ends.
    pub(super) fn write(
        &mut self,
        area: Rect,
        x: u16,
        y: u16,
        text: &str,
        meaning: Meaning,
    ) -> u16 {
        let whole = self.buffer.area;
        let bottom = area.bottom().min(whole.bottom());
        let right = area.right().min(whole.right());
        if y < area.y.max(whole.y) || y >= bottom || x < whole.x || x >= right {
            return x;
        }
        let room = usize::from(right - x);
        let style = self.theme.style(meaning);
        let text = if self.theme.is_ascii() { ascii(text) } else { Cow::Borrowed(text) };
        self.buffer.set_stringn(x, y, text, room, style).0
    }

    /// Writes text so that it ends at the right side of `area`.
    pub(super) fn write_right(&mut self, area: Rect, y: u16, text: &str, meaning: Meaning) {
        let cells = u16::try_from(width(text)).unwrap_or(u16::MAX);
        let x = area.right().saturating_sub(cells).max(area.x);
        self.write(area, x, y, text, meaning);
    }

    /// Fills a line with one character.
    pub(super) fn line(&mut self, area: Rect, symbol: &str, meaning: Meaning) {
        for y in area.top()..area.bottom() {
            let text = symbol.repeat(usize::from(area.width));
            self.write(area, area.x, y, &text, meaning);
        }
    }

    /// Gives an area the look of a meaning, over what is there.
    pub(super) fn paint(&mut self, area: Rect, meaning: Meaning) {
        // Colours of single words would break the bar of a selection.
        let style = Style::reset().patch(self.theme.style(meaning));
        self.buffer.set_style(area.intersection(self.buffer.area), style);
    }

    /// Clears an area.
    pub(super) fn clear(&mut self, area: Rect) {
        Clear.render(area.intersection(self.buffer.area), self.buffer);
    }

    /// Forgets what the mouse hits in an area: something lies over it.
    pub(super) fn cover(&mut self, area: Rect) {
        self.drawn.spots.retain(|(place, _)| !area.intersects(*place));
    }

    /// Notes what the mouse hits here.
    pub(super) fn spot(&mut self, area: Rect, spot: Spot) {
        let area = area.intersection(self.buffer.area);
        if !area.is_empty() {
            self.drawn.spots.push((area, spot));
        }
    }

    /// Puts the terminal's cursor here.
    pub(super) fn cursor(&mut self, column: u16, row: u16) {
        let area = self.buffer.area;
        let at = Position::new(column.min(area.right().saturating_sub(1)), row);
        self.drawn.cursor = Some(at).filter(|at| area.contains(*at));
    }
}
