//! The report as JUnit XML: a suite for each file, a case for each image and machine.

use quick_junit::{TestCase, TestSuite};

use super::report::{Cell, Fleet, Image};
use crate::cli::junit;

pub(super) fn document(fleet: &Fleet) -> String {
    junit::document("platy fleet", (0..fleet.sources.len()).filter_map(|file| suite(fleet, file)))
}

fn suite(fleet: &Fleet, file: usize) -> Option<TestSuite> {
    let source = fleet.sources.get(file)?;
    let here = |image: &&Image| image.places.iter().any(|(of, _)| *of == file);
    let mut cases: Vec<TestCase> =
        fleet.images.iter().filter(here).flat_map(|image| of_image(fleet, image)).collect();
    for (_, line, text, reason) in fleet.unresolved().filter(|it| it.0 == source.name) {
        cases.push(junit::broken(&format!("line {line}: {text}"), "unresolved", &reason));
    }
    for problem in &source.reading.problems {
        cases.push(junit::broken("reading", "file", &problem.text));
    }
    Some(junit::suite(&source.name, cases))
}

fn of_image(fleet: &Fleet, image: &Image) -> Vec<TestCase> {
    let name = image.reference.familiar();
    let behind = match &image.outcome {
        Some(Ok(behind)) => behind,
        Some(Err(failure)) => {
            return vec![junit::broken(&name, failure.class.as_str(), &failure.to_string())];
        }
        None => return Vec::new(),
    };
    let hosts = fleet.hosts.iter().zip(&behind.cells);
    hosts
        .map(|(host, cell)| {
            let name = format!("{name} on {}", host.platform());
            match (cell, &image.allowed) {
                (Cell::Nothing(_) | Cell::Wrong { .. }, Some(reason)) => {
                    junit::skipped(&name, reason)
                }
                (Cell::Nothing(why) | Cell::Wrong { why, .. }, None) => {
                    junit::failed(&name, "platform", why, "")
                }
                (Cell::Unknown(why), _) => junit::broken(&name, "unknown", why),
                (Cell::NotAsked, _) => junit::skipped(&name, "not for this machine"),
                (Cell::Gets { .. }, _) => junit::passed(&name),
            }
        })
        .collect()
}
