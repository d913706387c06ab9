//! Tags and repositories, page by page.

use platy::oci::{Class, NextPage};
use platy::sandbox::{Fault, Rule, SandboxOptions};

use super::fakes::Fake;
use super::{Lab, assert_failure, options, registry};

#[tokio::test]
async fn tags_are_paged_by_the_link_header() {
    let lab =
        Lab::with(SandboxOptions { page_size: 2, ..SandboxOptions::default() }, options()).await;
    let digest = lab.index(1).digest;
    let store = lab.sandbox.store().repository("team/app");
    for tag in ["a", "b", "c"] {
        store.tag(tag, &digest);
    }
    let repository = lab.repository("team/app");
    let first = lab.registry.tags(&repository, None).await.unwrap();
    assert_eq!(first.names, ["a", "b"]);
    let second = lab.registry.tags(&repository, first.next.as_ref()).await.unwrap();
    assert_eq!((second.names, second.next), (vec!["c".to_owned(), "latest".to_owned()], None));
    assert_eq!(lab.log()[0], "GET /v2/team/app/tags/list?n=1000 200");
    assert_eq!(lab.sandbox.requests().count(), 2);
}

#[tokio::test]
async fn repositories_are_listed_where_that_is_allowed() {
    let lab = Lab::new().await;
    lab.index(1);
    let page = lab.registry.repositories(lab.sandbox.host(), None).await.unwrap();
    assert_eq!((page.names, page.next), (vec!["team/app".to_owned()], None));
    lab.fault(Rule::new(Fault::status(404)).contains("_catalog"));
    let failure = lab.registry.repositories(lab.sandbox.host(), None).await.unwrap_err();
    let words = ["does not list its repositories", "name a repository"];
    assert_failure(&failure, Class::NotFound, &words);
}

#[tokio::test]
async fn no_such_repository() {
    let lab = Lab::new().await;
    let failure = lab.registry.tags(&lab.repository("no/such"), None).await.unwrap_err();
    assert_failure(&failure, Class::NotFound, &["no repository", "no/such", "NAME_UNKNOWN"]);
}

#[tokio::test]
async fn lists_that_are_none_and_pages_elsewhere() {
    for (headers, body, word) in
        [(&[][..], "{}", "no list of tags"), (&[], "nonsense", "not valid JSON")]
    {
        let fake = Fake::http("200 OK", headers, body).await;
        let repository = super::at(&fake.host).repository;
        let failure = registry(options()).tags(&repository, None).await.unwrap_err();
        assert_failure(&failure, Class::Malformed, &[word]);
    }
    let fake = Fake::http("200 OK", &[], r#"{"name":"x","tags":null}"#).await;
    let repository = super::at(&fake.host).repository;
    assert!(registry(options()).tags(&repository, None).await.unwrap().names.is_empty());
    let next = NextPage::at("http://registry.invalid/v2/x/tags/list");
    let failure = registry(options()).tags(&repository, Some(&next)).await.unwrap_err();
    assert_failure(&failure, Class::Malformed, &["not an address on"]);
    assert_eq!(fake.count(), 1);
}

/// A `Link` without `<>` or to another host, and pages that go round: what came before is listed,
/// and the way on is a failure that says why.
#[tokio::test]
async fn a_next_page_that_cannot_be_followed_is_said() {
    let around = "Link: </v2/team/app/tags/list?n=1000>; rel=\"next\"";
    for (link, word) in [
        ("Link: <http://registry.invalid/v2/x>; rel=\"next\"", "registry.invalid"),
        ("Link: /v2/team/app/tags/list?page=1; rel=\"next\"", "not in <>"),
        (around, "go round"),
    ] {
        let fake = Fake::http("200 OK", &[link], r#"{"tags":["a"]}"#).await;
        let repository = super::at(&fake.host).repository;
        let registry = registry(options());
        let page = registry.tags(&repository, None).await.unwrap();
        assert_eq!(page.names, ["a"]);
        let failure = registry.tags(&repository, page.next.as_ref()).await.unwrap_err();
        assert_failure(&failure, Class::Malformed, &[word, "what came before it is listed"]);
        assert_eq!(fake.count(), 1, "{link}");
    }
}

/// go-containerregistry 0.22.1's registry never sends a `Link`, and begins again at the first name
/// when it is asked what follows the last; zot answers 404 then. distribution-spec, "Listing Tags".
#[tokio::test]
async fn a_full_page_without_link_is_followed_by_its_last_name() {
    for after_last in [None, Some(404)] {
        let lab =
            Lab::with(SandboxOptions { links: false, ..SandboxOptions::default() }, options())
                .await;
        let digest = lab.index(1).digest;
        let store = lab.sandbox.store().repository("team/app");
        let mut expected = vec!["latest".to_owned()];
        for number in 0..1999 {
            let tag = format!("v{number:04}");
            store.tag(&tag, &digest);
            expected.push(tag);
        }
        if let Some(status) = after_last {
            lab.fault(Rule::new(Fault::status(status)).contains("last=v1998"));
        }
        let (mut names, mut next) = (Vec::new(), None);
        loop {
            let page = lab.registry.tags(&lab.repository("team/app"), next.as_ref()).await.unwrap();
            names.extend(page.names);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(names, expected);
        assert_eq!(lab.sandbox.requests().count(), 3);
    }
}

/// A `Link` that answers 404 is not the end of the list.
#[tokio::test]
async fn a_named_page_that_is_not_there_is_a_failure() {
    let small = SandboxOptions { page_size: 1, ..SandboxOptions::default() };
    let lab = Lab::with(small, options()).await;
    let digest = lab.index(1).digest;
    lab.sandbox.store().repository("team/app").tag("a", &digest);
    lab.fault(Rule::new(Fault::status(404)).contains("last="));
    let repository = lab.repository("team/app");
    let page = lab.registry.tags(&repository, None).await.unwrap();
    let failure = lab.registry.tags(&repository, page.next.as_ref()).await.unwrap_err();
    assert_failure(&failure, Class::NotFound, &["the next page that the registry names"]);
}
