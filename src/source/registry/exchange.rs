//! A question and its answer: repeats, login, and the change to TLS on loopback hosts.

use std::pin::pin;
use std::time::Duration;

use reqwest::header::IF_NONE_MATCH;
use reqwest::{Method, StatusCode};
use tokio::sync::OwnedSemaphorePermit;

use super::Registry;
use super::call::Call;
use super::site::Site;
use crate::oci::{Class, Failure};
use crate::source::Options;
use crate::source::auth::{Challenge, Early, Pass, Wish, login, unauthorised};
use crate::source::http::{Again, Answer, Refusal, Request, Setback, Whole, host_of, retrying};
use crate::source::tls;

/// A request that was refused.
struct Refused {
    /// What the registry said.
    refusal: Refusal,
    /// What it asks for.
    challenge: Challenge,
    /// What the request went with.
    pass: Option<Pass>,
    /// What was fetched for just this challenge.
    early: Option<Early>,
}

impl Registry {
    /// Asks, and hands back the answer with its body unread.
    pub(super) async fn ask(&self, call: &Call) -> Result<Box<Answer>, Failure> {
        retrying(&self.shared.wire, &call.host, async || self.attempt(call).await).await
    }

    /// Asks, and reads the answer to its end, at most `cap` bytes. A body that breaks off is
    /// asked for again.
    pub(super) async fn ask_whole(&self, call: &Call, cap: u64) -> Result<Whole, Failure> {
        let attempt = async || {
            let size = call.size.unwrap_or_default();
            let turn = self.shared.wire.turn(&call.host, size, &call.subject).await?;
            let answer = self.attempt(call).await?;
            self.whole(call, answer, cap, turn).await
        };
        retrying(&self.shared.wire, &call.host, attempt).await
    }

    /// Reads an answer to its end; one that turns out to be large is asked for again in its turn.
    pub(super) async fn whole(
        &self,
        call: &Call,
        mut answer: Box<Answer>,
        cap: u64,
        mut turn: Option<OwnedSemaphorePermit>,
    ) -> Result<Whole, Setback> {
        loop {
            if let Some(whole) = answer.whole(cap, turn).await? {
                return Ok(whole);
            }
            turn = self.shared.wire.turn(&call.host, cap, &call.subject).await?;
            answer = self.attempt(call).await?;
        }
    }

    /// Asks once. The answer is boxed, since it is held while something else is waited for, by
    /// hundreds of requests at once.
    pub(super) async fn attempt(&self, call: &Call) -> Result<Box<Answer>, Setback> {
        let site = self.site(&call.host);
        self.recall(&site).await;
        let request = Request { turn: self.turn.clone(), ..request(&site, call)? };
        if call.leads_to_blobs() {
            self.warm(&site).await;
        }
        if call.is_blob()
            && let Some(answer) = self.at_kept_address(&site, call, &request).await
        {
            return Ok(answer);
        }
        let answer = match self.admitted(&site, call, &request).await {
            Err(setback)
                if setback.failure.class == Class::Tls && site.switch_to_tls(&request.url) =>
            {
                let request = Request { turn: self.turn.clone(), ..self::request(&site, call)? };
                self.admitted(&site, call, &request).await
            }
            other => other,
        }?;
        if answer.strayed && call.is_blob() {
            site.moved.keep(&call.target, &answer);
        }
        self.learn_answer(&site, call, &answer).await;
        Ok(answer)
    }

    /// What is answered where a blob was redirected to a moment ago; `None` if it has to be asked
    /// of the registry. No credentials go there.
    async fn at_kept_address(
        &self,
        site: &Site,
        call: &Call,
        request: &Request,
    ) -> Option<Box<Answer>> {
        let url = site.moved.of(&call.target)?;
        let from = Some(site.host.clone());
        let request = Request { url, from, authorization: None, ..request.clone() };
        match self.shared.wire.send(&request).await {
            Ok(mut answer) if answer.status.is_success() => {
                answer.strayed = true;
                Some(Box::new(answer))
            }
            _ => {
                site.moved.forget(&call.target);
                None
            }
        }
    }

