//! Which failures are of one kind.

use indexmap::IndexMap;

use super::{Class, Code, Digest, Failure};

/// What failed by the kind of its failure, in the order in which each kind came first: failures of
/// one kind differ only in what they happened to.
pub fn failure_kinds<T>(
    failed: impl IntoIterator<Item = T>,
    failure_of: impl Fn(&T) -> &Failure,
) -> Vec<Vec<T>> {
    let mut kinds: IndexMap<_, Vec<T>> = IndexMap::new();
    for one in failed {
        let kind = kind(failure_of(&one));
        kinds.entry(kind).or_default().push(one);
    }
    kinds.into_values().collect()
}

/// What failures of one kind have in common: the class, and the texts without digests.
fn kind(failure: &Failure) -> (Class, Vec<Option<String>>) {
    let of_code =
        |code: &Code| [Some(code.code.clone()), Some(code.message.clone()), code.detail.clone()];
    let own = [Some(failure.detail.clone()), failure.next.clone()];
    let texts = own.into_iter().chain(failure.codes.iter().flat_map(of_code));
    (failure.class, texts.map(|text| text.map(|it| without_digests(&it))).collect())
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
