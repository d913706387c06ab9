//! What one session finds out about a registry saves the next one round trips, and misleads it
//! never.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use platy::oci::{Class, Descriptor, Digest, Manifest, MediaType};
use platy::sandbox::{
    Accounts, Auth, Fault, Grant, Requests, Rule, RuleId, Sandbox, SandboxOptions, User,
};
use platy::source::auth::Environment;
use platy::source::{Options, Registry};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Lab, assert_failure, options, registry};

/// A registry that gives tokens to everyone, and a folder that sessions share.
struct Sessions {
    lab: Lab,
    folder: TempDir,
}

impl std::ops::Deref for Sessions {
    type Target = Lab;

    fn deref(&self) -> &Lab {
        &self.lab
    }
}

impl Sessions {
    async fn new() -> Self {
        let accounts = Accounts::only([User::new("ann", "hunter2-hunter2")])
            .with_anonymous(Grant::pull("team/"));
        let sandbox = SandboxOptions { auth: Auth::bearer(accounts), ..SandboxOptions::default() };
        let lab = Lab::with(sandbox, options()).await;
        lab.index(1);
        Self { lab, folder: TempDir::new().unwrap() }
    }

    /// A session of its own, as a further start of the program is.
    fn session(&self) -> Registry {
        registry(self.options())
    }

    fn options(&self) -> Options {
        Options { cache_dir: Some(self.folder.path().to_owned()), ..options() }
    }

    /// The requests of a session that asks for the list, those for tokens as `token`.
    async fn requests(&self, session: &Registry) -> Vec<String> {
        self.sandbox.requests().clear();
        session.document(&self.latest(), None).await.unwrap();
        let all = self.sandbox.requests().all();
        let name = |path: &str| if path.contains("token") { "token" } else { "list" }.to_owned();
        all.iter().map(|it| format!("{} {}", name(&it.path), it.status.unwrap_or(0))).collect()
    }

    fn file(&self) -> Option<PathBuf> {
        let files: Vec<_> =
            fs::read_dir(self.folder.path().join("hosts")).into_iter().flatten().collect();
        assert!(files.len() <= 1);
        files.into_iter().next().map(|file| file.unwrap().path())
    }

    fn hints(&self) -> Value {
        let text = fs::read_to_string(self.file().unwrap()).unwrap();
        let (host, json) = text.split_once('\n').unwrap();
        assert_eq!(host, self.sandbox.host().as_str());
        serde_json::from_str(json).unwrap()
    }

    fn write(&self, hints: &Value) {
        let host = self.sandbox.host();
        fs::write(self.file().unwrap(), format!("{host}\n{hints}")).unwrap();
    }

    /// No request for the list is answered before the rule goes.
    fn hold_list(&self) -> RuleId {
        self.fault(Rule::new(Fault::Hang).exact("/v2/team/app/manifests/latest"))
    }
}

#[tokio::test]
async fn a_token_is_asked_for_while_the_registry_is() {
    let sessions = Sessions::new().await;
    let first = sessions.requests(&sessions.session()).await;
    assert_eq!(first, ["list 401", "token 200", "list 200"]);
    let hints = sessions.hints();
    assert!(hints["tokens"]["realm"].as_str().unwrap().ends_with("/token"), "{hints}");

    // The registry does not answer before the token is there.
    sessions.sandbox.requests().clear();
    let rule = sessions.hold_list();
    let session = sessions.session();
    let asking = tokio::spawn({
        let (session, latest) = (session.clone(), sessions.latest());
        async move { session.document(&latest, None).await }
    });
    let has_token = |requests: &Requests| {
        requests.all().iter().any(|it| it.path.contains("token") && it.status == Some(200))
    };
    sessions.sandbox.requests().wait_for(has_token).await;
    sessions.sandbox.faults().remove(rule);
    asking.await.unwrap().unwrap();
    // And no request more than without the hint.
    assert_eq!(sessions.sandbox.requests().count(), 3, "{:?}", sessions.log());
}

#[tokio::test]
async fn a_wrong_hint_is_forgotten_and_its_token_is_not_used() {
    let sessions = Sessions::new().await;
    let other = Sandbox::start(SandboxOptions {
        auth: Auth::bearer(Accounts::only([]).with_anonymous(Grant::pull("team/"))),
        ..SandboxOptions::default()
    })
    .await
    .unwrap();
    let right = {
        sessions.requests(&sessions.session()).await;
        sessions.hints()
    };
    for realm in [
        // Another registry's service, whose tokens this one refuses; nobody there; no address.
        format!("http://{}/token", other.host()),
        "http://127.0.0.1:1/token".to_owned(),
        "nonsense".to_owned(),
    ] {
        sessions.write(&json!({ "tokens": { "realm": realm, "service": "x" } }));
        let requests = sessions.requests(&sessions.session()).await;
        assert_eq!(requests, ["list 401", "token 200", "list 200"], "{realm}");
        assert_eq!(sessions.hints(), right, "{realm}");
    }
}