    /// Sends a request with a pass where the registry is known to want one, and once more with a
    /// new pass if it asks for one.
    async fn admitted(
        &self,
        site: &Site,
        call: &Call,
        request: &Request,
    ) -> Result<Box<Answer>, Setback> {
        let shared = &self.shared;
        if !site.owns(&request.url) {
            let answer = Box::new(shared.wire.send(request).await?);
            return accepted(answer, call, false, None, self.options()).await;
        }
        let path = call.path.as_deref();
        let wish = Wish { scope: &call.scope, aim: call.aim, path, subject: &call.subject };
        let pass = site.gate.pass(&shared.wire, &shared.keychain, wish).await?;
        let hinted = match &pass {
            Some(_) => None,
            None => self.hinted_tokens(site, call).await,
        };
        let early = async {
            let service = hinted.as_ref()?;
            Some(site.gate.early(&shared.wire, &shared.keychain, wish, service).await)
        };
        let mut early = pin!(early);
        let mut fetched = None;
        let request_now = with(request, pass.as_ref());
        let answer = {
            let mut sending = pin!(shared.wire.send(&request_now));
            loop {
                tokio::select! {
                    biased;
                    answer = &mut sending => break Box::new(answer?),
                    pass = &mut early, if fetched.is_none() => fetched = Some(pass),
                }
            }
        };
        // Another host's 401, behind a redirect, does not ask us for anything.
        let challenge = (answer.status == StatusCode::UNAUTHORIZED && !answer.strayed)
            .then(|| Challenge::of(&answer.headers, &answer.url))
            .flatten();
        let Some(challenge) = challenge else {
            let own = !answer.strayed;
            if own && hinted.is_some() && answer.status.is_success() {
                self.learn_tokens(site, None).await;
            }
            return accepted(answer, call, own, pass.as_ref(), self.options()).await;
        };
        let refusal = Box::pin(Refusal::read(*answer)).await;
        self.learn_tokens(site, Some(&challenge)).await;
        let early = match fetched {
            _ if hinted.is_none() || challenge.tokens() != hinted => None,
            Some(pass) => pass,
            None => early.await,
        };
        // Apart: few requests come to it, of hundreds that are under way at once.
        let refused = Refused { refusal, challenge, pass, early };
        Box::pin(self.admitted_anew(site, call, request, wish, refused)).await
    }

    /// Sends a request that was refused once more, with the pass that the registry asked for.
    async fn admitted_anew(
        &self,
        site: &Site,
        call: &Call,
        request: &Request,
        wish: Wish<'_>,
        refused: Refused,
    ) -> Result<Box<Answer>, Setback> {
        let shared = &self.shared;
        let (host, aim) = (&site.host, call.aim);
        let Refused { refusal, challenge, pass, early } = refused;
        let pass = site
            .gate
            .answer(&shared.wire, &shared.keychain, wish, challenge, pass.as_ref(), early)
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
        let answer = Box::new(shared.wire.send(&with(request, Some(&pass))).await?);
        if answer.status == StatusCode::UNAUTHORIZED && !answer.strayed {
            let refusal = Refusal::read(*answer).await;
            return Err(unauthorised(refusal, host, aim, &pass).into());
        }
        let own = !answer.strayed;
        accepted(answer, call, own, Some(&pass), self.options()).await
    }
}

fn request(site: &Site, call: &Call) -> Result<Request, Failure> {
    let url = match &call.at {
        Some(url) => url.clone(),
        None => site.url(&call.target, &call.subject)?,
    };
    Ok(Request {
        method: call.method.clone(),
        from: (!site.owns(&url)).then(|| site.host.clone()),
        url,
        headers: call.headers.clone(),
        authorization: None,
        payload: call.payload.clone(),
        on_the_way: false,
        document: call.document && matches!(call.method, Method::GET | Method::HEAD),
        turn: None,
        subject: call.subject.clone(),
    })
}

fn with(request: &Request, pass: Option<&Pass>) -> Request {
    let authorization = pass.and_then(|pass| pass.authorization.clone());
    Request { authorization, ..request.clone() }
}

/// The answer, if its status is a success; else what it says. `own` is whether the registry
/// itself answered, and no host that it sent the request to.
async fn accepted(
    answer: Box<Answer>,
    call: &Call,
    own: bool,
    pass: Option<&Pass>,
    options: &Options,
) -> Result<Box<Answer>, Setback> {
    let (host, aim) = (&call.host, call.aim);
    let unchanged =
        answer.status == StatusCode::NOT_MODIFIED && call.headers.contains_key(IF_NONE_MATCH);
    if answer.status.is_success() || unchanged {
        return Ok(answer);
    }
    let elsewhere = answer.strayed.then(|| host_of(&answer.url)).flatten();
    // Apart, as everything that few requests come to: hundreds are under way at once.
    let refusal = Box::pin(Refusal::read(*answer)).await;
    if refusal.wants_tls() {
        let host = host.as_str();
        return Err(tls::not_plain(&refusal.subject, host, options).into());
    }
    let mut setback = refusal.into_setback();
    if let Some(elsewhere) = elsewhere
        && matches!(setback.failure.class, Class::Unauthorised | Class::Forbidden)
    {
        // No credential was sent there, and a login would not help.
        setback.failure.detail =
            format!("{host} redirects to {elsewhere}, which refuses the request");
        setback.failure.next = Some(format!("try again later, or ask who runs {host}"));
    }
    if own && matches!(setback.failure.class, Class::Forbidden | Class::Unauthorised) {
        setback.failure.next = Some(login(host, aim, pass));
    }
    Err(setback)
}
