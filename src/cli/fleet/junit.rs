//! The report as JUnit XML: a suite for each file, a case for each image and machine.

use super::report::{Cell, Fleet, Image};
use crate::cli::check::Element;

pub(super) fn document(fleet: &Fleet) -> String {
    let mut suites = Vec::new();
    let mut totals = [0_usize; 3];
    for (file, source) in fleet.sources.iter().enumerate() {
        let mut cases = Vec::new();
        let mut counts = [0_usize; 3];
        for image in &fleet.images {
            let is_here = image.places.iter().any(|(of, _)| *of == file);
            if is_here {
                cases.extend(of_image(fleet, image, &source.name, &mut counts));
            }
        }
        for (_, line, text, reason) in fleet.unresolved().filter(|it| it.0 == source.name) {
            counts[1] += 1;
            let error = Element::new("error").with("message", reason).with("type", "unresolved");
            cases.push(case(&source.name, &format!("line {line}: {text}")).child(error));
        }
        for problem in &source.reading.problems {
            counts[1] += 1;
            let error = Element::new("error").with("message", &problem.text).with("type", "file");
            cases.push(case(&source.name, "reading").child(error));
        }
        for (total, count) in totals.iter_mut().zip(counts) {
            *total += count;
        }
        suites.push((source.name.clone(), counts, cases));
    }
    let tests: usize = suites.iter().map(|(_, _, cases)| cases.len()).sum();
    let counted = |element: Element, [failures, errors, skipped]: [usize; 3]| {
        element.with("failures", failures).with("errors", errors).with("skipped", skipped)
    };
    let suites: Vec<Element> = suites
        .into_iter()
        .map(|(name, counts, cases)| {
            let suite = Element::new("testsuite").with("name", name).with("tests", cases.len());
            counted(suite, counts).children(cases)
        })
        .collect();
    let all = Element::new("testsuites").with("name", "platy fleet").with("tests", tests);
    counted(all, totals).children(suites).document()
}

fn case(file: &str, name: &str) -> Element {
    Element::new("testcase").with("classname", file).with("name", name)
}

fn of_image(
    fleet: &Fleet,
    image: &Image,
    file: &str,
    [failures, errors, skipped]: &mut [usize; 3],
) -> Vec<Element> {
    let name = image.reference.familiar();
    let behind = match &image.outcome {
        Some(Ok(behind)) => behind,
        Some(Err(failure)) => {
            *errors += 1;
            let error = Element::new("error")
                .with("message", failure.to_string())
                .with("type", failure.class.as_str());
            return vec![case(file, &name).child(error)];
        }
        None => return Vec::new(),
    };
    fleet
        .hosts
        .iter()
        .zip(&behind.cells)
        .map(|(host, cell)| {
            let case = case(file, &format!("{name} on {}", host.platform()));
            match (cell, &image.allowed) {
                (Cell::Nothing(_) | Cell::Wrong { .. }, Some(reason)) => {
                    *skipped += 1;
                    case.child(Element::new("skipped").with("message", reason))
                }
                (Cell::Nothing(why) | Cell::Wrong { why, .. }, None) => {
                    *failures += 1;
                    case.child(
                        Element::new("failure").with("message", why).with("type", "platform"),
                    )
                }
                (Cell::Unknown(why), _) => {
                    *errors += 1;
                    case.child(Element::new("error").with("message", why).with("type", "unknown"))
                }
                (Cell::NotAsked, _) => {
                    *skipped += 1;
                    case.child(Element::new("skipped").with("message", "not for this machine"))
                }
                (Cell::Gets { .. }, _) => case,
            }
        })
        .collect()
}
