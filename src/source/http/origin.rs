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

/// Whether the user allowed plain HTTP to this host by name.
pub(super) fn is_plain_by_choice(options: &Options, host: &Host) -> bool {
    options.plain_http.contains(host)
}

/// Whether a request that came from `from` may go on to `to`: HTTPS always, plain HTTP only to a
/// host that the user allowed, or from this machine to this machine.
pub(in crate::source) fn may_go_on(options: &Options, from: &Url, to: &Url) -> bool {
    let Some(host) = host_of(to) else { return false };
    match to.scheme() {
        "https" => true,
        "http" => {
            is_plain_by_choice(options, &host)
                || (host.is_loopback() && host_of(from).is_some_and(|from| from.is_loopback()))
        }
        _ => false,
    }
}
