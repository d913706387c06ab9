//! The gate of one registry: its challenge, and a pass for each scope.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::OnceCell;

use super::credential::Credential;
use super::explain::{basic, bearer, not_spoken};
use super::keychain::Found;
use super::token::{self, Wanted};
use super::{Aim, Challenge, Keychain, Pass};
use crate::oci::{Failure, Host};
use crate::source::TokenService;
use crate::source::http::{Wire, lock};

/// What one registry asked for, remembered for as long as the process lives, and the passes that
/// it accepts. Passes are fetched once, however many requests want one.
pub(in crate::source) struct Gate {
    host: Host,
    challenge: Mutex<Option<Challenge>>,
    slots: Mutex<HashMap<String, Arc<Slot>>>,
    /// Passes that were fetched before the registry asked for them, by their scope.
    early: Mutex<HashMap<String, Arc<OnceCell<Early>>>>,
    passes: AtomicU64,
}

/// What was found out before the registry asked for anything.
#[derive(Debug, Clone)]
pub(in crate::source) struct Early {
    /// A pass as everyone gets it; `None` if there is a credential, or no such pass.
    pass: Option<Pass>,
    /// What was found, so that nobody looks again.
    found: Arc<Found>,
}

/// What a request is about.
#[derive(Debug, Clone, Copy)]
pub(in crate::source) struct Wish<'a> {
    /// The scope to ask for where the registry names none.
    pub(in crate::source) scope: &'a str,
    /// What the request does.
    pub(in crate::source) aim: Aim,
    /// The repository, for its credentials.
    pub(in crate::source) path: Option<&'a str>,
    /// What the user asked for, for failures.
    pub(in crate::source) subject: &'a str,
}

/// What the registry said to the request that wants a pass.
struct Asked<'a> {
    scope: Option<String>,
    refused: Option<&'a Pass>,
    /// What was done early for just this challenge.
    early: Option<Early>,
}

#[derive(Default)]
struct Slot {
    /// How many times a pass was fetched or failed to be.
    rounds: AtomicU64,
    state: tokio::sync::Mutex<State>,
}

#[derive(Default)]
struct State {
    pass: Option<Pass>,
    /// How the last round failed, for those who waited for it.
    failure: Option<Failure>,
    /// The scope that the registry itself named last.
    scope: Option<String>,
}

impl Gate {
    pub(in crate::source) fn new(host: Host) -> Self {
        Self {
            host,
            challenge: Mutex::default(),
            slots: Mutex::default(),
            early: Mutex::default(),
            passes: AtomicU64::new(0),
        }
    }

    /// Whether this registry asked for a pass.
    pub(in crate::source) fn was_asked(&self) -> bool {
        lock(&self.challenge).is_some()
    }

    /// The pass for a request that has not been sent yet; `None` as long as this registry never
    /// asked for one.
    pub(in crate::source) async fn pass(
        &self,
        wire: &Wire,
        keychain: &Keychain,
        wish: Wish<'_>,
    ) -> Result<Option<Pass>, Failure> {
        let Some(challenge) = lock(&self.challenge).clone() else { return Ok(None) };
        self.get(
            wire,
            keychain,
            wish,
            &challenge,
            Asked { scope: None, refused: None, early: None },
        )
        .await
        .map(Some)
    }

    /// The pass that this token service gives to everyone, before the registry has asked for one:
    /// nothing that is secret goes there. If there is a credential, nothing is sent: it waits for
    /// the registry's own word.
    pub(in crate::source) async fn early(
        &self,
        wire: &Wire,
        keychain: &Keychain,
        wish: Wish<'_>,
        service: &TokenService,
    ) -> Early {
        let cell = Arc::clone(lock(&self.early).entry(wish.scope.to_owned()).or_default());
        let fetched = cell.get_or_init(|| {
            Box::pin(async {
                let found = Arc::new(keychain.find(&self.host, wish.path).await);
                if found.credential.is_some() {
                    return Early { pass: None, found };
                }
                let challenge = Challenge::from(service);
                let pass = self.fetch(wire, &found, wish, &challenge, wish.scope).await;
                Early { pass: pass.ok(), found }
            })
        });
        fetched.await.clone()
    }

    /// The pass for a request that was answered with this challenge, and that went with
    /// `refused` or without any. A pass that others got in the meantime serves too, and `early`,
    /// which was fetched for such a challenge.
    pub(in crate::source) async fn answer(
        &self,
        wire: &Wire,
        keychain: &Keychain,
        wish: Wish<'_>,
        mut challenge: Challenge,
        refused: Option<&Pass>,
        early: Option<Early>,
    ) -> Result<Pass, Failure> {
        // The scope is this request's; the rest holds for the registry.
        let scope = challenge.take_scope();
        // What platy does not speak must not keep it from asking for what is open to everyone.
        if !matches!(challenge, Challenge::Unknown(_)) {
            *lock(&self.challenge) = Some(challenge.clone());
        }
        let other = scope.as_deref().is_some_and(|scope| scope != wish.scope);
        let early = early.map(|it| Early { pass: it.pass.filter(|_| !other), ..it });
        self.get(wire, keychain, wish, &challenge, Asked { scope, refused, early }).await
    }

