//! What mirrors answer for a reference: those that the engines' settings name, and those that the
//! user names.

use futures_util::future::join_all;

use super::gather::{in_time, not_in_a_registry};
use super::{Asking, accepts};
use crate::model::diagnose::{Answered, Fact, MirrorAnswer};
use crate::model::route::{Door, Family, Route, Scheme};
use crate::oci::{Class, Failure, Reference, Repository};
use crate::source::{Head, Options, Registry, mirrors};

/// The ways of these families, and one HEAD of each mirror on them and of each that is named.
pub(super) async fn ask(
    asking: &Asking<'_>,
    families: &[Family],
) -> (Vec<Route>, Fact<Vec<MirrorAnswer>>) {
    let Some((registry, reference)) = asking.registry else {
        return (Vec::new(), not_in_a_registry());
    };
    let routes = routes(asking, families, reference).await;
    let mut found = Vec::new();
    let mut unwritten = Vec::new();
    for text in asking.mirrors {
        match mirrors::named(text, reference) {
            Ok(door) => found.push((door, "--mirror".to_owned())),
            Err(problem) => unwritten.push(problem),
        }
    }
    for host in routes.iter().flat_map(Route::mirrors) {
        if !found.iter().any(|(door, _)| *door == host.door) {
            found.push((host.door.clone(), host.named_in.clone().unwrap_or_default()));
        }
    }
    let asked =
        found.into_iter().map(|(door, named_in)| answer(registry, reference, door, named_in));
    let mut answers = join_all(asked).await;
    answers.extend(unwritten.into_iter().map(|problem| MirrorAnswer {
        mirror: "a mirror".to_owned(),
        door: None,
        named_in: "--mirror".to_owned(),
        answer: Fact::Missing(problem.into()),
        absent: false,
    }));
    (routes, Fact::Known(answers))
}

/// The ways to a reference on this machine; another machine has other settings.
async fn routes(asking: &Asking<'_>, families: &[Family], reference: &Reference) -> Vec<Route> {
    let Some(around) = asking.around else { return Vec::new() };
    let (places, families) = (around.places.clone(), families.to_vec());
    let reference = reference.clone();
    let read = tokio::task::spawn_blocking(move || {
        families
            .iter()
            .flat_map(|family| mirrors::routes(*family, &places, &reference))
            .collect::<Vec<Route>>()
    });
    read.await.unwrap_or_default()
}

async fn answer(
    registry: &Registry,
    reference: &Reference,
    door: Door,
    named_in: String,
) -> MirrorAnswer {
    let by_the_user = named_in == "--mirror";
    let mut absent = false;
    let answer = in_time(async {
        match head(registry, reference, &door, by_the_user).await {
            Ok(head) => Fact::Known(accepts::answered(head)),
            Err(missed) => {
                absent = missed.absent;
                Fact::<Answered>::Missing(missed.why.into())
            }
        }
    })
    .await;
    let there = Repository { host: door.host.clone(), path: door.path.clone() };
    MirrorAnswer { mirror: there.to_string(), door: Some(door), named_in, answer, absent }
}

/// Why a mirror told of no manifest.
struct Missed {
    why: String,
    /// Whether it said that it has none.
    absent: bool,
}

/// A HEAD as the engine would send it. Where its settings say plain HTTP or no check of
/// certificates, and the user of platy does not, no credential goes along.
async fn head(
    registry: &Registry,
    reference: &Reference,
    door: &Door,
    by_the_user: bool,
) -> Result<Head, Missed> {
    let host = &door.host;
    let options = registry.options();
    let plain_allowed = host.is_loopback() || options.plain_http.contains(host);
    let asked = match door.scheme {
        Scheme::Tls => registry.head_through(door, reference).await,
        Scheme::Plain if plain_allowed => registry.head_through(door, reference).await,
        Scheme::Plain if by_the_user => {
            let why = format!("it is named with http://; allow that with --plain-http {host}");
            return Err(Missed { why, absent: false });
        }
        Scheme::Plain => plain(registry, reference, door).await,
        Scheme::Unchecked if options.plain_http.contains(host) => {
            registry.head_through(door, reference).await
        }
        Scheme::Unchecked => {
            let insecure = [options.insecure.clone(), vec![host.clone()]].concat();
            let lent = Options { insecure, ..without_credentials(options) };
            match lend(registry, lent, door, reference).await {
                Err(failure) if matches!(failure.class, Class::Tls | Class::Unreachable) => {
                    plain(registry, reference, door).await
                }
                other => other,
            }
        }
    };
    asked.map_err(|failure| Missed {
        absent: failure.class == Class::NotFound,
        why: match failure.class {
            Class::Unauthorised if door.scheme != Scheme::Tls && !plain_allowed => format!(
                "it wants a login, and platy sends no credential over a connection that is not \
                 checked; allow that with --plain-http {host} or --insecure {host}"
            ),
            _ => failure.to_string(),
        },
    })
}

async fn plain(registry: &Registry, reference: &Reference, door: &Door) -> Result<Head, Failure> {
    let options = registry.options();
    let plain_http = [options.plain_http.clone(), vec![door.host.clone()]].concat();
    let lent = Options { plain_http, ..without_credentials(options) };
    lend(registry, lent, door, reference).await
}

fn without_credentials(options: &Options) -> Options {
    Options { environment: options.environment.without_credentials(), ..options.clone() }
}

async fn lend(
    registry: &Registry,
    options: Options,
    door: &Door,
    reference: &Reference,
) -> Result<Head, Failure> {
    let lent = Registry::new(options, registry.activity().clone())?;
    lent.head_through(door, reference).await
}
