//! `manifest.json`: which files of the archive make an image.

use serde_json::{Map, Value};

use crate::oci::any_json;

/// One element of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saved {
    /// The file with the config.
    pub(super) config: String,
    /// The names of the image, as written.
    pub(super) tags: Vec<String>,
    /// The files with the layers, base first.
    pub(super) layers: Vec<String>,
    /// `LayerSources`: descriptors of foreign layers by their diff IDs (moby
    /// `image/tarexport/tarexport.go`).
    pub(super) sources: Map<String, Value>,
}

/// Reads `manifest.json`. Elements that are not images are kept as what is wrong with them.
///
/// # Errors
/// A sentence if it is not a list.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<Result<Saved, String>>, String> {
    match any_json(bytes) {
        Ok(Value::Array(elements)) => Ok(elements.iter().map(read).collect()),
        Ok(_) => Err("it is not a list".to_owned()),
        Err(problem) => Err(format!("it is {problem}")),
    }
}

fn read(element: &Value) -> Result<Saved, String> {
    let config =
        element.get("Config").and_then(Value::as_str).ok_or("it names no Config")?.to_owned();
    let strings = |key: &str| match element.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => list
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| format!("its {key} are not all text")),
        Some(_) => Err(format!("its {key} are not a list")),
    };
    let sources = element.get("LayerSources").and_then(Value::as_object).cloned();
    let (tags, layers) = (strings("RepoTags")?, strings("Layers")?);
    Ok(Saved { config, tags, layers, sources: sources.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_elements_leave_the_others() {
        let saved = parse(
            br#"[{"Config":"c.json","RepoTags":null,"Layers":["l"]},{"Config":1},7,
                {"Config":"c","Layers":"l"},{"Config":"c","RepoTags":["a",1]}]"#,
        )
        .unwrap();
        assert_eq!(saved.len(), 5);
        let expected = Saved {
            config: "c.json".into(),
            tags: Vec::new(),
            layers: vec!["l".into()],
            sources: Map::new(),
        };
        assert_eq!(saved[0], Ok(expected));
        assert_eq!(saved[1], Err("it names no Config".to_owned()));
        assert!(saved[2..].iter().all(Result::is_err));
        assert!(parse(b"{}").is_err());
        assert!(parse(b"<html>").is_err());
    }
}
