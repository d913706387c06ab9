//! Hosts that are not there, hang, or speak something else.

use std::time::Duration;

use platy::oci::{Class, Host};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions};
use platy::source::{Limits, Options};

use super::fakes::{Fake, closed_port};
use super::{Lab, assert_failure, at, options, registry};

/// What a TLS server says to plain HTTP: the alert `protocol_version`.
const TLS_ALERT: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];

#[tokio::test]
async fn no_such_host() {
    // A name that never resolves (RFC 6761, 6.4).
    let host = Host::parse("registry.invalid").unwrap();
    let failure = registry(options()).document(&at(&host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unreachable, &["no such host", "registry.invalid"]);
    assert!(!failure.to_string().contains("proxy"), "{failure}");
    let mut options = options();
    options.environment.proxy = true;
    let failure = registry(options).document(&at(&host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unreachable, &["look at the proxy"]);
}

#[tokio::test]
async fn refused() {
    let host = closed_port().await;
    let failure = registry(options()).document(&at(&host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unreachable, &["connection refused", host.as_str()]);
}

#[tokio::test]
async fn tls_to_a_plain_port() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    // A loopback host is asked in TLS where the user says how to check its certificate.
    let options = Options { insecure: vec![sandbox.host().clone()], ..options() };
    let failure = registry(options).document(&at(sandbox.host()), None).await.unwrap_err();
    let next = format!("--plain-http {}", sandbox.host());
    assert_failure(&failure, Class::Tls, &["does not speak TLS on this port", &next]);
}

#[tokio::test]
async fn plain_http_to_a_tls_port() {
    for answer in [
        TLS_ALERT.to_vec(),
        b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n"
            .to_vec(),
    ] {
        let fake = Fake::answering(answer).await;
        let chosen = Options { plain_http: vec![fake.host.clone()], ..options() };
        let failure = registry(chosen).document(&at(&fake.host), None).await.unwrap_err();
        assert_failure(&failure, Class::Tls, &["TLS on this port"]);
        let next = failure.next.unwrap();
        assert_eq!(next, format!("leave out `--plain-http {}`", fake.host));
        assert_eq!(fake.count(), 1);

        // Where plain HTTP was only a guess, TLS is tried.
        let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
        assert_eq!(failure.class, Class::Tls, "{failure}");
        assert_eq!(fake.count(), 3);
    }
}

#[tokio::test]
async fn something_else_than_http() {
    let fake = Fake::answering("SSH-2.0-OpenSSH_9.2\r\n").await;
    let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
    assert_eq!(failure.class, Class::Tls, "{failure}");
    let fake = Fake::answering("").await;
    let plain = Options { plain_http: vec![fake.host.clone()], ..options() };
    let failure = registry(plain).document(&at(&fake.host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unreachable, &["broke off", "(asked 3 times)"]);
}

#[tokio::test]
async fn a_hang_ends_at_the_time_limit() {
    let first_byte = Duration::from_millis(500);
    let limits = Options {
        limits: Limits { first_byte, window: first_byte, ..Limits::default() },
        ..options()
    };
    let lab = Lab::with(SandboxOptions::default(), limits).await;
    lab.index(1);
    let rule = lab.fault(Rule::new(Fault::Hang));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TimedOut, &["no answer from", "within 500ms", "--timeout"]);
    assert_eq!(lab.sandbox.requests().count(), 1, "what took too long is not asked again");
    lab.sandbox.faults().remove(rule);
    lab.fault(Rule::new(Fault::Stall(10)));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    // On a busy machine its head may be late already.
    assert_failure(&failure, Class::TimedOut, &["500ms"]);
}

#[tokio::test]
async fn a_dropped_request_gives_its_permit_back() {
    let lab = Lab::with(SandboxOptions::default(), Options { permits: 1, ..options() }).await;
    lab.index(1);
    let rule = lab.fault(Rule::new(Fault::Hang));
    let (registry, reference) = (lab.registry.clone(), lab.latest());
    let hung = tokio::spawn(async move { registry.document(&reference, None).await });
    lab.sandbox.requests().wait_for(|requests| requests.in_flight() == 1).await;
    hung.abort();
    assert!(hung.await.unwrap_err().is_cancelled());
    lab.sandbox.faults().remove(rule);
    lab.registry.document(&lab.latest(), None).await.unwrap();
}

#[tokio::test]
async fn permits_are_never_exceeded() {
    let lab = Lab::with(SandboxOptions::default(), Options { permits: 3, ..options() }).await;
    lab.index(1);
    let rule = lab.fault(Rule::new(Fault::Hang));
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (registry, reference) = (lab.registry.clone(), lab.latest());
        all.spawn(async move { registry.document(&reference, None).await.map(|_| ()) });
    }
    lab.sandbox.requests().wait_for(|requests| requests.in_flight() == 3).await;
    lab.sandbox.faults().remove(rule);
    for result in all.join_all().await {
        result.unwrap();
    }
    assert_eq!(lab.sandbox.requests().max_in_flight(), 3);
    assert_eq!(lab.sandbox.requests().count(), 20);
}

#[tokio::test]
async fn a_redirect_carries_no_credentials_to_another_host() {
    let elsewhere = Lab::new().await;
    let index = elsewhere.index(1);
    let lab = super::login::basic_lab().await;
    let target =
        format!("http://{}/v2/team/app/manifests/latest?sig=secret", elsewhere.sandbox.host());
    // Not at the first request, which is answered by a challenge.
    lab.fault(Rule::new(Fault::Redirect(target)).skip(1));
    let document = lab.registry.document(&lab.latest(), None).await.unwrap();
    assert_eq!(document.digest, index.digest);
    assert!(lab.sandbox.requests().all()[1].header("authorization").is_some());
    let there = elsewhere.sandbox.requests().all();
    assert_eq!(there.len(), 1);
    assert_eq!(there[0].header("authorization"), None);
    assert_eq!(there[0].header("referer"), None);

    // Nor does that host get any by asking, and its query is not shown.
    elsewhere.fault(Rule::new(Fault::Answer {
        status: 401,
        headers: vec![("WWW-Authenticate".into(), "Basic realm=\"x\"".into())],
        body: Vec::new(),
    }));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_eq!(failure.class, Class::Unauthorised);
    assert!(!failure.to_string().contains("sig"), "{failure}");
    assert_eq!(elsewhere.sandbox.requests().count(), 2);
}

#[tokio::test]
async fn redirects_on_one_host_keep_the_credentials_and_end() {
    let lab = super::login::basic_lab().await;
    let path = "/v2/team/app/manifests/other".to_owned();
    lab.fault(Rule::new(Fault::Redirect("/v2/team/app/manifests/latest".into())).contains("other"));
    let other = lab.repository("team/app").tagged("other");
    lab.registry.document(&other, None).await.unwrap();
    lab.sandbox.faults().clear();
    lab.fault(Rule::new(Fault::Redirect(path)));
    let failure = lab.registry.document(&other, None).await.unwrap_err();
    assert_failure(&failure, Class::Malformed, &["redirects more than 5 times"]);
}

#[tokio::test]
async fn a_user_in_a_redirect_is_dropped_on_the_registry_s_own_origin_too() {
    let lab = super::login::basic_lab().await;
    let host = lab.sandbox.host();
    let target = format!("http://ann:another-secret@{host}/v2/team/app/manifests/latest");
    lab.fault(Rule::new(Fault::Redirect(target)).contains("other"));
    let other = lab.repository("team/app").tagged("other");
    lab.registry.document(&other, None).await.unwrap();
    let requests = lab.sandbox.requests().all();
    let sent =
        |request: &platy::sandbox::Record| request.header("authorization").map(str::to_owned);
    let (last, before) = (requests.last().unwrap(), &requests[requests.len() - 2]);
    assert!(sent(last).is_some());
    assert_eq!(sent(last), sent(before));
}

#[tokio::test]
async fn a_token_service_on_another_site_is_refused_if_the_user_says_so() {
    let challenge = Fault::Answer {
        status: 401,
        headers: vec![(
            "WWW-Authenticate".into(),
            "Bearer realm=\"https://auth.platy.invalid/token\"".into(),
        )],
        body: Vec::new(),
    };
    for strict_realm in [false, true] {
        let lab = Lab::with(SandboxOptions::default(), Options { strict_realm, ..options() }).await;
        lab.fault(Rule::new(challenge.clone()));
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        if strict_realm {
            let words = ["another site: auth.platy.invalid", "--strict-realm"];
            assert_failure(&failure, Class::Forbidden, &words);
        } else {
            assert_eq!(failure.class, Class::Unreachable, "{failure}");
        }
    }
}

#[tokio::test]
async fn a_command_that_reads_documents_has_a_limit_for_the_whole() {
    // The first document has to come within it, on a machine as busy as may be.
    let limits = Limits { command: Some(Duration::from_secs(4)), ..options().limits };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(1);
    lab.registry.document(&lab.latest(), None).await.unwrap();
    lab.fault(Rule::new(Fault::Hang));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TimedOut, &["the command has used its 4s", "--timeout"]);
}

