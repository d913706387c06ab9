//! Which name may be meant by one that is not known.

/// How much alike two words are of which one is probably meant for the other (Jaro-Winkler).
const ALIKE: f64 = 0.8;

/// The name that is most like a word, if one is like it.
#[must_use]
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let like = |name: &str| strsim::jaro_winkler(name, word);
    let nearest = names.into_iter().max_by(|a, b| like(a).total_cmp(&like(b)))?;
    (like(nearest) > ALIKE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_like_nothing_means_nothing() {
        assert_eq!(nearest("reloda", ["search", "reload"]), Some("reload"));
        assert_eq!(nearest("fly", ["search", "reload"]), None);
        assert_eq!(nearest("fly", []), None);
    }
}
