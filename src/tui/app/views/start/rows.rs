//! The sections of the start page below each other, and which of their rows are on the screen.

use ratatui::layout::Rect;

use super::{Known, Section, Start, Suggestion};
use crate::text::wrap;
use crate::tui::app::list;

/// The most lines of what is wrong with what was typed.
const PROBLEM: usize = 3;
/// The lines over the list, without what is wrong: the name of the input, itself, and free ones.
const OVER: u16 = 4;
/// Cells left free on either side.
const MARGIN: u16 = 3;

/// A row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartRow {
    /// A free line before a section.
    Gap,
    /// The heading of a section; not escaped.
    Title(String),
    /// A line, with its number among all of them.
    Suggestion(usize, Suggestion),
    /// How many lines of a section are left out.
    More(usize),
}

/// The rows of all sections, each with the section that it belongs to.
#[must_use]
pub fn rows(sections: Vec<Section>) -> Vec<(usize, StartRow)> {
    let (mut rows, mut at) = (Vec::new(), 0);
    // Headings without lines have no gap between them.
    let mut is_alone = true;
    for (number, section) in sections.into_iter().enumerate() {
        if number > 0 && !(is_alone && section.lines.is_empty()) {
            rows.push((number, StartRow::Gap));
        }
        is_alone = section.lines.is_empty();
        rows.push((number, StartRow::Title(section.title)));
        for line in section.lines {
            rows.push((number, StartRow::Suggestion(at, line)));
            at += 1;
        }
        if section.left_out > 0 {
            rows.push((number, StartRow::More(section.left_out)));
        }
    }
    rows
}

impl Start {
    /// What is wrong with what was typed, in lines.
    #[must_use]
    pub fn problem_lines(&self, body: Rect) -> Vec<String> {
        let cells = usize::from(body.width.saturating_sub(2 * MARGIN));
        let lines = self.problem.as_ref().map(|problem| wrap(problem, cells));
        lines.into_iter().flatten().take(PROBLEM).collect()
    }

    /// Where the list is, the heading of its first row included.
    #[must_use]
    pub fn list_area(&self, body: Rect) -> Rect {
        let lines = self.problem_lines(body).len();
        let over = OVER.saturating_add(u16::try_from(lines).unwrap_or(0)).min(body.height);
        Rect {
            x: body.x + MARGIN,
            y: body.y + over,
            width: body.width.saturating_sub(2 * MARGIN),
            height: body.height - over,
        }
    }

    /// The first of the rows on the screen. The very first one is the heading over the others.
    #[must_use]
    pub fn first_row(&self) -> usize {
        if self.top == 0 { 0 } else { self.top + 1 }
    }

    /// After each message: the chosen line in view.
    pub(super) fn settle(&mut self, known: Known<'_>, body: Rect) {
        self.room = usize::from(self.list_area(body).height.saturating_sub(1));
        let rows = self.places(known);
        let top = self.top.min(rows.len().saturating_sub(self.room));
        let chosen = self.chosen.and_then(|chosen| rows.iter().position(|it| *it == Some(chosen)));
        self.top = match chosen {
            Some(chosen) => list::top(top, chosen, rows.len(), self.room.max(1)),
            None => top,
        };
    }

    /// Turns the wheel over the list; the chosen line stays on the screen.
    pub(super) fn wheel_over(&mut self, known: Known<'_>, lines: i32) {
        let rows = self.places(known);
        self.top = list::scrolled(self.top, rows.len(), self.room, lines);
        let shown = self.top..self.top + self.room;
        let chosen = rows.iter().position(|it| it.is_some() && *it == self.chosen);
        if let Some(chosen) = chosen.filter(|at| !shown.contains(at)) {
            let on_screen = shown.filter(|at| rows.get(*at).is_some_and(Option::is_some));
            let nearest = on_screen.min_by_key(|at| at.abs_diff(chosen));
            self.chosen = nearest.and_then(|at| *rows.get(at)?);
        }
    }

    /// The rows below the first heading: which line each of them is.
    fn places(&self, known: Known<'_>) -> Vec<Option<usize>> {
        let rows = rows(self.sections(known)).into_iter().skip(1);
        rows.map(|(_, row)| match row {
            StartRow::Suggestion(at, _) => Some(at),
            StartRow::Gap | StartRow::Title(_) | StartRow::More(_) => None,
        })
        .collect()
    }
}
