//! A line of a menu.

use super::detail::Line;

/// A line of a menu.
#[derive(Debug, Clone)]
pub struct MenuItem {
    /// What it stands for; not escaped.
    pub label: String,
    /// More about it, harmless for a terminal.
    pub note: Line,
    /// Whether it is marked; `None` if only one line can be taken.
    pub mark: Option<bool>,
    /// What it is found by besides; not shown.
    pub words: &'static str,
    /// Lines of a lower group stay before those of a higher one, however well these match.
    pub group: u8,
    /// Whether this answer does what a question asks about; `None` if it is more than yes or no.
    pub answer: Option<bool>,
}

impl MenuItem {
    /// A line without more about it.
    pub(super) fn new(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            note: Line::default(),
            mark: None,
            words: "",
            group: 0,
            answer: None,
        }
    }
}
