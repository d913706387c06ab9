//! The way of podman, skopeo and CRI-O: the table of `registries.conf` that fits the name, its
//! mirrors, then its own location (`PullSourcesFromReference` of go.podman.io/image v5.42.1).

use std::path::Path;

use super::places::Places;
use super::registries::{Registries, matched};
use super::registries_conf::Registry;
use crate::model::route::{Door, Family, Route, RouteHost, Scheme};
use crate::oci::{Reference, Repository};

/// What a host is asked for; the library knows no other words.
const CAN: [&str; 2] = ["pull", "resolve"];

/// A host as a table names it.
struct Endpoint<'a> {
    location: &'a str,
    insecure: bool,
    ns: &'a str,
    /// Why it is not asked for this reference.
    passed_by: Option<String>,
    reason: String,
}

pub(super) fn route(places: &Places, reference: &Reference) -> Route {
    let registries = Registries::read(&places.registries);
    let mut route = Route {
        family: Family::Containers,
        settings: registries.files.clone(),
        hosts: Vec::new(),
        refused: registries.refused.clone(),
    };
    if route.refused.is_some() {
        return route;
    }
    // The library's look-up takes a whole reference, and a prefix may have a tag.
    let name = reference.to_string();
    match registries.find(&name) {
        None => route.hosts.push(own(reference)),
        Some((table, file)) => {
            for endpoint in endpoints(table, reference) {
                match host(&registries, table, &endpoint, reference, file) {
                    Ok(host) => route.hosts.push(host),
                    Err(problem) => route.refused = Some(problem),
                }
            }
            if route.refused.is_some() {
                route.hosts.clear();
            }
        }
    }
    if let Some((table, file)) = registries.find(&reference.repository.to_string())
        && table.blocked
        && route.mirrors().next().is_none()
    {
        route.refused = Some(format!("registry {} is blocked in {}", table.prefix, file.display()));
    }
    route
}

/// The registry itself, if no table fits.
fn own(reference: &Reference) -> RouteHost {
    let Repository { host, path } = reference.repository.clone();
    RouteHost {
        door: Door { scheme: Scheme::Tls, host, api: "/v2".to_owned(), path, ns: None },
        can: CAN.to_vec(),
        own: true,
        reason: "the registry itself; no [[registry]] fits the name".to_owned(),
        passed_by: None,
        named_in: None,
    }
}

/// The mirrors of a table, then its location.
fn endpoints<'a>(table: &'a Registry, reference: &Reference) -> Vec<Endpoint<'a>> {
    let by_digest = reference.digest.is_some();
    let mirrors = table.mirrors.iter().map(|mirror| {
        let passed_by = match mirror.pull_from_mirror.as_str() {
            _ if table.mirror_by_digest_only && !by_digest => {
                Some("mirror-by-digest-only, and the reference has a tag".to_owned())
            }
            "digest-only" if !by_digest => {
                Some("pull-from-mirror is digest-only, and the reference has a tag".to_owned())
            }
            "tag-only" if by_digest => {
                Some("pull-from-mirror is tag-only, and the reference has a digest".to_owned())
            }
            _ => None,
        };
        Endpoint {
            location: &mirror.location,
            insecure: mirror.insecure,
            ns: &mirror.namespace_proxy,
            passed_by,
            reason: format!("mirror of [[registry]] {:?}", table.prefix),
        }
    });
    mirrors
        .chain([Endpoint {
            location: &table.location,
            insecure: table.insecure,
            ns: &table.namespace_proxy,
            passed_by: None,
            reason: format!("location of [[registry]] {:?}", table.prefix),
        }])
        .collect()
}

/// A host with the rewritten name.
///
/// # Errors
/// Why the library refuses the pull: one name that is not a reference is enough.
fn host(
    registries: &Registries,
    table: &Registry,
    endpoint: &Endpoint<'_>,
    reference: &Reference,
    file: &Path,
) -> Result<RouteHost, String> {
    let name = reference.to_string();
    let rest = matched(&name, &table.prefix).and_then(|end| name.get(end..)).unwrap_or_default();
    // Without a location, which only a wildcard may leave out, the name stays.
    let rewritten = if endpoint.location.is_empty() {
        name.clone()
    } else {
        format!("{}{rest}", endpoint.location)
    };
    let there = canonical(&rewritten).ok_or_else(|| {
        format!(
            "{}: {:?} and {:?} make {rewritten}, which is not a reference (rewriting reference: \
             invalid reference format)",
            file.display(),
            table.prefix,
            endpoint.location
        )
    });
    let there = match there {
        Ok(there) => there,
        // What is passed by is not rewritten.
        Err(_) if endpoint.passed_by.is_some() => reference.repository.clone(),
        Err(problem) => return Err(problem),
    };
    let blocked = registries
        .find(&there.to_string())
        .filter(|(table, _)| table.blocked)
        .map(|(table, file)| format!("registry {} is blocked in {}", table.prefix, file.display()));
    let mut reason = endpoint.reason.clone();
    if matched(&reference.repository.to_string(), &table.prefix).is_none() {
        reason.push_str("; podman and skopeo look it up without the tag, and do not see this one");
    }
    let own = there == reference.repository;
    Ok(RouteHost {
        door: Door {
            scheme: if endpoint.insecure { Scheme::Unchecked } else { Scheme::Tls },
            host: there.host,
            api: "/v2".to_owned(),
            path: there.path,
            ns: Some(endpoint.ns.to_owned()).filter(|ns| !ns.is_empty()),
        },
        can: CAN.to_vec(),
        own,
        reason,
        passed_by: endpoint.passed_by.clone().or(blocked),
        named_in: Some(file.display().to_string()),
    })
}

/// The repository of a name that is written out whole (`reference.ParseNamed`).
fn canonical(text: &str) -> Option<Repository> {
    let parsed: Reference = text.parse().ok()?;
    let whole = parsed.to_string();
    let name = parsed.repository.to_string();
    [whole, name].iter().any(|it| it.eq_ignore_ascii_case(text)).then_some(parsed.repository)
}
