//! Draws the state. Reads it, changes nothing, and returns what was drawn where, for the mouse.

mod choice;
mod chrome;
mod compare;
mod detail;
mod editor;
mod explorer;
mod files;
mod form;
mod list;
mod matrix;
mod overlay;
mod pen;
mod push;
mod question;
mod start;
mod theme;
mod why;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_files;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::tui::app::{Areas, Screen, Spot, State};

pub use theme::{Meaning, Theme, ThemeError};

use pen::Pen;

/// What was drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drawn {
    /// Where the mouse hits what; later ones lie over earlier ones.
    pub spots: Vec<(Rect, Spot)>,
    /// Where the terminal's cursor stands, while a line is being typed.
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
        chrome::too_small(&mut pen, area);
        return pen.drawn;
    }
    chrome::frame(&mut pen, state);
    match state.screen() {
        Screen::Start(page) => start::draw(&mut pen, state, page),
        Screen::Explorer(explorer) => explorer::draw(&mut pen, state, explorer),
        Screen::List(list) => list::draw(&mut pen, state, list),
        Screen::Why(page) => {
            if let Some(explorer) = state.explorer_beneath() {
                why::draw(&mut pen, page, explorer);
            }
        }
        Screen::Matrix(view) => matrix::draw(&mut pen, state, view),
        Screen::Files(view) => files::draw(&mut pen, state, view),
        Screen::Editor(page) => editor::draw(&mut pen, state, page),
        Screen::Push(page) => push::draw(&mut pen, state, page),
        Screen::Drafts(page) => push::drafts(&mut pen, state, page),
        Screen::Compare(view) => compare::draw(&mut pen, state, view),
    }
    chrome::problem(&mut pen, state);
    if let Some(overlay) = &state.overlay {
        overlay::draw(&mut pen, state, overlay);
    }
    pen.drawn
}
