//! TLS: what is trusted beside the system's roots, and handshake failures in clear words.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{CertificateError, ClientConfig, OtherError, RootCertStore};

use super::anchored::{Anchored, NoRoots, is_authority};
use super::auth::Environment;
use super::mirrors::bytes;
use super::sessions::Sessions;
use super::unchecked::Unchecked;
use super::{CaFile, Options};
use crate::oci::{Class, Failure, Host};

/// Makes ring the provider of TLS in this process; does nothing if there is one already.
pub(crate) fn install_provider() {
    // An error says that another one was installed first, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// What one host is checked against beside the system's roots.
pub(super) struct Trust {
    certificates: Vec<CertificateDer<'static>>,
    /// The certificate that platy shows of itself, and its key, if the host wants one.
    identity: Option<Identity>,
}

type Identity = (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>);

impl Trust {
    /// `--ca-file`, and for a host with a folder in `certs.d` what that holds: `*.crt` are roots,
    /// `NAME.cert` with `NAME.key` is a client's certificate
    /// (docs.docker.com/engine/security/certificates).
    pub(super) fn read(options: &Options, host: Option<&Host>) -> Result<Self, Failure> {
        let mut trust = Self { certificates: Vec::new(), identity: None };
        for file in &options.ca_files {
            trust.certificates.extend(read_trusted(file)?);
        }
        let folders = host.map(|host| own_folders(&options.environment, host)).unwrap_or_default();
        for path in folders.iter().flat_map(|folder| files(folder)) {
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => trust.certificates.extend(read_certificates(&path)?),
                Some("cert") => trust.identity = Some(read_identity(&path)?),
                _ => {}
            }
        }
        Ok(trust)
    }

    /// What is trusted beside the system's roots, in DER.
    pub(super) fn roots(self) -> Vec<Vec<u8>> {
        self.certificates.iter().map(|it| it.as_ref().to_vec()).collect()
    }

    /// How to do TLS with it and with the system's roots, which are not read yet.
    pub(super) fn into_tls(self) -> Result<Tls, Failure> {
        let (builder, provider) = builder()?;
        let anchored = Arc::new(Anchored::new(self.certificates, provider));
        let verifier = Arc::clone(&anchored) as Arc<dyn ServerCertVerifier>;
        let builder = builder.dangerous().with_custom_certificate_verifier(verifier);
        let config = match self.identity {
            Some((chain, key)) => builder
                .with_client_auth_cert(chain, key)
                .map_err(|error| unready(&error.to_string()))?,
            None => builder.with_no_client_auth(),
        };
        Ok(Tls { config: ready(config), anchored })
    }
}

/// How to do TLS with a host whose certificate nobody checks.
///
/// # Errors
/// If TLS cannot be set up.
pub(super) fn unchecked() -> Result<ClientConfig, Failure> {
    let (builder, provider) = builder()?;
    let builder = builder.dangerous();
    let config = builder.with_custom_certificate_verifier(Arc::new(Unchecked(provider)));
    Ok(ready(config.with_no_client_auth()))
}

type Builder = rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>;

fn builder() -> Result<(Builder, Arc<CryptoProvider>), Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unready(&error.to_string()))?;
    Ok((builder, provider))
}

/// With what all clients have: both protocols, and sessions that tell when a handshake begins.
fn ready(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config.resumption = Resumption::store(Arc::new(Sessions::new()));
    config
}

/// How TLS is done. Clones share the roots and the sessions.
#[derive(Clone)]
pub(super) struct Tls {
    config: ClientConfig,
    anchored: Arc<Anchored>,
}

impl Tls {
    /// For connections that are checked for sure: the system's roots are read from now on.
    pub(super) fn begun(&self) -> ClientConfig {
        self.anchored.begin();
        self.config.clone()
    }

    /// For connections that hardly do TLS: the roots are read when they do.
    pub(super) fn lazy(&self) -> ClientConfig {
        self.config.clone()
    }
}

/// Whether `certs.d` has a folder for this host.
pub(super) fn has_own_certs(environment: &Environment, host: &Host) -> bool {
    !own_folders(environment, host).is_empty()
}

/// Docker's folders of this host, and the first of containers' (`dockerCertDir` of
/// go.podman.io/image v5.42.1 `docker/docker_client.go`).
fn own_folders(environment: &Environment, host: &Host) -> Vec<PathBuf> {
    let of = |dirs: &[PathBuf]| {
        let folders = dirs.iter().map(|dir| dir.join(host.as_str()));
        folders.filter(|folder| folder.is_dir()).collect::<Vec<_>>()
    };
    let mut folders = of(&environment.certs_dirs);
    folders.extend(of(&environment.containers_certs_dirs).into_iter().take(1));
    folders
}

