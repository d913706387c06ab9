//! The start page: an input for a reference, what was opened last, and the demo's samples.

use tui_input::Input;

/// How many references the history keeps.
const MAX_HISTORY: usize = 50;

/// An image worth looking at, listed by the demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// What it is called: the reference without the demo's host.
    pub name: String,
    /// What to open.
    pub reference: String,
    /// What it is.
    pub title: String,
    /// What to look at.
    pub note: String,
}

/// The state of the start page.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The line being typed.
    pub input: Input,
    /// The chosen line of the list below; `None` while the input has the cursor.
    pub chosen: Option<usize>,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
}

/// A line of the start page's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What is shown.
    pub name: String,
    /// What to open.
    pub reference: String,
    /// What it is.
    pub title: String,
    /// What to look at.
    pub note: String,
    /// Whether this is from the history.
    pub recent: bool,
}

impl Start {
    /// The samples and the history, narrowed by what is typed.
    #[must_use]
    pub fn suggestions(&self, samples: &[Sample], history: &[String]) -> Vec<Suggestion> {
        let typed = self.input.value().trim();
        let fits = |it: &Suggestion| {
            typed.is_empty()
                || [&it.reference, &it.title, &it.note].iter().any(|text| text.contains(typed))
        };
        let samples = samples.iter().map(|sample| Suggestion {
            name: sample.name.clone(),
            reference: sample.reference.clone(),
            title: sample.title.clone(),
            note: sample.note.clone(),
            recent: false,
        });
        let recent = history.iter().map(|reference| Suggestion {
            name: reference.clone(),
            reference: reference.clone(),
            title: String::new(),
            note: String::new(),
            recent: true,
        });
        samples.chain(recent).filter(fits).collect()
    }
}

/// What a typed reference means in the demo: one of a sample's repository, whatever its tag or
/// digest, is in the demo's registry. `None` for all others.
pub(super) fn in_demo(samples: &[Sample], typed: &str) -> Option<String> {
    let typed = typed.trim();
    let repository = typed.split([':', '@']).next()?;
    let sample =
        samples.iter().find(|sample| sample.name.split([':', '@']).next() == Some(repository))?;
    Some(format!("{}{typed}", sample.reference.strip_suffix(&sample.name)?))
}

/// Puts a reference at the head of the history, once.
pub(super) fn remember(history: &mut Vec<String>, reference: &str) {
    history.retain(|known| known != reference);
    history.insert(0, reference.to_owned());
    history.truncate(MAX_HISTORY);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_name_is_in_the_demo_s_registry() {
        let samples = ["demo/app:latest", "demo/app:1"].map(|name| Sample {
            name: name.to_owned(),
            reference: format!("127.0.0.1:5000/{name}"),
            title: String::new(),
            note: String::new(),
        });
        for (typed, found) in [
            ("demo/app", Some("127.0.0.1:5000/demo/app")),
            (" demo/app:1 ", Some("127.0.0.1:5000/demo/app:1")),
            ("demo/app:none", Some("127.0.0.1:5000/demo/app:none")),
            ("demo/app@sha256:00", Some("127.0.0.1:5000/demo/app@sha256:00")),
            ("app", None),
            ("demo", None),
            ("", None),
        ] {
            assert_eq!(in_demo(&samples, typed).as_deref(), found, "{typed:?}");
        }
    }
}
