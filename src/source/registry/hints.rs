//! What earlier sessions found out about a registry, and what this one finds out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use url::Url;

use super::Registry;
use super::call::Call;
use super::site::Site;
use crate::source::auth::{Aim, Challenge};
use crate::source::http::{Answer, Payload, Way, states_limit};
use crate::source::{Hints, TokenService};

impl Registry {
    /// The token service to ask while the registry is asked: only for reading, and only as long
    /// as the registry has not said in this session what it wants.
    pub(super) async fn hinted_tokens(&self, site: &Site, call: &Call) -> Option<TokenService> {
        let reads = matches!(call.payload, Payload::Nothing) && call.aim == Aim::Pull;
        if reads { self.hints(site).await.tokens } else { None }
    }

    /// Notes what the registry asked for; `None` if it let a request through without.
    pub(super) async fn learn_tokens(&self, site: &Site, challenge: Option<&Challenge>) {
        let tokens = challenge.and_then(Challenge::tokens);
        self.learn(site, |hints| hints.tokens = tokens).await;
    }

    /// Notes what an answer tells of the host that it came from.
    pub(super) async fn learn_answer(&self, site: &Site, call: &Call, answer: &Answer) {
        let tls = answer.url.scheme() == "https";
        let http2 = self.shared.wire.carries_many(&answer.url).filter(|_| tls);
        let counts = states_limit(&answer.headers);
        if call.is_manifest() && !counts {
            self.shared.wire.presume_counts(&site.host, false);
        }
        self.learn(site, |hints| {
            if answer.strayed && call.is_blob() {
                hints.blobs = Some(answer.url.origin().ascii_serialization());
                hints.blobs_http2 = http2;
            } else if !answer.strayed {
                hints.http2 = http2;
                if call.is_manifest() {
                    hints.counts = counts;
                }
            }
        })
        .await;
    }

    /// Takes what an earlier session found out about a registry, once.
    pub(super) async fn recall(&self, site: &Site) {
        if self.shared.cache.is_none() || site.recalled.swap(true, Ordering::Relaxed) {
            return;
        }
        let (hints, wire) = (self.hints(site).await, &self.shared.wire);
        if hints.counts {
            wire.presume_counts(&site.host, true);
        }
        let own = site.url("/", "").ok();
        let blobs = hints.blobs.and_then(|blobs| Url::parse(&blobs).ok());
        for (url, http2) in [(own, hints.http2), (blobs, hints.blobs_http2)] {
            if let (Some(url), Some(http2)) = (url, http2) {
                wire.presume_many(&url, http2);
            }
        }
    }

    /// Whether the registry had the referrers API when it was last asked.
    pub(super) async fn had_referrers(&self, site: &Site) -> bool {
        self.hints(site).await.referrers
    }

    /// Notes whether the registry has the referrers API.
    pub(super) async fn learn_referrers(&self, site: &Site, has: bool) {
        self.learn(site, |hints| hints.referrers = has).await;
    }

    /// Connects to where the blobs of this registry were when they were last asked for, once, so
    /// that the connection is there when it is needed. Nothing is told to that host but that.
    pub(super) async fn warm(&self, site: &Site) {
        if self.shared.cache.is_none() || site.warmed.swap(true, Ordering::Relaxed) {
            return;
        }
        let Some(url) = self.hints(site).await.blobs.and_then(|blobs| Url::parse(&blobs).ok())
        else {
            return;
        };
        if Way::of(self.options(), &site.host, &url) == Way::Open {
            let (shared, host) = (Arc::clone(&self.shared), site.host.clone());
            drop(tokio::spawn(async move { shared.wire.connect(&url, &host).await }));
        }
    }

    async fn hints(&self, site: &Site) -> Hints {
        let Some(cache) = &self.shared.cache else { return Hints::default() };
        let mut known = site.hints.lock().await;
        if known.is_none() {
            *known = Some(cache.hints(&site.host).await.unwrap_or_default());
        }
        known.clone().unwrap_or_default()
    }

    async fn learn(&self, site: &Site, change: impl FnOnce(&mut Hints)) {
        let Some(cache) = &self.shared.cache else { return };
        let before = self.hints(site).await;
        let mut hints = before.clone();
        change(&mut hints);
        if hints != before {
            *site.hints.lock().await = Some(hints.clone());
            cache.remember_hints(&site.host, &hints).await;
        }
    }
}