    async fn get(
        &self,
        wire: &Wire,
        keychain: &Keychain,
        wish: Wish<'_>,
        challenge: &Challenge,
        asked: Asked<'_>,
    ) -> Result<Pass, Failure> {
        let slot = Arc::clone(lock(&self.slots).entry(wish.scope.to_owned()).or_default());
        let seen = slot.rounds.load(Ordering::Acquire);
        // Whoever comes first fetches, the others wait here for what it gets.
        let mut state = slot.state.lock().await;
        if let Some(pass) = &state.pass
            && asked.refused.is_none_or(|refused| refused.number != pass.number)
            && pass.is_good()
        {
            return Ok(pass.clone());
        }
        if let Some(failure) = &state.failure
            && slot.rounds.load(Ordering::Acquire) != seen
        {
            return Err(Failure { subject: wish.subject.to_owned(), ..failure.clone() });
        }
        if asked.scope.is_some() {
            state.scope = asked.scope;
        }
        state.pass = None;
        let scope = scope(state.scope.as_deref(), wish);
        let fetched = match asked.early {
            Some(Early { pass: Some(pass), .. }) if pass.is_good() => Ok(pass),
            // Apart: few requests fetch one, and each has room for what it may have to do.
            early => {
                Box::pin(async {
                    let found = match early {
                        Some(Early { found, .. }) => found,
                        None => Arc::new(keychain.find(&self.host, wish.path).await),
                    };
                    self.fetch(wire, &found, wish, challenge, &scope).await
                })
                .await
            }
        };
        slot.rounds.fetch_add(1, Ordering::AcqRel);
        state.failure = fetched.as_ref().err().cloned();
        state.pass = fetched.as_ref().ok().cloned();
        fetched
    }

    async fn fetch(
        &self,
        wire: &Wire,
        found: &Arc<Found>,
        wish: Wish<'_>,
        challenge: &Challenge,
        scope: &str,
    ) -> Result<Pass, Failure> {
        let mut pass = Pass {
            authorization: None,
            number: self.passes.fetch_add(1, Ordering::Relaxed),
            expires: None,
            found: Arc::clone(found),
        };
        match (challenge, &found.credential) {
            (Challenge::Unknown(scheme), _) => {
                return Err(not_spoken(wish.subject, &self.host, scheme));
            }
            (Challenge::Bearer { .. }, Some(Credential::Registry(token))) => {
                pass.authorization = bearer(token);
            }
            (Challenge::Bearer { realm, service, .. }, _) => {
                let wanted = Wanted {
                    host: &self.host,
                    realm,
                    service: service.as_deref(),
                    scope,
                    aim: wish.aim,
                    subject: wish.subject,
                };
                let token = token::fetch(wire, &wanted, found).await?;
                pass.authorization = bearer(&token.secret);
                pass.expires = Some(token.expires);
            }
            (Challenge::Basic, Some(Credential::Password { username, password })) => {
                pass.authorization = basic(username, password);
            }
            (Challenge::Basic, _) => {}
        }
        Ok(pass)
    }
}

/// What to ask the token service for. If something is pushed or deleted, what the request needs is asked
/// for beside what the registry names: some registries name `pull` whatever the request was.
fn scope(named: Option<&str>, wish: Wish<'_>) -> String {
    let Some(named) = named else { return wish.scope.to_owned() };
    let mut scope = named.to_owned();
    if wish.aim != Aim::Pull {
        let held: Vec<&str> = named.split_whitespace().collect();
        for part in wish.scope.split_whitespace().filter(|part| !held.contains(part)) {
            scope.push(' ');
            scope.push_str(part);
        }
    }
    scope
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_push_asks_for_what_it_needs_whatever_the_registry_names() {
        let wish = |aim, scope| Wish { scope, aim, path: None, subject: "x" };
        let push = "repository:a:pull,push";
        for (named, aim, wanted, expected) in [
            (None, Aim::Push, push, push),
            (Some(push), Aim::Push, push, push),
            (
                Some("repository:a:pull"),
                Aim::Push,
                push,
                "repository:a:pull repository:a:pull,push",
            ),
            (Some("repository:x:pull"), Aim::Pull, "repository:a:pull", "repository:x:pull"),
        ] {
            assert_eq!(scope(named, wish(aim, wanted)), expected, "{named:?}");
        }
    }
}
