//! The refusals of a push, in words: what the registry does not do, and what to do next.

use crate::oci::{Class, Failure, Repository};
use crate::source::error_code::refuses_addresses;
use crate::text;

/// What was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// To ask whether something is there.
    Question,
    /// To upload a blob of so many bytes.
    Blob(u64),
    /// To put a manifest of so many bytes.
    Manifest(u64),
}

/// The same failure in the words of a push.
pub(super) fn refused(mut failure: Failure, target: &Repository, what: What) -> Failure {
    // Failures that never reached the registry, or came from elsewhere, speak for themselves.
    let Some(status) = failure.status else { return failure };
    let name = target.familiar();
    let host = &target.host;
    let code = |code: &str| failure.codes.iter().any(|found| found.code == code);
    let says = match (status, what) {
        (403, _) if code("QUOTA_EXCEEDED") || quota(&failure) => Some((
            format!("{host} has no room left for {name}: its quota is used up"),
            "remove what is not needed there, or ask who runs it for more room".to_owned(),
        )),
        _ if refuses_addresses(&failure) => Some((
            format!("{host} does not take layers with addresses (urls) of their own"),
            "ask who runs it to allow the addresses, or take images whose layers are in a registry"
                .to_owned(),
        )),
        (403, What::Blob(_) | What::Manifest(_)) => {
            let next = failure.next.clone().unwrap_or_else(|| "look who may push there".to_owned());
            Some((format!("{host} does not allow a push to {name}"), next))
        }
        (404, What::Blob(_)) => Some((
            format!("there is no repository {name}, and {host} does not make one by a push"),
            "make the repository there first, or look at the name".to_owned(),
        )),
        (405, _) => Some((
            format!("{host} takes no pushes: it is read-only"),
            "push to another registry (a mirror or one in maintenance only answers), or ask who \
             runs it"
                .to_owned(),
        )),
        (413, What::Manifest(size)) => Some((
            format!("{host} does not take a manifest of {}", text::bytes(size)),
            "take annotations or entries away, or ask who runs it for a larger limit".to_owned(),
        )),
        (413, What::Blob(size)) => Some((
            format!(
                "{host} does not take the {} of this blob, in chunks either",
                text::bytes(size)
            ),
            "ask who runs it, or the proxy in front of it, for a larger limit".to_owned(),
        )),
        (429, _) => Some((
            format!("{host} takes no more requests for now: a limit or quota is used up"),
            failure.next.clone().filter(|next| next.starts_with("try again in")).unwrap_or_else(
                || "try again later; what was pushed so far stays there".to_owned(),
            ),
        )),
        _ => None,
    };
    if let Some((detail, next)) = says {
        failure.detail = detail;
        failure.next = Some(next);
    }
    failure
}

/// Whether the registry's own words speak of a quota: there is no code for it that all use.
fn quota(failure: &Failure) -> bool {
    failure.class == Class::Forbidden
        && failure.codes.iter().any(|code| code.message.to_lowercase().contains("quota"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Code;

    #[test]
    fn each_refusal_says_what_next() {
        let target = Repository::parse("registry.example/team/app").unwrap();
        for (class, status, message, what, detail, next) in [
            (Class::Forbidden, 403, "no", What::Manifest(1), "does not allow a push to", "log in"),
            (Class::Forbidden, 403, "Quota reached", What::Blob(1), "quota", "remove"),
            (Class::Unsupported, 405, "", What::Blob(1), "read-only", "another registry"),
            (Class::TooLarge, 413, "", What::Blob(3 << 20), "3.1 MB", "larger limit"),
            (Class::TooLarge, 413, "", What::Manifest(5), "a manifest of 5 B", "annotations"),
            (Class::NotFound, 404, "", What::Blob(1), "does not make one", "first"),
            (Class::RateLimited, 429, "", What::Blob(1), "used up", "try again"),
            (Class::Server, 500, "", What::Blob(1), "it failed", "log in"),
        ] {
            let code =
                Code { code: "DENIED".to_owned(), message: message.to_owned(), detail: None };
            let failure = Failure::new(class, "x", "it failed")
                .with_status(status)
                .with_codes(vec![code])
                .with_next("log in");
            let failure = refused(failure, &target, what);
            assert!(failure.detail.contains(detail), "{failure}");
            assert!(failure.next.as_deref().unwrap().contains(next), "{failure}");
        }
        let local = Failure::new(Class::Unreachable, "x", "gone");
        assert_eq!(refused(local.clone(), &target, What::Question), local);
    }
}
