//! Bookmarks, kept between runs.

use tokio::sync::mpsc;

use super::references::References;
use crate::tui::app::Msg;

/// A file with a reference on each line, newest first.
#[derive(Debug, Clone, Default)]
pub struct Bookmarks(References);

impl Bookmarks {
    /// The bookmarks in platy's state folder.
    #[must_use]
    pub fn open() -> Self {
        Self(References::open("bookmarks"))
    }

    /// Bookmarks that are not kept.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// What is in the file; nothing if it cannot be read.
    #[must_use]
    pub fn load(&self) -> Vec<String> {
        self.0.load()
    }

    /// The same bookmarks, which say what cannot be kept.
    pub(super) fn telling(self, teller: mpsc::Sender<Msg>) -> Self {
        Self(self.0.telling(teller, "bookmarks last until platy ends"))
    }

    /// Puts one at the head of what is in the file now, or takes it out: another platy may have
    /// changed others meanwhile. A failure costs the bookmark only.
    pub(super) fn set(&self, reference: &str, keep: bool) {
        self.0.change(changed(reference.to_owned(), keep));
    }

    /// Writes what is not written yet.
    pub(super) fn finish(&self) {
        self.0.carry_out();
    }
}

fn changed(reference: String, keep: bool) -> impl FnOnce(Vec<String>) -> Vec<String> {
    move |before| {
        let others = before.into_iter().filter(|line| *line != reference).collect::<Vec<_>>();
        let first = keep.then_some(reference);
        first.into_iter().chain(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bookmarks: &Bookmarks, reference: &str, keep: bool) {
        bookmarks.0.queue(changed(reference.to_owned(), keep));
        bookmarks.0.carry_out();
    }

    #[test]
    fn each_change_keeps_what_others_wrote_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Bookmarks(References::at(folder.path().join("platy/bookmarks")));
        let other = Bookmarks(References::at(folder.path().join("platy/bookmarks")));
        set(&kept, "a:1", true);
        set(&other, "b:1", true);
        assert_eq!(kept.load(), ["b:1", "a:1"]);
        set(&kept, "a:1", true);
        assert_eq!(kept.load(), ["a:1", "b:1"]);
        set(&other, "a:1", false);
        assert_eq!(kept.load(), ["b:1"]);
        set(&kept, "c:1", false);
        assert_eq!(other.load(), ["b:1"]);
        assert!(Bookmarks::none().load().is_empty());
    }
}
