//! The start page: an input for a reference, what was opened last, and the demo's samples.

mod view;

use tui_input::Input;

use crate::oci::Repository;
use crate::tui::app::sample::Sample;

/// The state of the start page.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// The line being typed.
    pub input: Input,
    /// The chosen line of the list below; `None` while the input has the cursor.
    pub chosen: Option<usize>,
    /// What is wrong with what was typed.
    pub problem: Option<String>,
    /// The repository of the view beneath.
    here: Option<Repository>,
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
    /// The page with its first line chosen: in the demo the first sample is one key away.
    pub(in crate::tui::app) fn first(samples: &[Sample]) -> Self {
        Self { chosen: (!samples.is_empty()).then_some(0), ..Self::default() }
    }

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

    /// What a bare word opens in the demo: the one sample that it leaves. What has a tag, a digest or
    /// a folder is a reference.
    fn only_sample(&self, samples: &[Sample], history: &[String]) -> Option<String> {
        let typed = self.input.value().trim();
        if samples.is_empty() || typed.is_empty() || typed.contains(['/', ':', '@']) {
            return None;
        }
        match self.suggestions(samples, history).as_slice() {
            [one] if !one.recent => Some(one.reference.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_leaves_one_sample_opens_it() {
        let samples = ["demo/app:1", "demo/app:2", "demo/chart:1"].map(|name| Sample {
            name: name.to_owned(),
            reference: format!("127.0.0.1:5000/{name}"),
            title: String::new(),
            note: String::new(),
        });
        for (typed, opened) in [
            ("chart", Some("127.0.0.1:5000/demo/chart:1")),
            ("app", None),
            ("none", None),
            ("", None),
            ("chart:1", None),
        ] {
            let mut start = Start::first(&samples);
            start.input = typed.into();
            assert_eq!(start.only_sample(&samples, &[]).as_deref(), opened, "{typed:?}");
        }
        let mut start = Start::first(&[]);
        start.input = "chart".into();
        assert_eq!(start.only_sample(&[], &["ghcr.io/o/chart:1".to_owned()]), None);
    }
}
