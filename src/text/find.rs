//! Where a text is in another. Small letters find capitals, too (those of ASCII); a needle with a
//! capital letter is meant as it is, as in the trees.

use memchr::memmem;

/// Where the needle is first.
pub(crate) fn first_of(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    if has_capitals(needle) {
        return memmem::find(text, needle);
    }
    let (one, other) = (*first, first.to_ascii_uppercase());
    memchr::memchr2_iter(one, other, text).find(|at| is_at(text, *at, needle))
}

/// Where it is last.
pub(crate) fn last_of(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    if has_capitals(needle) {
        return memmem::rfind(text, needle);
    }
    let (one, other) = (*first, first.to_ascii_uppercase());
    memchr::memchr2_iter(one, other, text).rev().find(|at| is_at(text, *at, needle))
}

fn has_capitals(needle: &[u8]) -> bool {
    str::from_utf8(needle).is_ok_and(|needle| needle.chars().any(char::is_uppercase))
}

fn is_at(text: &[u8], at: usize, needle: &[u8]) -> bool {
    text.get(at..at + needle.len()).is_some_and(|found| found.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_count_where_they_are_typed() {
        let text = "one ONE Über über".as_bytes();
        let both =
            |needle: &str| (first_of(text, needle.as_bytes()), last_of(text, needle.as_bytes()));
        assert_eq!(both("one"), (Some(0), Some(4)));
        assert_eq!(both("ONE"), (Some(4), Some(4)));
        assert_eq!(both("One"), (None, None));
        assert_eq!(both("Über"), (Some(8), Some(8)));
        assert_eq!(both("über"), (Some(14), Some(14)));
        assert_eq!(both(""), (None, None));
    }
}
