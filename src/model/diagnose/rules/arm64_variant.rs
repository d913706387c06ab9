//! arm64 is in the list with and without `v8` (containers/image#898).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "arm64-variant",
    says: "arm64 is in the list with and without `v8`: containerd and Docker take the first, \
           podman, skopeo and CRI-O the one with `v8`",
    threads: &["containers/image#898"],
    needs: "the list; a host for who takes which",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.list() else { return Vec::new() };
    let spelled = |variant: &str| {
        behind.images().find(|image| {
            image.platform.as_ref().is_some_and(|platform| {
                platform.architecture == "arm64" && platform.variant == variant
            })
        })
    };
    let (Some(bare), Some(v8)) = (spelled(""), spelled("v8")) else { return Vec::new() };
    let differ = bare.digest != v8.digest;
    let severity = if differ { Severity::Warning } else { Severity::Info };
    let is_one = |image: &Image| image.path == bare.path || image.path == v8.path;
    let finding = RULE
        .finding(severity, "linux/arm64 and linux/arm64/v8 are both in the list")
        .about([bare, v8])
        .saw(bare.line())
        .saw(v8.line())
        .saw_all(facts.taken(is_one))
        .next("keep one of the two: they are the same platform");
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    #[test]
    fn both_spellings_divide_the_engines() {
        let found = one(&RULE, &listed("linux/arm64", &["linux/arm64~a", "linux/arm64/v8~b"]));
        let evidence = found.evidence.join("\n");
        let line = |start: &str| {
            found.evidence.iter().find(|line| line.starts_with(start)).cloned().unwrap()
        };
        assert!(line("no. 1 is taken by").contains("containerd"), "{evidence}");
        assert!(line("no. 2 is taken by").contains("podman"), "{evidence}");
    }

    #[test]
    fn one_spelling_is_enough() {
        silent(&RULE, &listed("linux/arm64", &["linux/arm64/v8", "linux/amd64"]));
        silent(&RULE, &listed("linux/arm64", &["linux/arm64", "linux/arm/v8"]));
    }
}
