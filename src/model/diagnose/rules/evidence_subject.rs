//! A statement or signature that speaks of another digest than the one it hangs on.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::evidence::{Attached, Attested, Place, Subject};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "evidence-subject",
    says: "a signature or statement is attached to one image and speaks of the digest of another: \
           it vouches for nothing here, and tools that verify it refuse it",
    threads: &["sigstore/cosign#3552"],
    needs: "the list, what refers to its images, and those statements",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(attested) = facts.attested.known() else { return Vec::new() };
    let wrong: Vec<(&Attached, &Subject)> =
        attested.read.iter().filter_map(|it| Some((it, other(it)?))).collect();
    let title = match wrong.as_slice() {
        [] => return Vec::new(),
        [(one, _)] => format!("{} speaks of another digest", one.name()),
        all => format!("{} signatures or statements speak of other digests", all.len()),
    };
    let lines = wrong.iter().map(|(it, subject)| {
        let spoken = subject.digest().map_or_else(String::new, |digest| digest.to_string());
        let whose = whose(attested, subject).map_or_else(String::new, |it| format!(" ({it})"));
        format!("{} is attached to {}, and speaks of {spoken}{whose}", it.name(), it.row.digest)
    });
    let digests = wrong.iter().map(|(it, _)| &it.row.digest);
    let of_list = wrong.iter().any(|(it, _)| it.row.is_list);
    let finding = RULE.finding(Severity::Error, title).about_the_list(of_list);
    vec![finding.about(facts.images_of(digests)).saw_all(lines).next(
        "sign or attest the digest itself; `platy evidence REF` shows what hangs where, and \
                 a tool that copies referrers must keep each with its own image",
    )]
}

/// The first subject, if the evidence names digests and none is that of its image.
fn other(attached: &Attached) -> Option<&Subject> {
    if is_orphan(attached) {
        return None;
    }
    let subjects = &attached.evidence()?.subjects;
    let digest = &attached.row.digest;
    if subjects.iter().any(|subject| subject.is(digest)) {
        return None;
    }
    subjects.iter().find(|subject| subject.is_other_than(digest))
}

/// Whether it is an attestation in a list that lacks its image: it is attached to nothing there, and
/// has a rule of its own.
fn is_orphan(attached: &Attached) -> bool {
    attached.row.is_list && attached.item.places == [Place::List]
}

/// Whose digest that is, if it is one of this list.
fn whose(attested: &Attested, subject: &Subject) -> Option<String> {
    let row = attested.coverage.rows.iter().find(|row| subject.is(&row.digest))?;
    Some(format!("{} of the same list", row.name()))
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{one, silent};
    use super::super::super::fixture_evidence::{Attach, attested, statement};
    use super::*;

    #[test]
    fn another_digest_is_found() {
        let entries = ["linux/amd64", "linux/arm64"];
        let right = |at: usize| move |digests: &[String]| statement(&digests[at], "x", "{}");
        let mut facts = attested(&entries, &[Attach::to(0, right(0)), Attach::to(1, right(1))]);
        silent(&RULE, &facts);
        // On the list, of the list; without a subject; with a commit beside the digest.
        let bare = |_: &[String]| {
            r#"{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x","predicate":{}}"#.to_owned()
        };
        let both = |digests: &[String]| {
            let other = "sha256:".to_owned() + &"0".repeat(64);
            let two = statement(&digests[0], "x", "{}");
            let hex = other.trim_start_matches("sha256:");
            two.replace(
                r#""subject":["#,
                &format!(r#""subject":[{{"digest":{{"sha256":"{hex}"}}}},"#),
            )
        };
        silent(&RULE, &attested(&entries, &[Attach::to(0, bare), Attach::to(0, both)]));
        facts = attested(&entries, &[Attach::to(0, right(1))]);
        let finding = one(&RULE, &facts);
        assert_eq!(finding.severity, Severity::Error);
        assert!(finding.evidence[0].ends_with("(linux/arm64 of the same list)"), "{finding:?}");
        assert_eq!(finding.entries, [[0]]);
    }

    #[test]
    fn an_attestation_whose_image_is_not_listed_is_attached_to_nothing() {
        let elsewhere = |_: &[String]| statement(&format!("sha256:{}", "0".repeat(64)), "x", "{}");
        let found = |places: &[Place]| {
            attested(&["linux/amd64"], &[Attach::to_list(elsewhere).found(places)])
        };
        silent(&RULE, &found(&[Place::List]));
        // The list is marked itself.
        let none: [usize; 0] = [];
        assert_eq!(one(&RULE, &found(&[Place::List, Place::Api])).entries, [none]);
    }

    #[test]
    fn a_signature_for_another_image_is_found() {
        // cosign 3.1.3's simple signing, and its bundle (tests/data/evidence, ev/other-digest).
        for (file, media_type) in [
            ("549517429697.simplesigning.json", "application/vnd.dev.cosign.simplesigning.v1+json"),
            ("288f3ebadc50.bundle.json", "application/vnd.dev.sigstore.bundle.v0.3+json"),
            ("1e46ac72c7c9.jws.json", "application/jose+json"),
            ("57c0a267999d.bundle.json", "application/vnd.dev.sigstore.bundle.v0.3+json"),
        ] {
            let path = format!("{}/tests/data/evidence/files/{file}", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(path).unwrap();
            let attach = Attach::to(0, move |_: &[String]| text.clone()).typed(media_type);
            let facts = attested(&["linux/amd64"], &[attach]);
            assert!(one(&RULE, &facts).title.ends_with("speaks of another digest"), "{file}");
        }
    }
}
