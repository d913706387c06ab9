//! GitLab CI: `image` and `services` of jobs and defaults, with the file's own variables.

use std::cell::Cell;
use std::collections::HashMap;

use super::mention::{Mention, Named, Served, Unresolved};
use super::mentions::Mentions;
use super::node::{Node, Value};
use super::variables::{Patterns, expand};
use crate::model::select::Host;

/// The deepest nesting of variables in variables.
const MAX_DEPTH: usize = 16;
/// The most variables that are looked at for one name.
const MAX_VALUES: usize = 1_000;
/// The most variables of jobs that are looked at in one document: merges bring the same ones to any
/// number of jobs.
const MAX_VARIABLES: usize = 1_000_000;
/// Keys of a job.
const JOB: [&str; 3] = ["script", "trigger", "extends"];

pub(super) fn is(root: &Node) -> bool {
    let is_job = |node: &Node| JOB.iter().any(|key| node.get(key).is_some());
    root.get("jobs").is_none()
        && (root.get("stages").is_some() || root.entries().iter().any(|(_, it)| is_job(it)))
}

pub(super) fn read(root: &Node, found: &mut Mentions) {
    let left = Cell::new(MAX_VARIABLES);
    let globals = variables(root, &left);
    let known = Known { globals: &globals, own: HashMap::new() };
    of(root, "defaults", &known, found);
    for (name, job) in root.entries() {
        if found.is_full() {
            break;
        }
        if !["image", "services", "variables", "include", "stages"].contains(&name) && job.is_map()
        {
            let known = Known { globals: &globals, own: variables(job, &left) };
            let owner =
                if name == "default" { "defaults".to_owned() } else { format!("job {name}") };
            of(job, &owner, &known, found);
        }
    }
}

/// The values of variables by their names.
type Variables<'n> = HashMap<&'n str, &'n str>;

/// The variables that a job has.
struct Known<'n> {
    globals: &'n Variables<'n>,
    own: Variables<'n>,
}

impl Known<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.own.get(name).or_else(|| self.globals.get(name)).copied()
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

/// The variables of a job, or of the file, of so many that are left to be looked at.
fn variables<'n>(node: &'n Node, left: &Cell<usize>) -> Variables<'n> {
    let Some(variables) = node.get("variables").filter(|_| left.get() > 0) else {
        return HashMap::new();
    };
    let entries = variables.entries();
    left.set(left.get().saturating_sub(entries.len()));
    let value = |node: &'n Node| node.text().or_else(|| node.text_of("value"));
    entries.into_iter().filter_map(|(name, node)| Some((name, value(node)?))).collect()
}
