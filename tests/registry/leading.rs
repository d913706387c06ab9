//! Where a registry leads to: token services on other sites, redirects to this machine, and hosts
//! that take no connection.

use std::time::Duration;

use platy::oci::{Class, Host};
use platy::sandbox::{Fault, Rule, SandboxOptions};
use platy::source::{Limits, Options};

use super::fakes::Fake;
use super::{Lab, assert_failure, at, options, registry};
use crate::support::command::{PLATY, Ran, command, run};

/// A listener whose queue is full: what else connects is neither taken nor refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_connection_that_does_not_come_about_ends_at_its_limit() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(0).unwrap();
    let address = listener.local_addr().unwrap();
    // One fits in the queue (listen(2)); the others fill it however the system counts.
    let mut waiting = Vec::new();
    loop {
        let connecting = tokio::net::TcpStream::connect(address);
        match tokio::time::timeout(Duration::from_secs(2), connecting).await {
            Ok(connected) => waiting.push(connected.unwrap()),
            Err(_) => break,
        }
    }
    let limits = Limits { connect: Duration::from_secs(1), ..options().limits };
    let host = Host::parse(&address.to_string()).unwrap();
    let registry = registry(Options { limits, ..options() });
    let failure = registry.document(&at(&host), None).await.unwrap_err();
    let words = [&format!("no connection to {host} within 1s"), "--timeout SECONDS"];
    assert_failure(&failure, Class::TimedOut, &words);
    drop((listener, waiting));
}

/// Runs platy behind a proxy that answers for every registry, so that none of them is on this
/// machine.
async fn behind(proxy: &Fake, words: &[&str]) -> Ran {
    let home = tempfile::tempdir().unwrap();
    let mut command = command(PLATY, home.path());
    command.args(["--plain-http", "registry.invalid"]).args(words);
    command.env("HTTP_PROXY", format!("http://{}", proxy.host)).env("NO_PROXY", "");
    tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap()
}

/// This machine, its own link, and the metadata services of clouds; nothing is sent there.
const NEAR: [&str; 6] =
    ["127.0.0.1:9", "[::1]:9", "localhost:9", "169.254.7.7", "169.254.169.254", "[fd00:ec2::254]"];

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_elsewhere_leads_nobody_to_what_is_near_this_machine() {
    for near in NEAR {
        let location = format!("Location: http://{near}/v2/app/manifests/1");
        let proxy = Fake::http("307 Temporary Redirect", &[&location], "").await;
        let ran = behind(&proxy, &["inspect", "registry.invalid/app:1", "--json"]).await;
        assert_eq!(ran.code, 2, "{near}: {}", ran.stderr);
        let error = &ran.json()["error"];
        assert_eq!(error["class"], "forbidden", "{near}: {}", ran.stderr);
        let says = format!("http://{near}/v2/app/manifests/1, which is near this machine");
        assert!(ran.stderr.contains(&says), "{near}: {}", ran.stderr);

        let realm =
            format!("WWW-Authenticate: Bearer realm=\"https://{near}/token\",service=\"x\"");
        let proxy = Fake::http("401 Unauthorized", &[&realm], "").await;
        let ran = behind(&proxy, &["inspect", "registry.invalid/app:1", "--json"]).await;
        assert_eq!(ran.json()["error"]["class"], "forbidden", "{near}: {}", ran.stderr);
        let says = format!("near this machine and not the registry's: {near}");
        assert!(ran.stderr.contains(&says), "{near}: {}", ran.stderr);
        // Only the registry was asked.
        assert_eq!(proxy.count(), 1, "{near}");
    }
}

/// Each repository has a token of its own, so that the token service is named for each.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_service_on_another_site_is_said_once_in_the_log() {
    let challenge = "Bearer realm=\"https://auth.platy.invalid/token\",service=\"x\"";
    for strict in [false, true] {
        let lab = Lab::with(SandboxOptions::default(), options()).await;
        lab.fault(Rule::new(Fault::Answer {
            status: 401,
            headers: vec![("WWW-Authenticate".into(), challenge.into())],
            body: Vec::new(),
        }));
        let home = tempfile::tempdir().unwrap();
        let log = home.path().join("log");
        let host = lab.sandbox.host();
        let mut platy = command(PLATY, home.path());
        platy.arg("--log").arg(&log).args(strict.then_some("--strict-realm"));
        platy.args(["diff", &format!("{host}/one:1"), &format!("{host}/two:1"), "--json"]);
        let ran = tokio::task::spawn_blocking(move || run(&mut platy)).await.unwrap();
        assert_eq!(ran.code, 2, "{}", ran.stderr);
        let log = std::fs::read_to_string(&log).unwrap();
        let said = format!("{host} names a token service on another site: auth.platy.invalid");
        if strict {
            assert!(ran.stderr.contains(&said), "{}", ran.stderr);
            assert!(ran.stderr.contains("leave out `--strict-realm`"), "{}", ran.stderr);
        } else {
            assert_eq!(log.matches(&said).count(), 1, "{log}");
            assert!(!ran.stderr.contains(&said), "{}", ran.stderr);
        }
    }
}
