//! An engine over TLS that wants a certificate of who asks: by `DOCKER_HOST` with
//! `DOCKER_CERT_PATH`, and by a context that has files of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::serve::Listener;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platy::oci::Digest;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Image, Sort, answered};
use crate::support::command::{PLATY, Ran, command, run};

/// Connections in TLS, one after the other; who has no certificate gets none.
struct Secured {
    tcp: TcpListener,
    tls: TlsAcceptor,
}

impl Listener for Secured {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let Ok((stream, from)) = self.tcp.accept().await else { continue };
            if let Ok(stream) = self.tls.accept(stream).await {
                return (stream, from);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

struct Secure {
    home: TempDir,
    runtime: Runtime,
    at: SocketAddr,
    digest: Digest,
}

impl Secure {
    /// With `ca.pem`, `cert.pem` and `key.pem` in the folder `certs` of the home.
    fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = authority.self_signed(&key).unwrap();
        let issuer = Issuer::new(authority, key);
        let issued = |names: &[&str]| {
            let names = names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(names).unwrap();
            (params.signed_by(&key, &issuer).unwrap(), key)
        };
        let certs = home.path().join("certs");
        std::fs::create_dir(&certs).unwrap();
        let (client, client_key) = issued(&["client"]);
        for (name, text) in [
            ("ca.pem", pem("CERTIFICATE", root.der())),
            ("cert.pem", pem("CERTIFICATE", client.der())),
            ("key.pem", pem("PRIVATE KEY", client_key.serialized_der())),
        ] {
            std::fs::write(certs.join(name), text).unwrap();
        }
        let (server, server_key) = issued(&["127.0.0.1"]);
        let tls = accepting(root.der(), server.der(), &server_key);

        let runtime = Runtime::new().unwrap();
        let image = Arc::new(Image::new(Sort::Containerd));
        let digest = image.digest();
        let router = Router::new().fallback(answered).with_state(image);
        let tcp = runtime.block_on(async { TcpListener::bind("127.0.0.1:0").await.unwrap() });
        let at = tcp.local_addr().unwrap();
        runtime.spawn(async move { axum::serve(Secured { tcp, tls }, router).await.unwrap() });
        Self { home, runtime, at, digest }
    }

    /// Where another engine listens without TLS.
    fn plain(&self) -> SocketAddr {
        let tcp = self.runtime.block_on(async { TcpListener::bind("127.0.0.1:0").await.unwrap() });
        let at = tcp.local_addr().unwrap();
        let router = Router::new().fallback(answered);
        let router = router.with_state(Arc::new(Image::new(Sort::Containerd)));
        self.runtime.spawn(async move { axum::serve(tcp, router).await.unwrap() });
        at
    }

    fn certs(&self) -> PathBuf {
        self.home.path().join("certs")
    }

    fn host(&self) -> String {
        format!("tcp://{}", self.at)
    }

    fn asked(&self, variables: &[(&str, &str)]) -> Ran {
        let mut program = command(PLATY, self.home.path());
        run(program.envs(variables.iter().copied()).args(["digest", "docker-daemon:app:1"]))
    }
}

/// Takes who has a certificate of this authority.
fn accepting(
    root: &CertificateDer<'static>,
    own: &CertificateDer<'static>,
    key: &KeyPair,
) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let who = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let key = PrivateKeyDer::try_from(key.serialized_der().to_vec()).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(who.build().unwrap())
        .with_single_cert(vec![own.clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

fn pem(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn copy(from: &Path, to: &Path, names: &[&str]) {
    std::fs::create_dir_all(to).unwrap();
    for name in names {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
fn docker_host_with_certificates_is_asked_over_tls() {
    let engine = Secure::start();
    let (host, certs) = (engine.host(), engine.certs());
    let certs = certs.to_str().unwrap();
    let read = |variables: &[(&str, &str)]| {
        let ran = engine.asked(variables);
        assert_eq!(ran.code, 0, "{variables:?}: {}", ran.stderr);
        assert_eq!(ran.text().trim(), engine.digest.as_str(), "{variables:?}");
    };
    let refused = |variables: &[(&str, &str)]| {
        let ran = engine.asked(variables);
        assert_eq!(ran.code, 2, "{variables:?}: {}", ran.text());
        assert!(ran.stderr.contains(&host), "{variables:?}: {}", ran.stderr);
        ran.stderr
    };
    let verifies = ("DOCKER_TLS_VERIFY", "1");
    read(&[("DOCKER_HOST", &host), verifies, ("DOCKER_CERT_PATH", certs)]);
    // Encrypted, whoever the engine is.
    read(&[("DOCKER_HOST", &host), ("DOCKER_TLS", "1"), ("DOCKER_CERT_PATH", certs)]);
    // Docker's own folder is looked into without `DOCKER_CERT_PATH`.
    let own = engine.home.path().join("docker");
    copy(&engine.certs(), &own, &["ca.pem", "cert.pem", "key.pem"]);
    read(&[("DOCKER_HOST", &host), verifies]);

    let nobody = engine.home.path().join("nobody");
    copy(&engine.certs(), &nobody, &["ca.pem"]);
    let by = |folder: &Path| {
        refused(&[("DOCKER_HOST", &host), verifies, ("DOCKER_CERT_PATH", folder.to_str().unwrap())])
    };
    let said = by(&nobody);
    assert!(said.contains("the TLS handshake with the engine at tcp://"), "{said}");
    assert!(said.contains("DOCKER_CERT_PATH"), "{said}");
    let unknown = engine.home.path().join("unknown");
    copy(&engine.certs(), &unknown, &["cert.pem", "key.pem"]);
    let said = by(&unknown);
    assert!(said.contains(&format!("the engine at {host} is from an unknown issuer")), "{said}");
    // Without TLS nothing is understood.
    refused(&[("DOCKER_HOST", &host)]);
    let name = format!("tcp://localhost:{}", engine.at.port());
    let ran = engine.asked(&[("DOCKER_HOST", &name), verifies, ("DOCKER_CERT_PATH", certs)]);
    assert!(ran.code == 2 && ran.stderr.contains("is for another name"), "{}", ran.stderr);
    assert!(ran.stderr.contains("use the name that it is for"), "{}", ran.stderr);
    // An engine that listens without TLS.
    let host = format!("tcp://{}", engine.plain());
    let ran = engine.asked(&[("DOCKER_HOST", &host), verifies, ("DOCKER_CERT_PATH", certs)]);
    let said = format!("the engine at {host} does not speak TLS on this port");
    assert!(ran.code == 2 && ran.stderr.contains(&said), "{}", ran.stderr);
    assert!(ran.stderr.contains("unset DOCKER_TLS_VERIFY"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("DOCKER_CERT_PATH"), "{}", ran.stderr);
}

#[test]
fn a_context_with_certificates_is_asked_over_tls() {
    let engine = Secure::start();
    let contexts = engine.home.path().join("docker/contexts");
    let id = Digest::sha256(b"far");
    let meta = contexts.join("meta").join(id.hex());
    std::fs::create_dir_all(&meta).unwrap();
    let ends = json!({ "Name": "far", "Endpoints": { "docker": { "Host": engine.host() } } });
    std::fs::write(meta.join("meta.json"), ends.to_string()).unwrap();
    let files = contexts.join("tls").join(id.hex()).join("docker");
    copy(&engine.certs(), &files, &["ca.pem", "cert.pem", "key.pem"]);
    let ran = engine.asked(&[("DOCKER_CONTEXT", "far")]);
    assert_eq!(ran.text().trim(), engine.digest.as_str(), "{}", ran.stderr);
    std::fs::write(files.join("key.pem"), "no key").unwrap();
    let ran = engine.asked(&[("DOCKER_CONTEXT", "far")]);
    assert!(ran.code == 2 && ran.stderr.contains("cert.pem"), "{}", ran.stderr);
    assert!(ran.stderr.contains("docker context use"), "{}", ran.stderr);
    std::fs::remove_file(files.join("key.pem")).unwrap();
    let ran = engine.asked(&[("DOCKER_CONTEXT", "far")]);
    assert_eq!(ran.code, 2, "{}", ran.text());
}
