//! Names, a page at a time.

/// One page of a list of names (tags or repositories).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The names in the registry's order.
    pub names: Vec<String>,
    /// Where the next page is, if there may be one.
    pub next: Option<NextPage>,
}

/// Where a list goes on, and how far it was read: lists that go round or never end are left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextPage {
    /// Path and query on the same host.
    pub target: String,
    /// Whether the registry named it (`Link`). Else platy asks what follows the last name of a full
    /// page, and a page that is not there or brings nothing new is the end.
    pub named: bool,
    /// Why it cannot be asked for, if it cannot; in a sentence without a full stop.
    pub trouble: Option<String>,
    /// What was read so far.
    pub read: Walked,
}

/// How far a list was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walked {
    /// Bytes of all pages.
    pub bytes: u64,
    /// The names of all pages.
    pub names: usize,
    /// The addresses of the pages.
    pub targets: Vec<String>,
    /// The first name of each page.
    pub firsts: Vec<String>,
}

impl NextPage {
    /// A page that the registry named, of a list of which nothing was read yet.
    #[must_use]
    pub fn at(target: impl Into<String>) -> Self {
        let target = target.into();
        Self { target, named: true, trouble: None, read: Walked::default() }
    }
}
