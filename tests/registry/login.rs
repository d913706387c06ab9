//! Challenges, tokens and credentials.

use std::fs;
use std::path::PathBuf;

use base64::Engine as _;
use platy::oci::Class;
use platy::sandbox::{Accounts, Auth, Fault, Grant, Rule, SandboxOptions, User};
use platy::source::auth::Environment;
use platy::source::{Options, Registry};
use tempfile::TempDir;

use super::fakes::Fake;
use super::{Lab, assert_failure, at, options, registry};

const PASSWORD: &str = "hunter2-hunter2";

fn accounts() -> Accounts {
    let ann = User::new("ann", PASSWORD).with_identity_token("ann's identity");
    Accounts::only([ann]).with_anonymous(Grant::pull("public/"))
}

/// A sandbox with this authentication, and credentials for it in a file.
struct Guarded {
    lab: Lab,
    folder: TempDir,
}

impl std::ops::Deref for Guarded {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        &self.lab
    }
}

impl Guarded {
    async fn new(auth: Auth, entry: &str) -> Self {
        let sandbox = SandboxOptions { auth, ..SandboxOptions::default() };
        let mut lab = Lab::with(sandbox, options()).await;
        lab.index(1);
        let public = lab.sandbox.store().repository("public/app");
        public.image("linux", "amd64", "").layer("x").push_tag("latest");
        let folder = tempfile::tempdir().unwrap();
        let guarded = |lab: &Lab| Options {
            environment: Environment {
                docker_config: Some(folder.path().join("config.json")),
                ..Environment::default()
            },
            ..lab.registry.options().clone()
        };
        lab.registry = Registry::new(guarded(&lab), platy::source::Activity::default()).unwrap();
        let guarded = Self { lab, folder };
        guarded.write(entry);
        guarded
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("config.json")
    }

    fn write(&self, entry: &str) {
        let file = format!("{{\"auths\":{{{:?}:{entry}}}}}", self.lab.sandbox.host().as_str());
        fs::write(self.file(), file).unwrap();
    }
}

fn password_entry(password: &str) -> String {
    let auth = base64::engine::general_purpose::STANDARD.encode(format!("ann:{password}"));
    format!("{{\"auth\":{auth:?}}}")
}

/// A sandbox that wants a password with each request, and a registry handle that has it.
pub(super) async fn basic_lab() -> impl std::ops::Deref<Target = Lab> {
    Guarded::new(Auth::Basic(accounts()), &password_entry(PASSWORD)).await
}

/// A sandbox that wants a token with each request, and a registry handle that can get one.
pub(super) async fn bearer_lab() -> impl std::ops::Deref<Target = Lab> {
    Guarded::new(Auth::bearer(accounts()), &password_entry(PASSWORD)).await
}

#[tokio::test]
async fn basic_credentials_come_when_asked_for_and_are_remembered() {
    let lab = Guarded::new(Auth::Basic(accounts()), &password_entry(PASSWORD)).await;
    lab.registry.document(&lab.latest(), None).await.unwrap();
    lab.registry.document(&lab.latest(), None).await.unwrap();
    assert_eq!(
        lab.log(),
        [
            "GET /v2/team/app/manifests/latest 401",
            "GET /v2/team/app/manifests/latest 200",
            "GET /v2/team/app/manifests/latest 200"
        ]
    );
}

#[tokio::test]
async fn a_token_is_fetched_once_and_a_challenge_holds_for_the_host() {
    let lab = Guarded::new(Auth::bearer(accounts()), &password_entry(PASSWORD)).await;
    lab.registry.document(&lab.latest(), None).await.unwrap();
    lab.registry.head(&lab.latest()).await.unwrap();
    let public = lab.repository("public/app").tagged("latest");
    lab.registry.document(&public, None).await.unwrap();
    let statuses: Vec<_> = lab
        .sandbox
        .requests()
        .all()
        .iter()
        .map(|record| (record.path.clone(), record.status.unwrap()))
        .collect();
    let manifest = |name: &str| format!("/v2/{name}/manifests/latest");
    assert_eq!(
        statuses,
        [
            (manifest("team/app"), 401),
            ("/token".to_owned(), 200),
            (manifest("team/app"), 200),
            (manifest("team/app"), 200),
            ("/token".to_owned(), 200),
            (manifest("public/app"), 200),
        ]
    );
    assert_eq!(lab.registry.activity().requests(), 6);
}

#[tokio::test]
async fn many_requests_share_one_token() {
    let lab = Guarded::new(Auth::bearer(accounts()), &password_entry(PASSWORD)).await;
    let ask = || {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (registry, reference) = (lab.registry.clone(), lab.latest());
            all.spawn(async move { registry.document(&reference, None).await.map(|_| ()) });
        }
        all.join_all()
    };
    for result in ask().await {
        result.unwrap();
    }
    let tokens = |lab: &Lab| {
        lab.sandbox.requests().all().iter().filter(|record| record.path == "/token").count()
    };
    assert_eq!(tokens(&lab), 1);
    lab.sandbox.expire_tokens();
    lab.sandbox.requests().clear();
    for result in ask().await {
        result.unwrap();
    }
    assert_eq!(tokens(&lab), 1, "a token that ended mid-session is replaced once");
}

