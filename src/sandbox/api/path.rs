//! What the path of a request names.

use axum::http::Uri;

use crate::oci::{Digest, DigestError, Reference, Repository};
use crate::sandbox::error::ApiError;

/// An endpoint with its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) enum Endpoint<'a> {
    /// `/v2/`
    Base,
    /// `/v2/_catalog`
    Catalog,
    /// `/v2/<name>/tags/list`
    Tags(&'a str),
    /// `/v2/<name>/manifests/<reference>`
    Manifest(&'a str, &'a str),
    /// `/v2/<name>/blobs/<digest>`
    Blob(&'a str, &'a str),
    /// `/v2/<name>/blobs/uploads/`
    Uploads(&'a str),
    /// `/v2/<name>/blobs/uploads/<id>`
    Upload(&'a str, &'a str),
    /// `/v2/<name>/referrers/<digest>`
    Referrers(&'a str, &'a str),
    /// Nothing that the registry knows.
    Unknown,
}

impl<'a> Endpoint<'a> {
    /// Reads a path. The name of a repository may have slashes, so that it is read from the end.
    pub(in crate::sandbox) fn of(uri: &'a Uri) -> Self {
        let path = uri.path();
        if path == "/v2" || path == "/v2/" {
            return Self::Base;
        }
        let Some(rest) = path.strip_prefix("/v2/") else {
            return Self::Unknown;
        };
        if rest == "_catalog" {
            return Self::Catalog;
        }
        if let Some(name) = rest.strip_suffix("/tags/list") {
            return Self::Tags(name);
        }
        if let Some(name) =
            rest.strip_suffix("/blobs/uploads/").or_else(|| rest.strip_suffix("/blobs/uploads"))
        {
            return Self::Uploads(name);
        }
        let Some((before, last)) = rest.rsplit_once('/').filter(|(_, last)| !last.is_empty())
        else {
            return Self::Unknown;
        };
        if let Some(name) = before.strip_suffix("/blobs/uploads") {
            Self::Upload(name, last)
        } else if let Some(name) = before.strip_suffix("/manifests") {
            Self::Manifest(name, last)
        } else if let Some(name) = before.strip_suffix("/blobs") {
            Self::Blob(name, last)
        } else if let Some(name) = before.strip_suffix("/referrers") {
            Self::Referrers(name, last)
        } else {
            Self::Unknown
        }
    }

    /// The repository that it belongs to.
    pub(in crate::sandbox) fn repository(&self) -> Option<&'a str> {
        match self {
            Self::Base | Self::Catalog | Self::Unknown => None,
            Self::Tags(name)
            | Self::Manifest(name, _)
            | Self::Blob(name, _)
            | Self::Uploads(name)
            | Self::Upload(name, _)
            | Self::Referrers(name, _) => Some(name),
        }
    }
}

/// Whether this may be the name of a repository.
pub(super) fn is_name(name: &str) -> bool {
    Repository::parse(&format!("localhost/{name}")).is_ok_and(|parsed| parsed.path == name)
}

/// Whether this may be a tag.
pub(super) fn is_tag(tag: &str) -> bool {
    format!("localhost/name:{tag}")
        .parse::<Reference>()
        .is_ok_and(|parsed| parsed.tag.as_deref() == Some(tag))
}

/// The value of a query's field.
pub(super) fn field(uri: &Uri, name: &str) -> Option<String> {
    fields(uri).find(|(field, _)| field == name).map(|(_, value)| value)
}

/// All fields of a query.
pub(super) fn fields(uri: &Uri) -> impl Iterator<Item = (String, String)> + '_ {
    url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).into_owned()
}

/// Reads a digest.
pub(super) fn digest(text: &str) -> Result<Digest, ApiError> {
    text.parse().map_err(|problem: DigestError| ApiError::digest_invalid(problem.to_string(), text))
}

/// The repository that a mount reads from.
pub(in crate::sandbox) fn mount_source(uri: &Uri) -> Option<String> {
    field(uri, "mount").and_then(|_| field(uri, "from"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_have_slashes_and_the_words_of_endpoints() {
        for (path, expected) in [
            ("/v2/", Endpoint::Base),
            ("/v2", Endpoint::Base),
            ("/v2/_catalog", Endpoint::Catalog),
            ("/v2/a/b/c/tags/list", Endpoint::Tags("a/b/c")),
            ("/v2/a/manifests/latest", Endpoint::Manifest("a", "latest")),
            ("/v2/a/manifests/b/manifests/c", Endpoint::Manifest("a/manifests/b", "c")),
            ("/v2/a/blobs/sha256:00", Endpoint::Blob("a", "sha256:00")),
            ("/v2/a/b/blobs/uploads/", Endpoint::Uploads("a/b")),
            ("/v2/a/b/blobs/uploads", Endpoint::Uploads("a/b")),
            ("/v2/a/blobs/uploads/id", Endpoint::Upload("a", "id")),
            ("/v2/a/referrers/sha256:00", Endpoint::Referrers("a", "sha256:00")),
            ("/v2/a/manifests/", Endpoint::Unknown),
            ("/v2/manifests/latest", Endpoint::Unknown),
            ("/v1/a/manifests/latest", Endpoint::Unknown),
            ("/", Endpoint::Unknown),
        ] {
            assert_eq!(Endpoint::of(&path.parse().unwrap()), expected, "{path}");
        }
    }

    #[test]
    fn names_and_tags_follow_the_grammar() {
        for (name, good) in
            [("a", true), ("a/b-c/d__e", true), ("A", false), ("a//b", false), ("a:1", false)]
        {
            assert_eq!(is_name(name), good, "{name}");
        }
        for (tag, good) in [("latest", true), ("_1.0-x", true), (".a", false), ("a b", false)] {
            assert_eq!(is_tag(tag), good, "{tag}");
        }
    }
}
