//! Draws the state. Reads it, changes nothing, and returns what was drawn where, for the mouse.

mod chrome;
mod compare;
mod detail;
mod drafts;
mod editor;
mod explorer;
mod files;
mod fleet;
mod form;
mod list;
mod matrix;
mod menu;
mod overlay;
mod pen;
mod push;
mod sheet;
mod start;
mod theme;
mod why;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_editor;
#[cfg(test)]
mod tests_files;
#[cfg(test)]
mod tests_start;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::app::{Areas, Screen, Spot, State, views};

pub use theme::{Meaning, Theme, ThemeError};

use pen::Pen;

/// What was drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the mouse hits what; later ones lie over earlier ones.
    pub spots: Vec<(Rect, Spot)>,
    /// Where the terminal's cursor is, while a line is being typed.
    pub cursor: Option<Position>,
}

impl Drawn {
    /// What is at this place.
    #[must_use]
    pub fn at(&self, column: u16, row: u16) -> Option<Spot> {
        self.spots
            .iter()
            .rev()
            .find(|(area, _)| area.contains(Position::new(column, row)))
            .map(|(_, spot)| *spot)
    }
}

/// Draws the state into a buffer.
pub fn draw(state: &State, theme: &Theme, buffer: &mut Buffer) -> Drawn {
    let area = buffer.area;
    let mut pen = Pen::new(buffer, theme);
    if Areas::too_small(area.width, area.height) {
        chrome::too_small(&mut pen, state, area);
        return pen.drawn;
    }
    chrome::frame(&mut pen, state);
    screen(&mut pen, state);
    if let Some(overlay) = &state.cx.overlay {
        pen.cover(state.areas().body);
        overlay::draw(&mut pen, state, overlay);
    }
    chrome::whole(&mut pen, state);
    pen.drawn
}

macro_rules! dispatch {
    ($($(#[$doc:meta])* $name:ident($drawing:ident, $type:ident),)*) => {
        /// Draws the view on top: each by the module of its name in the list of views.
        fn screen(pen: &mut Pen<'_>, state: &State) {
            match state.screen() {
                $(Screen::$name(view) => $drawing::draw(pen, state, view),)*
            }
        }
    };
}
views!(dispatch);