#[tokio::test]
async fn a_token_service_that_hangs_delays_nobody_who_needs_no_token() {
    let sessions = Sessions::new().await;
    sessions.requests(&sessions.session()).await;
    let hints = sessions.hints();
    let open = Sandbox::start(SandboxOptions::default()).await.unwrap();
    open.faults().add(Rule::new(Fault::Hang).exact("/token"));
    // The same host asks for nothing now: here another one, with the hint of the first.
    let latest = {
        let store = open.store().repository("team/app");
        let image = store.image("linux", "arm64", "").layer("x").push();
        store.index().entries(vec![image]).push_tag("latest");
        super::at(open.host())
    };
    let name = Digest::sha256(open.host().as_str().as_bytes());
    let file = sessions.folder.path().join("hosts").join(name.hex());
    let realm = format!("http://{}/token", open.host());
    let mut hints = hints;
    hints["tokens"]["realm"] = realm.into();
    fs::write(&file, format!("{}\n{hints}", open.host())).unwrap();
    sessions.session().document(&latest, None).await.unwrap();
    assert!(!file.exists(), "a hint that did not hold is forgotten");
}

#[tokio::test]
async fn a_credential_waits_for_the_registrys_own_word() {
    let sessions = Sessions::new().await;
    sessions.requests(&sessions.session()).await;
    let config = sessions.folder.path().join("config.json");
    let host = sessions.sandbox.host();
    // ann:hunter2-hunter2
    fs::write(
        &config,
        format!(r#"{{"auths":{{"{host}":{{"auth":"YW5uOmh1bnRlcjItaHVudGVyMg=="}}}}}}"#),
    )
    .unwrap();
    let environment = Environment { docker_config: Some(config), ..Environment::default() };
    let session = registry(Options { environment, ..sessions.options() });
    // A service that another program wrote there gets nothing.
    let thief = Sandbox::start(SandboxOptions::default()).await.unwrap();
    sessions.write(&json!({ "tokens": { "realm": format!("http://{}/token", thief.host()) } }));
    assert_eq!(sessions.requests(&session).await, ["list 401", "token 200", "list 200"]);
    assert_eq!(thief.requests().count(), 0);
}

#[tokio::test]
async fn a_refused_token_fails_as_it_does_without_a_hint() {
    let sessions = Sessions::new().await;
    sessions.requests(&sessions.session()).await;
    let secret = sessions.repository("secret/app").tagged("latest");
    let failure = |session: Registry| {
        let secret = secret.clone();
        async move { session.document(&secret, None).await.unwrap_err() }
    };
    let hinted = failure(sessions.session()).await;
    let plain = failure(registry(options())).await;
    assert_eq!(hinted.class, plain.class);
    assert_failure(&hinted, Class::Unauthorised, &[]);
    assert_eq!(hinted.to_string(), plain.to_string());
}

#[tokio::test]
async fn without_a_cache_nothing_is_kept_and_damaged_hints_are_none() {
    let sessions = Sessions::new().await;
    assert_eq!(sessions.requests(&registry(options())).await.len(), 3);
    assert_eq!(sessions.file(), None);
    sessions.requests(&sessions.session()).await;
    let whole = fs::read(sessions.file().unwrap()).unwrap();
    for damaged in [&b""[..], b"x", &whole[..whole.len() / 2], b"other.example\n{}", &[0xff; 40]] {
        fs::write(sessions.file().unwrap(), damaged).unwrap();
        let requests = sessions.requests(&sessions.session()).await;
        assert_eq!(requests, ["list 401", "token 200", "list 200"]);
        assert_eq!(fs::read(sessions.file().unwrap()).unwrap(), whole);
    }
}

#[tokio::test]
async fn the_host_of_the_blobs_is_connected_to_before_the_registry_names_it() {
    let sessions = Sessions::new().await;
    let blobs = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let index = sessions.session().document(&sessions.latest(), None).await.unwrap();
    let repository = sessions.repository("team/app");
    let Manifest::Index(index) = &index.manifest else { panic!("no index") };
    let manifest = repository.at(index.entries[0].descriptor().unwrap().digest.clone());
    let digest = blobs.store().repository("blobs").put_blob(&b"a blob"[..]);
    let blob = Descriptor::new(MediaType::parse("application/octet-stream"), digest, 6);
    let target = format!("http://{}/v2/blobs/blobs/{}", blobs.host(), blob.digest);
    let path = format!("/v2/team/app/blobs/{}", blob.digest);
    sessions.fault(Rule::new(Fault::Redirect(target)).exact(&path));
    let first = sessions.session();
    first.blob(&repository, &blob, 100).await.unwrap();
    assert_eq!(sessions.hints()["blobs"], format!("http://{}", blobs.host()));
    assert_eq!(blobs.requests().count(), 1);

    // A manifest leads to blobs; nothing but the connection is made.
    blobs.requests().clear();
    let second = sessions.session();
    second.document(&manifest, None).await.unwrap();
    blobs.requests().wait_for(|requests| requests.count() > 0).await;
    let asked = blobs.requests().all();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("HEAD", "/"));
    assert_eq!(asked[0].header("authorization"), None);
    assert_eq!(asked[0].query, None);
    second.blob(&repository, &blob, 100).await.unwrap();

    // A host that is gone costs nothing.
    drop(blobs);
    let third = sessions.session();
    tokio::time::timeout(Duration::from_secs(20), third.document(&manifest, None))
        .await
        .unwrap()
        .unwrap();
}