#[tokio::test]
async fn a_redirect_to_plain_http_elsewhere_is_not_followed() {
    let lab = Lab::new().await;
    lab.fault(Rule::new(Fault::Redirect("http://registry.invalid/x?sig=secret".into())));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Forbidden, &["plain HTTP", "--plain-http registry.invalid"]);
    assert!(!failure.to_string().contains("secret"));
    lab.sandbox.faults().clear();
    lab.fault(Rule::new(Fault::Redirect("file:///etc/passwd".into())));
    assert!(lab.registry.document(&lab.latest(), None).await.is_err());
}

#[tokio::test]
async fn a_ca_file_without_certificates_is_said_at_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let options = Options { ca_files: vec![file.path().to_owned().into()], ..options() };
    let failure = platy::source::Registry::new(options, platy::source::Activity::default());
    assert_failure(&failure.unwrap_err(), Class::Local, &["no PEM certificate"]);
}

#[tokio::test]
async fn a_document_without_an_answer_is_asked_for_once_more() {
    let limits = Limits { ask_again: Duration::from_millis(20), ..options().limits };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(1);
    lab.fault(Rule::new(Fault::Hang).once());
    lab.registry.document(&lab.latest(), None).await.unwrap();
    assert_eq!(lab.sandbox.requests().count(), 2);
    // Where requests are counted against a limit, nothing is asked twice. The answer that says so
    // has to come before the second question would.
    let limits =
        Limits { ask_again: Duration::from_secs(3), first_byte: Duration::from_secs(5), ..limits };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(1);
    lab.fault(
        Rule::new(Fault::Answer {
            status: 404,
            headers: vec![("RateLimit-Limit".into(), "100;w=21600".into())],
            body: Vec::new(),
        })
        .once(),
    );
    lab.registry.document(&lab.latest(), None).await.unwrap_err();
    lab.fault(Rule::new(Fault::Hang));
    lab.sandbox.requests().clear();
    lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_eq!(lab.sandbox.requests().count(), 1);
}

