//! Names, a page at a time.

/// One page of a list of names (tags or repositories).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The names in the registry's order.
    pub names: Vec<String>,
    /// Where the next page is (path and query on the same host), as the `Link` header gives it.
    pub next: Option<String>,
}
