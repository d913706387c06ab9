//! `DOCKER_DEFAULT_PLATFORM` is set (kubernetes-sigs/kind#2632).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Severity, fit};
use crate::model::select::Host;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "default-platform",
    says: "`DOCKER_DEFAULT_PLATFORM` is set: Docker's command line asks for that platform in every \
           pull, run, create and build without `--platform`",
    threads: &["kubernetes-sigs/kind#2632"],
    needs: "the environment of this machine",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(value) = facts.default_platform.known().and_then(Option::as_ref) else {
        return Vec::new();
    };
    let named: Option<Host> = value.parse().ok();
    let fits = facts.host().zip(named.as_ref()).map(|(host, named)| fit(host, named.platform()));
    let (severity, title) = match (fits, named, facts.host()) {
        (Some(Fit::Native), ..) => {
            (Severity::Info, format!("DOCKER_DEFAULT_PLATFORM is set, to {value}"))
        }
        (_, None, _) => (
            Severity::Error,
            format!("DOCKER_DEFAULT_PLATFORM is set to {value}, which is not a platform"),
        ),
        (_, Some(_), Some(host)) => (
            Severity::Warning,
            format!("DOCKER_DEFAULT_PLATFORM asks for {value}, and the host is {host}"),
        ),
        (_, Some(_), None) => {
            (Severity::Warning, format!("DOCKER_DEFAULT_PLATFORM is set, to {value}"))
        }
    };
    vec![
        RULE.finding(severity, title)
            .saw(format!("the environment: DOCKER_DEFAULT_PLATFORM={value}"))
            .saw("Docker's command line reads it for pull, run, create, build and import")
            .next(
                "`unset DOCKER_DEFAULT_PLATFORM`, and look where it is set: profiles, CI settings",
            ),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{listed, one, silent};
    use super::*;

    fn set(value: Option<&str>) -> Facts {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        facts.default_platform = Fact::Known(value.map(str::to_owned));
        facts
    }

    #[test]
    fn a_set_variable_is_told() {
        for (value, severity) in [
            ("linux/amd64", Severity::Warning),
            ("linux/arm64", Severity::Info),
            ("no such thing", Severity::Error),
        ] {
            assert_eq!(one(&RULE, &set(Some(value))).severity, severity, "{value}");
        }
    }

    #[test]
    fn an_unset_one_is_not() {
        silent(&RULE, &set(None));
        silent(&RULE, &listed("linux/arm64", &["linux/arm64"]));
    }
}