#[tokio::test]
async fn a_body_that_drips_is_given_up() {
    let limits = Limits { window: Duration::from_millis(200), ..options().limits };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    let index = lab.index(20);
    lab.fault(Rule::new(Fault::Drip(Duration::from_millis(5))));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TimedOut, &["less than 1 kB/s", "--timeout"]);
    assert!(lab.registry.activity().bytes() < index.size);
}

#[tokio::test]
async fn a_document_has_a_limit_for_the_whole() {
    let limits = Limits { document: Duration::from_millis(200), ..options().limits };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(20);
    lab.fault(Rule::new(Fault::Drip(Duration::from_millis(5))));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TimedOut, &["not whole within 200ms"]);
}

#[tokio::test]
async fn a_command_begins_nothing_new_after_it_gave_up() {
    let limits = Limits {
        first_byte: Duration::from_millis(500),
        command: Some(Duration::from_secs(60)),
        ..options().limits
    };
    let lab = Lab::with(SandboxOptions::default(), Options { limits, ..options() }).await;
    lab.index(1);
    lab.fault(Rule::new(Fault::Hang));
    for _ in 0..2 {
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        assert_failure(&failure, Class::TimedOut, &["no answer from"]);
    }
    assert_eq!(lab.sandbox.requests().count(), 1);
}

#[tokio::test]
async fn a_head_that_is_refused_is_a_get() {
    for status in [401, 403, 405, 500] {
        let lab = Lab::new().await;
        let index = lab.index(1);
        lab.fault(Rule::new(Fault::status(status)).method(reqwest::Method::HEAD));
        assert_eq!(
            lab.registry.head(&lab.latest()).await.unwrap().digest,
            index.digest,
            "{status}"
        );
    }
}

/// distribution 2.8.2 answers 500 to a blob that is asked for as a manifest, others 404.
#[tokio::test]
async fn a_blob_is_called_a_blob() {
    let lab = Lab::new().await;
    lab.index(1);
    let digest = lab.sandbox.store().repository("team/app").put_blob("config");
    let reference = lab.repository("team/app").at(digest);
    let failure = lab.registry.document(&reference, None).await.unwrap_err();
    assert_failure(
        &failure,
        Class::NotFound,
        &["this is a blob (config or layer), not a manifest"],
    );
}
