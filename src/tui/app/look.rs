//! The themes by name.

/// A theme by name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// The terminal's own 16 colours.
    #[default]
    Terminal,
    /// For dark backgrounds.
    Dark,
    /// For light backgrounds.
    Light,
    /// High contrast.
    Contrast,
    /// No colours.
    Plain,
}

impl Look {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] =
        [Self::Terminal, Self::Dark, Self::Light, Self::Contrast, Self::Plain];

    /// Its name, as `--theme` takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
            Self::Plain => "plain",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Terminal => "the terminal's own 16 colours",
            Self::Dark => "for dark backgrounds, 256 colours",
            Self::Light => "for light backgrounds, 256 colours",
            Self::Contrast => "high contrast: weight, lines and reversal, nothing dim",
            Self::Plain => "no colours",
        }
    }
}
