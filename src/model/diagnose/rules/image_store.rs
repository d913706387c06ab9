//! Which image store the daemon uses: it decides which rules hold.

use super::super::rule::{Find, Rule};
use super::super::{EngineKind, Facts, Finding, Severity};
use crate::model::select::Engine;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "image-store",
    says: "which image store the Docker daemon uses: with containerd's it follows other rules than \
           with a graphdriver (overlay2)",
    threads: &[],
    needs: "a Docker daemon that answers on its socket",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    facts
        .answering()
        .filter(|daemon| daemon.kind == EngineKind::Docker)
        .filter_map(|daemon| {
            let store = daemon.store.known()?;
            let engine =
                Engine::of_daemon(&daemon.version, store.contains("containerd"), &daemon.os)?.id;
            Some(
                RULE.finding(
                    Severity::Info,
                    format!("Docker {} stores images with {store}", daemon.version),
                )
                .saw(format!("Docker {} on {}: {store}", daemon.version, daemon.socket))
                .next(format!("read what `--engine {engine}` says; that is this daemon")),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{daemon, listed, one, silent};
    use super::*;

    #[test]
    fn the_store_names_the_engine() {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        facts.daemons = vec![Fact::Known(daemon("28.0.1", "arm64"))];
        assert!(one(&RULE, &facts).next_step.contains("`--engine docker-28`"));
        let mut old = daemon("20.10.24", "arm64");
        old.store = Fact::Known("vfs".into());
        facts.daemons = vec![Fact::Known(old)];
        let found = one(&RULE, &facts);
        assert_eq!(found.title, "Docker 20.10.24 stores images with vfs");
        assert!(found.next_step.contains("`--engine docker-20.10`"), "{found:?}");
        let mut new = daemon("29.7.2", "arm64");
        new.store = Fact::Known("overlayfs (containerd)".into());
        facts.daemons = vec![Fact::Known(new)];
        assert!(one(&RULE, &facts).next_step.contains("docker-c8d"));
    }

    #[test]
    fn podman_and_no_daemon_are_silent() {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        silent(&RULE, &facts);
        facts.daemons = vec![Fact::Known(super::super::super::Daemon {
            kind: EngineKind::Podman,
            ..daemon("5.1", "arm64")
        })];
        silent(&RULE, &facts);
    }
}
