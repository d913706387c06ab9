//! The tabs of the editor.

/// A view of the draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum EditorTab {
    /// The entries as a table.
    #[default]
    Entries,
    /// The exact bytes, or what differs from others.
    Preview,
    /// The steps of a push.
    Plan,
    /// Who gets something else after it.
    Effects,
}

impl EditorTab {
    /// All tabs from left to right.
    pub const ALL: [Self; 4] = [Self::Entries, Self::Preview, Self::Plan, Self::Effects];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Entries => "Entries",
            Self::Preview => "Preview",
            Self::Plan => "Plan",
            Self::Effects => "Effects",
        }
    }

    /// The next one or the one before, in a circle.
    #[must_use]
    pub(super) fn turned(self, forward: bool) -> Self {
        let at = Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0);
        let length = Self::ALL.len();
        let next = (at + if forward { 1 } else { length - 1 }) % length;
        Self::ALL.get(next).copied().unwrap_or_default()
    }
}
