//! Short names that the user gave to hosts and references.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{Location, Target};

/// Words that begin something else than a reference to a registry.
const TAKEN: [&str; 10] = [
    "oci",
    "oci-archive",
    "docker-archive",
    "docker-daemon",
    "containerd",
    "containers-storage",
    "dir",
    "docker",
    "draft",
    "localhost",
];

/// What is wrong with an alias, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AliasError {
    /// With its name.
    Name(String),
    /// With what it is to stand for.
    Whole(String),
}

/// Short names, each with the host, repository or reference that it stands for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, String>);

impl Aliases {
    /// Adds a name and what it stands for.
    ///
    /// # Errors
    /// A sentence about which of the two cannot be one.
    pub fn add(&mut self, name: &str, whole: &str) -> Result<(), AliasError> {
        let is_word = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        if !is_word {
            let problem = format!("{name:?} is not an alias: letters, digits, - and _ make one");
            return Err(AliasError::Name(problem));
        }
        if TAKEN.contains(&name) {
            let problem = format!("{name:?} is not an alias: references begin with it");
            return Err(AliasError::Name(problem));
        }
        let whole_of = |error| AliasError::Whole(format!("the alias {name}: {error}"));
        Target::parse(whole).map_err(whole_of)?;
        self.0.insert(name.to_owned(), whole.to_owned());
        Ok(())
    }

    /// The names and what they stand for.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// What was typed with the alias that it begins with written out: `prod/app:1`, `app:1`, `app`.
    /// A tag or digest behind an alias takes the place of the alias's own.
    #[must_use]
    pub fn expand<'t>(&self, typed: &'t str) -> Cow<'t, str> {
        let text = typed.trim();
        let (name, rest) = text.split_at(text.find(['/', ':', '@']).unwrap_or(text.len()));
        let Some(whole) = self.0.get(name) else { return Cow::Borrowed(typed) };
        let replaces = rest.starts_with([':', '@']);
        if let (true, Ok(Target::Image(Location::Registry(reference)))) =
            (replaces, Target::parse(whole))
        {
            return Cow::Owned(format!("{}{rest}", reference.repository));
        }
        match rest {
            "" => Cow::Owned(whole.clone()),
            rest => Cow::Owned(format!("{}{rest}", whole.trim_end_matches('/'))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(all: &[(&str, &str)]) -> Result<Aliases, AliasError> {
        let mut aliases = Aliases::default();
        all.iter().try_for_each(|(name, whole)| aliases.add(name, whole))?;
        Ok(aliases)
    }

    #[test]
    fn the_first_word_of_a_reference_is_written_out() {
        let aliases = aliases(&[
            ("lan", "registry.lan:5000"),
            ("team", "ghcr.io/owner/"),
            ("web", "ghcr.io/owner/web:stable"),
            ("base", "oci:images/base:1"),
        ])
        .unwrap();
        for (typed, whole) in [
            ("lan", "registry.lan:5000"),
            ("lan/", "registry.lan:5000/"),
            ("lan/app:1", "registry.lan:5000/app:1"),
            ("team", "ghcr.io/owner/"),
            ("team/app@sha256:0", "ghcr.io/owner/app@sha256:0"),
            ("web", "ghcr.io/owner/web:stable"),
            ("web:1", "ghcr.io/owner/web:1"),
            ("web@sha256:0", "ghcr.io/owner/web@sha256:0"),
            (" web ", "ghcr.io/owner/web:stable"),
            ("base", "oci:images/base:1"),
            ("webs", "webs"),
            ("a/web:1", "a/web:1"),
            ("./lan", "./lan"),
            ("", ""),
        ] {
            assert_eq!(aliases.expand(typed), whole, "{typed:?}");
        }
    }

    #[test]
    fn what_begins_other_references_is_no_alias() {
        for (name, whole, problem) in [
            ("oci", "ghcr.io", "references begin with it"),
            ("localhost", "ghcr.io", "references begin with it"),
            ("a.b", "ghcr.io", "letters, digits, - and _ make one"),
            ("-a", "ghcr.io", "letters, digits, - and _ make one"),
            ("", "ghcr.io", "letters, digits, - and _ make one"),
            ("a", "ghcr.io/A b", "the alias a: "),
            ("a", "", "the alias a: "),
        ] {
            let (AliasError::Name(said) | AliasError::Whole(said)) =
                aliases(&[(name, whole)]).unwrap_err();
            assert!(said.contains(problem), "{name:?} {whole:?}: {said}");
        }
    }
}
