//! What a request is for, if that changes what must be allowed.

/// Whether something is read or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Aim {
    /// It is read.
    Pull,
    /// It is written.
    Push,
    /// It is deleted.
    Delete,
}

impl Aim {
    /// What a user must be allowed.
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Pull => "read it",
            Self::Push => "push to it",
            Self::Delete => "delete in it",
        }
    }
}
