//! Names of images in the stores of engines.

use crate::oci::Reference;

/// The names that a short one may stand for: as written, of this machine, of Docker Hub.
pub(super) fn candidates(name: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut add = |name: String| {
        if !all.contains(&name) {
            all.push(name);
        }
    };
    add(name.to_owned());
    let Ok(reference) = name.parse::<Reference>() else { return all };
    let Some(tag) = &reference.tag else {
        add(reference.to_string());
        return all;
    };
    let is_host = |first: &str| first.contains(['.', ':']) || first == "localhost";
    if !name.split_once('/').is_some_and(|(first, _)| is_host(first)) {
        let path = name.strip_suffix(&format!(":{tag}")).unwrap_or(name);
        add(format!("localhost/{path}:{tag}"));
    }
    add(reference.to_string());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_those_of_this_machine_or_of_docker_hub() {
        for (name, expected) in [
            ("app", &["app", "localhost/app:latest", "docker.io/library/app:latest"][..]),
            ("team/app:1", &["team/app:1", "localhost/team/app:1", "docker.io/team/app:1"]),
            ("x.example/app", &["x.example/app", "x.example/app:latest"]),
            ("x.example:5000/app:1", &["x.example:5000/app:1"]),
            ("localhost/app:1", &["localhost/app:1"]),
            (
                "app@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                &[
                    "app@sha256:0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                    "docker.io/library/app@sha256:\
                     0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a",
                ],
            ),
        ] {
            assert_eq!(candidates(name), expected, "{name}");
        }
    }
}
