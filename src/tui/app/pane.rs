//! The panes of the explorer, and the tabs of its detail.

/// One half of the explorer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The tree.
    Tree,
    /// The detail of the node under the cursor.
    Detail,
}

/// A view of the detail pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Every field by name.
    Summary,
    /// The exact bytes.
    Raw,
    /// Layers and build steps.
    Layers,
    /// What the labels say and what the programs are.
    Truth,
    /// Signatures, provenance and SBOMs, and what has them.
    Evidence,
}

impl Tab {
    /// All tabs from left to right.
    pub const ALL: [Self; 5] =
        [Self::Summary, Self::Raw, Self::Layers, Self::Truth, Self::Evidence];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Raw => "Raw",
            Self::Layers => "Layers",
            Self::Truth => "Truth",
            Self::Evidence => "Evidence",
        }
    }
}
