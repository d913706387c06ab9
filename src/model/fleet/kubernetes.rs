//! Kubernetes objects: pods, everything that has a pod's template, lists of objects as `kubectl
//! get -o json` prints them, and custom resources by the names of their fields.

use std::collections::HashMap;

use super::mention::{Mention, Named, Served, Unresolved};
use super::mentions::Mentions;
use super::node::{Node, Value};
use super::nodes::Nodes;
use super::problem::Problem;
use crate::oci::Digest;

/// The lists of containers that a pod has.
const CONTAINERS: [&str; 3] = ["containers", "initContainers", "ephemeralContainers"];
/// Parts of an object that hold other text.
const LEFT_OUT: [&str; 4] = ["metadata", "status", "env", "annotations"];

pub(super) fn is(root: &Node) -> bool {
    root.get("apiVersion").is_some() && root.get("kind").is_some()
}

/// What the objects of a document name, and what could not be read of them; `pods` counts the pods of
/// the file.
pub(super) fn read(root: &Node, pods: &mut usize, found: &mut Mentions) -> Vec<Problem> {
    let mut problems = Vec::new();
    let is_list = root.text_of("kind").is_some_and(|kind| kind.ends_with("List"));
    match root.get("items").filter(|_| is_list) {
        Some(items) => {
            for item in items.items() {
                problems.extend(object(item, pods, found));
            }
        }
        None => problems.extend(object(root, pods, found)),
    }
    problems
}

fn object(root: &Node, pods: &mut usize, found: &mut Mentions) -> Option<Problem> {
    let title = title(root);
    let running = running(root);
    let is_kustomization = root.text_of("kind") == Some("Kustomization");
    // Pods by the path of the object that lists their containers.
    let mut numbers: HashMap<Vec<String>, usize> = HashMap::new();
    let whole = root.visit(&mut |path, node| {
        let Some(last) = path.last() else { return true };
        if LEFT_OUT.contains(&last.as_str()) || found.is_full() {
            return false;
        }
        if last == "images" && is_kustomization {
            found.extend(node.items().iter().filter_map(|it| kustomized(it, &title)));
            return false;
        }
        if last == "image" || last.ends_with("Image") || last == "imageName" {
            if let Some((pod, what, of)) = part_of_a_pod(path) {
                let at = |path: &[String]| path.iter().try_fold(root, |node, key| below(node, key));
                let text = match what {
                    "volume" => node.text_of("reference"),
                    _ => node.text(),
                };
                let Some(text) = text else { return false };
                let number = numbers.entry(pod.to_vec()).or_insert_with(|| {
                    *pods += 1;
                    *pods
                });
                let nodes = at(pod).map(Nodes::of).filter(|nodes| !nodes.is_any());
                let name = at(of).and_then(|it| it.text_of("name")).unwrap_or("?").to_owned();
                found.push(Mention {
                    named: Named::of(text),
                    line: node.line,
                    owner: format!("{title}, {what} {name}"),
                    served: nodes.map_or(Served::Targets, Served::Nodes),
                    pod: Some(*number),
                    running: running.get(&name).filter(|_| what == "container").cloned(),
                });
                return false;
            }
            if let Some(named) = field(node, last.ends_with("Image")) {
                found.push(Mention {
                    named,
                    line: node.line,
                    owner: format!("{title}, {}", path.join(".")),
                    served: Served::Targets,
                    pod: None,
                    running: None,
                });
                return false;
            }
        }
        true
    });
    (!whole).then(|| Problem {
        line: Some(root.line),
        text: format!("{title} holds too many values; what follows was not read"),
    })
}

/// The path of a pod's specification, what this path's `image` belongs to, and the path of that.
fn part_of_a_pod(path: &[String]) -> Option<(&[String], &'static str, &[String])> {
    let [pod @ .., list, _, field] = path else { return None };
    let (of, _) = path.split_at(path.len().saturating_sub(1));
    let what = match list.as_str() {
        list if CONTAINERS.contains(&list) => "container",
        "volumes" => "volume",
        _ => return None,
    };
    (field == "image").then_some((pod, what, of))
}

