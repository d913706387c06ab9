//! A local engine has some platforms of a list only.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::oci::Kind;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "partly-pulled",
    says: "the engine has the list and not all of its platforms: that is how `docker pull` works, \
           and `docker push` of the tag replaces the list in the registry by one image",
    threads: &[],
    needs: "an image of a local engine",
    find: Find::Facts(find),
};

/// Seen with Docker of moby v2.0.0-beta.24 on containerd's image store.
const FATE: &str = "`docker push` of it pushes the host's image alone, in the place of the list, \
                    and reports success; without the host's image it fails";

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = facts.behind.as_deref().filter(|behind| behind.is_list()) else {
        return Vec::new();
    };
    let is_image = |it: &&Image| it.kind != Kind::Attestation && it.attests.is_none();
    let images: Vec<&Image> = behind.entries.iter().filter(is_image).collect();
    let away: Vec<&Image> = images.iter().copied().filter(|image| image.is_elsewhere).collect();
    if away.is_empty() {
        return Vec::new();
    }
    let here = images.len() - away.len();
    let title = format!("{here} of {} images of the list are here", images.len());
    let finding = RULE
        .finding(Severity::Warning, title)
        .about(away.iter().copied())
        .saw_all(away.iter().map(|entry| format!("{}: listed, not here", entry.line())))
        .saw(FATE)
        .next(
            "copy lists from registry to registry, `platy copy` or `docker buildx imagetools \
             create`; `docker pull --platform` gets a platform",
        );
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one};
    use super::*;

    #[test]
    fn what_is_listed_and_not_here_is_counted() {
        let mut facts = listed("linux/amd64", &["linux/amd64", "linux/arm64", "linux/s390x"]);
        assert_eq!(find(&facts), []);
        for entry in behind(&mut facts).entries.iter_mut().skip(1) {
            entry.is_elsewhere = true;
        }
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "1 of 3 images of the list are here");
        assert_eq!(found.severity, Severity::Warning);
        assert!(found.evidence.iter().any(|line| line.contains("docker push")), "{found:#?}");
    }
}
