//! The nodes that a pod may run on, by their system and architecture.
//!
//! Rules: Kubernetes 1.36, "Assigning Pods to Nodes" (terms of a node affinity are alternatives, the
//! expressions of a term and the selector hold together) and `spec.os.name`.

use super::node::Node;
use crate::model::select::Host;
use crate::oci::Platform;

const OS: [&str; 2] = ["kubernetes.io/os", "beta.kubernetes.io/os"];
const ARCHITECTURE: [&str; 2] = ["kubernetes.io/arch", "beta.kubernetes.io/arch"];
/// Kubelets run on these, so that "not arm64" can be said as what is left.
const ALL_SYSTEMS: [&str; 2] = ["linux", "windows"];
const ALL_ARCHITECTURES: [&str; 7] =
    ["386", "amd64", "arm", "arm64", "ppc64le", "riscv64", "s390x"];

/// Which nodes. In each list any will do; `None` does not restrict them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Nodes {
    /// Their systems, as the label `kubernetes.io/os` has them.
    pub systems: Option<Vec<String>>,
    /// Their architectures, as the label `kubernetes.io/arch` has them.
    pub architectures: Option<Vec<String>>,
}

impl Nodes {
    /// Of the specification of a pod.
    pub(super) fn of(pod: &Node) -> Self {
        let affinity = pod
            .get("affinity")
            .and_then(|it| it.get("nodeAffinity"))
            .and_then(|it| it.get("requiredDuringSchedulingIgnoredDuringExecution"))
            .and_then(|it| it.get("nodeSelectorTerms"));
        let terms = affinity.map(|it| it.items()).unwrap_or_default();
        let find = |keys: [&str; 2], all: &[&str]| {
            let selector = pod.get("nodeSelector");
            let selected = keys
                .iter()
                .find_map(|key| selector?.text_of(key))
                .map(|value| vec![value.to_owned()]);
            both(selected, any(terms, |term| of_term(term, keys, all)))
        };
        let named = pod.get("os").and_then(|it| it.text_of("name")).map(|os| vec![os.to_owned()]);
        Self {
            systems: both(named, find(OS, &ALL_SYSTEMS)),
            architectures: find(ARCHITECTURE, &ALL_ARCHITECTURES),
        }
    }

    /// Whether every node will do.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.systems.is_none() && self.architectures.is_none()
    }

    /// Whether a machine can be such a node.
    #[must_use]
    pub fn has(&self, host: &Host) -> bool {
        self.allows(host.os(), host.architecture())
    }

    /// Whether a platform is one of such nodes.
    #[must_use]
    pub fn takes(&self, platform: &Platform) -> bool {
        self.has(&Host::new(platform))
    }

    fn allows(&self, os: &str, architecture: &str) -> bool {
        let allows = |list: &Option<Vec<String>>, value: &str| {
            list.as_ref().is_none_or(|list| list.iter().any(|it| it == value))
        };
        allows(&self.systems, os) && allows(&self.architectures, architecture)
    }

    /// One of these nodes, for a fleet that has none of them: linux before windows, amd64 before
    /// the others, if they may be that.
    #[must_use]
    pub fn one(&self) -> Option<Host> {
        let pick = |list: &Option<Vec<String>>, usual: &str| match list {
            None => Some(usual.to_owned()),
            Some(list) if list.iter().any(|it| it == usual) => Some(usual.to_owned()),
            Some(list) => list.first().cloned(),
        };
        let (os, architecture) =
            (pick(&self.systems, "linux")?, pick(&self.architectures, "amd64")?);
        format!("{os}/{architecture}").parse().ok()
    }
}

/// What both lists have.
fn both(one: Option<Vec<String>>, other: Option<Vec<String>>) -> Option<Vec<String>> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.into_iter().filter(|it| other.contains(it)).collect()),
        (one, other) => one.or(other),
    }
}

/// What any of the terms allows; everything if one of them, or the absence of them, does.
fn any<T>(terms: &[T], of: impl Fn(&T) -> Option<Vec<String>>) -> Option<Vec<String>> {
    if terms.is_empty() {
        return None;
    }
    let lists: Option<Vec<_>> = terms.iter().map(of).collect();
    Some(lists?.into_iter().flatten().collect())
}

fn of_term(term: &Node, keys: [&str; 2], all: &[&str]) -> Option<Vec<String>> {
    let expressions = term.get("matchExpressions").map(|it| it.items()).unwrap_or_default();
    let mine = expressions
        .iter()
        .filter(|it| it.text_of("key").is_some_and(|key| keys.contains(&key)))
        .filter_map(|expression| {
            let values = expression.get("values")?.items();
            let values = values.iter().filter_map(|it| it.text());
            match expression.text_of("operator")? {
                "In" => Some(values.map(str::to_owned).collect()),
                "NotIn" => {
                    let values: Vec<&str> = values.collect();
                    let left = all.iter().filter(|it| !values.contains(it));
                    Some(left.map(|it| (*it).to_owned()).collect())
                }
                _ => None,
            }
        });
    mine.fold(None, |known, list| both(known, Some(list)))
}
