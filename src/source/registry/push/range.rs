//! `Range: 0-N`, by which a registry says how much of an upload it has.

use reqwest::header::{HeaderMap, RANGE};

/// How many bytes are in; `None` if the answer does not say. `0-0` stands for nothing and for
/// one byte alike, and is not told apart.
pub(super) fn received(headers: &HeaderMap) -> Option<AtRegistry> {
    let text = headers.get(RANGE)?.to_str().ok()?.trim();
    let text = text.strip_prefix("bytes=").unwrap_or(text);
    let (first, last) = text.split_once('-')?;
    let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    match (first, last) {
        (0, 0) => Some(AtRegistry::AtMostOne),
        (0, last) => last.checked_add(1).map(AtRegistry::Bytes),
        _ => None,
    }
}

/// What an upload holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AtRegistry {
    /// Nothing, or one byte.
    AtMostOne,
    /// So many bytes.
    Bytes(u64),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_registries_write_them() {
        for (text, expected) in [
            ("0-0", Some(AtRegistry::AtMostOne)),
            ("0-1", Some(AtRegistry::Bytes(2))),
            ("bytes=0-99", Some(AtRegistry::Bytes(100))),
            ("0--1", None),
            ("1-5", None),
            ("0-18446744073709551615", None),
            ("x", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, text.parse().unwrap());
            assert_eq!(received(&headers), expected, "{text}");
        }
        assert_eq!(received(&HeaderMap::new()), None);
    }
}
