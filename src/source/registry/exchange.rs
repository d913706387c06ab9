//! A question and its answer: repeats, login, and the change to TLS on loopback hosts.

use std::time::Duration;

use reqwest::StatusCode;

use super::Registry;
use super::call::Call;
use super::site::Site;
use crate::oci::{Class, Failure, Host};
use crate::source::Options;
use crate::source::auth::{Aim, Challenge, Pass, Wish, login, unauthorised};
use crate::source::http::{Again, Answer, Refusal, Request, Setback, Whole, retrying};
use crate::source::tls;

impl Registry {
    /// Asks, and hands back the answer with its body unread.
    pub(super) async fn ask(&self, call: &Call) -> Result<Answer, Failure> {
        let wire = &self.shared.wire;
        let attempt = async || self.attempt(call).await;
        retrying(&wire.options, &wire.activity, &call.host, attempt).await
    }

    /// Asks, and reads the answer to its end, at most `cap` bytes. A body that breaks off is
    /// asked for again.
    pub(super) async fn ask_whole(&self, call: &Call, cap: u64) -> Result<Whole, Failure> {
        let wire = &self.shared.wire;
        let attempt = async || self.attempt(call).await?.whole(cap).await;
        retrying(&wire.options, &wire.activity, &call.host, attempt).await
    }

    pub(super) async fn attempt(&self, call: &Call) -> Result<Answer, Setback> {
        let site = self.site(&call.host);
        let request = request(&site, call)?;
        match self.admitted(&site, call, &request).await {
            Err(setback)
                if setback.failure.class == Class::Tls && site.switch_to_tls(&request.url) =>
            {
                let request = self::request(&site, call)?;
                self.admitted(&site, call, &request).await
            }
            other => other,
        }
    }

    /// Sends a request with a pass where the registry is known to want one, and once more with a
    /// new pass where it asks for one.
    async fn admitted(
        &self,
        site: &Site,
        call: &Call,
        request: &Request,
    ) -> Result<Answer, Setback> {
        let shared = &self.shared;
        let (host, aim) = (&site.host, call.aim);
        if !site.owns(&request.url) {
            let answer = shared.wire.send(request).await?;
            return accepted(answer, false, host, aim, None, self.options()).await;
        }
        let path = call.path.as_deref();
        let wish = Wish { scope: &call.scope, aim, path, subject: &call.subject };
        let pass = site.gate.pass(&shared.wire, &shared.keychain, wish).await?;
        let answer = shared.wire.send(&with(request, pass.as_ref())).await?;
        // Another host's 401, behind a redirect, is no question to us.
        let challenge = (answer.status == StatusCode::UNAUTHORIZED && !answer.strayed)
            .then(|| Challenge::of(&answer.headers))
            .flatten();
        let Some(challenge) = challenge else {
            let own = !answer.strayed;
            return accepted(answer, own, host, aim, pass.as_ref(), self.options()).await;
        };
        let refusal = Refusal::read(answer).await;
        let pass = site
            .gate
            .answer(&shared.wire, &shared.keychain, wish, challenge, pass.as_ref())
            .await?;
        if request.payload.is_stream() && pass.authorization.is_some() {
            // It was sent in part, perhaps. Whoever sends it begins again, with the new pass.
            let failure = unauthorised(refusal, host, aim, &pass);
            return Err(Setback {
                failure: Box::new(failure),
                again: Again::After(Duration::ZERO),
            });
        }
        if pass.authorization.is_none() {
            return Err(unauthorised(refusal, host, aim, &pass).into());
        }
        let answer = shared.wire.send(&with(request, Some(&pass))).await?;
        if answer.status == StatusCode::UNAUTHORIZED && !answer.strayed {
            let refusal = Refusal::read(answer).await;
            return Err(unauthorised(refusal, host, aim, &pass).into());
        }
        let own = !answer.strayed;
        accepted(answer, own, host, aim, Some(&pass), self.options()).await
    }
}

fn request(site: &Site, call: &Call) -> Result<Request, Failure> {
    Ok(Request {
        method: call.method.clone(),
        url: match &call.at {
            Some(url) => url.clone(),
            None => site.url(&call.target, &call.subject)?,
        },
        headers: call.headers.clone(),
        authorization: None,
        payload: call.payload.clone(),
        on_the_way: false,
        subject: call.subject.clone(),
    })
}

fn with(request: &Request, pass: Option<&Pass>) -> Request {
    let authorization = pass.and_then(|pass| pass.authorization.clone());
    Request { authorization, ..request.clone() }
}

/// The answer, where its status is a success; else what it says. `own` is whether the registry
/// itself answered, and no host that it sent the request to.
async fn accepted(
    answer: Answer,
    own: bool,
    host: &Host,
    aim: Aim,
    pass: Option<&Pass>,
    options: &Options,
) -> Result<Answer, Setback> {
    if answer.status.is_success() {
        return Ok(answer);
    }
    let refusal = Refusal::read(answer).await;
    if refusal.wants_tls() {
        let host = host.as_str();
        return Err(tls::not_plain(&refusal.subject, host, options).into());
    }
    let mut setback = refusal.into_setback();
    if own && matches!(setback.failure.class, Class::Forbidden | Class::Unauthorised) {
        setback.failure.next = Some(login(host, aim, pass));
    }
    Err(setback)
}
