//! An engine's API over HTTP: a Unix socket, TCP with or without TLS, or `ssh`.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, Response, StatusCode};
use serde_json::{Map, Value};

use super::place::{Endpoint, Tls};
use super::tunnel::Tunnel;
use crate::oci::{Class, Failure};
use crate::source::causes::{causes, tls_error};
use crate::source::tls;

/// The longest wait for a connection, and for one answer that is not an archive.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);
/// The same with `ssh`, which has to reach the other machine first: what Docker's command line gives
/// it.
const TUNNELLED: Duration = Duration::from_secs(30);
/// The largest answer that is read, in bytes (8 MiB): a list of 8,000 children has 6 MB.
const MAX_ANSWER: usize = 8 << 20;
/// The largest refusal that is read, in bytes.
const MAX_REFUSAL: usize = 16 << 10;

/// An engine that can be asked. Nothing is sent before the first question.
#[derive(Debug, Clone)]
pub(crate) struct Engine {
    way: Way,
    /// Where it listens, for messages.
    at: String,
}

/// How an engine is reached.
#[derive(Debug, Clone)]
enum Way {
    /// By a socket; URLs begin so.
    Socket(Client, String),
    /// By `ssh`.
    Tunnel(Arc<Tunnel>),
}

impl Engine {
    /// An engine at this address.
    ///
    /// # Errors
    /// Its TLS files are not there or broken, or the platform has no Unix sockets.
    pub(crate) fn at(endpoint: &Endpoint) -> Result<Self, Failure> {
        crate::source::install_provider();
        let at = endpoint.to_string();
        let builder = Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(PATIENCE);
        let (builder, base) = match endpoint {
            Endpoint::Ssh(ssh) => {
                return Ok(Self { way: Way::Tunnel(Arc::new(Tunnel::new(ssh))), at });
            }
            Endpoint::Unix(path) => (unix(builder, path)?, "http://localhost".to_owned()),
            Endpoint::Tcp { address, tls: None } => {
                (builder.tls_certs_only([]), format!("http://{address}"))
            }
            Endpoint::Tcp { address, tls: Some(tls) } => {
                (secured(builder, tls)?, format!("https://{address}"))
            }
        };
        let client = builder.build().map_err(|error| {
            Failure::new(Class::Local, &at, format!("no client for it: {}", cause(&error)))
        })?;
        Ok(Self { way: Way::Socket(client, base), at })
    }

    /// A JSON object; `None` for 404.
    pub(crate) async fn object(&self, path: &str) -> Result<Option<Map<String, Value>>, Failure> {
        match self.value(path).await? {
            None => Ok(None),
            Some(Value::Object(object)) => Ok(Some(object)),
            Some(_) => Err(self.not_json(path, "object")),
        }
    }

    /// A JSON array.
    pub(super) async fn array(&self, path: &str) -> Result<Vec<Value>, Failure> {
        match self.value(path).await? {
            Some(Value::Array(array)) => Ok(array),
            _ => Err(self.not_json(path, "array")),
        }
    }

    /// What JSON it answers; `None` for 404.
    async fn value(&self, path: &str) -> Result<Option<Value>, Failure> {
        let asked = async {
            let response = self.send(path).await?;
            let status = response.status();
            if status == StatusCode::NOT_FOUND {
                return Ok(None);
            }
            if !status.is_success() {
                return Err(self.refused(path, response).await);
            }
            let body = self.body(path, response, MAX_ANSWER).await?;
            serde_json::from_slice(&body).map(Some).map_err(|_| self.not_json(path, "value"))
        };
        let patience = self.patience();
        match tokio::time::timeout(patience, asked).await {
            Ok(answered) => answered,
            Err(_) => Err(self.silent(patience)),
        }
    }

    /// The longest wait for an answer that is not an archive.
    fn patience(&self) -> Duration {
        match self.way {
            Way::Socket(..) => PATIENCE,
            Way::Tunnel(_) => TUNNELLED,
        }
    }

    fn not_json(&self, path: &str, kind: &str) -> Failure {
        self.failure(Class::Malformed, format!("its answer to {path} is not a JSON {kind}"))
    }

    /// An answer whose body is not read yet, with whatever status.
    pub(super) async fn send(&self, path: &str) -> Result<Response, Failure> {
        match &self.way {
            Way::Socket(client, base) => {
                let asked = client.get(format!("{base}{path}")).send().await;
                asked.map_err(|error| self.broken(&error))
            }
            Way::Tunnel(tunnel) => tunnel.get(path).await,
        }
    }

    /// Why the engine refused, in its own words.
    pub(super) async fn refused(&self, path: &str, response: Response) -> Failure {
        let status = response.status();
        let body = self.body(path, response, MAX_REFUSAL).await.unwrap_or_default();
        let said = serde_json::from_slice::<Value>(&body).ok();
        let said = said.as_ref().and_then(|it| it.get("message")?.as_str());
        let detail = match said {
            Some(said) => format!("the engine answers: {said}"),
            None => format!("it answers {} to {path}", status.as_u16()),
        };
        let class = match status {
            StatusCode::NOT_FOUND => Class::NotFound,
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Class::Forbidden,
            _ => Class::Server,
        };
        self.failure(class, detail)
    }

