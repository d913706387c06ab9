//! The reference leads to a bare manifest, so that no selection takes place (containers/podman#14271).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Fit, Severity, fit};

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "bare-manifest",
    says: "the reference leads to a bare manifest, so no engine selects anything: every machine \
           gets it",
    threads: &["containers/podman#14271"],
    needs: "the manifest; its config and the host say whether it is the right one",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let only_pinned = behind.tag.is_none() && behind.pinned.is_some();
    let Some(image) = behind.images().next().filter(|_| !behind.is_list() && !only_pinned) else {
        return Vec::new();
    };
    let host = facts.wanted();
    let platform = image.config.known();
    let fits = host.as_ref().zip(platform).map(|(host, platform)| fit(host, platform));
    let name = behind.name();
    let (severity, title) = match (fits, platform, &host) {
        (Some(Fit::Native), Some(platform), _) => {
            (Severity::Info, format!("{name} is a bare manifest for {platform}, not a list"))
        }
        (Some(fits), Some(platform), Some(host)) => (
            if fits == Fit::Narrow { Severity::Warning } else { Severity::Error },
            format!("{name} is a bare manifest for {platform}, and {host} gets it all the same"),
        ),
        (_, Some(platform), _) => (
            Severity::Warning,
            format!("{name} is a bare manifest for {platform}: every machine gets it"),
        ),
        _ => (Severity::Warning, format!("{name} is a bare manifest: every machine gets it")),
    };
    let mut finding = RULE
        .finding(severity, title)
        .saw(format!(
            "{} {} {}",
            if behind.tag.is_some() { "the tag leads to" } else { "it is" },
            behind.media_type.title(),
            behind.digest
        ))
        .next(match &behind.repository {
            Some(repository) => format!(
                "look for a tag that is a list (`platy tags {repository}`), or build one: `docker \
                 buildx build --platform linux/amd64,linux/arm64 --push`"
            ),
            None => "make a list of the manifests of all platforms".to_owned(),
        });
    match (&image.config, platform) {
        (_, Some(platform)) => finding = finding.saw(format!("its config says {platform}")),
        (config, None) => {
            finding = finding.unseen(format!("its platform: {}", config.missing().unwrap_or("")));
        }
    }
    vec![finding]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, bare_as, listed, one, silent};
    use super::*;

    #[test]
    fn a_bare_manifest_for_another_machine_is_an_error() {
        let found = one(&RULE, &bare("linux/arm64", "linux/amd64"));
        assert_eq!(found.severity, Severity::Error);
        assert!(found.title.contains("linux/arm64/v8 gets it"), "{}", found.title);
        assert_eq!(one(&RULE, &bare("linux/arm64", "linux/arm64")).severity, Severity::Info);
        assert_eq!(one(&RULE, &bare("-", "linux/arm64")).severity, Severity::Warning);
    }

    #[test]
    fn a_list_is_none_and_a_digest_was_chosen() {
        silent(&RULE, &listed("linux/arm64", &["linux/amd64"]));
        silent(&RULE, &bare_as("example.com/app@DIGEST", "linux/arm64", "linux/amd64"));
    }
}
