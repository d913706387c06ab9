//! Lines of toned text.

use super::json::JsonText;
use crate::text::first_of;

/// What a piece of text means; the theme gives it a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Plain text.
    Text,
    /// Names of fields, units, what is beside the point.
    Muted,
    /// What stands out.
    Strong,
    /// The accent.
    Accent,
    /// A failure.
    Danger,
    /// Something odd.
    Warning,
    /// Something good.
    Good,
    /// The key of a JSON object.
    JsonKey,
    /// A JSON string.
    JsonString,
    /// A JSON number, `true`, `false` or `null`.
    JsonValue,
}

/// A piece of text of one tone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The text, harmless for a terminal.
    pub text: String,
    /// What it means.
    pub tone: Tone,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its pieces from left to right.
    pub spans: Vec<Span>,
}

impl Line {
    /// A line of one tone.
    pub fn of(tone: Tone, text: impl Into<String>) -> Self {
        Self::default().with(tone, text)
    }

    /// The line with one more piece.
    #[must_use]
    pub fn with(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.spans.push(Span { text: text.into(), tone });
        self
    }

    /// The text without tones.
    #[must_use]
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

/// The content of the detail pane, laid out for one width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Ready lines.
    Lines(Vec<Line>),
    /// A large text of which lines are made when they are looked at.
    Json(JsonText),
}

impl Content {
    /// How many lines there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Lines(lines) => lines.len(),
            Self::Json(text) => text.len(),
        }
    }

    /// Whether all lines are there; a large text gets them piece by piece.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        match self {
            Self::Lines(_) => true,
            Self::Json(text) => text.is_whole(),
        }
    }

    /// Lays out about this many bytes more of a large text.
    pub fn grow(&mut self, bytes: usize) {
        if let Self::Json(text) = self {
            text.grow(bytes);
        }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nearest line with these words, whatever their case, around the ends; `here_too`: the
    /// line to begin from counts.
    #[must_use]
    pub fn find(&self, needle: &str, from: usize, forward: bool, here_too: bool) -> Option<usize> {
        let length = self.len();
        let begin = if here_too == forward { from } else { from + 1 };
        match self {
            Self::Json(text) => text.find(needle.as_bytes(), begin, forward),
            Self::Lines(lines) => {
                let has = |at: &usize| {
                    let text = lines.get(*at).map(Line::text).unwrap_or_default();
                    first_of(text.as_bytes(), needle.as_bytes()).is_some()
                };
                let begin = begin.min(length);
                match forward {
                    true => (begin..length).chain(0..begin).find(has),
                    false => (begin..length).chain(0..begin).rev().find(has),
                }
            }
        }
    }

    /// All of the text, in its own lines.
    #[must_use]
    pub fn into_text(self) -> String {
        match self {
            Self::Json(text) => text.into_text(),
            Self::Lines(lines) => {
                lines.iter().map(|line| line.text() + "\n").collect::<Vec<_>>().concat()
            }
        }
    }

    /// The line at a position.
    #[must_use]
    pub fn line(&self, at: usize) -> Option<Line> {
        match self {
            Self::Lines(lines) => lines.get(at).cloned(),
            Self::Json(text) => text.line(at),
        }
    }
}

impl Default for Content {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}