    async fn body(
        &self,
        path: &str,
        mut response: Response,
        most: usize,
    ) -> Result<Vec<u8>, Failure> {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| self.broken(&error))? {
            body.extend_from_slice(&piece);
            if body.len() > most {
                let detail = format!("its answer to {path} is too large");
                return Err(self.failure(Class::TooLarge, detail));
            }
        }
        Ok(body)
    }

    /// What broke the connection off, or kept it from being made.
    pub(super) fn broken(&self, error: &reqwest::Error) -> Failure {
        if error.is_timeout() {
            return self.silent(PATIENCE);
        }
        if let Some(problem) = tls_error(error) {
            let detail = tls::detail(&format!("the engine at {}", self.at), problem);
            return self.failure(Class::Tls, detail).with_next(next_of_tls(problem));
        }
        let (cause, kind) = innermost(error);
        let next = match kind {
            Some(std::io::ErrorKind::PermissionDenied) => {
                "run platy as root or as a member of the group that owns the socket, usually docker"
            }
            Some(std::io::ErrorKind::NotFound) => {
                "start the engine, or name its socket: DOCKER_HOST=unix:///PATH"
            }
            _ => "is the engine running? `docker version` says so; DOCKER_HOST names another",
        };
        let class = match kind {
            Some(std::io::ErrorKind::PermissionDenied) => Class::Forbidden,
            _ => Class::Unreachable,
        };
        self.failure(class, format!("the engine at {}: {cause}", self.at)).with_next(next)
    }

    /// That it took a connection and says nothing.
    pub(super) fn silent(&self, waited: Duration) -> Failure {
        self.failure(
            Class::TimedOut,
            format!("the engine did not answer in {} s", waited.as_secs()),
        )
        .with_next("it may hang: does `docker version` answer?")
    }

    pub(super) fn failure(&self, class: Class, detail: impl Into<String>) -> Failure {
        Failure::new(class, self.at.clone(), detail)
    }
}

#[cfg(unix)]
fn unix(builder: ClientBuilder, path: &std::path::Path) -> Result<ClientBuilder, Failure> {
    Ok(builder.unix_socket(path).tls_certs_only([]))
}

#[cfg(not(unix))]
fn unix(_: ClientBuilder, path: &std::path::Path) -> Result<ClientBuilder, Failure> {
    let detail = "platy asks Unix sockets on Unix only";
    Err(Failure::new(Class::Unsupported, path.display().to_string(), detail))
}

/// With what the context says to trust and to show.
fn secured(builder: ClientBuilder, tls: &Tls) -> Result<ClientBuilder, Failure> {
    let read = |path: &std::path::Path| {
        crate::source::regular::read(path, 1 << 20).map_err(|error| unusable(path, &error))
    };
    let mut builder = builder;
    if let Some(ca) = &tls.ca {
        let bundle = reqwest::Certificate::from_pem_bundle(&read(ca)?);
        builder = builder.tls_certs_only(bundle.map_err(|error| unusable(ca, &error))?);
    }
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key)
        && fs::exists(cert).unwrap_or(true)
    {
        let mut pem = read(cert)?;
        pem.push(b'\n');
        pem.extend(read(key)?);
        let detail = "it and its key are not a PEM certificate with its key";
        let identity = reqwest::Identity::from_pem(&pem).map_err(|_| unusable(cert, &detail))?;
        builder = builder.identity(identity);
    }
    Ok(builder.tls_danger_accept_invalid_certs(tls.unverified))
}

fn unusable(path: &std::path::Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::new(Class::Local, path.display().to_string(), why.to_string())
        .with_next("mend the file, or choose another context: `docker context use`")
}

/// The innermost reason: `permission denied`, not `error sending request`.
fn cause(error: &(dyn std::error::Error + 'static)) -> String {
    innermost(error).0
}

/// The innermost cause, and of what kind the innermost error of the system is.
fn innermost(error: &(dyn std::error::Error + 'static)) -> (String, Option<std::io::ErrorKind>) {
    let kind = |error: &(dyn std::error::Error + 'static)| {
        error.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
    };
    let last = causes(error).last().map_or_else(String::new, ToString::to_string);
    (last, causes(error).filter_map(kind).last())
}

/// What to do about a handshake that failed.
fn next_of_tls(error: &rustls::Error) -> &'static str {
    use rustls::CertificateError as Wrong;
    match error {
        rustls::Error::InvalidMessage(_) => {
            "if it listens without TLS, unset DOCKER_TLS_VERIFY and DOCKER_TLS, or choose another \
             context"
        }
        rustls::Error::InvalidCertificate(
            Wrong::Expired
            | Wrong::ExpiredContext { .. }
            | Wrong::NotValidYet
            | Wrong::NotValidYetContext { .. },
        ) => "look at this machine's clock, or make the engine's certificate anew",
        rustls::Error::InvalidCertificate(
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. },
        ) => "use the name that it is for, in DOCKER_HOST or in the context",
        _ => "DOCKER_CERT_PATH, or the context, names the folder of ca.pem, cert.pem and key.pem",
    }
}
