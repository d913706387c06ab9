//! Package URLs (purl-spec, ECMA-427): `pkg:TYPE/NAMESPACE/NAME@VERSION?QUALIFIERS#SUBPATH`.

use percent_encoding::percent_decode_str;

use crate::oci::{Digest, Platform};

/// A package URL, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purl {
    /// What kind of package: `deb`, `apk`, `npm`, `docker`.
    pub kind: String,
    /// Everything between kind and name, with its slashes.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The version.
    pub version: Option<String>,
    /// The qualifiers, in their order.
    pub qualifiers: Vec<(String, String)>,
}

impl Purl {
    /// Reads a package URL; `None` if it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("pkg:")?.trim_start_matches('/');
        let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (kind, path) = path.split_once('/')?;
        // A version has no slash that is not encoded, and a scope (`@acme/x`) may be written plainly.
        let (path, version) = match path.rsplit_once('@') {
            Some((path, version)) if !path.is_empty() && !version.contains('/') => {
                (path, Some(decoded(version)))
            }
            _ => (path, None),
        };
        let path = path.trim_matches('/');
        let (namespace, name) = match path.rsplit_once('/') {
            Some((namespace, name)) => (Some(decoded(namespace)), name),
            None => (None, path),
        };
        if kind.is_empty() || name.is_empty() {
            return None;
        }
        let qualifiers = query.split('&').filter_map(|pair| pair.split_once('='));
        Some(Self {
            kind: kind.to_ascii_lowercase(),
            namespace,
            name: decoded(name),
            version: version.filter(|it| !it.is_empty()),
            qualifiers: qualifiers.map(|(key, value)| (key.to_owned(), decoded(value))).collect(),
        })
    }

    /// The value of a qualifier.
    #[must_use]
    pub fn qualifier(&self, key: &str) -> Option<&str> {
        let found = self.qualifiers.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The platform of an image (`platform=linux%2Farm64`).
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        self.qualifier("platform")?.parse().ok()
    }

    /// The digest in the place of a version, or in the `digest` qualifier.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        let places = [self.version.as_deref(), self.qualifier("digest")];
        places.into_iter().flatten().find_map(|text| text.parse().ok())
    }

    /// Whether it names a package of a distribution, whose namespace is the distribution.
    #[must_use]
    pub fn is_of_distribution(&self) -> bool {
        matches!(self.kind.as_str(), "deb" | "apk" | "rpm" | "alpm")
    }

    /// Whether it names a container image and not a package in one.
    #[must_use]
    pub fn is_image(&self) -> bool {
        matches!(self.kind.as_str(), "oci" | "docker")
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tools_write_is_read() {
        // syft 1.57.1, BuildKit 0.34.2, Trivy 0.6x, cosign's VEX products.
        for (text, kind, namespace, name, version) in [
            (
                "pkg:deb/debian/zlib1g@1%3A1.2.13.dfsg-1?arch=amd64&distro=debian-12&upstream=zlib",
                "deb",
                Some("debian"),
                "zlib1g",
                Some("1:1.2.13.dfsg-1"),
            ),
            (
                "pkg:docker/127.0.0.1:21300/ev/base@1?platform=linux%2Famd64",
                "docker",
                Some("127.0.0.1:21300/ev"),
                "base",
                Some("1"),
            ),
            ("pkg:npm/%40acme/x@1.0.0", "npm", Some("@acme"), "x", Some("1.0.0")),
            ("pkg:npm/@acme/x", "npm", Some("@acme"), "x", None),
            ("pkg:npm/@acme/x@2", "npm", Some("@acme"), "x", Some("2")),
            (
                "pkg:golang/github.com/a/b@v1.2.3#sub/path",
                "golang",
                Some("github.com/a"),
                "b",
                Some("v1.2.3"),
            ),
            (
                "pkg:oci/127.0.0.1%3A21300%2Fev%2Fbase@sha256%3A7304?arch=amd64",
                "oci",
                None,
                "127.0.0.1:21300/ev/base",
                Some("sha256:7304"),
            ),
            ("pkg:generic/busybox@1.36.1", "generic", None, "busybox", Some("1.36.1")),
        ] {
            let purl = Purl::parse(text).unwrap();
            assert_eq!(
                (
                    purl.kind.as_str(),
                    purl.namespace.as_deref(),
                    purl.name.as_str(),
                    purl.version.as_deref()
                ),
                (kind, namespace, name, version),
                "{text}"
            );
        }
        for text in ["", "pkg:", "pkg:deb", "pkg:deb/", "deb/debian/x@1", "pkg:/x@1", "pkg:a/@"] {
            assert_eq!(Purl::parse(text).filter(|it| it.name != "@"), None, "{text}");
        }
    }

    #[test]
    fn platforms_and_digests_are_found() {
        let purl = Purl::parse("pkg:docker/a@1?platform=linux%2Farm%2Fv7").unwrap();
        assert_eq!(purl.platform(), Some(Platform::new("linux", "arm", "v7")));
        // BuildKit writes the version and the features of Windows in brackets behind the system.
        let text = "pkg:docker/a@1?platform=windows%2810.0.17763.5206%2Bwin32k%29%2Famd64";
        let windows = Purl::parse(text).unwrap().platform().unwrap();
        assert_eq!(windows.os_version, "10.0.17763.5206");
        assert_eq!((windows.os.as_str(), windows.os_features), ("windows", vec!["win32k".into()]));
        let hex = "0".repeat(64);
        for text in
            [format!("pkg:oci/a@sha256%3A{hex}"), format!("pkg:docker/a@1?digest=sha256:{hex}")]
        {
            assert_eq!(Purl::parse(&text).unwrap().digest().unwrap().hex(), hex, "{text}");
        }
        assert_eq!(Purl::parse("pkg:docker/a@1?platform=linux").unwrap().platform(), None);
    }
}
