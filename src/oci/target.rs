//! What a user may name on the command line: one image, or a place with many.

use super::{Host, Location, LocationError, Repository};

/// What to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One image.
    Image(Location),
    /// The repositories of a registry whose path begins with `prefix` (may be empty).
    Repositories {
        /// The registry.
        host: Host,
        /// The beginning of the path, ending in `/`, or empty.
        prefix: String,
    },
}

impl Target {
    /// Parses a reference. One that ends in `/` or names only a registry (a name with a dot, a
    /// port, or `localhost`) stands for the repositories there.
    ///
    /// # Errors
    /// As [`Location`]'s.
    pub fn parse(text: &str) -> Result<Self, LocationError> {
        let text = text.trim();
        if let Ok(path @ Location::Path { .. }) = text.parse() {
            return Ok(Self::Image(path));
        }
        let text = text.strip_prefix("oci://").unwrap_or(text);
        if let Some(place) = text.strip_suffix('/') {
            let place = place.strip_prefix("docker://").unwrap_or(place);
            if !place.contains('/')
                && let Some(host) = Host::parse(place)
            {
                return Ok(Self::Repositories { host, prefix: String::new() });
            }
            let repository = Repository::parse(place).map_err(LocationError::Reference)?;
            // `library/` was added for a short name, not written by the user.
            return Ok(Self::Repositories {
                host: repository.host,
                prefix: format!("{}/", repository.path),
            });
        }
        if !text.contains('/')
            && names_a_registry(text)
            && let Some(host) = Host::parse(text)
        {
            return Ok(Self::Repositories { host, prefix: String::new() });
        }
        text.parse().map(Self::Image)
    }
}

/// `ghcr.io`, `localhost`, `localhost:5000`, `[::1]:5000`, `10.0.0.1:80`; but not `alpine:3`,
/// `alpine` or `oci:layout`.
fn names_a_registry(text: &str) -> bool {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (text, None),
    };
    let port_ok = port.is_none_or(|port| port.parse::<u16>().is_ok());
    let is_host = name == "localhost" || name.starts_with('[') || name.contains('.');
    port_ok && is_host && !text.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_images_are_told_apart() {
        let place = |host: &str, prefix: &str| Some((host.to_owned(), prefix.to_owned()));
        for (text, expected) in [
            ("ghcr.io", place("ghcr.io", "")),
            ("ghcr.io/", place("ghcr.io", "")),
            ("localhost:5000", place("localhost:5000", "")),
            ("[::1]:5000/", place("[::1]:5000", "")),
            ("localhost:5000/team/", place("localhost:5000", "team/")),
            ("alpine", None),
            ("alpine:3.20", None),
            ("localhost:5000/a", None),
            ("oci:layout", None),
            ("oci:/srv/x.y", None),
            ("oci-archive:a.tar", None),
        ] {
            let found = match Target::parse(text).unwrap() {
                Target::Repositories { host, prefix } => Some((host.to_string(), prefix)),
                Target::Image(_) => None,
            };
            assert_eq!(found, expected, "{text}");
        }
    }
}
