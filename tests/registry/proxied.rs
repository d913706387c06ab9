//! Registries behind TLS that are reached through a proxy which the environment names.

use std::path::Path;

use platy::oci::{Digest, Host};
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions, Tls};
use serde_json::Value;
use tempfile::TempDir;

use super::fakes::{Fake, tls};
use crate::support::command::{PLATY, Ran, command, run};

const MANY: usize = 24;
/// Names that no name server knows (RFC 6761, 6.4): only the proxy does.
const REGISTRY: &str = "registry.invalid";
const BLOBS: &str = "blobs.invalid";

/// A registry that names another host for its blobs.
struct Far {
    sandbox: Sandbox,
    blobs: Sandbox,
    home: TempDir,
    digest: Digest,
}

impl Far {
    async fn speaking(protocols: &[&[u8]]) -> Self {
        let start = || async {
            let tls = Some(Tls::new(tls(protocols)));
            Sandbox::start(SandboxOptions { tls, ..SandboxOptions::default() }).await.unwrap()
        };
        let (sandbox, blobs) = (start().await, start().await);
        let store = sandbox.store().repository("team/app");
        let mut images = Vec::new();
        for at in 0..MANY {
            let layer = format!("layer {at}").into_bytes();
            let image = store.image("linux", "arm64", &format!("v{at}")).layer(layer).push();
            let bytes = store.manifest(image.digest.as_str()).unwrap();
            let manifest: Value = serde_json::from_slice(&bytes).unwrap();
            let config = manifest["config"]["digest"].as_str().unwrap();
            blobs.store().repository("b").put_blob(store.blob(&config.parse().unwrap()).unwrap());
            let target = format!("https://{BLOBS}/v2/b/blobs/{config}");
            let path = format!("/v2/team/app/blobs/{config}");
            sandbox.faults().add(Rule::new(Fault::Redirect(target)).exact(&path));
            images.push(image);
        }
        let digest = store.index().entries(images).push_tag("1").digest;
        Self { sandbox, blobs, home: TempDir::new().unwrap(), digest }
    }

    fn names(&self) -> [(&'static str, &Host); 2] {
        [(REGISTRY, self.sandbox.host()), (BLOBS, self.blobs.host())]
    }

    async fn inspect(&self, proxy: &Fake) -> Ran {
        let (home, proxy) = (self.home.path().to_owned(), format!("http://{}", proxy.host));
        tokio::task::spawn_blocking(move || inspect(&home, &proxy)).await.unwrap()
    }
}

fn inspect(home: &Path, proxy: &str) -> Ran {
    let mut command = command(PLATY, home);
    command.args(["inspect", "--json", "--no-cache", "--insecure", REGISTRY, "--insecure", BLOBS]);
    command.arg(format!("{REGISTRY}/team/app:1"));
    run(command.env("HTTPS_PROXY", proxy).env("NO_PROXY", ""))
}

/// Every image with its config.
fn assert_whole(far: &Far, ran: &Ran) {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let json = ran.json();
    assert_eq!(json["digest"], far.digest.as_str(), "{json}");
    let images = json["entries"].as_array().unwrap();
    assert_eq!(images.len(), MANY);
    for image in images {
        assert!(image["image"]["config"]["platform"].is_string(), "{image}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_2_few_connections_go_through_the_proxy() {
    let far = Far::speaking(&[b"h2", b"http/1.1"]).await;
    let proxy = Fake::proxy(&far.names(), usize::MAX).await;
    assert_whole(&far, &far.inspect(&proxy).await);
    // Not one for each request.
    assert!(proxy.count() < MANY, "{}", proxy.count());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_1_every_connection_goes_through_it() {
    let far = Far::speaking(&[b"http/1.1"]).await;
    let proxy = Fake::proxy(&far.names(), usize::MAX).await;
    assert_whole(&far, &far.inspect(&proxy).await);
    assert!(proxy.count() >= far.sandbox.connections() + far.blobs.connections());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_that_refuses_is_told_from_the_registry() {
    let far = Far::speaking(&[b"h2"]).await;
    let proxy = Fake::proxy(&far.names(), 0).await;
    let ran = far.inspect(&proxy).await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("proxy") && ran.stderr.contains(REGISTRY), "{}", ran.stderr);
    assert_eq!(far.sandbox.connections(), 0);
}