#[tokio::test]
async fn anonymous_tokens_open_what_is_public() {
    let lab = Guarded::new(Auth::bearer(accounts()), "{}").await;
    let public = lab.repository("public/app").tagged("latest");
    lab.registry.document(&public, None).await.unwrap();
    let token = &lab.sandbox.requests().all()[1];
    assert_eq!(token.path, "/token");
    assert_eq!(token.header("authorization"), None);

    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    let host = lab.sandbox.host().as_str();
    let file = lab.file().display().to_string();
    let login = format!("platy login {host}");
    let words = ["wants a login", "no credentials for", host, file.as_str(), &login];
    assert_failure(&failure, Class::Unauthorised, &words);
}

#[tokio::test]
async fn an_identity_token_is_exchanged() {
    let entry = r#"{"auth":"","identitytoken":"ann's identity"}"#;
    let lab = Guarded::new(Auth::bearer(accounts()), entry).await;
    lab.registry.document(&lab.latest(), None).await.unwrap();
    assert_eq!(lab.log()[1], "POST /token 200");

    lab.write(r#"{"identitytoken":"revoked-identity"}"#);
    lab.sandbox.expire_tokens();
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(
        &failure,
        Class::Unauthorised,
        &["token service", "did not accept", "platy login"],
    );
    assert!(!failure.to_string().contains("revoked-identity"), "{failure}");
}

#[tokio::test]
async fn wrong_credentials_are_named_and_not_shown() {
    for auth in [Auth::Basic(accounts()), Auth::bearer(accounts())] {
        let lab = Guarded::new(auth, &password_entry("wrong-password")).await;
        let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
        let file = lab.file().display().to_string();
        let entry = format!("entry {:?}", lab.sandbox.host().as_str());
        let words = ["did not accept the credentials from", &entry, &file, "platy login"];
        assert_failure(&failure, Class::Unauthorised, &words);
        let shown = format!("{failure} {failure:?} {:?}", lab.registry);
        for secret in ["wrong-password", &password_entry("wrong-password")] {
            assert!(!shown.contains(secret), "{shown}");
        }
        // A login in another terminal counts at once.
        lab.write(&password_entry(PASSWORD));
        lab.registry.document(&lab.latest(), None).await.unwrap();
    }
}

#[tokio::test]
async fn files_that_are_missing_or_broken_are_named() {
    let lab = Guarded::new(Auth::Basic(accounts()), "{}").await;
    fs::write(lab.file(), "{ broken").unwrap();
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Unauthorised, &["not a JSON object", "config.json"]);
    fs::remove_file(lab.file()).unwrap();
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Unauthorised, &["looked for", "config.json"]);
}

#[tokio::test]
async fn a_right_that_is_missing_is_forbidden() {
    let lab = Guarded::new(Auth::Open, "{}").await;
    lab.fault(Rule::new(Fault::status(403)));
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Forbidden, &["DENIED", "platy login"]);
}

#[tokio::test]
async fn a_token_services_own_words_are_shown() {
    let lab = Guarded::new(Auth::bearer(accounts()), &password_entry(PASSWORD)).await;
    lab.fault(
        Rule::new(Fault::Answer {
            status: 403,
            headers: vec![],
            body: br#"{"details":"account is suspended"}"#.to_vec(),
        })
        .contains("/token"),
    );
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Forbidden, &["token service of", "account is suspended"]);
    assert_eq!(lab.sandbox.requests().count(), 2);
    lab.sandbox.faults().clear();
    lab.fault(Rule::new(Fault::status(503)).contains("/token").once());
    lab.registry.document(&lab.latest(), None).await.unwrap();
    lab.fault(Rule::new(Fault::EndlessBody).contains("/token"));
    lab.sandbox.expire_tokens();
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::TooLarge, &[]);
}

#[tokio::test]
async fn secrets_go_to_no_realm_in_plain_http_elsewhere() {
    for (challenge, class, word) in [
        (r#"Bearer realm="http://registry.invalid/token""#, Class::Forbidden, "without TLS"),
        (r#"Bearer realm="nonsense""#, Class::Malformed, "no usable token service"),
        (r#"Negotiate"#, Class::Unauthorised, "Negotiate"),
    ] {
        let header = format!("WWW-Authenticate: {challenge}");
        let fake = Fake::http("401 Unauthorized", &[&header], "").await;
        let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
        assert_failure(&failure, class, &[word]);
    }
    let fake = Fake::http("401 Unauthorized", &[], "").await;
    let failure = registry(options()).document(&at(&fake.host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unauthorised, &[]);
}

#[tokio::test]
async fn a_login_that_is_not_spoken_closes_nothing_else() {
    let lab = Lab::new().await;
    lab.index(1);
    let challenge = ("WWW-Authenticate".to_owned(), "Negotiate".to_owned());
    let fault = Fault::Answer { status: 401, headers: vec![challenge], body: Vec::new() };
    lab.fault(Rule::new(fault).once());
    let failure = lab.registry.document(&lab.latest(), None).await.unwrap_err();
    assert_failure(&failure, Class::Unauthorised, &["by Negotiate"]);
    lab.registry.document(&lab.latest(), None).await.unwrap();
}

#[tokio::test]
async fn one_registrys_credentials_stay_with_it() {
    let lab = Guarded::new(Auth::Basic(accounts()), &password_entry(PASSWORD)).await;
    let fake = Fake::http("401 Unauthorized", &["WWW-Authenticate: Basic realm=\"x\""], "").await;
    let failure = lab.registry.document(&at(&fake.host), None).await.unwrap_err();
    assert_failure(&failure, Class::Unauthorised, &["no credentials for", fake.host.as_str()]);
    assert_eq!(fake.count(), 1, "nothing is sent where there is nothing to send");
}
