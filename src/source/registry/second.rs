//! A second reader: a manifest as oci-client's own client reads it. That shares nothing with
//! platy's transport: neither HTTP clients, redirects and limits, nor the reading of answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use oci_distribution::Client;
use oci_distribution::client::{Certificate, CertificateEncoding, ClientConfig, ClientProtocol};
use oci_distribution::errors::OciDistributionError;
use oci_distribution::secrets::RegistryAuth;

use super::Registry;
use super::call::Call;
use super::site::Site;
use crate::oci::{Class, Failure, MediaType, Reference};
use crate::source::Options;
use crate::source::auth::{Pass, Wish};
use crate::source::tls::Trust;

impl Registry {
    /// The bytes of a manifest, read by oci-client.
    ///
    /// It is given what the registry gave platy: a token, or the name and password that it takes
    /// as they are. So no password goes to a token service that platy did not check.
    ///
    /// # Errors
    /// What oci-client says, in its own words.
    pub async fn second_look(&self, reference: &Reference) -> Result<Bytes, Failure> {
        let subject = reference.to_string();
        let site = self.site(&reference.repository.host);
        let call = Call::get(&reference.repository, "manifests/", subject.clone());
        let path = call.path.as_deref();
        let wish = Wish { scope: &call.scope, aim: call.aim, path, subject: &subject };
        let pass = site.gate.pass(&self.shared.wire, &self.shared.keychain, wish).await?;
        let client = client(self.options(), &site, &subject)?;
        let types = [
            MediaType::OciIndex,
            MediaType::DockerList,
            MediaType::OciManifest,
            MediaType::DockerManifest,
        ];
        let types: Vec<&str> = types.iter().map(MediaType::as_str).collect();
        let (named, auth) = (named(reference), auth(pass.as_ref()));
        let limit = self.options().limits.document;
        let reading = client.pull_manifest_raw(&named, &auth, &types);
        match tokio::time::timeout(limit, reading).await {
            Ok(Ok((bytes, _))) => Ok(bytes),
            Ok(Err(error)) => Err(worded(&error, &subject)),
            Err(_) => {
                let detail = format!("oci-client did not read it within {limit:?}");
                Err(Failure::new(Class::TimedOut, subject, detail))
            }
        }
    }
}

fn named(reference: &Reference) -> oci_distribution::Reference {
    let host = reference.repository.host.as_str().to_owned();
    let path = reference.repository.path.clone();
    match (&reference.digest, &reference.tag) {
        (Some(digest), _) => {
            oci_distribution::Reference::with_digest(host, path, digest.to_string())
        }
        (None, tag) => {
            let tag = tag.as_deref().unwrap_or("latest").to_owned();
            oci_distribution::Reference::with_tag(host, path, tag)
        }
    }
}

fn client(options: &Options, site: &Site, subject: &str) -> Result<Client, Failure> {
    let url = site.url("/v2/", subject)?;
    let roots = Trust::read(options, Some(&site.host))?.roots();
    let roots = roots
        .into_iter()
        .map(|data| Certificate { encoding: CertificateEncoding::Der, data })
        .collect();
    let plain = url.scheme() == "http";
    let mut config = ClientConfig {
        protocol: if plain { ClientProtocol::Http } else { ClientProtocol::Https },
        accept_invalid_certificates: options.insecure.contains(&site.host),
        extra_root_certificates: roots,
        connect_timeout: Some(options.limits.connect),
        read_timeout: Some(options.limits.document),
        ..ClientConfig::default()
    };
    // Without a proxy of its own it takes the environment's, which has another loopback.
    if let Some(host) = url.host_str().filter(|_| site.host.is_loopback()) {
        let host = host.trim_matches(['[', ']']).to_owned();
        config.http_proxy = Some(format!("http://{}", site.host));
        config.https_proxy.clone_from(&config.http_proxy);
        config.no_proxy = Some(host);
    }
    Client::try_from(config).map_err(|error| worded(&error, subject))
}

/// What the registry takes from platy, as oci-client takes it.
fn auth(pass: Option<&Pass>) -> RegistryAuth {
    let header = pass.and_then(|pass| pass.authorization.as_ref()?.to_str().ok());
    let given = header.and_then(|header| {
        if let Some(token) = header.strip_prefix("Bearer ") {
            return Some(RegistryAuth::Bearer(token.to_owned()));
        }
        let pair = BASE64.decode(header.strip_prefix("Basic ")?).ok()?;
        let pair = String::from_utf8(pair).ok()?;
        let (name, password) = pair.split_once(':')?;
        Some(RegistryAuth::Basic(name.to_owned(), password.to_owned()))
    });
    given.unwrap_or(RegistryAuth::Anonymous)
}

fn worded(error: &OciDistributionError, subject: &str) -> Failure {
    let class = match error {
        OciDistributionError::UnauthorizedError { .. }
        | OciDistributionError::AuthenticationFailure(_) => Class::Unauthorised,
        OciDistributionError::ImageManifestNotFoundError(_) => Class::NotFound,
        OciDistributionError::DigestError(_) => Class::DigestMismatch,
        OciDistributionError::RequestError(_) => Class::Unreachable,
        OciDistributionError::ServerError { .. } => Class::Server,
        _ => Class::Malformed,
    };
    let mut detail = format!("oci-client says: {error}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        detail.push_str(&format!(": {error}"));
        cause = error.source();
    }
    Failure::new(class, subject, detail)
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn what_the_registry_takes_is_handed_on() {
        for (header, expected) in [
            (None, RegistryAuth::Anonymous),
            (Some("Bearer abc.def"), RegistryAuth::Bearer("abc.def".to_owned())),
            (Some("Basic bmFtZTpwYTpzcw=="), RegistryAuth::Basic("name".into(), "pa:ss".into())),
            (Some("Basic !"), RegistryAuth::Anonymous),
            (Some("Digest x"), RegistryAuth::Anonymous),
        ] {
            let pass = Pass::of_header(header.map(HeaderValue::from_static));
            assert_eq!(auth(Some(&pass)), expected, "{header:?}");
        }
        assert_eq!(auth(None), RegistryAuth::Anonymous);
    }

    #[test]
    fn references_are_those_that_oci_client_writes() {
        for text in ["ghcr.io/a/b:1", "localhost:5000/x:latest", "10.0.0.1:5000/t/app:v1.2"] {
            assert_eq!(named(&text.parse().unwrap()).whole(), text);
        }
        let digest = format!("quay.io/a/b@sha256:{}", "a".repeat(64));
        assert_eq!(named(&digest.parse().unwrap()).whole(), digest);
        let hub = named(&"alpine:3".parse().unwrap());
        assert_eq!(
            (hub.resolve_registry(), hub.repository()),
            ("index.docker.io", "library/alpine")
        );
    }
}
