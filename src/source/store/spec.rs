//! `[DRIVER@GRAPHROOT+RUNROOT:OPTIONS]`: which store is meant (containers-transports(5)).

use std::path::PathBuf;

/// A store that was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spec {
    /// The storage driver, if it was named.
    pub(super) driver: Option<String>,
    /// The folder.
    pub(super) root: PathBuf,
}

impl Spec {
    /// Reads the text between the brackets.
    pub(super) fn parse(text: &str) -> Self {
        let (driver, rest) = match text.split_once('@') {
            Some((driver, rest)) => (Some(driver.to_owned()), rest),
            None => (None, text),
        };
        let root = rest.split(['+', ':']).next().unwrap_or_default();
        Self { driver: driver.filter(|it| !it.is_empty()), root: PathBuf::from(root) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_a_folder_with_or_without_its_driver() {
        for (text, driver, root) in [
            ("vfs@/srv/store+/run/store", Some("vfs"), "/srv/store"),
            ("overlay@/srv/store:overlay.x=y", Some("overlay"), "/srv/store"),
            ("/srv/store", None, "/srv/store"),
        ] {
            let spec = Spec::parse(text);
            assert_eq!((spec.driver.as_deref(), spec.root), (driver, PathBuf::from(root)));
        }
    }
}
