//! oci-client, the crate that platy itself is built with.

use oci_distribution::Reference;
use oci_distribution::client::{Client, ClientConfig, ClientProtocol};
use oci_distribution::secrets::RegistryAuth;
use tokio::runtime::Builder;

use super::player::{Player, Pulled, Seen, Trial};
use crate::support::Ran;

#[derive(Debug)]
pub struct RustClient(());

impl RustClient {
    pub fn new() -> Self {
        // Its reqwest is built without a provider of its own; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self(())
    }
}

impl Player for RustClient {
    fn name(&self) -> &'static str {
        "oci-client"
    }

    fn engine(&self) -> &'static str {
        "oci-client-current"
    }

    fn version(&self) -> String {
        "0.18".to_owned()
    }

    /// It cannot be asked for a platform.
    fn takes(&self, trial: &Trial) -> bool {
        !trial.asks
    }

    fn pull(&self, _: usize, reference: &str, _: &Trial, _: Option<&str>) -> Ran {
        let reference: Reference = reference.parse().unwrap();
        let config = ClientConfig { protocol: ClientProtocol::Http, ..ClientConfig::default() };
        let client = Client::new(config);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        match runtime.block_on(client.pull_image_manifest(&reference, &RegistryAuth::Anonymous)) {
            Ok((_, digest)) => Ran { code: 0, stdout: digest.into_bytes(), stderr: String::new() },
            Err(error) => Ran { code: 1, stdout: Vec::new(), stderr: error.to_string() },
        }
    }

    fn seen(&self, ran: &Ran, _: &Pulled) -> Seen {
        match ran.code {
            0 => Seen::one(&ran.text()),
            _ => Seen::Failed(ran.stderr.clone()),
        }
    }
}
