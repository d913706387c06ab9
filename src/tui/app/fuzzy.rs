//! What is typed, matched fuzzily.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// The places of the texts that match, the best first; all of them in their order if nothing is
/// typed. Texts that have each typed word as it is leave out those that merely have its letters:
/// in long texts nearly all do.
pub(super) fn ranked<'a>(typed: &str, texts: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let texts: Vec<&str> = texts.collect();
    if typed.is_empty() {
        return (0..texts.len()).collect();
    }
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT.match_paths());
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, usize)> = texts
        .iter()
        .enumerate()
        .filter_map(|(at, text)| {
            let text = Utf32Str::new(text, &mut buffer);
            Some((pattern.score(text, &mut matcher)?, at))
        })
        .collect();
    let has = |text: &str| words.iter().all(|word| text.to_lowercase().contains(word));
    if scored.iter().any(|(_, at)| texts.get(*at).is_some_and(|text| has(text))) {
        scored.retain(|(_, at)| texts.get(*at).is_some_and(|text| has(text)));
    }
    scored.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
    scored.into_iter().map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_match_comes_first_and_nothing_typed_keeps_the_order() {
        let texts = ["show the layers", "copy more", "copy the digest"];
        assert_eq!(ranked("", texts.into_iter()), [0, 1, 2]);
        assert_eq!(ranked("cpdig", texts.into_iter()), [2]);
        assert_eq!(ranked("copy", texts.into_iter()).len(), 2);
        assert!(ranked("xyz", texts.into_iter()).is_empty());
        let texts = ["play every old document", "show the pods"];
        assert_eq!(ranked("pod", texts.into_iter()), [1], "the word, not its letters");
        assert_eq!(ranked("POD show", texts.into_iter()).len(), 0, "capitals are meant");
        assert_eq!(ranked("pld", texts.into_iter()), [0], "letters, if no text has the word");
    }
}
