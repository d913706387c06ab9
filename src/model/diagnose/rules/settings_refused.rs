//! Settings of mirrors that an engine refuses: it pulls nothing, or passes the whole file by.

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::model::route::Route;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "settings-refused",
    says: "a file of settings stops every pull (registries.conf in the old format or with a table \
           without location, daemon.json with a bad mirror), or is passed by with all its mirrors \
           (hosts.toml with one bad value), without a word from the engine",
    threads: &["nix-community/home-manager#9501", "containerd/containerd#8053"],
    needs: "daemon.json, registries.conf or hosts.toml of this machine",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    facts.routes.iter().flat_map(of_route).collect()
}

fn of_route(route: &Route) -> Vec<Finding> {
    if let Some(why) = &route.refused {
        let finding = RULE
            .finding(
                Severity::Error,
                format!("nothing can be pulled by {} on this machine", route.family),
            )
            .saw(why.clone());
        let read = route.settings.iter().filter(|it| it.dropped.is_none());
        let finding = finding.saw_all(read.map(|it| format!("{} was read too", it.file)));
        return vec![finding.next("mend that file; `platy self check` shows all of them")];
    }
    let dropped = route.settings.iter().filter_map(|it| Some((&it.file, it.dropped.as_ref()?)));
    dropped
        .map(|(file, why)| {
            RULE.finding(Severity::Warning, format!("{file} does not count for {}", route.family))
                .saw(format!("{file}: {why}"))
                .saw("one bad value is enough: no mirror in it is asked, nor its server")
                .next(format!("mend {file}; `platy why --mirrors` shows who is asked then"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{listed, one, silent};
    use super::*;
    use crate::model::route::{Family, Settings};

    #[test]
    fn files_that_stop_pulls_and_files_passed_by_are_told() {
        let mut facts = listed("linux/arm64", &["linux/arm64"]);
        let settings = |dropped: Option<&str>| Settings {
            file: "/etc/x".to_owned(),
            dropped: dropped.map(str::to_owned),
        };
        let route = Route {
            family: Family::Containerd,
            settings: vec![settings(None)],
            hosts: Vec::new(),
            refused: None,
        };
        facts.routes = vec![route.clone()];
        silent(&RULE, &facts);
        facts.routes =
            vec![Route { settings: vec![settings(Some("unknown capability x"))], ..route.clone() }];
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Warning);
        assert_eq!(found.evidence[0], "/etc/x: unknown capability x");
        facts.routes = vec![Route { refused: Some("it is v1".to_owned()), ..route }];
        let found = one(&RULE, &facts);
        assert_eq!((found.severity, found.evidence[0].as_str()), (Severity::Error, "it is v1"));
    }
}
