//! What the detail pane shows: lines, a long text, or bytes.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::hex::Hex;
use super::line::{Line, Tone};
use super::long_text::LongText;
use crate::model::files::as_text;
use crate::text::first_of;

/// The content of the detail pane, laid out for one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Ready lines.
    Lines(Vec<Line>),
    /// A text, of which only what is looked at is laid out.
    Text(Box<LongText>),
    /// Bytes that are not text.
    Hex(Hex),
}

/// The most ready lines that are searched while a key waits.
const FEW_LINES: usize = 4_000;

/// What is searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Searched {
    /// Lines of text.
    Text,
    /// Bytes that are shown as hex.
    Bytes,
}

impl Searched {
    /// What it is called.
    pub(in crate::tui::app) fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Bytes => "file",
        }
    }

    /// What can be typed to find something in it.
    pub(in crate::tui::app) fn how(self) -> &'static str {
        match self {
            Self::Text => "in this text; small letters find capitals too",
            Self::Bytes => "in this file: text, or hex digits, as 7f 45 4c",
        }
    }
}

/// What is looked for in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sought {
    /// The words, whatever their case.
    pub needle: String,
    /// The line to begin from.
    pub from: usize,
    /// Towards the end, or the beginning.
    pub forward: bool,
    /// Whether the line to begin from counts.
    pub here_too: bool,
    /// Which of the lines with a match: 1 for the nearest.
    pub steps: usize,
}

impl Content {
    /// The text of a file of so many lines, each with its number.
    pub(in crate::tui::app) fn file(text: Bytes, lines: usize, width: usize) -> Self {
        Self::Text(Box::new(LongText::file(text, lines, width)))
    }

    /// Bytes: JSON laid out, text as it is, anything else as hex.
    pub(in crate::tui::app) fn of_bytes(bytes: Bytes, is_json: bool, width: usize) -> Self {
        if is_json && std::str::from_utf8(&bytes).is_ok() {
            Self::Text(Box::new(LongText::json(bytes, width)))
        } else if as_text(&bytes, true).is_some() {
            Self::Text(Box::new(LongText::plain(bytes, width)))
        } else {
            Self::hex(bytes, width)
        }
    }

    /// Bytes as hex.
    pub(in crate::tui::app) fn hex(bytes: Bytes, width: usize) -> Self {
        Self::Hex(Hex::new(bytes, width))
    }

    /// All of it laid out, for [`Query::LayOut`](crate::tui::app::Query::LayOut).
    #[must_use]
    pub fn laid_out(this: Arc<Self>) -> Arc<Self> {
        if this.is_whole() {
            return this;
        }
        let mut content = Arc::unwrap_or_clone(this);
        content.grow(usize::MAX);
        Arc::new(content)
    }

    /// The line that is looked for, for [`Query::Find`](crate::tui::app::Query::Find), and the content
    /// if it was to be laid out for that.
    #[must_use]
    pub fn search(this: Arc<Self>, sought: &Sought) -> (Option<Arc<Self>>, Option<usize>) {
        if this.is_whole() {
            return (None, this.find(sought));
        }
        let content = Self::laid_out(this);
        let at = content.find(sought);
        (Some(content), at)
    }

    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Text(text) => text.len(),
            Self::Hex(hex) => hex.len(),
        }
    }

    /// Whether it is known how many lines there are; of a long text this is found out piece by
    /// piece.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Lines(_) | Self::Hex(_) => true,
            Self::Text(text) => text.is_whole(),
        }
    }

    /// Whether all of it can be searched while a key waits.
    #[must_use]
    pub fn is_short(&self) -> bool {
        match self {
            Self::Lines(lines) => lines.len() <= FEW_LINES,
            Self::Text(text) => text.is_short(),
            Self::Hex(hex) => hex.len() <= FEW_LINES,
        }
    }

    /// What of it is searched.
    pub(in crate::tui::app) fn searched(&self) -> Searched {
        match self {
            Self::Lines(_) | Self::Text(_) => Searched::Text,
            Self::Hex(_) => Searched::Bytes,
        }
    }

    /// Goes through about this many bytes more of a long text.
    pub fn grow(&mut self, bytes: usize) {
        if let Self::Text(text) = self {
            text.grow(bytes);
        }
    }

    /// Makes these lines ready, and lets go of others.
    pub fn show(&mut self, from: usize, lines: usize) {
        if let Self::Text(text) = self {
            text.show(from, lines);
        }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The line of a file, from 1, that a line on the screen is of, and how many there are; `None` of
    /// other content.
    pub(in crate::tui::app) fn line_of(&self, at: usize) -> Option<(usize, usize)> {
        match self {
            Self::Text(text) => text.line_of(at),
            Self::Lines(_) | Self::Hex(_) => None,
        }
    }

    /// The place at which a line begins. In a long text and in bytes it is the same in every width;
    /// ready lines have their numbers.
    pub(in crate::tui::app) fn place_of(&self, at: usize) -> Option<usize> {
        match self {
            Self::Lines(_) => Some(at),
            Self::Text(text) => text.place_of(at),
            Self::Hex(hex) => Some(hex.place_of(at)),
        }
    }

    /// The line with a place; `None` while it is not laid out, or if there is no line.
    pub(in crate::tui::app) fn row_of(&self, place: usize) -> Option<usize> {
        match self {
            Self::Lines(lines) => Some(place.min(lines.len().checked_sub(1)?)),
            Self::Text(text) => text.row_of(place),
            Self::Hex(hex) => Some(hex.row_of(place)),
        }
    }

    /// The line with these words that is so many matches away, around the ends.
    #[must_use]
    pub fn find(&self, sought: &Sought) -> Option<usize> {
        let Sought { needle, forward, here_too, .. } = sought;
        let mut at = self.nearest(needle, sought.from, *forward, *here_too)?;
        for _ in 1..sought.steps {
            at = self.nearest(needle, at, *forward, false)?;
        }
        Some(at)
    }

    /// The nearest line with these words, around the ends.
    fn nearest(&self, needle: &str, from: usize, forward: bool, here_too: bool) -> Option<usize> {
        let length = self.len();
        let begin = if here_too == forward { from } else { from + 1 };
        let begin = begin.min(length);
        let among = |has: &dyn Fn(usize) -> bool| {
            let has = |at: &usize| has(*at);
            match forward {
                true => (begin..length).chain(0..begin).find(has),
                false => (begin..length).chain(0..begin).rev().find(has),
            }
        };
        match self {
            Self::Text(text) => text.find(needle.as_bytes(), begin, forward),
            Self::Hex(hex) => hex.find(needle, begin, forward),
            Self::Lines(lines) => among(&|at| {
                let text = lines.get(at).map(Line::text).unwrap_or_default();
                first_of(text.as_bytes(), needle.as_bytes()).is_some()
            }),
        }
    }

    /// Writes all of the text, in its own lines.
    ///
    /// # Errors
    /// What the file says.
    pub fn write(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match self {
            Self::Text(text) => text.write(out),
            Self::Lines(lines) => {
                lines.iter().try_for_each(|line| writeln!(out, "{}", line.text()))
            }
            Self::Hex(hex) => (0..hex.len()).try_for_each(|at| writeln!(out, "{}", hex.text(at))),
        }
    }

    /// The line at a position.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line> {
        match self {
            Self::Lines(lines) => lines.get(at).cloned(),
            Self::Text(text) => text.line(at),
            Self::Hex(hex) => (at < hex.len()).then(|| Line::of(Tone::Text, hex.text(at))),
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}
