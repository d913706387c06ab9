//! The engine's own copy of the reference has another platform, or an older digest
//! (docker/cli#2590).

use super::super::rule::{Find, Rule};
use super::super::{Behind, Daemon, Facts, Finding, Fit, LocalCopy, Severity, fit};
use crate::oci::Digest;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "local-copy",
    says: "the engine's own copy of the reference is for another platform, or older than what the \
           registry has: `run` uses it without asking the registry",
    threads: &["docker/cli#2590"],
    needs: "an engine that answers on its socket",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let copies = facts.answering().filter_map(|daemon| {
        let copy = daemon.copy.known()?.as_ref()?;
        Some((daemon, copy))
    });
    copies.filter_map(|(daemon, copy)| finding(facts, daemon, copy)).collect()
}

fn finding(facts: &Facts, daemon: &Daemon, copy: &LocalCopy) -> Option<Finding> {
    let host = facts.wanted();
    let fits = host
        .as_ref()
        .filter(|_| !copy.platform.architecture.is_empty())
        .map_or(Fit::Native, |host| fit(host, &copy.platform));
    let foreign = host.as_ref().filter(|_| fits != Fit::Native);
    let behind = facts.behind.as_deref();
    let old = behind.is_some_and(|behind| {
        !copy.digests.is_empty() && !copy.digests.iter().any(|digest| is_of(behind, digest))
    });
    let (severity, title) = match (foreign, old) {
        (Some(host), _) => (
            if fits == Fit::Narrow { Severity::Warning } else { Severity::Error },
            format!("{}'s own copy is for {}, and the host is {host}", daemon.kind, copy.platform),
        ),
        (None, true) => (
            Severity::Warning,
            format!("{}'s own copy is another one than the registry has now", daemon.kind),
        ),
        (None, false) => return None,
    };
    let name = behind.map_or("the image".to_owned(), Behind::name);
    let command = daemon.kind.to_string().to_lowercase();
    let mut finding = RULE
        .finding(severity, title)
        .saw(format!("{} on {}: {} {}", daemon.kind, daemon.socket, copy.platform, copy.id))
        .saw_all(copy.digests.iter().map(|digest| format!("it was pulled as {digest}")))
        .next(format!("`{command} rmi {name}` and `{command} pull {name}`"));
    if let Some(behind) = behind {
        finding =
            finding.saw(format!("the registry: {} {}", behind.media_type.title(), behind.digest));
    }
    if copy.digests.is_empty() {
        finding = finding.unseen("the digest that it was pulled by: it was built or loaded here");
    }
    Some(finding)
}

/// Whether a digest is that of the reference or of one of its entries: engines remember either.
fn is_of(behind: &Behind, digest: &Digest) -> bool {
    behind.digest == *digest || behind.entries.iter().any(|entry| entry.digest == *digest)
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{behind, daemon, listed, one, platform, silent};
    use super::*;

    fn with(platform_text: &str, digest: Option<Digest>) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        let own = behind(&mut facts).digest.clone();
        let mut daemon = daemon("28.0.1", "arm64");
        daemon.copy = Fact::Known(Some(LocalCopy {
            id: "sha256:12".into(),
            digests: vec![digest.unwrap_or(own)],
            platform: platform(platform_text),
        }));
        facts.daemons = vec![Fact::Known(daemon)];
        facts
    }

    #[test]
    fn a_foreign_or_old_copy_is_told() {
        let found = one(&RULE, &with("linux/amd64", None));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.next_step.contains("docker pull example.com/team/app:1"), "{found:?}");
        let old = one(&RULE, &with("linux/arm64", Some(Digest::sha256(b"old"))));
        assert_eq!(old.severity, Severity::Warning);
    }

    #[test]
    fn a_fresh_copy_and_none_are_not() {
        let facts = with("linux/arm64/v8", None);
        silent(&RULE, &facts);
        let child = facts.behind.as_ref().unwrap().entries[1].digest.clone();
        silent(&RULE, &with("linux/arm64", Some(child)));
        let mut facts = facts;
        facts.daemons = vec![Fact::Known(daemon("28.0.1", "arm64"))];
        silent(&RULE, &facts);
    }
}
