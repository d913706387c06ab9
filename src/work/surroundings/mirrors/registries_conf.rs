//! containers-registries.conf(5), version 2: the table with the longest prefix that fits, its
//! mirrors, and its own location where that is another one.

use toml::{Table, Value};

use super::Mirror;
use crate::oci::{Host, Repository};

pub(super) fn mirrors(text: &str, repository: &Repository) -> Result<Vec<Mirror>, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let name = repository.to_string();
    let registries = table.get("registry").and_then(Value::as_array).map(Vec::as_slice);
    let Some((matched, registry)) = registries
        .unwrap_or_default()
        .iter()
        .filter_map(|registry| {
            let prefix = text_of(registry, "prefix").or_else(|| text_of(registry, "location"))?;
            Some((matches(prefix, &name)?, registry))
        })
        .max_by_key(|(matched, _)| *matched)
    else {
        return Ok(Vec::new());
    };
    let rest = name.get(matched..).unwrap_or_default();
    let mirrors = registry.get("mirror").and_then(Value::as_array).map(Vec::as_slice);
    Ok(mirrors
        .unwrap_or_default()
        .iter()
        .chain([registry])
        .filter_map(|it| {
            let full = format!("{}{rest}", text_of(it, "location")?);
            let (host, path) = full.split_once('/')?;
            let repository = Repository { host: Host::parse(host)?, path: path.to_owned() };
            Some(Mirror {
                repository,
                plain_http: false,
                by_containerd: false,
                named_in: String::new(),
            })
        })
        .collect())
}

fn text_of<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// How much of the name the prefix takes (`refMatchingPrefix` of
/// containers/image `pkg/sysregistriesv2`).
fn matches(prefix: &str, name: &str) -> Option<usize> {
    if let Some(suffix) = prefix.strip_prefix('*') {
        let host = name.split('/').next()?;
        return host.strip_suffix(suffix).filter(|rest| !rest.is_empty()).map(|_| host.len());
    }
    let rest = name.strip_prefix(prefix)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(prefix.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_decides() {
        let text = r#"
            unqualified-search-registries = ["docker.io"]
            [[registry]]
            location = "docker.io"
            [[registry.mirror]]
            location = "m.example/hub"
            [[registry]]
            prefix = "docker.io/team"
            location = "inside.example/team"
            [[registry.mirror]]
            location = "n.example:5000"
            insecure = true
            [[registry]]
            prefix = "*.corp.example"
            location = "corp.example/all"
        "#;
        let names = |repository: &str| -> Vec<String> {
            let found = mirrors(text, &Repository::parse(repository).unwrap()).unwrap();
            found.iter().map(|it| it.repository.to_string()).collect()
        };
        assert_eq!(names("alpine"), ["m.example/hub/library/alpine", "docker.io/library/alpine"]);
        assert_eq!(names("team/app"), ["n.example:5000/app", "inside.example/team/app"]);
        assert_eq!(names("teams/app")[0], "m.example/hub/teams/app");
        assert_eq!(names("a.corp.example/x/y"), ["corp.example/all/x/y"]);
        assert_eq!(names("quay.io/x/y"), [""; 0]);
        assert!(mirrors("[[", &Repository::parse("alpine").unwrap()).is_err());
    }
}
