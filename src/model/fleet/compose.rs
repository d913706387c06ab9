//! Compose files: `services.NAME.image`, with the variables' defaults.
//!
//! Rules: Compose specification, "Interpolation" (a variable without a value and without a default
//! is empty to Compose, which then has another image; here it is named instead).

use super::dockerfile;
use super::mention::{Mention, Named, Served};
use super::mentions::Mentions;
use super::node::Node;
use super::variables::{Patterns, expand};
use crate::model::select::Host;

pub(super) fn is(root: &Node) -> bool {
    root.get("services").is_some_and(|services| services.is_map())
        && root.get("apiVersion").is_none()
}

pub(super) fn read(root: &Node, found: &mut Mentions) {
    let Some(services) = root.get("services") else { return };
    for (name, service) in services.entries() {
        if found.is_full() {
            break;
        }
        for volume in service.get("volumes").map(|it| it.items()).unwrap_or_default() {
            let source = volume.get("source").filter(|_| volume.text_of("type") == Some("image"));
            if let Some((text, line)) = source.and_then(|it| Some((it.text()?, it.line))) {
                let owner = format!("service {name}, volume");
                found.push(Mention::plain(named(text), line, owner));
            }
        }
        let build = service.get("build").and_then(|build| build.get("dockerfile_inline"));
        if let Some((text, line)) = build.and_then(|it| Some((it.text()?, it.line))) {
            let mut inline = Mentions::default();
            dockerfile::read(text, &[], &mut inline);
            found.extend(inline.into_iter().map(|mut mention| {
                mention.line += line - 1;
                mention.owner = format!("service {name}, {}", mention.owner);
                mention
            }));
        }
        let contexts = service.get("build").and_then(|build| build.get("additional_contexts"));
        for (text, line) in contexts.iter().flat_map(|it| contexts_of(it)) {
            let owner = format!("service {name}, context");
            found.push(Mention::plain(named(text), line, owner));
        }
        let Some(image) = service.get("image") else { continue };
        let Some(text) = image.text() else { continue };
        let named = named(text);
        let platform = service.text_of("platform").and_then(|it| it.parse::<Host>().ok());
        found.push(Mention {
            named,
            line: image.line,
            owner: format!("service {name}"),
            served: platform.map_or(Served::Targets, |host| Served::Only(host.platform().clone())),
            pod: None,
            running: None,
        });
    }
}

/// The images among the contexts of a build, which are a mapping or a list of `NAME=VALUE`.
fn contexts_of(contexts: &Node) -> Vec<(&str, usize)> {
    let mapped = contexts.entries().into_iter().filter_map(|(_, it)| Some((it.text()?, it.line)));
    let listed = contexts.items().iter().filter_map(|it| {
        let (_, value) = it.text()?.split_once('=')?;
        Some((value, it.line))
    });
    let all = mapped.chain(listed);
    all.filter_map(|(text, line)| Some((text.strip_prefix("docker-image://")?, line))).collect()
}

fn named(text: &str) -> Named {
    if text.contains("{{") {
        return Named::of(text);
    }
    match expand(text, Patterns::Unknown, &|_| None) {
        Ok(expanded) => Named::literal(expanded.trim()),
        Err(why) => Named::unresolved(text, why),
    }
}
