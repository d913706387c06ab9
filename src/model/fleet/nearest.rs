//! Tags of a repository by how near they are to another one.

use crate::text::tag_order;

/// The other tags, the nearest first: of the same form (`1.25-alpine` and `1.27-alpine`) before
/// others, then by how far their versions are from each other, the newer one of two first. Tags
/// that are made of a digest are left out.
#[must_use]
pub fn nearest<'a>(tag: &str, tags: &'a [String]) -> Vec<&'a str> {
    let own = Form::of(tag);
    let mut found: Vec<(usize, &str, Form)> = tags
        .iter()
        .filter(|other| *other != tag && !is_of_a_digest(other))
        .map(|other| (other.as_str(), Form::of(other)))
        .map(|(other, form)| (own.unlike(&form), other, form))
        .collect();
    found.sort_by(|(a_unlike, a, a_form), (b_unlike, b, b_form)| {
        a_unlike
            .cmp(b_unlike)
            .then_with(|| own.distance(a_form).cmp(&own.distance(b_form)))
            .then_with(|| b_form.numbers.cmp(&a_form.numbers))
            .then_with(|| tag_order(a, b))
    });
    found.into_iter().map(|(_, tag, _)| tag).collect()
}

fn is_of_a_digest(tag: &str) -> bool {
    ["sha256-", "sha512-"].iter().any(|prefix| tag.starts_with(prefix))
}

/// A tag in its parts: `v1.25-alpine3` has the texts `v`, `.`, `-alpine` and the numbers 1, 25, 3.
struct Form {
    texts: Vec<String>,
    numbers: Vec<u64>,
}

impl Form {
    fn of(tag: &str) -> Self {
        let mut form = Self { texts: vec![String::new()], numbers: Vec::new() };
        let mut rest = tag;
        while let Some(first) = rest.chars().next() {
            let is_digit = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            if is_digit {
                form.numbers.push(part.parse().unwrap_or(u64::MAX));
                form.texts.push(String::new());
            } else if let Some(text) = form.texts.last_mut() {
                text.push_str(part);
            }
            rest = after;
        }
        form
    }

    /// 0 for tags of one form, 1 for those with more or fewer numbers (`1.25` and `1.25.3`), 2 for
    /// others.
    fn unlike(&self, other: &Self) -> usize {
        let words = |form: &Self| -> Vec<String> {
            form.texts.iter().filter(|it| !["", "."].contains(&it.as_str())).cloned().collect()
        };
        match (self.texts == other.texts, words(self) == words(other)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    }

    /// How far the numbers are from each other, the first one counting most.
    fn distance(&self, other: &Self) -> Vec<u64> {
        let length = self.numbers.len().max(other.numbers.len());
        let at = |form: &Self, at: usize| form.numbers.get(at).copied().unwrap_or_default();
        (0..length).map(|it| at(self, it).abs_diff(at(other, it))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_version_of_the_same_form_comes_first() {
        let tags: Vec<String> = [
            "latest",
            "1.24",
            "1.25",
            "1.26",
            "1.27",
            "2.25",
            "1.25-alpine",
            "1.27-alpine",
            "1.25.3",
            "sha256-abc",
            "v1.25",
        ]
        .map(str::to_owned)
        .to_vec();
        let of = |tag: &str| nearest(tag, &tags);
        assert_eq!(of("1.25")[..5], ["1.26", "1.24", "1.27", "2.25", "1.25.3"]);
        assert_eq!(of("1.26-alpine")[..2], ["1.27-alpine", "1.25-alpine"]);
        assert_eq!(of("1.25.4")[0], "1.25.3");
        assert!(!of("1.25").contains(&"1.25") && !of("1.25").contains(&"sha256-abc"));
        assert_eq!(of("edge").len(), 10);
    }
}
