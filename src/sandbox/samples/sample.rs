//! What a sample is.

/// A sample image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// `repository:tag`, without the host.
    pub reference: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What to look at; `HOST` stands for the registry.
    pub look_at: &'static str,
}
