//! GitHub Actions: the containers and services of jobs, `uses: docker://…`, and the image of an
//! action of its own.

use super::mention::{Mention, Named};
use super::mentions::Mentions;
use super::node::Node;

pub(super) fn is(root: &Node) -> bool {
    let is_action = |runs: &Node| runs.get("using").is_some();
    root.get("jobs").is_some_and(|jobs| jobs.is_map())
        || root.get("runs").is_some_and(|runs| is_action(runs))
}

pub(super) fn read(root: &Node, found: &mut Mentions) {
    let mut add = |node: &Node, owner: String| {
        if let Some(text) = node.text() {
            // `jobs.NAME.container: ''` is a job without one.
            if !text.is_empty() {
                found.push(Mention::plain(Named::of(text), node.line, owner));
            }
        }
    };
    if let Some(image) = of_action(root) {
        add(image, "action".to_owned());
    }
    for step in
        root.get("runs").and_then(|it| it.get("steps")).map(|it| it.items()).unwrap_or_default()
    {
        if let Some(uses) = step.get("uses").filter(|it| it.text().is_some_and(is_docker)) {
            add(uses, "action, step".to_owned());
        }
    }
    for (job, body) in root.get("jobs").map(|jobs| jobs.entries()).unwrap_or_default() {
        if let Some(container) = body.get("container") {
            add(container.get("image").unwrap_or(container), format!("job {job}, container"));
        }
        for (name, service) in body.get("services").map(|it| it.entries()).unwrap_or_default() {
            add(service.get("image").unwrap_or(service), format!("job {job}, service {name}"));
        }
        for step in body.get("steps").map(|steps| steps.items()).unwrap_or_default() {
            let uses = step.get("uses");
            if let Some(uses) = uses.filter(|it| it.text().is_some_and(is_docker)) {
                add(uses, format!("job {job}, step"));
            }
        }
    }
}

fn of_action(root: &Node) -> Option<&Node> {
    let runs = root.get("runs")?;
    let image = runs.get("image")?;
    image.text().is_some_and(is_docker).then_some(&**image)
}

fn is_docker(text: &str) -> bool {
    text.starts_with("docker://")
}
