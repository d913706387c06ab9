//! Which failures are of one kind.

use indexmap::IndexMap;

use super::{Code, Digest, Failure};

/// Failures by their kind, in the order in which each came first: those of one kind differ only in
/// what they happened to.
#[must_use]
pub fn failure_kinds<'a>(failures: impl IntoIterator<Item = &'a Failure>) -> Vec<Vec<&'a Failure>> {
    let mut kinds: IndexMap<_, Vec<&Failure>> = IndexMap::new();
    for failure in failures {
        let texts = |code: &'a Code| [Some(&code.code), Some(&code.message), code.detail.as_ref()];
        let texts = [Some(&failure.detail), failure.next.as_ref()]
            .into_iter()
            .chain(failure.codes.iter().flat_map(texts));
        let texts: Vec<Option<String>> = texts.map(|it| it.map(|it| without_digests(it))).collect();
        kinds.entry((failure.class, texts)).or_default().push(failure);
    }
    kinds.into_values().collect()
}

/// A sentence without the digests in it.
fn without_digests(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut word = String::new();
    for character in text.chars().chain([' ']) {
        if character.is_ascii_alphanumeric() || character == ':' {
            word.push(character);
            continue;
        }
        let is_digest = word.trim_end_matches(':').parse::<Digest>().is_ok();
        left.push_str(if is_digest { "" } else { &word });
        left.push(character);
        word.clear();
    }
    left
}
