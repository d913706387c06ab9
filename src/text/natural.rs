//! The order in which people read version names.

/// Compares names so that numbers in them count as numbers: `1.9` before `1.10`.
#[must_use]
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    loop {
        let (a_part, a_number) = part(a_rest);
        let (b_part, b_number) = part(b_rest);
        if a_part.is_empty() || b_part.is_empty() {
            // What ends first is the release; what goes on with '-' is made before it.
            return match (a_part.is_empty(), b_part.is_empty()) {
                (true, true) => a.cmp(b),
                (true, false) if b_rest.starts_with('-') => std::cmp::Ordering::Greater,
                (false, true) if a_rest.starts_with('-') => std::cmp::Ordering::Less,
                (true, false) => std::cmp::Ordering::Less,
                _ => std::cmp::Ordering::Greater,
            };
        }
        let order = if a_number && b_number {
            let (a_part, b_part) = (a_part.trim_start_matches('0'), b_part.trim_start_matches('0'));
            a_part.len().cmp(&b_part.len()).then_with(|| a_part.cmp(b_part))
        } else {
            a_part.cmp(b_part)
        };
        if order.is_ne() {
            return order;
        }
        a_rest = a_rest.get(part(a_rest).0.len()..).unwrap_or_default();
        b_rest = b_rest.get(part(b_rest).0.len()..).unwrap_or_default();
    }
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
        let mut tags = ["1.10", "latest", "1.9", "1.2.3-rc1", "1.2.3", "v2", "edge", "1.9-alpine"];
        tags.sort_by(|a, b| natural(a, b));
        assert_eq!(
            tags,
            ["1.2.3-rc1", "1.2.3", "1.9-alpine", "1.9", "1.10", "edge", "latest", "v2"]
        );
    }

    proptest! {
        #[test]
        fn natural_order_is_an_order(a in "[0-9a-z.-]{0,6}", b in "[0-9a-z.-]{0,6}", c in "[0-9a-z.-]{0,6}") {
            prop_assert_eq!(natural(&a, &b), natural(&b, &a).reverse());
            prop_assert_eq!(natural(&a, &b).is_eq(), a == b);
            if natural(&a, &b).is_le() && natural(&b, &c).is_le() {
                prop_assert!(natural(&a, &c).is_le(), "{} {} {}", a, b, c);
            }
        }
    }
}
