//! The registry answers one tag with different objects to different `Accept` headers
//! (goharbor/harbor#16075; distribution `registry/handlers/manifests.go`).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "accept-differs",
    says: "the registry answers one tag with different objects, depending on the types that a \
           client accepts: old clients get the linux/amd64 child instead of the list",
    threads: &["goharbor/harbor#16075"],
    needs: "the answers to several Accept sets",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(answers)) = (&facts.behind, facts.accepts.known()) else {
        return Vec::new();
    };
    let differing: Vec<_> = answers
        .iter()
        .filter_map(|it| Some((it, it.answer.known()?)))
        .filter(|(_, answer)| answer.digest != behind.digest)
        .collect();
    if differing.is_empty() {
        return Vec::new();
    }
    // A child in place of a list that the client does not accept is how distribution does it, and
    // today's engines accept all lists.
    let usual = differing.iter().all(|(it, answer)| {
        let accepted = it.types.split(',').any(|one| one.trim() == behind.media_type.as_str());
        !accepted && behind.entries.iter().any(|entry| entry.digest == answer.digest)
    });
    let finding = RULE
        .finding(
            if usual { Severity::Info } else { Severity::Warning },
            format!("{} is another object for clients that accept fewer types", behind.name()),
        )
        .saw(format!("all types accepted: {} {}", behind.media_type.title(), behind.digest))
        .saw_all(answers.iter().map(|it| match (it.answer.known(), it.answer.missing()) {
            (Some(answer), _) => {
                let child = behind.entries.iter().find(|entry| entry.digest == answer.digest);
                let child = child.map(|child| format!(", which is {}", child.line()));
                format!("{}: {answer}{}", it.accepts, child.unwrap_or_default())
            }
            (None, why) => format!("{}: {}", it.accepts, why.unwrap_or_default()),
        }))
        .next(
            "look at the Accept header of the client or proxy that got the wrong image; tools \
             that accept no list must be updated",
        );
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::super::super::{AcceptAnswer, Answered, Fact};
    use super::*;
    use crate::oci::MediaType;

    const LISTS: &str = "application/vnd.oci.image.index.v1+json";
    const NO_LISTS: &str = "application/vnd.docker.distribution.manifest.v2+json";

    fn asked(types: &'static str, answers: impl Fn(&Facts) -> Vec<Fact<Answered>>) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/arm64", "linux/amd64"]);
        let answers = answers(&facts);
        let set = |answer| AcceptAnswer { accepts: "some types", types, answer };
        facts.accepts = Fact::Known(answers.into_iter().map(set).collect());
        facts
    }

    #[test]
    fn a_child_in_place_of_the_list_is_told() {
        let child = |facts: &Facts| {
            let digest = facts.behind.as_ref().unwrap().entries[1].digest.clone();
            vec![
                Fact::Known(Answered { digest, media_type: MediaType::DockerManifest }),
                Fact::Missing("manifest unknown".into()),
            ]
        };
        let found = one(&RULE, &asked(NO_LISTS, child));
        assert_eq!(found.severity, Severity::Info);
        assert_eq!(one(&RULE, &asked(LISTS, child)).severity, Severity::Warning);
        assert!(found.evidence[1].contains("which is no. 2: linux/amd64"), "{found:?}");
        assert!(found.evidence[2].ends_with("manifest unknown"), "{found:?}");
    }

    #[test]
    fn one_object_or_an_error_is_as_it_should_be() {
        silent(
            &RULE,
            &asked(NO_LISTS, |facts| {
                let digest = facts.behind.as_ref().unwrap().digest.clone();
                vec![
                    Fact::Known(Answered { digest, media_type: MediaType::OciIndex }),
                    Fact::Missing("manifest unknown".into()),
                ]
            }),
        );
        silent(&RULE, &listed("linux/arm64", &["linux/amd64"]));
    }
}
