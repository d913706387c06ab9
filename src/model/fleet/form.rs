//! What kind of file it is.

/// The form of a file, from its name, else from what it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A Dockerfile or Containerfile.
    Dockerfile,
    /// YAML or JSON: which objects, each document says itself.
    Yaml,
    /// One image a line.
    Plain,
}

impl Form {
    /// The form of a file of this name (its last part counts) with this text.
    #[must_use]
    pub fn of(name: &str, text: &str) -> Self {
        let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
        let is_dockerfile = |it: &str| {
            it == name || name.starts_with(&format!("{it}.")) || name.ends_with(&format!(".{it}"))
        };
        if is_dockerfile("dockerfile") || is_dockerfile("containerfile") {
            return Self::Dockerfile;
        }
        if [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end)) {
            return Self::Yaml;
        }
        let mut lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let first = lines.next().unwrap_or_default();
        let word = first.split_whitespace().next().unwrap_or_default();
        if ["FROM", "ARG"].contains(&word) {
            return Self::Dockerfile;
        }
        let is_yaml = first.starts_with(['{', '[', '-'])
            || first.ends_with(':')
            || first.contains(": ")
            || first.starts_with('%');
        let is_item = first.strip_prefix("- ").is_some_and(|rest| !rest.contains(": "));
        if is_yaml && !is_item { Self::Yaml } else { Self::Plain }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_counts_then_the_text() {
        for (name, text, expected) in [
            ("a/Dockerfile", "", Form::Dockerfile),
            ("api.Dockerfile", "", Form::Dockerfile),
            ("Containerfile.dev", "", Form::Dockerfile),
            ("x.yml", "FROM a", Form::Yaml),
            ("-", "# a\nFROM a", Form::Dockerfile),
            ("-", "apiVersion: v1", Form::Yaml),
            ("-", "services:\n  a:", Form::Yaml),
            ("-", "{\"items\":[]}", Form::Yaml),
            ("-", "---\na: b", Form::Yaml),
            ("images.txt", "alpine:3\n", Form::Plain),
            ("-", "- alpine:3\n", Form::Plain),
        ] {
            assert_eq!(Form::of(name, text), expected, "{name} {text}");
        }
    }
}
