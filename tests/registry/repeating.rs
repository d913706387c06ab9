//! What passes by itself is asked again, and the wait is shown.

use std::time::Duration;

use platy::oci::Class;
use platy::sandbox::{Fault, Rule};

use platy::source::{Activity, Notice, Registry};

use super::{Lab, assert_failure, options};

#[tokio::test]
async fn passing_failures_are_repeated() {
    for (fault, class) in [
        (Fault::retry_after(429, 0), Class::RateLimited),
        (Fault::retry_after(503, 0), Class::Server),
        (Fault::status(500), Class::Server),
        (Fault::status(502), Class::Server),
        (Fault::status(504), Class::Server),
        (Fault::DropConnection, Class::Unreachable),
        (Fault::Truncate(20), Class::Unreachable),
    ] {
        let lab = Lab::new().await;
        let index = lab.index(1);
        lab.fault(Rule::new(fault.clone()).times(2));
        let document = lab.registry.document(&lab.latest(), None).await.unwrap();
        assert_eq!(document.digest, index.digest, "{fault:?}");
        assert_eq!(lab.sandbox.requests().count(), 3, "{fault:?}");
        let classes: Vec<Class> = lab.retries().into_iter().map(|(class, _)| class).collect();
        assert_eq!(classes, [class, class], "{fault:?}");
    }
}

#[tokio::test]
async fn a_failure_that_stays_is_given_up() {
    for (fault, class, words) in [
        (Fault::status(429), Class::RateLimited, ["slow down", "TOOMANYREQUESTS"]),
        (Fault::status(503), Class::Server, ["failed", "UNAVAILABLE"]),
        (
            Fault::html(502, "<title>Bad Gateway</title>"),
            Class::Server,
            ["web page", "Bad Gateway"],
        ),
        (Fault::Truncate(20), Class::Unreachable, ["broke off", "manifests/latest"]),
    ] {
        let lab = Lab::new().await;
        lab.index(1);
        lab.fault(Rule::new(fault));
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        assert_failure(&failure, class, &[words[0], words[1], "(asked 3 times)"]);
        assert!(failure.is_passing());
        assert_eq!(lab.sandbox.requests().count(), 3);
    }
}

#[tokio::test]
async fn the_registrys_own_wait_goes_before_ours() {
    let lab = Lab::new().await;
    lab.index(1);
    lab.fault(Rule::new(Fault::retry_after(503, 8)).once());
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    let activity = Activity::with_listener(move |notice| drop(tell.send(notice)));
    let registry = Registry::new(options(), activity).unwrap();
    let reference = lab.latest();
    // Nobody waits for the end of it.
    let asking = tokio::spawn(async move { registry.document(&reference, None).await });
    let Notice::Retrying { host, class, delay } = told.recv().await.unwrap();
    asking.abort();
    assert_eq!((&host, class), (lab.sandbox.host(), Class::Server));
    assert!(delay >= Duration::from_secs(8) && delay < Duration::from_secs(9), "{delay:?}");
}

#[tokio::test]
async fn a_wait_that_is_too_long_fails_at_once() {
    let lab = Lab::new().await;
    lab.index(1);
    lab.fault(Rule::new(Fault::retry_after(429, 3600)));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::RateLimited, &["asks to wait 60 minutes"]);
    assert!(failure.next.unwrap().starts_with("try again in 60 minutes (at "));
    assert_eq!(lab.sandbox.requests().count(), 1);
}

#[tokio::test]
async fn what_does_not_pass_is_asked_once() {
    for (status, class) in [
        (400, Class::Malformed),
        (403, Class::Forbidden),
        (404, Class::NotFound),
        (405, Class::Unsupported),
        (501, Class::Unsupported),
    ] {
        let lab = Lab::new().await;
        lab.index(1);
        lab.fault(Rule::new(Fault::status(status)));
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        assert_failure(&failure, class, &[]);
        assert_eq!(failure.status, Some(status));
        assert_eq!(lab.sandbox.requests().count(), 1, "{status}");
    }
}
