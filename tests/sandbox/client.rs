//! A client that is not ours (oci-client) pulls from the registry and pushes to it.

use oci_distribution::client::{ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_distribution::secrets::RegistryAuth;
use oci_distribution::{Client, Reference};
use platy::oci::Digest;
use platy::sandbox::{Accounts, Auth, SandboxOptions, User};

use super::Lab;

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const CONFIG: &[u8] =
    br#"{"architecture":"arm64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}"#;

impl Lab {
    fn foreign_client(&self) -> Client {
        let config = ClientConfig {
            protocol: ClientProtocol::Http,
            // A proxy of its own keeps the client from the environment's; this host needs none.
            http_proxy: Some("http://127.0.0.1:9".to_owned()),
            no_proxy: Some("127.0.0.1".to_owned()),
            ..ClientConfig::default()
        };
        Client::try_from(config).unwrap()
    }

    fn reference(&self, name: &str, tag: &str) -> Reference {
        Reference::with_tag(self.sandbox.host().to_string(), name.to_owned(), tag.to_owned())
    }
}

async fn push_and_pull(lab: &Lab, auth: &RegistryAuth) {
    let client = lab.foreign_client();
    let reference = lab.reference("team/pushed", "1.0");
    // More than one of the client's chunks of 4 MiB.
    let content = vec![7; 5 << 20];
    let layers = [ImageLayer::new(content.clone(), LAYER.to_owned(), None)];
    let config = Config::oci_v1(CONFIG, None);
    client.push(&reference, &layers, config, auth, None).await.unwrap();

    let pulled = client.pull(&reference, auth, vec![LAYER]).await.unwrap();
    assert_eq!(pulled.layers[0].data, content);
    assert_eq!(pulled.config.data, CONFIG);
    let stored = lab.sandbox.store().repository("team/pushed").resolve("1.0").unwrap();
    assert_eq!(pulled.digest.unwrap(), stored.as_str());
    assert_eq!(client.list_tags(&reference, auth, None, None).await.unwrap().tags, ["1.0"]);

    let copy = lab.reference("team/copy", "1.0");
    let digest = Digest::sha256(CONFIG);
    client.auth(&copy, auth, oci_distribution::RegistryOperation::Push).await.unwrap();
    let mounted = client.mount_blob(&copy, &reference, digest.as_str()).await;
    // The client asks for no right to the source, so that it cannot mount with a token.
    assert_eq!(mounted.is_ok(), *auth == RegistryAuth::Anonymous, "{mounted:?}");
}

#[tokio::test]
async fn an_image_goes_out_and_in() {
    push_and_pull(&Lab::new().await, &RegistryAuth::Anonymous).await;
}

#[tokio::test]
async fn with_a_token_too() {
    let auth = Auth::bearer(Accounts::only([User::new("ann", "secret")]));
    let lab = Lab::with(SandboxOptions { auth, ..SandboxOptions::default() }).await;
    push_and_pull(&lab, &RegistryAuth::Basic("ann".into(), "secret".into())).await;
}

#[tokio::test]
async fn an_image_made_by_the_builders_is_pulled() {
    let lab = Lab::new().await;
    let repository = lab.sandbox.store().repository("team/app");
    let image = repository.image("linux", "arm64", "v8").layer("content").label("a", "b");
    let image = image.push_tag("latest");
    repository.artifact("a/signature").subject(&image).push();
    let (client, auth) = (lab.foreign_client(), RegistryAuth::Anonymous);
    let reference = lab.reference("team/app", "latest");
    let pulled = client.pull(&reference, &auth, vec![LAYER]).await.unwrap();
    assert_eq!(pulled.layers[0].data, "content");

    let subject = reference.clone_with_digest(image.digest.to_string());
    let referrers = client.pull_referrers(&subject, None).await.unwrap();
    assert_eq!(referrers.manifests.len(), 1);
}
