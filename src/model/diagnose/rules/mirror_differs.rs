//! A mirror or pull-through cache answers the same reference differently
//! (enix/kube-image-keeper#104).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "mirror-differs",
    says: "a mirror or pull-through cache answers the same reference with another digest: it is \
           stale, or it keeps one platform only",
    threads: &["enix/kube-image-keeper#104"],
    needs: "mirrors from daemon.json, registries.conf, hosts.toml or `--mirror`",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(mirrors)) = (&facts.behind, facts.mirrors.known()) else {
        return Vec::new();
    };
    let answers = mirrors.iter().filter_map(|mirror| Some((mirror, mirror.answer.known()?)));
    let differing: Vec<_> =
        answers.clone().filter(|(_, answer)| answer.digest != behind.digest).collect();
    let Some((first, _)) = differing.first() else { return Vec::new() };
    let flattened =
        differing.iter().any(|(_, answer)| behind.is_list() && !answer.media_type.is_index());
    let (severity, title) = if flattened {
        (Severity::Error, "a mirror answers with one image where the registry has a list")
    } else {
        (Severity::Warning, "a mirror answers with another digest than the registry")
    };
    let mut finding = RULE
        .finding(severity, title)
        .saw(format!("the registry: {} {}", behind.media_type.title(), behind.digest))
        .saw_all(answers.map(|(mirror, answer)| {
            format!("{} (named in {}): {answer}", mirror.mirror, mirror.named_in)
        }))
        .next(format!(
            "pull by the registry's digest to pass the mirror by, and refresh {} or take it out \
             of {}",
            first.mirror, first.named_in
        ));
    for mirror in mirrors {
        finding = match mirror.answer.missing() {
            // distribution 3.1.2 answers so for what it never had, while its upstream is down.
            Some(why) if mirror.absent => finding.unseen(format!(
                "what {} would have: {why} (a cache that cannot reach its registry says so too)",
                mirror.mirror
            )),
            Some(why) => finding.unseen(format!("what {} has: {why}", mirror.mirror)),
            None => finding,
        };
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::super::super::{Answered, Fact, MirrorAnswer};
    use super::*;
    use crate::oci::{Digest, MediaType};

    fn mirrored(answer: impl Fn(&Facts) -> Fact<Answered>) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/amd64"]);
        let answer = answer(&facts);
        facts.mirrors = Fact::Known(vec![
            MirrorAnswer {
                mirror: "mirror.example".into(),
                door: None,
                named_in: "/etc/docker/daemon.json".into(),
                answer,
                absent: false,
            },
            MirrorAnswer {
                mirror: "dead.example".into(),
                door: None,
                named_in: "--mirror".into(),
                answer: Fact::Missing("cannot be reached".into()),
                absent: false,
            },
        ]);
        facts
    }

    fn answered(media_type: MediaType) -> Fact<Answered> {
        Fact::Known(Answered { digest: Digest::sha256(b"other"), media_type })
    }

    #[test]
    fn another_digest_is_told_side_by_side() {
        let found = one(&RULE, &mirrored(|_| answered(MediaType::OciIndex)));
        assert_eq!(found.severity, Severity::Warning);
        assert!(found.evidence[1].starts_with("mirror.example (named in"), "{found:?}");
        assert_eq!(found.unknown, ["what dead.example has: cannot be reached"]);
        let found = one(&RULE, &mirrored(|_| answered(MediaType::OciManifest)));
        assert_eq!(found.severity, Severity::Error);
    }

    // A cache that is cut off from its registry answers 404 (distribution 3.1.2, pull-through).
    #[test]
    fn nothing_is_concluded_from_a_mirror_that_has_nothing() {
        let mut facts = mirrored(|_| Fact::Missing("not in the registry (404)".into()));
        if let Fact::Known(mirrors) = &mut facts.mirrors {
            mirrors[0].absent = true;
        }
        silent(&RULE, &facts);
        let mut facts = mirrored(|_| answered(MediaType::OciIndex));
        if let Fact::Known(mirrors) = &mut facts.mirrors {
            mirrors[1].absent = true;
        }
        assert!(one(&RULE, &facts).unknown[0].contains("cannot reach its registry"));
    }

    #[test]
    fn equal_answers_and_no_mirrors_are_silent() {
        silent(
            &RULE,
            &mirrored(|facts| {
                let digest = facts.behind.as_ref().unwrap().digest.clone();
                Fact::Known(Answered { digest, media_type: MediaType::OciIndex })
            }),
        );
        silent(&RULE, &listed("linux/arm64", &["linux/amd64"]));
    }
}
