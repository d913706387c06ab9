//! Everything at once.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{Surroundings, accepts, binfmt, mirrors, siblings, socket};
use crate::model::diagnose::{Daemon, Fact, Facts, Sibling};
use crate::model::route::Family;
use crate::oci::Reference;
use crate::source::Registry;

/// The longest wait for one mirror, for the Accept sets, and for the sibling tags.
const PATIENCE: Duration = Duration::from_secs(10);

/// What to ask.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// Where to ask about the reference; `None` for what lies on a disk.
    pub registry: Option<(&'a Registry, &'a Reference)>,
    /// Where this machine is looked at; `None` if the question is about another machine.
    pub around: Option<&'a Surroundings>,
    /// Mirrors that were named besides.
    pub mirrors: &'a [String],
}

/// Adds what can be had to the facts of a tree. It asks one HEAD of each mirror and for each
/// Accept set; about sibling tags only if the reference leads to a single image, or one HEAD of
/// `latest` if it leads to a list. What cannot be had is named as missing.
pub async fn gather(asking: Asking<'_>, mut facts: Facts) -> Facts {
    let elsewhere = || "the question is about another machine".to_owned();
    let families = families(&facts);
    let ((routes, mirrors), accepts, siblings, machine) = tokio::join!(
        mirrors::ask(&asking, &families),
        in_time(accept_answers(&asking)),
        in_time(sibling_tags(&asking, &facts)),
        async {
            let around = asking.around?;
            let reference = asking.registry.map(|(_, reference)| reference);
            let daemons =
                join_all(around.sockets.iter().map(|it| socket::daemon(it, reference))).await;
            let folder = around.binfmt.clone();
            let emulators =
                tokio::task::spawn_blocking(move || binfmt::emulators(folder.as_deref())).await;
            Some((daemons, emulators))
        }
    );
    facts.routes = routes;
    facts.mirrors = mirrors;
    facts.accepts = accepts;
    facts.siblings = siblings;
    facts.now = Some(Timestamp::now());
    facts.default_platform = match asking.around {
        Some(around) => Fact::Known(around.default_platform.clone()),
        None => Fact::Missing(elsewhere().into()),
    };
    match machine {
        Some((daemons, emulators)) => {
            facts.daemons = daemons.into_iter().flatten().collect();
            if facts.daemons.is_empty() {
                facts.daemons = vec![Fact::Missing("no engine listens on this machine".into())];
            }
            facts.emulators =
                emulators.unwrap_or_else(|error| Fact::Missing(error.to_string().into()));
        }
        None => {
            facts.daemons = vec![Fact::Missing(elsewhere().into())];
            facts.emulators = Fact::Missing(elsewhere().into());
        }
    }
    facts
}

/// The engines that answer on this machine, without any image.
pub async fn daemons(around: &Surroundings) -> Vec<(String, Option<Fact<Daemon>>)> {
    join_all(around.sockets.iter().map(async |socket| {
        let at = match &socket.at {
            Ok(path) => path.display().to_string(),
            Err(why) => why.clone(),
        };
        (at, socket::daemon(socket, None).await)
    }))
    .await
}

/// The families of the engines that are asked about; all if none is.
fn families(facts: &Facts) -> Vec<Family> {
    let of_engine = |family: &Family| {
        facts.picks.iter().any(|pick| Family::of_engine(pick.engine.id) == Some(*family))
    };
    if facts.picks.is_empty() {
        return Family::ALL.to_vec();
    }
    Family::ALL.into_iter().filter(of_engine).collect()
}

/// A fact, or that it did not come in time.
pub(super) async fn in_time<T>(asked: impl Future<Output = Fact<T>>) -> Fact<T> {
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(fact) => fact,
        Err(_) => Fact::Missing(format!("no answer within {} seconds", PATIENCE.as_secs()).into()),
    }
}

pub(super) fn not_in_a_registry<T>() -> Fact<T> {
    Fact::Missing("the image is in no registry".into())
}

async fn accept_answers(asking: &Asking<'_>) -> Fact<Vec<crate::model::diagnose::AcceptAnswer>> {
    let Some((registry, reference)) = asking.registry else { return not_in_a_registry() };
    if reference.tag.is_none() || reference.digest.is_some() {
        return Fact::Missing("a digest is the same for everyone".into());
    }
    Fact::Known(accepts::answers(registry, reference).await)
}

async fn sibling_tags(asking: &Asking<'_>, facts: &Facts) -> Fact<Vec<Sibling>> {
    let Some((registry, reference)) = asking.registry else { return not_in_a_registry() };
    let Some(behind) = &facts.behind else { return Fact::default() };
    let tag = reference.tag.as_deref();
    if behind.images().count() == 1 {
        return siblings::siblings(registry, &reference.repository, tag, true).await.into();
    }
    // Of a list, only a `latest` that leads to one of its entries is of interest.
    if tag == Some("latest") || tag.is_none() {
        return Fact::Known(Vec::new());
    }
    let latest = registry.head(&reference.repository.tagged("latest")).await;
    Fact::Known(
        latest
            .map(|head| Sibling {
                tag: "latest".to_owned(),
                answer: accepts::answered(head),
                entries: Fact::default(),
            })
            .into_iter()
            .collect(),
    )
}
