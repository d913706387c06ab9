//! The exoneration: registry, list, config and host agree, so that the architecture is not the
//! cause.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Severity, fit};
use crate::model::select::Outcome;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "agreement",
    says: "registry, list, config and host agree, so the architecture is not the cause; what else \
           gives the same symptom: a damaged unpack, a missing loader, a script without a \
           shebang, CRLF line ends",
    threads: &[],
    needs: "the list, its configs and a host",
    find: Find::Others(find),
};

/// Docker before 23.0 is long out of support, and stricter than every later one.
const OLD: &str = "docker-20.10";

fn find(facts: &Facts, others: &[Finding]) -> Vec<Finding> {
    // What was asked for instead is not the machine; its programs must run there all the same.
    let (Some(behind), Some(host)) = (&facts.behind, facts.host.as_ref().map(|it| &it.host)) else {
        return Vec::new();
    };
    let asked: Vec<_> = facts
        .picks
        .iter()
        .filter(|pick| facts.runs(pick.engine))
        .filter(|pick| facts.picks.len() == 1 || pick.engine.id != OLD)
        .collect();
    let mut picked = Vec::new();
    for pick in &asked {
        let Outcome::Picked(path) = &pick.outcome else { return Vec::new() };
        let Some(image) = behind.entries.iter().find(|entry| entry.path == *path) else {
            return Vec::new();
        };
        let Some(config) = image.config.known() else { return Vec::new() };
        if fit(host, config) != Fit::Native {
            return Vec::new();
        }
        if !picked.iter().any(|(known, _): &(&super::super::Image, _)| known.path == image.path) {
            picked.push((image, config));
        }
    }
    // Who pulls through a mirror gets what that answers.
    let unanswered = facts.mirrors.known().into_iter().flatten();
    if unanswered.filter(|it| !it.absent).any(|mirror| mirror.answer.missing().is_some()) {
        return Vec::new();
    }
    let doubts = others.iter().any(|finding| finding.severity <= Severity::Warning);
    if picked.is_empty() || doubts {
        return Vec::new();
    }
    let mut finding = RULE
        .finding(
            Severity::Good,
            format!("registry, list, config and host agree on {}", host.platform().short()),
        )
        .saw(format!("the host is {host}"))
        .saw_all(
            picked
                .iter()
                .map(|(image, config)| format!("{}; its config says {config}", image.line())),
        )
        .next(
            "if `exec format error` or `no such file` remains, the platform is not its cause: remove \
             the image and pull it again (a damaged unpack); look for a missing loader \
             (`/lib/ld-*`), a script without a shebang, or one with CRLF line ends; and whether \
             the programs inside are what the config says",
        );
    for (what, missing) in [
        ("what mirrors answer", facts.mirrors.missing()),
        ("what other Accept headers get", facts.accepts.missing()),
        ("the environment", facts.default_platform.missing()),
    ] {
        if let Some(why) = missing {
            finding = finding.unseen(format!("{what}: {why}"));
        }
    }
    if facts.answering().next().is_none() {
        let why = facts.daemons.iter().find_map(|daemon| daemon.missing());
        let why = why.unwrap_or("no engine was asked");
        finding = finding.unseen(format!("what the engine has: {why}"));
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, listed, one, silent};
    use super::super::super::{Fact, MirrorAnswer};
    use super::*;

    #[test]
    fn agreement_is_said_with_what_was_not_seen() {
        let facts = listed("linux/arm64", &["linux/amd64", "linux/arm64/v8"]);
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Good);
        assert!(found.next_step.contains("CRLF") && found.unknown.len() == 4, "{found:?}");
        assert!(found.evidence[1].starts_with("no. 2: linux/arm64/v8"), "{found:?}");
        assert_eq!(one(&RULE, &bare("linux/arm64", "linux/arm64")).severity, Severity::Good);
    }

    #[test]
    fn any_doubt_keeps_it_silent() {
        for entries in [
            &["linux/amd64"][..],
            &["linux/amd64", "linux/arm64=linux/amd64"],
            &["linux/amd64!", "linux/arm64"],
            &["linux/arm/v7"],
        ] {
            silent(&RULE, &listed("linux/arm64", entries));
        }
        silent(&RULE, &bare("linux/arm64", "linux/amd64"));
        silent(&RULE, &listed("-", &["linux/arm64"]));
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        let mirror = |absent| MirrorAnswer {
            mirror: "mirror.example".into(),
            door: None,
            named_in: "--mirror".into(),
            answer: Fact::Missing("no answer".into()),
            absent,
        };
        facts.mirrors = Fact::Known(vec![mirror(true)]);
        assert_eq!(one(&RULE, &facts).severity, Severity::Good, "engines ask the registry then");
        facts.mirrors = Fact::Known(vec![mirror(false)]);
        silent(&RULE, &facts);
        facts.mirrors = Fact::default();
        facts.default_platform = Fact::Known(Some("linux/amd64".into()));
        silent(&RULE, &facts);
    }
}
