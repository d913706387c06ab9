//! Names on the left, values on the right, wrapped under themselves.

use super::{Line, Tone};
use crate::text::{bytes, escape, pad, wrap};

/// Where the values begin.
const NAME_WIDTH: usize = 13;
/// The longest value that is shown whole, in bytes; the rest is in Raw.
const MAX_VALUE: usize = 600;
/// The most values of one list that are shown; the rest is in Raw.
const MAX_VALUES: usize = 200;

/// Collects fields as lines.
pub(super) struct Fields {
    width: usize,
    lines: Vec<Line>,
}

impl Fields {
    pub(super) fn new(width: usize) -> Self {
        Self { width, lines: Vec::new() }
    }

    pub(super) fn into_lines(self) -> Vec<Line> {
        self.lines
    }

    /// A ready line.
    pub(super) fn push(&mut self, line: Line) {
        self.lines.push(line);
    }

    /// A heading of its own.
    pub(super) fn title(&mut self, tone: Tone, text: &str) {
        for line in wrap(&escape(&shortened(text)), self.width) {
            self.lines.push(Line::of(tone, line));
        }
    }

    /// An empty line, unless there is one already.
    pub(super) fn gap(&mut self) {
        if self.lines.last().is_some_and(|line| !line.spans.is_empty()) {
            self.lines.push(Line::default());
        }
    }

    /// A name and its value.
    pub(super) fn field(&mut self, name: &str, value: &str) {
        self.toned(name, value, Tone::Text);
    }

    /// A name and its value, if there is one.
    pub(super) fn optional(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.field(name, value),
            None => self.toned(name, "–", Tone::Muted),
        }
    }

    /// A name and its value in a tone.
    pub(super) fn toned(&mut self, name: &str, value: &str, tone: Tone) {
        let width = self.width.saturating_sub(NAME_WIDTH).max(10);
        let value = shortened(value);
        for (at, piece) in wrap(&escape(&value), width).into_iter().enumerate() {
            let name = if at == 0 { escape(name) } else { "".into() };
            self.lines.push(Line::of(Tone::Muted, pad(&name, NAME_WIDTH)).with(tone, piece));
        }
    }

    /// A name and several values, one a line; `none` if there are none.
    pub(super) fn list<T: AsRef<str>>(&mut self, name: &str, values: impl IntoIterator<Item = T>) {
        let mut count = 0;
        for value in values {
            count += 1;
            if count <= MAX_VALUES {
                self.field(if count == 1 { name } else { "" }, value.as_ref());
            }
        }
        if count == 0 {
            self.toned(name, "none", Tone::Muted);
        } else if count > MAX_VALUES {
            self.toned("", &format!("… {} more, see Raw", count - MAX_VALUES), Tone::Muted);
        }
    }

    /// A name and pairs, one a line.
    pub(super) fn pairs<'a>(
        &mut self,
        name: &str,
        pairs: impl IntoIterator<Item = (&'a String, &'a String)>,
    ) {
        self.list(
            name,
            pairs.into_iter().map(|(key, value)| format!("{key}={}", shortened(value))),
        );
    }
}

fn shortened(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= MAX_VALUE {
        return text.into();
    }
    let end = (0..=MAX_VALUE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let head = text.get(..end).unwrap_or_default();
    format!("{head}… ({} in all, see Raw)", bytes(text.len() as u64)).into()
}
