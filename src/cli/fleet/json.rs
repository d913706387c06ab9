//! The report as JSON.

use serde_json::{Value, json};

use crate::model::fleet::{Cell, Fleet, Image, Mention, Nearest, Pod, Served};
use crate::oci::Quota;

pub(super) fn document(fleet: &Fleet, quotas: &[(String, Quota)]) -> Value {
    json!({
        "hosts": fleet.hosts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "expected": fleet.expected.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "shard": fleet.shard.map(|(number, count)| format!("{number}/{count}")),
        "images": fleet.images.iter().map(|image| of_image(fleet, image)).collect::<Vec<_>>(),
        "pods": fleet.pods().iter().map(|pod| of_pod(fleet, pod)).collect::<Vec<_>>(),
        "unresolved": fleet
            .unresolved()
            .map(|(file, mention, text, reason)| {
                json!({
                    "file": file, "line": mention.line, "owner": mention.owner,
                    "pod": mention.pod, "text": text, "reason": reason,
                })
            })
            .collect::<Vec<_>>(),
        "problems": fleet
            .problems()
            .map(|(file, problem)| {
                json!({ "file": file, "line": problem.line, "problem": problem.text })
            })
            .collect::<Vec<_>>(),
        "quotas": quotas
            .iter()
            .map(|(host, quota)| json!({
                "host": host,
                "limit": quota.limit,
                "remaining": quota.remaining,
                "seconds": quota.seconds,
            }))
            .collect::<Vec<_>>(),
    })
}

fn of_image(fleet: &Fleet, image: &Image) -> Value {
    let behind = image.behind();
    let failure = image.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    let cells = behind.map(|it| it.cells.as_slice()).unwrap_or_default();
    let machines = fleet.hosts.iter().zip(cells).map(|(host, cell)| {
        let mut of = of_cell(cell);
        if let Some(fields) = of.as_object_mut() {
            fields.insert("host".to_owned(), host.to_string().into());
        }
        of
    });
    json!({
        "image": image.reference.to_string(),
        "engine": image.engine.map(|engine| engine.id),
        "places": fleet.places(image).map(of_place).collect::<Vec<_>>(),
        "allowed": image.allowed(),
        "exception": image.exception.as_ref().map(|it| json!({
            "reason": it.reason, "until": it.until, "over": it.is_over,
        })),
        "digest": behind.map(|it| it.digest.as_str()),
        "platforms": behind.map(|it| {
            let one = |(platform, digest): &(crate::oci::Platform, crate::oci::Digest)| {
                json!({ "platform": platform.to_string(), "digest": digest.as_str() })
            };
            it.platforms.iter().map(one).collect::<Vec<_>>()
        }),
        "machines": machines.collect::<Vec<_>>(),
        "missing": image.missing().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "outdated": fleet.outdated(image).count(),
        "nearest": image.nearest.as_ref().map(of_nearest),
        "proven": image.proven.as_ref().map(|it| json!({
            "untrue": it.as_ref().ok(), "error": it.as_ref().err(),
        })),
        "error": failure.map(|failure| {
            json!({ "class": failure.class.as_str(), "detail": failure.detail })
        }),
    })
}

fn of_nearest(nearest: &Nearest) -> Value {
    let (tag, looked_at, error) = match nearest {
        Nearest::Tag(tag) => (Some(tag), None, None),
        Nearest::NoneOf(number) => (None, Some(number), None),
        Nearest::Unknown(why) => (None, None, Some(why)),
    };
    json!({ "tag": tag, "looked_at": looked_at, "error": error })
}

fn of_place((file, mention): (&str, &Mention)) -> Value {
    json!({
        "file": file,
        "line": mention.line,
        "owner": mention.owner,
        "pod": mention.pod,
        "running": mention.running.as_ref().map(|digest| digest.as_str()),
        "nodes": match &mention.served {
            Served::Nodes(nodes) => Some(json!({
                "os": nodes.systems, "architectures": nodes.architectures,
            })),
            _ => None,
        },
        "platform": match &mention.served {
            Served::Targets | Served::Nodes(_) => None,
            Served::Only(platform) => Some(platform.to_string()),
            Served::BuildMachine => Some(super::merge::BUILD_MACHINE.to_owned()),
        },
    })
}

fn of_pod(fleet: &Fleet, pod: &Pod) -> Value {
    let names = pod.images.iter().filter_map(|at| fleet.images.get(*at));
    let platforms = pod.platforms.as_ref().map(|platforms| {
        platforms
            .iter()
            .map(|(os, architecture)| format!("{os}/{architecture}"))
            .collect::<Vec<_>>()
    });
    json!({
        "file": pod.file,
        "line": pod.line,
        "owner": pod.title,
        "images": names.map(|it| it.reference.to_string()).collect::<Vec<_>>(),
        "platforms": platforms,
        "affinity": pod.affinity(),
    })
}

fn of_cell(cell: &Cell) -> Value {
    let of = |outcome: &str, digest: Option<&str>, platform: Option<&str>, why: Option<&str>| json!({ "outcome": outcome, "digest": digest, "platform": platform, "why": why });
    match cell {
        Cell::Gets { platform, digest } => of("gets", Some(digest.as_str()), Some(platform), None),
        Cell::Wrong { platform, digest, why } => {
            of("wrong", Some(digest.as_str()), Some(platform), Some(why))
        }
        Cell::Nothing(why) => of("nothing", None, None, Some(why)),
        Cell::Unknown(why) => of("unknown", None, None, Some(why)),
        Cell::NotAsked => of("not-asked", None, None, None),
    }
}