/// A file of certificates that is trusted or shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// Its path.
    pub file: String,
    /// What it is for: `every host`, or the host.
    pub host: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// The files that a host is checked against beside the system's roots, and the client's
/// certificates; without a host, those of all hosts.
#[must_use]
pub fn certificate_files(options: &Options, host: Option<&Host>) -> Vec<CertificateFile> {
    let problem = |failure: Failure| failure.detail;
    let mut all: Vec<CertificateFile> = options
        .ca_files
        .iter()
        .map(|file| CertificateFile {
            file: file.path.display().to_string(),
            host: "every host".to_owned(),
            problem: read_trusted(file).err().map(problem),
        })
        .collect();
    let environment = &options.environment;
    let hosts = match host {
        Some(host) => vec![host.clone()],
        None => {
            let roots = environment.certs_dirs.iter().chain(&environment.containers_certs_dirs);
            let mut hosts: Vec<Host> = roots
                .flat_map(|root| files(root))
                .filter_map(|path| Host::parse(path.file_name()?.to_str()?))
                .collect();
            hosts.sort();
            hosts.dedup();
            hosts
        }
    };
    for host in &hosts {
        for path in own_folders(environment, host).iter().flat_map(|folder| files(folder)) {
            let problem = match path.extension().and_then(|extension| extension.to_str()) {
                Some("crt") => read_certificates(&path).err().map(problem),
                Some("cert") => read_identity(&path).err().map(problem),
                _ => continue,
            };
            let file = path.display().to_string();
            all.push(CertificateFile { file, host: host.to_string(), problem });
        }
    }
    all
}

/// The files of a folder by name; an unreadable folder has none.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    files.sort();
    files
}

/// The certificates of a PEM file.
///
/// # Errors
/// Where the file cannot be read, or holds no certificate, or one that is none: all of that
/// would otherwise only show as an unknown issuer.
pub(super) fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let pem = read(path)?;
    let mut certificates = Vec::new();
    for der in CertificateDer::pem_slice_iter(&pem) {
        let der = der.map_err(|error| unusable(path, &format!("its PEM is broken: {error}")))?;
        RootCertStore::empty().add(der.clone()).map_err(|error| {
            unusable(path, &format!("one of its certificates is broken: {error}"))
        })?;
        certificates.push(der);
    }
    if certificates.is_empty() {
        return Err(unusable(path, "it holds no PEM certificate"));
    }
    Ok(certificates)
}

/// The same of a file that was named for all hosts; what is wrong with it is said with the line that
/// names it.
fn read_trusted(file: &CaFile) -> Result<Vec<CertificateDer<'static>>, Failure> {
    read_certificates(&file.path).map_err(|failure| match &file.named_in {
        None => failure,
        Some(place) => {
            Failure { detail: format!("{}, which {place} names", failure.detail), ..failure }
                .with_next("mend that line, or take it away")
        }
    })
}

fn read_identity(cert: &Path) -> Result<Identity, Failure> {
    let key = read(&cert.with_extension("key"))?;
    let chain = read(cert)?;
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&chain).collect();
    // The cause is left out: it could quote the key.
    match (chain, PrivateKeyDer::from_pem_slice(&key)) {
        (Ok(chain), Ok(key)) if !chain.is_empty() => Ok((chain, key)),
        _ => Err(unusable(cert, "it and its .key are not a PEM certificate with its key")),
    }
}

/// The bytes of a file of certificates; a pipe or a device is not one.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let problem = match bytes(path) {
        Ok(Some(bytes)) => return Ok(bytes),
        Ok(None) => "there is no such file".to_owned(),
        Err(why) => why,
    };
    Err(Failure::new(Class::Local, path.display().to_string(), problem))
}

fn unusable(path: &Path, problem: &str) -> Failure {
    Failure::new(Class::Local, path.display().to_string(), problem.to_owned())
        .with_next("give a file of PEM certificates (-----BEGIN CERTIFICATE-----)")
}

/// Why no client could be made.
pub(super) fn not_ready(error: &reqwest::Error) -> Failure {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    unready(&cause.to_string())
}

fn unready(cause: &str) -> Failure {
    Failure::new(Class::Tls, "", format!("TLS cannot be set up: {cause}"))
        .with_next("install the system's CA certificates (ca-certificates), or give `--ca-file`")
}

