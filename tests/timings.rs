//! `--timings`: where the time went, and nothing that is a secret.

use std::fs;

use platy::sandbox::{Accounts, Auth, Fault, Rule, Sandbox, SandboxOptions, Tls, User};
use serde_json::Value;
use tempfile::TempDir;

use crate::registry::fakes::tls;
use crate::support::command::{Ran, platy};

async fn run(home: &TempDir, arguments: &[&str]) -> Ran {
    let home = home.path().to_owned();
    let owned: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
    let run = move || platy(&home, &owned.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

fn requests(ran: &Ran) -> Vec<Value> {
    let last = ran.stderr.lines().last().unwrap();
    let json: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("{}", ran.stderr));
    crate::support::command::schema::holds("timings", &json);
    assert_eq!(json["left_out"], 0);
    json["requests"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_listed_and_no_secret() {
    let accounts = Accounts::only([User::new("ann", "hunter2-hunter2")]);
    let sandbox = Sandbox::start(SandboxOptions {
        auth: Auth::bearer(accounts),
        ..SandboxOptions::default()
    })
    .await
    .unwrap();
    let store = sandbox.store().repository("team/app");
    let image = store.image("linux", "amd64", "").layer("x").push();
    store.index().entry(image.clone()).push_tag("1");
    // Its blobs are elsewhere, under addresses that are secrets.
    let elsewhere = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let manifest: Value =
        serde_json::from_slice(&store.manifest(image.digest.as_str()).unwrap()).unwrap();
    let config = manifest["config"]["digest"].as_str().unwrap();
    let bytes = store.blob(&config.parse().unwrap()).unwrap();
    elsewhere.store().repository("kept").put_blob(bytes);
    let target =
        format!("http://me:pa55@{}/v2/kept/blobs/{config}?sig=s1gnature", elsewhere.host());
    sandbox.faults().add(Rule::new(Fault::Redirect(target)).contains(config));
    let home = TempDir::new().unwrap();
    fs::create_dir_all(home.path().join("docker")).unwrap();
    // ann:hunter2-hunter2
    let auths = format!(
        r#"{{"auths":{{"{}":{{"auth":"YW5uOmh1bnRlcjItaHVudGVyMg=="}}}}}}"#,
        sandbox.host()
    );
    fs::write(home.path().join("docker/config.json"), auths).unwrap();
    let reference = format!("{}/team/app:1", sandbox.host());

    let plain = run(&home, &["inspect", "--json", "--no-cache", &reference]).await;
    let ran = run(&home, &["inspect", "--json", "--no-cache", "--timings=json", &reference]).await;
    assert_eq!((ran.code, &ran.stdout), (0, &plain.stdout), "{}", ran.stderr);
    let all = requests(&ran);
    let sent = (sandbox.requests().count() + elsewhere.requests().count()) / 2;
    assert_eq!(all.len(), sent, "{all:#?}");
    for it in &all {
        assert!(it["status"].is_u64() && it["protocol"] == "HTTP/1.1", "{it}");
        assert!(it["total_ms"].as_f64() >= it["first_byte_ms"].as_f64(), "{it}");
    }
    assert_eq!(all[0]["status"], 401);
    let connected = &all[0]["new_connection"];
    assert!(connected["tcp_ms"].is_f64() && connected["tls_ms"].is_null(), "{connected}");
    let blob = all.iter().find(|it| it["path"].as_str().unwrap().contains("/kept/")).unwrap();
    assert_eq!(blob["origin"], format!("http://{}", elsewhere.host()));
    assert!(blob["bytes"].as_u64().unwrap() > 0);
    let list = all.iter().filter(|it| it["path"] == "/v2/team/app/manifests/1");
    assert_eq!(list.map(|it| it["status"].as_u64().unwrap()).collect::<Vec<_>>(), [401, 200]);

    let text = run(&home, &["inspect", "--no-cache", "--timings", &reference]).await;
    assert!(text.stderr.contains("times in ms"), "{}", text.stderr);
    assert!(text.stderr.contains(&format!("{sent} requests over ")), "{}", text.stderr);
    for ran in [&ran, &text] {
        for secret in ["hunter2", "YW5u", "pa55", "s1gnature", "sig=", "Bearer", "scope="] {
            assert!(!ran.stderr.contains(secret), "{secret}: {}", ran.stderr);
        }
    }
    let without = run(&home, &["inspect", "--no-cache", &reference]).await;
    assert_eq!(without.stderr, "");
}

/// Over TLS and HTTP/2 the first request made the connection, with its handshake; the others were
/// carried by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_is_told_from_the_connection_under_it() {
    for (protocols, spoken) in
        [(&[b"h2".as_slice()][..], "HTTP/2"), (&[b"http/1.1".as_slice()], "HTTP/1.1")]
    {
        let options =
            SandboxOptions { tls: Some(Tls::new(tls(protocols))), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let store = sandbox.store().repository("app");
        let images = ["amd64", "arm64"].map(|it| store.image("linux", it, "").layer(it).push());
        store.index().entries(images).push_tag("1");
        let home = TempDir::new().unwrap();
        let (host, reference) = (sandbox.host().to_string(), format!("{}/app:1", sandbox.host()));
        let inspect = ["inspect", "--no-cache", "--insecure", &host, &reference];
        let ran = run(&home, &[&inspect[..], &["--timings=json"]].concat()).await;
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let all = requests(&ran);
        assert_eq!(all.len(), sandbox.requests().count(), "{all:#?}");
        let mut made = 0;
        for it in &all {
            assert_eq!(it["protocol"], spoken, "{it}");
            let connection = &it["new_connection"];
            if connection.is_null() {
                continue;
            }
            made += 1;
            let (tcp, tls) = (connection["tcp_ms"].as_f64(), connection["tls_ms"].as_f64());
            let total = it["total_ms"].as_f64().unwrap();
            assert!(tcp.is_some_and(|tcp| tcp >= 0.0), "{it}");
            assert!(tls.is_some_and(|tls| tls > 0.0 && tls <= total), "{it}");
        }
        // A connection that was begun for a request and went on without it is nobody's.
        assert!(made >= 1 && made <= sandbox.connections(), "{all:#?}");
        let text = run(&home, &[&inspect[..], &["--timings"]].concat()).await.stderr;
        let row = |line: usize| text.lines().nth(line).unwrap().split_whitespace();
        let column = row(0).position(|word| word == "tls").unwrap();
        let told = row(1).nth(column).unwrap();
        assert!(told.parse::<f64>().is_ok_and(|tls| tls > 0.0), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_says_it_and_failures_are_listed_too() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let store = sandbox.store().repository("app");
    let image = store.image("linux", "amd64", "").layer("x").push();
    store.index().entry(image).push_tag("1");
    let home = TempDir::new().unwrap();
    let repository = format!("{}/app", sandbox.host());
    let (one, two) = (format!("{}/app:1", sandbox.host()), format!("{}/app:2", sandbox.host()));
    for arguments in [
        &["digest", &one][..],
        &["tags", &repository],
        &["why", &one],
        &["matrix", &one],
        &["check", &one],
        &["diff", &one, &one],
        &["evidence", &one],
        &["config", &one],
        &["export", &one],
        &["wait", &one],
        &["create", &two, &one, "--yes"],
        &["edit", &two, "--annotation", "a=b", "--yes"],
        &["undo", &two, "--yes"],
    ] {
        sandbox.requests().clear();
        let ran = run(&home, &[&["--timings=json"], arguments].concat()).await;
        let sent = sandbox.requests().count();
        assert!(sent > 0);
        assert_eq!(requests(&ran).len(), sent, "{arguments:?}: {}", ran.stderr);
    }
    drop(sandbox);
    let ran = run(&home, &["digest", "127.0.0.1:1/a:1", "--timings=json"]).await;
    assert_eq!(ran.code, 2);
    let all = requests(&ran);
    assert!(!all.is_empty());
    for it in all {
        assert_eq!((&it["error"], &it["status"]), (&"unreachable".into(), &Value::Null), "{it}");
    }
}
