//! What is wrong with a file.

/// What is wrong with a file, or with a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Problem {
    /// The line, from 1; `None` for the whole file.
    pub line: Option<usize>,
    /// What is wrong.
    pub text: String,
}
