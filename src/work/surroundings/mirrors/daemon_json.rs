//! `registry-mirrors` of Docker's `daemon.json`: they stand for Docker Hub only
//! (docs.docker.com/docker-hub/image-library/mirror).

use serde_json::Value;

use super::{Mirror, url};
use crate::oci::Repository;

pub(super) fn mirrors(text: &str, repository: &Repository) -> Result<Vec<Mirror>, String> {
    if !repository.host.is_docker_hub() {
        return Ok(Vec::new());
    }
    let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let list = json.get("registry-mirrors").and_then(Value::as_array);
    Ok(list
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .filter_map(|text| url::parse(text, repository))
        .map(|(repository, plain_http)| Mirror {
            repository,
            plain_http,
            by_containerd: false,
            named_in: String::new(),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mirrors_are_for_docker_hub() {
        let text = r#"{"registry-mirrors":["https://m.example/","http://localhost:5000"],"x":1}"#;
        let hub = Repository::parse("team/app").unwrap();
        let found = mirrors(text, &hub).unwrap();
        let names: Vec<_> = found.iter().map(|it| it.repository.to_string()).collect();
        assert_eq!(names, ["m.example/team/app", "localhost:5000/team/app"]);
        assert!(found[1].plain_http);
        assert_eq!(mirrors(text, &Repository::parse("quay.io/a/b").unwrap()), Ok(vec![]));
        assert_eq!(mirrors("{}", &hub), Ok(vec![]));
        assert!(mirrors("{", &hub).is_err());
    }
}
