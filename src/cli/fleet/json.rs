//! The report as JSON.

use serde_json::{Value, json};

use super::report::{Cell, Fleet, Image};
use crate::model::fleet::{Mention, Served};

pub(super) fn document(fleet: &Fleet) -> Value {
    json!({
        "hosts": fleet.hosts.iter().map(|host| host.platform().to_string()).collect::<Vec<_>>(),
        "images": fleet.images.iter().map(|image| of_image(fleet, image)).collect::<Vec<_>>(),
        "unresolved": fleet
            .unresolved()
            .map(|(file, line, text, reason)| {
                json!({ "file": file, "line": line, "text": text, "reason": reason })
            })
            .collect::<Vec<_>>(),
        "problems": fleet
            .problems()
            .map(|(file, problem)| {
                json!({ "file": file, "line": problem.line, "problem": problem.text })
            })
            .collect::<Vec<_>>(),
    })
}

fn of_image(fleet: &Fleet, image: &Image) -> Value {
    let behind = image.outcome.as_ref().and_then(|outcome| outcome.as_ref().ok());
    let failure = image.outcome.as_ref().and_then(|outcome| outcome.as_ref().err());
    let cells = behind.map(|it| it.cells.as_slice()).unwrap_or_default();
    let machines = fleet.hosts.iter().zip(cells).map(|(host, cell)| {
        let mut of = of_cell(cell);
        if let Some(fields) = of.as_object_mut() {
            fields.insert("host".to_owned(), host.platform().to_string().into());
        }
        of
    });
    json!({
        "image": image.reference.to_string(),
        "engine": image.engine.map(|engine| engine.id),
        "places": fleet.places(image).map(of_place).collect::<Vec<_>>(),
        "allowed": image.allowed,
        "digest": behind.map(|it| it.digest.as_str()),
        "machines": machines.collect::<Vec<_>>(),
        "error": failure.map(|failure| {
            json!({ "class": failure.class.as_str(), "detail": failure.detail })
        }),
    })
}

fn of_place((file, mention): (&str, &Mention)) -> Value {
    json!({
        "file": file,
        "line": mention.line,
        "owner": mention.owner,
        "pod": mention.pod,
        "running": mention.running.as_ref().map(|digest| digest.as_str()),
        "platform": match &mention.served {
            Served::Targets => None,
            Served::Only(platform) => Some(platform.to_string()),
            Served::BuildMachine => Some("build machine".to_owned()),
        },
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
