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

    /// The sample whose name was typed, with its tag or without.
    #[must_use]
    pub fn sample_typed<'a>(&self, samples: &'a [Sample]) -> Option<&'a Sample> {
        let typed = self.input.value().trim();
        let is_typed = |sample: &&Sample| {
            sample.name == typed || sample.name.strip_suffix(":latest") == Some(typed)
        };
        samples.iter().find(is_typed)
    }
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
    fn a_typed_name_is_the_sample() {
        let samples = ["demo/app:latest", "demo/app:1"].map(|name| Sample {
            name: name.to_owned(),
            reference: format!("127.0.0.1:5000/{name}"),
            title: String::new(),
            note: String::new(),
        });
        for (typed, found) in [
            ("demo/app", Some(0)),
            ("demo/app:latest", Some(0)),
            (" demo/app:1 ", Some(1)),
            ("app", None),
            ("", None),
        ] {
            let start = Start { input: Input::new(typed.to_owned()), ..Start::default() };
            let found = found.and_then(|at: usize| samples.get(at));
            assert_eq!(start.sample_typed(&samples), found, "{typed:?}");
        }
    }
}
