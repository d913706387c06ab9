//! Hosts of URLs, and where plain HTTP is allowed.

use url::Url;

use crate::oci::Host;
use crate::source::Options;

/// The host of a URL, with its port where that is not the scheme's own.
pub(in crate::source) fn host_of(url: &Url) -> Option<Host> {
    let name = url.host_str()?;
    match url.port() {
        Some(port) => Host::parse(&format!("{name}:{port}")),
        None => Host::parse(name),
    }
}

/// Whether one of these hosts is the URL's. A port that is the scheme's own may be left out on
/// either side.
pub(super) fn is_named(hosts: &[Host], url: &Url) -> bool {
    hosts.iter().any(|host| {
        Url::parse(&format!("{}://{host}/", url.scheme())).is_ok_and(|named| {
            named.host_str() == url.host_str()
                && named.port_or_known_default() == url.port_or_known_default()
        })
    })
}

/// Whether a request that came from `from` may go on to `to`: HTTPS always, plain HTTP only to a
/// host that the user allowed, or from this machine to this machine.
pub(in crate::source) fn may_go_on(options: &Options, from: &Host, to: &Url) -> bool {
    match to.scheme() {
        "https" => true,
        "http" => {
            is_named(&options.plain_http, to)
                || (from.is_loopback() && host_of(to).is_some_and(|to| to.is_loopback()))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        Host::parse(text).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn plain_http_needs_leave() {
        let options = Options {
            plain_http: vec![host("plain.example"), host("other.example:8080")],
            ..Options::default()
        };
        for (from, to, allowed) in [
            ("a.example", "https://b.example/x", true),
            ("a.example", "http://b.example/x", false),
            ("a.example", "http://plain.example:80/x", true),
            ("a.example", "http://plain.example:81/x", false),
            ("a.example", "http://other.example:8080/", true),
            ("a.example", "http://other.example/", false),
            ("a.example", "http://127.0.0.1:5000/", false),
            ("localhost:5000", "http://127.0.0.1:5000/", true),
            ("localhost:5000", "http://[::1]:5000/", true),
            ("localhost:5000", "file:///etc/passwd", false),
        ] {
            assert_eq!(may_go_on(&options, &host(from), &url(to)), allowed, "{from} {to}");
        }
    }

    #[test]
    fn the_schemes_own_port_may_be_left_out() {
        for (named, asked, expected) in [
            ("a.example:443", "https://a.example/", true),
            ("a.example", "https://a.example:443/", true),
            ("a.example", "https://a.example:8443/", false),
            ("[::1]:5000", "https://[::1]:5000/", true),
            ("b.example", "https://a.example/", false),
        ] {
            assert_eq!(is_named(&[host(named)], &url(asked)), expected, "{named} {asked}");
        }
    }
}
