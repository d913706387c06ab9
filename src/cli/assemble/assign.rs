//! `MATCH:KEY=VALUE` and its relatives.

/// `NAME:KEY=VALUE` in its parts. The name may have colons of its own.
pub(super) fn named(text: &str) -> Result<(&str, &str, &str), String> {
    let problem = || format!("{text:?} is not NAME:KEY=VALUE");
    let (left, value) = text.split_once('=').ok_or_else(problem)?;
    let (name, key) = left.rsplit_once(':').ok_or_else(problem)?;
    if name.is_empty() || key.is_empty() {
        return Err(problem());
    }
    Ok((name, key, value))
}

/// A key and its value.
pub(super) type Pair = (String, String);

/// `NAME:KEY=VALUE,KEY=VALUE`: the name, and each key with its value. A part without `=` belongs
/// to the value before it, as in `os.features=a,b`.
pub(super) fn several(text: &str) -> Result<(&str, Vec<Pair>), String> {
    let (name, key, rest) = named(text)?;
    let mut parts = rest.split(',');
    let mut pairs = vec![(key.to_owned(), parts.next().unwrap_or_default().to_owned())];
    for part in parts {
        match (part.split_once('='), pairs.last_mut()) {
            (Some((key, value)), _) => pairs.push((key.to_owned(), value.to_owned())),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(part);
            }
            (None, None) => {}
        }
    }
    Ok((name, pairs))
}

/// `KEY=VALUE`.
pub(super) fn pair(text: &str) -> Result<Pair, String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err(format!("{text:?} is not KEY=VALUE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_colons_and_values_commas() {
        let pairs = |all: &[(&str, &str)]| -> Vec<Pair> {
            all.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        for (text, name, expected) in [
            ("linux/arm:variant=v6", "linux/arm", pairs(&[("variant", "v6")])),
            (
                "localhost:5000/a/b:tag:os.version=10.0,variant=v7",
                "localhost:5000/a/b:tag",
                pairs(&[("os.version", "10.0"), ("variant", "v7")]),
            ),
            (
                "sha256:ab12:os.features=a,b,os=windows",
                "sha256:ab12",
                pairs(&[("os.features", "a,b"), ("os", "windows")]),
            ),
            ("#1:variant=", "#1", pairs(&[("variant", "")])),
        ] {
            assert_eq!(several(text), Ok((name, expected)), "{text}");
        }
        for text in ["a", "a=b", ":k=v", "a:=v"] {
            assert!(several(text).is_err(), "{text}");
        }
        assert_eq!(pair("a=b=c"), Ok(("a".to_owned(), "b=c".to_owned())));
        assert!(pair("=b").is_err() && pair("b").is_err());
    }
}
