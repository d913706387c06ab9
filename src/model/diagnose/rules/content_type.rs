//! The type with which the registry sends the document is not the document's (the engines are those
//! of November 2026; containers/image mentions <https://bugzilla.redhat.com/show_bug.cgi?id=1389442>).

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::oci::MediaType;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "content-type",
    says: "the registry sends the document with another Content-Type than its own, with a parameter, \
           in another case, or with none: engines go by the header, each in its own way, and some \
           fail or take a list for an image",
    threads: &[],
    needs: "the answer of a registry",
    find: Find::Facts(find),
};

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let (own, Some(header)) = (behind.media_type.as_str(), behind.sent.header()) else {
        return Vec::new();
    };
    let essence = header.split(';').next().unwrap_or_default().trim();
    let is_list = behind.is_list();
    let what = if is_list { "the list" } else { "the manifest" };
    let by_go = "podman, skopeo, regctl and oras";
    let by_containerd = "containerd, Docker, Kubernetes, nerdctl and BuildKit";
    let (severity, title, lines) = if header == own {
        return Vec::new();
    } else if header.is_empty() {
        let lines = vec![format!("{by_containerd} fail, and so do {by_go}")];
        (Severity::Error, format!("the registry sends {what} without a Content-Type"), lines)
    } else if essence == own {
        // An image is an image to crane, whatever its type.
        if !is_list {
            return Vec::new();
        }
        let lines = vec![format!("{by_containerd} cut the parameter off, and so do {by_go}")];
        (Severity::Warning, "the Content-Type of the list has a parameter".to_owned(), lines)
    } else if MediaType::parse(&essence.to_lowercase()) == behind.media_type {
        let lines =
            vec![format!("{by_containerd} know the type in lower case only; {by_go} in any case")];
        (Severity::Error, format!("the Content-Type of {what} is in another case"), lines)
    } else {
        let mut lines = vec![format!("{by_containerd} fail, and so do {by_go}")];
        if essence == "text/plain" {
            lines.push("containerd takes plain text for schema 1".to_owned());
        }
        (Severity::Error, format!("the registry sends {what} as {essence}"), lines)
    };
    let mut finding = RULE
        .finding(severity, title)
        .saw(format!("the header says {header:?}, and the document is {own} ({})", behind.digest))
        .saw_all(lines);
    if is_list {
        finding = finding.saw(
            "crane takes a list by exactly its type only: to it this is an image without layers, \
             with exit code 0",
        );
    }
    vec![finding.next(
        "let what answers for `/v2/…/manifests/` (the registry, or a proxy or cache in front of it) \
         send the document's own mediaType; if the registry keeps the type of the push, push it again",
    )]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, behind, listed, one, silent};
    use super::*;
    use crate::oci::Sent;

    fn sent(mut facts: Facts, header: Option<&str>) -> Facts {
        behind(&mut facts).sent = Sent::new(header);
        facts
    }

    #[test]
    fn each_way_to_send_a_list_is_told() {
        let list = || listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        let own = list().behind.unwrap().media_type.as_str().to_owned();
        for (header, severity, words) in [
            (None, Severity::Error, "without a Content-Type"),
            (Some("application/json".to_owned()), Severity::Error, "as application/json"),
            (Some("text/plain; charset=utf-8".to_owned()), Severity::Error, "as text/plain"),
            (Some(format!("{own}; charset=utf-8")), Severity::Warning, "has a parameter"),
            (Some(own.to_uppercase()), Severity::Error, "in another case"),
        ] {
            let found = one(&RULE, &sent(list(), header.as_deref()));
            assert_eq!(found.severity, severity, "{header:?}");
            assert!(found.title.contains(words), "{found:?}");
            assert!(found.evidence.last().unwrap().starts_with("crane takes a list"), "{found:?}");
        }
    }

    #[test]
    fn the_own_type_is_not_told_nor_what_nobody_minds() {
        let list = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        silent(&RULE, &list);
        let own = list.behind.as_ref().unwrap().media_type.as_str().to_owned();
        silent(&RULE, &sent(list, Some(&own)));
        let image = bare("linux/arm64", "linux/arm64");
        let own = image.behind.as_ref().unwrap().media_type.as_str().to_owned();
        silent(&RULE, &sent(image, Some(&format!("{own}; charset=utf-8"))));
    }
}
