//! Where a text is in another, whatever the case of its letters (those of ASCII).

/// Where the needle is first.
pub(crate) fn first_of(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let (one, other) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(one, other, text).find(|at| is_at(text, *at, needle))
}

/// Where it is last.
pub(crate) fn last_of(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let (one, other) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(one, other, text).rev().find(|at| is_at(text, *at, needle))
}

fn is_at(text: &[u8], at: usize, needle: &[u8]) -> bool {
    text.get(at..at + needle.len()).is_some_and(|found| found.eq_ignore_ascii_case(needle))
}
