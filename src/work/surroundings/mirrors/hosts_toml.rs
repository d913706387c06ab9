//! containerd's `hosts.toml` (containerd `docs/hosts.md`): the hosts that may pull or resolve.

use toml::{Table, Value};

use super::{Mirror, url};
use crate::oci::{Host, Repository};

pub(super) fn mirrors(text: &str, repository: &Repository) -> Result<Vec<Mirror>, String> {
    let table: Table = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let Some(hosts) = table.get("host").and_then(Value::as_table) else { return Ok(Vec::new()) };
    Ok(hosts
        .iter()
        .filter_map(|(address, settings)| mirror(address, settings, repository))
        .collect())
}

fn mirror(address: &str, settings: &Value, repository: &Repository) -> Option<Mirror> {
    let capabilities = settings.get("capabilities").and_then(Value::as_array);
    let pulls = capabilities.is_none_or(|list| {
        list.iter().filter_map(Value::as_str).any(|it| matches!(it, "pull" | "resolve"))
    });
    if !pulls {
        return None;
    }
    let (plain_http, rest) = match address.split_once("://") {
        Some(("http", rest)) => (true, rest),
        Some(("https", rest)) => (false, rest),
        Some(_) => return None,
        None => (false, address),
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let path = path.trim_matches('/');
    let overridden = settings.get("override_path").and_then(Value::as_bool).unwrap_or(false);
    // With `override_path` the path is that of the API itself; everything behind `v2` is where
    // repositories begin. Without it, the API is at PATH/v2, which platy does not ask.
    let path = match (overridden, path.strip_prefix("v2")) {
        (true, Some(prefix)) => prefix,
        (false, None) if path.is_empty() => "",
        (false, Some("")) => "",
        _ => return None,
    };
    let repository = url::below(Host::parse(host)?, path, repository);
    Some(Mirror { repository, plain_http, by_containerd: true, named_in: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_pull_are_mirrors() {
        let text = r#"
            server = "https://registry-1.docker.io"
            [host."https://a.example"]
              capabilities = ["pull", "resolve"]
            [host."https://harbor.example/v2/hub"]
              override_path = true
            [host."http://10.0.0.1:5000"]
              capabilities = ["pull"]
              skip_verify = true
            [host."https://push.example"]
              capabilities = ["push"]
            [host."https://odd.example/registry"]
        "#;
        let found = mirrors(text, &Repository::parse("alpine").unwrap()).unwrap();
        let names: Vec<_> = found.iter().map(|it| it.repository.to_string()).collect();
        // By address: the order of the file does not matter to who asks them all.
        assert_eq!(
            names,
            [
                "10.0.0.1:5000/library/alpine",
                "a.example/library/alpine",
                "harbor.example/hub/library/alpine"
            ],
            "{found:?}"
        );
        assert!(found[0].plain_http);
        assert!(mirrors("[", &Repository::parse("alpine").unwrap()).is_err());
    }
}
