//! The client and the daemon are built for different platforms; the daemon is the one that
//! selects.

use super::super::rule::{Find, Rule};
use super::super::{Daemon, Facts, Finding, Severity};
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "client-and-daemon",
    says: "the engine's daemon runs on another platform than the client: images are selected \
           for the daemon's (a virtual machine, a remote context)",
    threads: &[],
    needs: "an engine that answers on its socket",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(host) = facts.host.as_ref().filter(|host| host.this_machine) else {
        return Vec::new();
    };
    let own = Normal::new(host.host.platform());
    facts
        .answering()
        .filter_map(|daemon| {
            let theirs = Normal::new(&platform(daemon));
            let other_processor = theirs.architecture != own.architecture;
            if !other_processor && theirs.os == own.os {
                return None;
            }
            // A Linux daemon in a virtual machine is how it is on a Mac and on Windows.
            let severity = if other_processor { Severity::Warning } else { Severity::Info };
            Some(
                RULE.finding(
                    severity,
                    format!(
                        "{} selects for {}/{}, and this machine is {}",
                        daemon.kind, daemon.os, daemon.architecture, host.host
                    ),
                )
                .saw(format!(
                    "{} {} on {} says {}/{}",
                    daemon.kind, daemon.version, daemon.socket, daemon.os, daemon.architecture
                ))
                .saw(format!("this machine is {}", host.host))
                .next(format!(
                    "ask platy for the daemon's platform: `--host {}/{}`; `docker context ls` \
                     shows which daemon is spoken to",
                    daemon.os, daemon.architecture
                )),
            )
        })
        .collect()
}

fn platform(daemon: &Daemon) -> Platform {
    Platform::new(&daemon.os, &daemon.architecture, "")
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{daemon, listed, one, silent};
    use super::*;

    fn with(host: &str, architecture: &str) -> Facts {
        let mut facts = listed(host, &["linux/arm64"]);
        facts.daemons = vec![Fact::Known(daemon("28.0.1", architecture))];
        facts
    }

    #[test]
    fn a_daemon_of_another_platform_is_told() {
        assert_eq!(one(&RULE, &with("linux/arm64", "amd64")).severity, Severity::Warning);
        assert_eq!(one(&RULE, &with("mac", "arm64")).severity, Severity::Info);
    }

    #[test]
    fn the_same_platform_or_another_machine_is_not() {
        silent(&RULE, &with("linux/arm64", "arm64"));
        let mut facts = with("linux/arm64", "amd64");
        facts.host.as_mut().unwrap().this_machine = false;
        silent(&RULE, &facts);
        facts.daemons = vec![Fact::Missing("it does not answer".into())];
        silent(&RULE, &facts);
    }
}
