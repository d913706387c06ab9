//! The report as JUnit XML: a suite for each file, a case for each image and machine.

use quick_junit::{TestCase, TestSuite};

use crate::cli::junit;
use crate::model::fleet::{Cell, Fleet, Image, Kind};

pub(super) fn document(fleet: &Fleet) -> String {
    junit::document("platy fleet", (0..fleet.sources.len()).filter_map(|file| suite(fleet, file)))
}

fn suite(fleet: &Fleet, file: usize) -> Option<TestSuite> {
    let source = fleet.sources.get(file)?;
    let here = |image: &&Image| image.places.iter().any(|(of, _)| *of == file);
    let mut cases: Vec<TestCase> =
        fleet.images.iter().filter(here).flat_map(|image| of_image(fleet, image)).collect();
    for (_, mention, text, reason) in fleet.unresolved().filter(|it| it.0 == source.name) {
        let line = mention.line;
        cases.push(junit::broken(&format!("line {line}: {text}"), "unresolved", &reason));
    }
    for problem in &source.reading.problems {
        cases.push(junit::broken("reading", "file", &problem.text));
    }
    Some(junit::suite(&source.name, cases))
}

fn of_image(fleet: &Fleet, image: &Image) -> Vec<TestCase> {
    let name = image.reference.familiar();
    let mut cases = Vec::new();
    if let Some(Err(failure)) = &image.outcome {
        return vec![junit::broken(&name, failure.class.as_str(), &failure.to_string())];
    }
    let told = fleet.told(image);
    let next = image.nearest.as_ref().map(|it| it.words()).unwrap_or_default();
    let cells = image.behind().map_or(&[][..], |it| it.cells.as_slice());
    for (at, (host, cell)) in fleet.hosts.iter().zip(cells).enumerate() {
        let name = format!("{name} on {host}");
        let wrong = told.iter().find(|it| it.host == Some(at));
        cases.push(match (wrong, image.allowed()) {
            (Some(told), _) if told.kind == Kind::Unread => {
                junit::broken(&name, "unknown", &told.text)
            }
            (Some(_), Some(reason)) => junit::skipped(&name, reason),
            (Some(told), None) => junit::failed(&name, told.kind.rule(), &told.text, &next),
            (None, _) if *cell == Cell::NotAsked => junit::skipped(&name, "not for this machine"),
            (None, _) => junit::passed(&name),
        });
    }
    for told in told.iter().filter(|it| it.host.is_none()) {
        let name = format!("{name}: {}", told.text);
        cases.push(match (told.kind, image.allowed()) {
            (Kind::Unread, _) => junit::broken(&name, "unknown", &told.text),
            (_, Some(reason)) => junit::skipped(&name, reason),
            (kind, None) => junit::failed(&name, kind.rule(), &told.text, &next),
        });
    }
    cases
}
