//! Where a draft is pushed, as people type it: `repository:tag`, with more tags behind it.

use crate::model::draft::Target;
use crate::oci::Reference;
use crate::tui::app::paste::understand;

/// Reads `repository:tag`, or `repository:tag, tag2 tag3`.
///
/// # Errors
/// A sentence that says what to write.
pub(in crate::tui::app) fn parse(text: &str) -> Result<Target, String> {
    let mut words = text.split([',', ' ']).map(str::trim).filter(|word| !word.is_empty());
    let first = words.next().ok_or("write a repository and a tag: registry/name:tag")?;
    let reference: Reference =
        understand(first).parse().map_err(|error| format!("{first:?}: {error}"))?;
    let mut target = Target::of(&reference)?;
    for tag in words {
        // A tag has the form that a reference allows it.
        let tagged = format!("{}:{tag}", reference.repository);
        let parsed: Reference =
            tagged.parse().map_err(|_| format!("{tag:?} is not a tag; letters, digits, . _ -"))?;
        if let Some(tag) = parsed.tag.filter(|tag| !target.tags.contains(tag)) {
            target.tags.push(tag);
        }
    }
    Ok(target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_and_its_tags() {
        for (text, repository, tags) in [
            ("demo/app:1.0", "docker.io/demo/app", &["1.0"][..]),
            ("demo/app", "docker.io/demo/app", &["latest"]),
            ("localhost:5000/a:1, 1.2  latest,1", "localhost:5000/a", &["1", "1.2", "latest"]),
        ] {
            let target = parse(text).unwrap();
            assert_eq!(target.repository.to_string(), repository);
            assert_eq!(target.tags, tags);
        }
        let digest = crate::oci::Digest::sha256(b"");
        for text in ["", "A B", "demo/app:1 a/b", &format!("demo/app@{digest}")] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
