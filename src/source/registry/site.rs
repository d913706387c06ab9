//! What is known of one registry host for as long as the process lives.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex};

use url::Url;

use super::moved::Moved;
use super::seen::Seen;
use crate::oci::{Class, Failure, Host};
use crate::source::auth::Gate;
use crate::source::http::lock;
use crate::source::{Hints, Options};

/// Docker Hub answers under another name than its references have.
const HUB_API: &str = "registry-1.docker.io";

/// One registry.
pub(super) struct Site {
    pub(super) host: Host,
    pub(super) gate: Gate,
    /// Plain HTTP until the server turns out to speak TLS; on loopback hosts only.
    plain: AtomicBool,
    may_switch: bool,
    /// Whether the registry has a referrers API; `None` as long as nobody knows. Locked while the
    /// first request finds out, so that a registry without it is asked once.
    pub(super) referrers_api: tokio::sync::Mutex<Option<bool>>,
    /// What is known from an earlier session; `None` as long as nobody looked.
    pub(super) hints: tokio::sync::Mutex<Option<Hints>>,
    /// Whether what is known from an earlier session was taken.
    pub(super) recalled: AtomicBool,
    /// Whether the host was connected to that has the blobs.
    pub(super) warmed: AtomicBool,
    /// Where blobs were redirected to.
    pub(super) moved: Moved,
    /// The manifests that it was seen to hold.
    pub(super) seen: Seen,
    mounts: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Option<bool>>>>>,
    heads: AtomicU8,
    /// Whether it makes one tag with each request only.
    one_tag: AtomicBool,
}

/// What is known of a registry's answers to HEAD of a manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Heads {
    /// None has succeeded yet.
    Unknown,
    /// They are answered as GET is.
    Right,
    /// 404 for what GET gives.
    Wrong,
}

impl Site {
    /// HTTPS, but plain HTTP for hosts that the user named so, and on loopback hosts unless the
    /// user said how to check their certificates.
    pub(super) fn new(host: Host, options: &Options) -> Self {
        let chosen = options.plain_http.contains(&host);
        let guessed = host.is_loopback() && !options.insecure.contains(&host);
        Self {
            gate: Gate::new(host.clone()),
            host,
            plain: AtomicBool::new(chosen || guessed),
            may_switch: guessed && !chosen,
            referrers_api: tokio::sync::Mutex::default(),
            hints: tokio::sync::Mutex::default(),
            recalled: AtomicBool::new(false),
            warmed: AtomicBool::new(false),
            moved: Moved::default(),
            seen: Seen::default(),
            mounts: Mutex::default(),
            heads: AtomicU8::new(Heads::Unknown as u8),
            one_tag: AtomicBool::new(false),
        }
    }

    /// Whether several tags at once are worth asking for.
    pub(super) fn may_tag(&self) -> bool {
        !self.one_tag.load(Ordering::Relaxed)
    }

    /// Notes that the registry made none of the tags that it was asked for.
    pub(super) fn tags_one_by_one(&self) {
        self.one_tag.store(true, Ordering::Relaxed);
    }

    /// Whether a 404 to a HEAD of a manifest can be believed.
    pub(super) fn heads(&self) -> Heads {
        match self.heads.load(Ordering::Relaxed) {
            it if it == Heads::Right as u8 => Heads::Right,
            it if it == Heads::Wrong as u8 => Heads::Wrong,
            _ => Heads::Unknown,
        }
    }

    /// Notes what was found out of it.
    pub(super) fn found_heads(&self, heads: Heads) {
        self.heads.store(heads as u8, Ordering::Relaxed);
    }

    /// Whether blobs may be mounted from a repository of this registry; `None` as long as nobody
    /// knows. Locked while the first mount finds out.
    pub(super) fn mounts_from(&self, path: &str) -> Arc<tokio::sync::Mutex<Option<bool>>> {
        Arc::clone(lock(&self.mounts).entry(path.to_owned()).or_default())
    }

    /// The URL of a path and query on this registry. Never one on another host, whatever the
    /// text is: it may come from a `Link` header.
    pub(super) fn url(&self, target: &str, subject: &str) -> Result<Url, Failure> {
        let base = self.base();
        let url = base.as_ref().and_then(|base| base.join(target).ok());
        match (base, url) {
            (Some(base), Some(url)) if url.origin() == base.origin() => Ok(url),
            _ => {
                let detail = format!("{target:?} is not an address on {}", self.host);
                Err(Failure::new(Class::Malformed, subject, detail))
            }
        }
    }

    fn base(&self) -> Option<Url> {
        let scheme = if self.plain.load(Ordering::Relaxed) { "http" } else { "https" };
        let host = if self.host.is_docker_hub() { HUB_API } else { self.host.as_str() };
        Url::parse(&format!("{scheme}://{host}/")).ok()
    }

    /// Whether this address is the registry's own: only there go its credentials.
    pub(super) fn owns(&self, url: &Url) -> bool {
        self.base().is_some_and(|base| base.origin() == url.origin())
    }

    /// Goes over to HTTPS where the server on a loopback port did not speak plain HTTP. `true`
    /// if that is worth another try.
    pub(super) fn switch_to_tls(&self, asked: &Url) -> bool {
        if !self.may_switch || asked.scheme() != "http" {
            return false;
        }
        self.plain.store(false, Ordering::Relaxed);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(host: &str, options: &Options) -> Site {
        Site::new(Host::parse(host).unwrap(), options)
    }

    fn url(host: &str, target: &str) -> Option<String> {
        site(host, &Options::default()).url(target, "x").ok().map(String::from)
    }

    #[test]
    fn https_but_for_loopback() {
        for (host, expected) in [
            ("docker.io", "https://registry-1.docker.io/v2/"),
            ("quay.io", "https://quay.io/v2/"),
            ("localhost:5000", "http://localhost:5000/v2/"),
            ("[::1]:5000", "http://[::1]:5000/v2/"),
            ("10.0.0.1:5000", "https://10.0.0.1:5000/v2/"),
            ("my_registry:5000", "https://my_registry:5000/v2/"),
        ] {
            assert_eq!(url(host, "/v2/").as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_the_user_chose_goes_before() {
        let host = || vec![Host::parse("localhost:1").unwrap()];
        let plain = Options { plain_http: host(), ..Options::default() };
        let insecure = Options { insecure: host(), ..Options::default() };
        let at = |site: &Site| site.url("/v2/", "x").unwrap();
        let chosen = site("localhost:1", &plain);
        assert_eq!(at(&chosen).scheme(), "http");
        assert!(!chosen.switch_to_tls(&at(&chosen)));
        assert_eq!(at(&site("localhost:1", &insecure)).scheme(), "https");
        let guessed = site("localhost:1", &Options::default());
        let first = at(&guessed);
        assert!(guessed.switch_to_tls(&first));
        assert!(guessed.switch_to_tls(&first), "each request of the first burst switches");
        assert!(!guessed.switch_to_tls(&at(&guessed)));
    }

    #[test]
    fn a_target_stays_on_the_host() {
        assert_eq!(url("a.io", "/v2/x?n=1").as_deref(), Some("https://a.io/v2/x?n=1"));
        for target in ["https://b.io/v2/", "//b.io/v2/", "http://a.io/v2/", "\\\\b.io/"] {
            assert_eq!(url("a.io", target), None, "{target}");
        }
    }
}
