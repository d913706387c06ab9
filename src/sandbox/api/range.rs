//! The `Range` header (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header asks of a content of this length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: no header, one that is not understood, or several ranges.
    Whole,
    /// These bytes.
    Part(Range<usize>),
    /// Bytes that the content does not have.
    Unsatisfiable,
}

/// Reads the header.
pub(super) fn asked(header: Option<&str>, length: usize) -> Asked {
    let Some(ranges) = header.and_then(|value| value.trim().strip_prefix("bytes=")) else {
        return Asked::Whole;
    };
    let Some((first, last)) = ranges.split_once('-') else {
        return Asked::Whole;
    };
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match (first.trim().is_empty(), number(first), last.trim().is_empty(), number(last)) {
        (true, _, false, Some(0)) => Asked::Unsatisfiable,
        (true, _, false, Some(_)) if length == 0 => Asked::Unsatisfiable,
        (true, _, false, Some(suffix)) => Asked::Part(length.saturating_sub(suffix)..length),
        (false, Some(first), _, _) if first >= length => Asked::Unsatisfiable,
        (false, Some(first), true, _) => Asked::Part(first..length),
        (false, Some(first), false, Some(last)) if first <= last => {
            Asked::Part(first..last.saturating_add(1).min(length))
        }
        _ => Asked::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_rfc_has_them() {
        for (header, expected) in [
            (None, Asked::Whole),
            (Some("bytes=0-0"), Asked::Part(0..1)),
            (Some("bytes=2-5"), Asked::Part(2..6)),
            (Some("bytes=7-"), Asked::Part(7..10)),
            (Some("bytes=7-99"), Asked::Part(7..10)),
            (Some("bytes=-3"), Asked::Part(7..10)),
            (Some("bytes=-99"), Asked::Part(0..10)),
            (Some("bytes=-0"), Asked::Unsatisfiable),
            (Some("bytes=10-"), Asked::Unsatisfiable),
            (Some("bytes=5-2"), Asked::Whole),
            (Some("bytes=0-1,4-5"), Asked::Whole),
            (Some("bytes=-"), Asked::Whole),
            (Some("lines=1-2"), Asked::Whole),
        ] {
            assert_eq!(asked(header, 10), expected, "{header:?}");
        }
        assert_eq!(asked(Some("bytes=0-"), 0), Asked::Unsatisfiable);
        assert_eq!(asked(Some("bytes=-1"), 0), Asked::Unsatisfiable);
    }
}
