//! The hosts that engines ask for a reference, as text and as JSON.

use serde_json::{Value, json};

use crate::model::diagnose::{Fact, MirrorAnswer};
use crate::model::route::{Route, RouteHost};
use crate::text::{escape, wrap};

/// Routes with what the mirrors on them answered; mirrors that only the user names are a route
/// without a family.
pub(super) fn json(routes: &[Route], answers: &[MirrorAnswer]) -> Vec<Value> {
    let mut all: Vec<Value> = routes
        .iter()
        .map(|route| {
            json!({
                "family": route.family.id(),
                "settings": route.settings.iter().map(|it| json!({
                    "file": it.file,
                    "dropped": it.dropped,
                })).collect::<Vec<_>>(),
                "refused": route.refused,
                "hosts": route.hosts.iter().map(|host| of_host(host, answers)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let named: Vec<Value> = answers
        .iter()
        .filter(|answer| answer.named_in == "--mirror")
        .map(|answer| {
            json!({
                "address": answer.door.as_ref().map(ToString::to_string),
                "asked": true,
                "named_in": answer.named_in,
                "answer": of_answer(&answer.answer),
                "problem": answer.answer.missing(),
            })
        })
        .collect();
    if !named.is_empty() {
        all.push(json!({ "family": null, "settings": [], "refused": null, "hosts": named }));
    }
    all
}

fn of_host(host: &RouteHost, answers: &[MirrorAnswer]) -> Value {
    let answer = answer_of(host, answers);
    json!({
        "address": host.door.to_string(),
        "capabilities": host.can,
        "registry_itself": host.own,
        "reason": host.reason,
        "asked": host.passed_by.is_none(),
        "passed_by": host.passed_by,
        "named_in": host.named_in,
        "answer": answer.and_then(|it| of_answer(&it.answer)),
        "problem": answer.and_then(|it| it.answer.missing()),
    })
}

fn of_answer(answer: &Fact<crate::model::diagnose::Answered>) -> Option<Value> {
    let answer = answer.known()?;
    Some(json!({ "digest": answer.digest, "media_type": answer.media_type.to_string() }))
}

fn answer_of<'a>(host: &RouteHost, answers: &'a [MirrorAnswer]) -> Option<&'a MirrorAnswer> {
    if host.own || host.passed_by.is_some() {
        return None;
    }
    answers.iter().find(|answer| answer.door.as_ref() == Some(&host.door))
}

/// Routes as text, in lines of these cells.
pub(super) fn write(routes: &[Route], answers: &[MirrorAnswer], cells: usize, out: &mut String) {
    for route in routes {
        out.push_str(&format!("\nAsked by {}\n", route.family));
        for settings in &route.settings {
            let state = settings.dropped.as_ref().map_or("read".to_owned(), Clone::clone);
            line("  ", &format!("{}: {state}", settings.file), cells, out);
        }
        if let Some(why) = &route.refused {
            line("  ✗ ", &format!("nobody, and every pull fails: {why}"), cells, out);
        }
        for (at, host) in route.hosts.iter().enumerate() {
            line(&format!("  {}. ", at + 1), &of_line(host, answers), cells, out);
        }
    }
    let named: Vec<&MirrorAnswer> =
        answers.iter().filter(|answer| answer.named_in == "--mirror").collect();
    if !named.is_empty() {
        out.push_str("\n--mirror names\n");
    }
    for mirror in named {
        let address = mirror.door.as_ref().map_or(mirror.mirror.clone(), ToString::to_string);
        line("  · ", &format!("{address} · {}", says(&mirror.answer)), cells, out);
    }
}

fn of_line(host: &RouteHost, answers: &[MirrorAnswer]) -> String {
    let mut text = format!("{} · {} · {}", host.door, host.can.join(", "), host.reason);
    if let Some(ns) = &host.door.ns {
        text.push_str(&format!(" · ns={ns}"));
    }
    if let Some(why) = &host.passed_by {
        text.push_str(&format!(" · not asked: {why}"));
    }
    if let Some(answer) = answer_of(host, answers) {
        text.push_str(&format!(" · {}", says(&answer.answer)));
    }
    text
}

fn says(answer: &Fact<crate::model::diagnose::Answered>) -> String {
    match answer {
        Fact::Known(answer) => format!("answers {answer}"),
        Fact::Missing(why) => format!("no answer: {why}"),
    }
}

/// A text behind a sign; further lines are under the text.
fn line(sign: &str, text: &str, cells: usize, out: &mut String) {
    let hang = sign.chars().count();
    for (at, piece) in wrap(&escape(text), cells.saturating_sub(hang)).iter().enumerate() {
        let lead = if at == 0 { sign.to_owned() } else { " ".repeat(hang) };
        out.push_str(&format!("{lead}{piece}\n"));
    }
}
