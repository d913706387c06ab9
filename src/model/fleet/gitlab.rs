//! GitLab CI: `image` and `services` of jobs and defaults, with the file's own variables.

use std::cell::Cell;
use std::rc::Rc;

use super::mention::{Mention, Named, Served, Unresolved};
use super::mentions::Mentions;
use super::node::{Node, Value};
use super::variables::{Patterns, expand};
use crate::model::select::Host;

/// The deepest nesting of variables in variables.
const MAX_DEPTH: usize = 16;
/// The most variables that are looked at for one name.
const MAX_VALUES: usize = 1_000;
/// Keys of a job.
const JOB: [&str; 3] = ["script", "trigger", "extends"];

pub(super) fn is(root: &Node) -> bool {
    let is_job = |node: &Node| JOB.iter().any(|key| node.get(key).is_some());
    root.get("jobs").is_none()
        && (root.get("stages").is_some() || root.entries().iter().any(|(_, it)| is_job(it)))
}

pub(super) fn read(root: &Node, found: &mut Mentions) {
    let known = Known { globals: root.get("variables"), own: None };
    of(root, "defaults", &known, found);
    for (name, job) in root.entries() {
        if found.is_full() {
            break;
        }
        if !["image", "services", "variables", "include", "stages"].contains(&name) && job.is_map()
        {
            let known = Known { own: job.get("variables"), ..known };
            let owner =
                if name == "default" { "defaults".to_owned() } else { format!("job {name}") };
            of(job, &owner, &known, found);
        }
    }
}

/// The variables that a job has.
#[derive(Clone, Copy)]
struct Known<'n> {
    globals: Option<&'n Rc<Node>>,
    own: Option<&'n Rc<Node>>,
}

impl<'n> Known<'n> {
    fn get(&self, name: &str) -> Option<&'n str> {
        let of = |variables: &'n Node| {
            let value = variables.get(name)?;
            value.text().or_else(|| value.text_of("value"))
        };
        self.own.and_then(|it| of(it)).or_else(|| self.globals.and_then(|it| of(it)))
    }
}

fn of(node: &Node, owner: &str, known: &Known<'_>, found: &mut Mentions) {
    if let Some(image) = node.get("image") {
        found.extend(mention(image, owner.to_owned(), known));
    }
    for service in node.get("services").map(|it| it.items()).unwrap_or_default() {
        if found.is_full() {
            break;
        }
        found.extend(mention(service, format!("{owner}, service"), known));
    }
}

fn mention(node: &Node, owner: String, known: &Known<'_>) -> Option<Mention> {
    let name = match &node.value {
        Value::Map(_) => node.get("name")?,
        _ => return of_text(node, node, owner, known),
    };
    of_text(name, node, owner, known)
}

fn of_text(name: &Node, whole: &Node, owner: String, known: &Known<'_>) -> Option<Mention> {
    let Some(text) = name.text() else {
        // `image: !reference [.base, image]`
        let text = match &name.value {
            Value::List(items) => items.iter().filter_map(|it| it.text()).collect::<Vec<_>>(),
            _ => return None,
        };
        let text = format!("!reference [{}]", text.join(", "));
        let named = Named::unresolved(&text, Unresolved::Elsewhere);
        return Some(Mention::plain(named, name.line, owner));
    };
    let left = Cell::new(MAX_VALUES);
    let value = |variable: &str| value(variable, known, MAX_DEPTH, &left);
    let named = match expand(text, Patterns::Unknown, &value) {
        Ok(expanded) => Named::of(&expanded),
        Err(why) => Named::unresolved(text, why),
    };
    let platform = whole.get("docker").and_then(|it| it.text_of("platform"));
    let platform = platform.and_then(|it| it.parse::<Host>().ok());
    Some(Mention {
        named,
        line: name.line,
        owner,
        served: platform.map_or(Served::Targets, |host| Served::Only(host.platform().clone())),
        pod: None,
        running: None,
    })
}

/// A variable with the variables in its value replaced, of which so many are left to be looked at.
fn value(name: &str, known: &Known<'_>, depth: usize, left: &Cell<usize>) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    left.set(left.get().checked_sub(1)?);
    expand(known.get(name)?, Patterns::Unknown, &|name| value(name, known, depth, left)).ok()
}
