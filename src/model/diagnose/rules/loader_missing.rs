//! A program whose dynamic loader is not in the image.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "loader-missing",
    says: "a program names a dynamic loader that the image does not have, and fails with \"no such \
           file or directory\": built against glibc and copied to musl, or to an image without a C \
           library",
    threads: &[],
    needs: "the layers, which `platy check` reads",
    find: Find::Facts(find),
};

/// The most findings of this rule.
const MOST: usize = 20;

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    behind
        .images()
        .filter_map(|image| {
            let row = image.row()?;
            let lost = |loader: &crate::model::check::Loader| loader.found == Some(false);
            let program = row.programs().find(|it| it.loader.as_ref().is_some_and(lost))?;
            Some((image, row, program, program.loader.as_ref()?))
        })
        .take(MOST)
        .map(|(image, row, program, loader)| {
            let origin = row.origin(program.layer);
            RULE.finding(
                Severity::Error,
                format!("{} needs {}, which is not in the image", program.path, loader.path),
            )
            .about([image])
            .saw(image.line())
            .saw(format!("{} is {origin}", program.path))
            .next(
                "link the program statically (CGO_ENABLED=0 for Go, a musl target for Rust), or \
                 take a base image with the C library that it was built against",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, proven, silent};
    use super::*;

    #[test]
    fn a_loader_that_is_not_there_is_named() {
        let mut facts = listed("linux/amd64", &["linux/amd64"]);
        proven(&mut facts, 0, &["app linux/amd64+/lib64/ld-linux-x86-64.so.2"], "app");
        let found = one(&RULE, &facts);
        assert_eq!(
            found.title,
            "/app needs /lib64/ld-linux-x86-64.so.2, which is not in the image"
        );
        assert!(found.evidence[1].contains("from layer 2"), "{found:?}");
    }

    #[test]
    fn a_loader_that_is_there_is_silent() {
        let mut facts = listed("linux/amd64", &["linux/amd64"]);
        silent(&RULE, &facts);
        proven(&mut facts, 0, &["app linux/amd64+/lib/ld.so", "lib/ld.so linux/amd64"], "app");
        silent(&RULE, &facts);
    }
}