/// A failed handshake with a registry.
pub(super) fn failure(subject: &str, host: &str, error: &rustls::Error) -> Failure {
    let failure = Failure::new(Class::Tls, subject, detail(host, error));
    match error {
        rustls::Error::InvalidMessage(_) => failure
            .with_next(format!("if plain HTTP is meant, allow it with `--plain-http {host}`")),
        rustls::Error::InvalidCertificate(problem) => failure.with_next(match problem {
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                format!("look at this machine's clock, or skip the check with `--insecure {host}`")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                format!("use the name that it is for, or skip the check with `--insecure {host}`")
            }
            _ => format!(
                "give the issuer's certificate with `--ca-file`, or skip the check with \
                 `--insecure {host}`"
            ),
        }),
        rustls::Error::Other(OtherError(cause)) if cause.is::<NoRoots>() => {
            Failure { subject: subject.to_owned(), ..unready(&cause.to_string()) }
        }
        _ => failure,
    }
}

/// Why a handshake failed, in words; `whom` is a registry or an engine.
pub(super) fn detail(whom: &str, error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidMessage(_) => format!("{whom} does not speak TLS on this port"),
        rustls::Error::InvalidCertificate(problem) => {
            let what = match problem {
                CertificateError::UnknownIssuer => "is from an unknown issuer",
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                    "has expired"
                }
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    "is not valid yet"
                }
                CertificateError::NotValidForName
                | CertificateError::NotValidForNameContext { .. } => "is for another name",
                CertificateError::BadSignature => "is not signed by the authority that it names",
                CertificateError::BadEncoding => "cannot be read",
                CertificateError::Revoked => "was revoked",
                CertificateError::InvalidPurpose
                | CertificateError::InvalidPurposeContext { .. } => "is not meant for servers",
                _ if is_authority(error) => "is self-signed, or an authority's own",
                other => return format!("the certificate of {whom} is not accepted: {other}"),
            };
            format!("the certificate of {whom} {what}")
        }
        other => format!("the TLS handshake with {whom} failed: {other}"),
    }
}

/// A connection that ended inside the handshake.
pub(super) fn broken_off(subject: &str, host: &str) -> Failure {
    Failure::new(Class::Tls, subject, format!("{host} broke off the TLS handshake"))
        .with_next(format!("if plain HTTP is meant, allow it with `--plain-http {host}`"))
}

/// A server that was spoken to in plain HTTP and answered otherwise.
pub(super) fn not_plain(subject: &str, host: &str, options: &Options) -> Failure {
    let by_choice = options.plain_http.iter().any(|plain| plain.as_str() == host);
    let detail = format!("{host} does not answer in plain HTTP; it may speak TLS on this port");
    Failure::new(Class::Tls, subject, detail).with_next(if by_choice {
        format!("leave out `--plain-http {host}`")
    } else {
        "check whether another server listens on that port".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_in_plain_words() {
        let authority = OtherError(Arc::new(webpki::Error::CaUsedAsEndEntity));
        for (problem, words) in [
            (CertificateError::UnknownIssuer, "is from an unknown issuer"),
            (CertificateError::Other(authority), "is self-signed, or an authority's own"),
            (CertificateError::BadSignature, "is not signed by the authority that it names"),
            (CertificateError::InvalidPurpose, "is not meant for servers"),
        ] {
            let said = detail("h.io", &rustls::Error::InvalidCertificate(problem));
            assert_eq!(said, format!("the certificate of h.io {words}"));
        }
    }

    #[test]
    fn a_file_without_certificates_is_said_to_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let garbage = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (name, content, problem) in [
            ("empty.crt", "", "no PEM certificate"),
            ("text.crt", "hello", "no PEM certificate"),
            ("garbage.crt", garbage, "certificates is broken"),
            ("open.crt", "-----BEGIN CERTIFICATE-----\nAAAA\n", "PEM is broken"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            let failure = read_certificates(&path).unwrap_err();
            assert_eq!(failure.class, Class::Local);
            assert!(failure.detail.contains(problem), "{name}: {failure}");
        }
        let failure = read_certificates(&folder.path().join("missing")).unwrap_err();
        assert!(failure.detail.contains("no such file"), "{failure}");
        let failure = read_certificates(folder.path()).unwrap_err();
        assert!(failure.detail.contains("not a regular file"), "{failure}");
    }

    #[test]
    fn a_host_has_its_own_folder() {
        let folder = tempfile::tempdir().unwrap();
        let environment =
            Environment { certs_dirs: vec![folder.path().to_owned()], ..Environment::default() };
        let host = Host::parse("registry.example:5000").unwrap();
        assert!(!has_own_certs(&environment, &host));
        let own = folder.path().join("registry.example:5000");
        fs::create_dir(&own).unwrap();
        assert!(has_own_certs(&environment, &host));
        fs::write(own.join("ca.crt"), "x").unwrap();
        let options = Options { environment, ..Options::default() };
        assert!(Trust::read(&options, Some(&host)).is_err());
        assert!(Trust::read(&options, None).is_ok());
    }
}
