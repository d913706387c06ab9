//! TLS: which certificates are accepted.

use std::fs;
use std::path::{Path, PathBuf};

use platy::oci::{Class, Digest, Failure};
use platy::source::Options;
use platy::source::auth::Environment;

use super::fakes::Fake;
use super::{assert_failure, at, options, registry};

const GOOD: &[u8] = include_bytes!("certs/good.pem");
const OTHER: &[u8] = include_bytes!("certs/other.pem");
const EXPIRED: &[u8] = include_bytes!("certs/expired.pem");

const INDEX: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\
    Content-Type: application/vnd.oci.image.index.v1+json\r\n\r\n{\"manifests\":[]}";

fn ca() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registry/certs/ca.pem")
}

fn trusting() -> Options {
    Options { ca_files: vec![ca().into()], ..options() }
}

async fn open(fake: &Fake, options: Options) -> Result<Digest, Failure> {
    let document = registry(options).document(&at(&fake.host), None).await?;
    Ok(document.digest)
}

#[tokio::test]
async fn an_issuer_is_trusted_where_the_user_says_so() {
    let fake = Fake::tls(GOOD, INDEX).await;
    let expected = Digest::sha256(b"{\"manifests\":[]}");
    let failure = open(&fake, options()).await.unwrap_err();
    let insecure = format!("--insecure {}", fake.host);
    assert_failure(&failure, Class::Tls, &["unknown issuer", "--ca-file", &insecure]);
    assert_eq!(open(&fake, trusting()).await.unwrap(), expected);

    let unchecked = Options { insecure: vec![fake.host.clone()], ..options() };
    assert_eq!(open(&fake, unchecked).await.unwrap(), expected);
}

#[tokio::test]
async fn a_hosts_own_folder_is_trusted_for_that_host_only() {
    let (fake, stranger) = (Fake::tls(GOOD, INDEX).await, Fake::tls(GOOD, INDEX).await);
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join(fake.host.as_str());
    fs::create_dir(&own).unwrap();
    fs::copy(ca(), own.join("ca.crt")).unwrap();
    let environment =
        Environment { certs_dirs: vec![folder.path().to_owned()], ..Environment::default() };
    let options = Options { environment, ..options() };
    open(&fake, options.clone()).await.unwrap();
    let failure = open(&stranger, options).await.unwrap_err();
    assert_failure(&failure, Class::Tls, &["unknown issuer"]);
}

#[tokio::test]
async fn a_certificate_that_is_over_or_for_another_name_is_named_so() {
    for (certificate, word) in [(EXPIRED, "has expired"), (OTHER, "is for another name")] {
        let fake = Fake::tls(certificate, INDEX).await;
        let failure = open(&fake, trusting()).await.unwrap_err();
        assert_failure(&failure, Class::Tls, &[word, fake.host.as_str(), "--insecure"]);
    }
}

/// `openssl req -x509` makes certificates that sign themselves and say that they are authorities; curl
/// and skopeo (Go's crypto/x509) take one that was given as the anchor it is.
#[tokio::test]
async fn a_self_signed_certificate_that_was_given_is_the_anchor() {
    let given = |name: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registry/certs");
        Options { ca_files: vec![folder.join(name).into()], ..options() }
    };
    let fake = Fake::tls(include_bytes!("certs/self.pem"), INDEX).await;
    assert!(open(&fake, given("self.pem")).await.is_ok());
    let failure = open(&fake, given("ca.pem")).await.unwrap_err();
    assert_failure(&failure, Class::Tls, &["certificate of"]);
    // For its own names only.
    let fake = Fake::tls(include_bytes!("certs/self-other.pem"), INDEX).await;
    let failure = open(&fake, given("self-other.pem")).await.unwrap_err();
    assert_failure(&failure, Class::Tls, &["for another name"]);
}
