//! Finding an unsaved draft by its name, to look at it wherever it is open.

use super::Folder;
use crate::oci::{Class, Failure, Location};
use crate::source::{Assembled, FindDraft};
use crate::tui::app::KeptDraft;

/// How many drafts an error names.
const NAMED: usize = 5;

/// Of several drafts with one name the one that was kept last.
impl FindDraft for Folder {
    fn find(&self, name: &str) -> Result<Assembled, Failure> {
        let subject = || Location::Draft(name.to_owned()).to_string();
        let Some(kept) = self.look().find(|kept| kept.is_called(name)) else {
            let titles: Vec<String> = self
                .look()
                .filter_map(|kept: KeptDraft| kept.title().ok())
                .map(|title| Location::Draft(title).to_string())
                .take(NAMED)
                .collect();
            let next = match titles.is_empty() {
                true => "no draft is unsaved; edit a list in the explorer to begin one".to_owned(),
                false => format!("unsaved are {}", titles.join(", ")),
            };
            let detail = "no unsaved draft has this name";
            return Err(Failure::new(Class::NotFound, subject(), detail).with_next(next));
        };
        kept.list().map_err(|why| Failure::new(Class::Malformed, subject(), why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::draft::{Draft, Edit, Format};

    fn text(target: &str, artifact_type: &str) -> String {
        let mut draft = Draft::new(Format::Oci);
        draft.apply(Edit::SetArtifactType(Some(artifact_type.to_owned()))).unwrap();
        format!(r#"{{"target":"{target}","draft":{}}}"#, draft.save())
    }

    fn artifact_type(found: Result<Assembled, Failure>) -> String {
        found.unwrap().document.manifest.artifact_type().unwrap().to_owned()
    }

    #[test]
    fn a_draft_is_found_by_what_it_is_to_become() {
        let dir = tempfile::tempdir().unwrap();
        let folder = || Folder::at(dir.path().to_owned());
        let mut editing = folder();
        editing.save("one", &text("demo/app:1", "a/one")).unwrap();
        editing.save("two", &text("", "a/two")).unwrap();
        let looking = folder();
        // In any spelling, and while it is open elsewhere.
        for name in ["demo/app:1", "docker.io/demo/app:1", "one"] {
            assert_eq!(artifact_type(looking.find(name)), "a/one");
        }
        assert_eq!(artifact_type(looking.find("two")), "a/two");
        editing.save("one", &text("demo/app:1", "a/newer")).unwrap();
        assert_eq!(artifact_type(looking.find("demo/app:1")), "a/newer");
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is() {
        let dir = tempfile::tempdir().unwrap();
        let mut folder = Folder::at(dir.path().to_owned());
        let failure = folder.find("app:1").unwrap_err();
        assert_eq!(failure.class, Class::NotFound);
        assert!(failure.to_string().contains("no draft is unsaved"), "{failure}");
        folder.save("x", &text("demo/app:1", "a/b")).unwrap();
        let failure = folder.find("app:1").unwrap_err();
        assert!(failure.to_string().contains("draft:demo/app:1"), "{failure}");
        folder.save("bad", "{}").unwrap();
        assert_eq!(folder.find("bad").unwrap_err().class, Class::Malformed);
    }
}
