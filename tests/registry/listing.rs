//! Tags and repositories, page by page.

use platy::oci::Class;
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
    let second = lab.registry.tags(&repository, first.next.as_deref()).await.unwrap();
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
    for (headers, body, word) in [
        (&[][..], "{}", "no list of tags"),
        (&[], "nonsense", "not valid JSON"),
        (
            &["Link: <http://registry.invalid/v2/x>; rel=\"next\""],
            r#"{"tags":["a"]}"#,
            "registry.invalid",
        ),
    ] {
        let fake = Fake::http("200 OK", headers, body).await;
        let repository = super::at(&fake.host).repository;
        let failure = registry(options()).tags(&repository, None).await.unwrap_err();
        assert_failure(&failure, Class::Malformed, &[word]);
    }
    let fake = Fake::http("200 OK", &[], r#"{"name":"x","tags":null}"#).await;
    let repository = super::at(&fake.host).repository;
    assert!(registry(options()).tags(&repository, None).await.unwrap().names.is_empty());
    let next = "http://registry.invalid/v2/x/tags/list";
    let failure = registry(options()).tags(&repository, Some(next)).await.unwrap_err();
    assert_failure(&failure, Class::Malformed, &["no address on"]);
    assert_eq!(fake.count(), 1);
}
