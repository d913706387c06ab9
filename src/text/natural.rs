//! The order in which people read names with numbers in them.

use std::cmp::Ordering;

/// Compares names so that numbers in them count as numbers: `1.9` before `1.10`.
#[must_use]
pub fn natural(a: &str, b: &str) -> Ordering {
    compare(a, b, by_value)
}

/// The order in which tags are looked for: `latest`, then versions with the newest first (`1.10`
/// before `1.9`, `1.10` before `1.10-alpine`), then other names, then tags made of a digest.
#[must_use]
pub fn tag_order(a: &str, b: &str) -> Ordering {
    sort_of_tag(a)
        .cmp(&sort_of_tag(b))
        .then_with(|| compare(bare_version(a), bare_version(b), |a, b| by_value(b, a)))
        .then_with(|| a.cmp(b))
}

/// `1.2` of `v1.2`; other names as they are.
fn bare_version(tag: &str) -> &str {
    tag.strip_prefix('v')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(tag)
}

fn sort_of_tag(tag: &str) -> u8 {
    if tag == "latest" {
        0
    } else if bare_version(tag).starts_with(|c: char| c.is_ascii_digit()) {
        1
    } else if ["sha256-", "sha512-"].iter().any(|prefix| tag.starts_with(prefix)) {
        3
    } else {
        2
    }
}

/// Compares runs of digits by `numbers`, everything else as text; what ends first goes first.
fn compare(a: &str, b: &str, numbers: fn(&str, &str) -> Ordering) -> Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    while !a_rest.is_empty() && !b_rest.is_empty() {
        let (a_part, a_number) = part(a_rest);
        let (b_part, b_number) = part(b_rest);
        let order = if a_number && b_number { numbers(a_part, b_part) } else { a_part.cmp(b_part) };
        if order.is_ne() {
            return order;
        }
        a_rest = a_rest.get(a_part.len()..).unwrap_or_default();
        b_rest = b_rest.get(b_part.len()..).unwrap_or_default();
    }
    // Equal but for leading zeros: as text, so that the order is total.
    a_rest.len().cmp(&b_rest.len()).then_with(|| a.cmp(b))
}

/// Compares two runs of digits of any length as numbers.
fn by_value(a: &str, b: &str) -> Ordering {
    let (a, b) = (a.trim_start_matches('0'), b.trim_start_matches('0'));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

/// The longest run of digits or of other characters at the start, and whether it is digits.
fn part(text: &str) -> (&str, bool) {
    let number = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != number).unwrap_or(text.len());
    (text.get(..end).unwrap_or_default(), number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_in_names_count_as_numbers() {
        let mut names = ["team/app10", "team/app9", "other", "team/app"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["other", "team/app", "team/app9", "team/app10"]);
    }

    #[test]
    fn the_newest_version_is_found_first() {
        let mut tags = [
            "sha256-0a4e.sig",
            "1.9",
            "edge",
            "1.10-alpine",
            "1.10",
            "v2.0-rc1",
            "latest",
            "1.2.3",
            "1",
            "alpine",
            "20240101",
        ];
        tags.sort_by(|a, b| tag_order(a, b));
        assert_eq!(
            tags,
            [
                "latest",
                "20240101",
                "v2.0-rc1",
                "1",
                "1.10",
                "1.10-alpine",
                "1.9",
                "1.2.3",
                "alpine",
                "edge",
                "sha256-0a4e.sig"
            ]
        );
    }

    proptest! {
        #[test]
        fn both_are_orders(
            a in "[0-9a-z.-]{0,6}", b in "[0-9a-z.-]{0,6}", c in "[0-9a-z.-]{0,6}"
        ) {
            for order in [natural, tag_order] {
                prop_assert_eq!(order(&a, &b), order(&b, &a).reverse());
                prop_assert_eq!(order(&a, &b).is_eq(), a == b);
                if order(&a, &b).is_le() && order(&b, &c).is_le() {
                    prop_assert!(order(&a, &c).is_le(), "{} {} {}", a, b, c);
                }
            }
        }
    }
}