fn below<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Value::List(items) => items.get(key.parse::<usize>().ok()?).map(|it| &**it),
        _ => node.get(key).map(|it| &**it),
    }
}

/// An image that a kustomization puts in another one's place.
fn kustomized(node: &Node, title: &str) -> Option<Mention> {
    let name = node.get("newName").or_else(|| node.get("name"))?;
    let mut text = name.text()?.to_owned();
    if let Some(tag) = node.text_of("newTag") {
        text = format!("{text}:{tag}");
    }
    if let Some(digest) = node.text_of("digest") {
        text = format!("{text}@{digest}");
    }
    Some(Mention::plain(Named::of(&text), name.line, format!("{title}, images")))
}

/// An image in a field of another object: text (with a tag, a digest or a path, if the field's name
/// only ends in `Image`), or the parts of a name (`repository`, `tag`, `digest`, `registry`;
/// `reference` of an image volume).
fn field(node: &Node, doubtful: bool) -> Option<Named> {
    if let Some(text) = node.text() {
        let is_file = [".png", ".jpg", ".jpeg", ".svg", ".gif", ".iso", ".qcow2", ".img"]
            .iter()
            .any(|end| text.to_ascii_lowercase().ends_with(end));
        let is_template = text.contains("{{") || text.contains('$');
        let named = Named::of(text);
        let looks_so = text.contains([':', '/', '@']) || !doubtful;
        let is_name = looks_so
            && !is_file
            && !text.starts_with('/')
            && !text.contains("://")
            && !text.contains(char::is_whitespace)
            && (matches!(named, Named::Image(_)) || text.contains([':', '/', '@']));
        return (is_template || is_name).then_some(named);
    }
    if let Some(reference) = node.text_of("reference") {
        return Some(Named::of(reference));
    }
    let repository = node.text_of("repository").or_else(|| node.text_of("name"))?;
    let mut name = match node.text_of("registry").filter(|it| !it.is_empty()) {
        Some(registry) => format!("{registry}/{repository}"),
        None => repository.to_owned(),
    };
    let digest = node.text_of("digest").or_else(|| node.text_of("sha")).filter(|it| !it.is_empty());
    let tag = node.get("tag");
    if digest.is_none() && tag.is_some_and(|it| it.text().unwrap_or_default().is_empty()) {
        return Some(Named::Unresolved { text: name, why: Unresolved::NoTag });
    }
    if let Some(tag) = node.text_of("tag").filter(|it| !it.is_empty()) {
        name = format!("{name}:{tag}");
    }
    if let Some(digest) = digest {
        name = format!("{name}@{digest}");
    }
    Some(Named::of(&name))
}

/// `Deployment shop/api`.
fn title(root: &Node) -> String {
    let kind = root.text_of("kind").unwrap_or("object");
    let metadata = root.get("metadata");
    let of = |key: &str| metadata.and_then(|it| it.text_of(key));
    let name = of("name").or_else(|| of("generateName")).unwrap_or("without a name");
    match of("namespace") {
        Some(namespace) => format!("{kind} {namespace}/{name}"),
        None => format!("{kind} {name}"),
    }
}

/// The digests that a pod's containers run, by the containers' names. An `imageID` ends in
/// `@DIGEST` if the image was pulled; without a repository it is the config's and no manifest's.
fn running(root: &Node) -> HashMap<String, Digest> {
    let Some(status) = root.get("status") else { return HashMap::new() };
    ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"]
        .iter()
        .filter_map(|list| status.get(list))
        .flat_map(|list| list.items())
        .filter_map(|container| {
            let (_, digest) = container.text_of("imageID")?.rsplit_once('@')?;
            Some((container.text_of("name")?.to_owned(), digest.parse().ok()?))
        })
        .collect()
}
