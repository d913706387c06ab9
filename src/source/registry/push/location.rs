//! Where an upload goes on, as the registry's `Location` says it.

use reqwest::header::{HeaderMap, LOCATION};
use url::Url;

use crate::oci::{Class, Digest, Failure, Host};
use crate::source::Options;
use crate::source::http::{Way, bare, without_user};

/// The address that an answer names for what comes next. `asked` is the address that answered.
pub(super) fn next(
    headers: &HeaderMap,
    asked: &Url,
    host: &Host,
    options: &Options,
    subject: &str,
) -> Result<Url, Failure> {
    let text = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let Some(mut url) = text.and_then(|text| asked.join(text).ok()).map(without_user) else {
        let detail = format!("{host} does not say where the upload goes on");
        return Err(Failure::new(Class::Malformed, subject, detail));
    };
    // A registry behind a proxy that ends TLS may not know how it is spoken to.
    if asked.scheme() == "https" && url.scheme() == "http" && url.host_str() == asked.host_str() {
        // Neither fails between these two schemes.
        let _ = url.set_scheme("https");
        let _ = url.set_port(asked.port());
    }
    if url.origin() == asked.origin() {
        return Ok(url);
    }
    let why = match Way::of(options, host, &url) {
        Way::Open => return Ok(url),
        Way::Plain => "in plain HTTP",
        Way::Inward => "which is near this machine and not the registry's",
        Way::NoScheme => "which is not HTTP",
    };
    let detail = format!("{host} sends the upload on to {}, {why}", bare(&url));
    Err(Failure::new(Class::Forbidden, subject, detail))
}

/// The address that closes an upload: the same with the digest in its query.
pub(super) fn closing(url: &Url, digest: &Digest) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair("digest", digest.as_str());
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(location: &str, asked: &str) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, location.parse().unwrap());
        let asked = Url::parse(asked).unwrap();
        let host = Host::parse("r.io").unwrap();
        next(&headers, &asked, &host, &Options::default(), "x")
            .map(String::from)
            .map_err(|failure| failure.detail)
    }

    #[test]
    fn locations_as_registries_write_them() {
        let asked = "https://r.io/v2/a/blobs/uploads/";
        for (location, expected) in [
            ("/v2/a/blobs/uploads/7?_state=x", "https://r.io/v2/a/blobs/uploads/7?_state=x"),
            ("7", "https://r.io/v2/a/blobs/uploads/7"),
            ("https://store.io/up?sig=y", "https://store.io/up?sig=y"),
            ("http://r.io/v2/a/blobs/uploads/7", "https://r.io/v2/a/blobs/uploads/7"),
            ("http://r.io:80/v2/up", "https://r.io/v2/up"),
        ] {
            assert_eq!(of(location, asked).as_deref(), Ok(expected), "{location}");
        }
        assert!(of("http://store.io/up", asked).unwrap_err().contains("in plain HTTP"));
        assert!(of("http://[", asked).unwrap_err().contains("does not say"));
    }

    #[test]
    fn the_digest_goes_behind_what_is_in_the_query() {
        let digest = Digest::sha256(b"");
        let url = closing(&Url::parse("https://r.io/up?_state=a%2Fb").unwrap(), &digest);
        let hex = digest.hex();
        assert_eq!(url.as_str(), format!("https://r.io/up?_state=a%2Fb&digest=sha256%3A{hex}"));
    }
}
