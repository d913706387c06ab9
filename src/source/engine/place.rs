//! Where Docker listens, as its own command line finds it: `DOCKER_HOST`, then the context of
//! `DOCKER_CONTEXT` or of `config.json` (docker/cli 29.9.3 `cli/command/cli.go`
//! `resolveContextName`, `cli/context/store`), then the usual sockets.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ssh::Ssh;
use crate::oci::Digest;
use crate::source::regular;

/// The most bytes that are read of a file of settings.
const MAX_FILE: u64 = 1 << 20;

/// Where an engine listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// A Unix socket.
    Unix(PathBuf),
    /// `HOST:PORT`.
    Tcp {
        /// The host with its port.
        address: String,
        /// How TLS is done; `None` for plain HTTP.
        tls: Option<Tls>,
    },
    /// Another machine, where `ssh` asks.
    Ssh(Ssh),
}

/// What a TLS connection trusts and shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tls {
    /// `ca.pem`; the system's roots without it.
    pub(super) ca: Option<PathBuf>,
    /// `cert.pem`.
    pub(super) cert: Option<PathBuf>,
    /// `key.pem`.
    pub(super) key: Option<PathBuf>,
    /// Whether the engine's certificate is not checked.
    pub(super) unverified: bool,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "{}", path.display()),
            Self::Tcp { address, .. } => write!(f, "tcp://{address}"),
            Self::Ssh(ssh) => ssh.fmt(f),
        }
    }
}

/// What decides where Docker is asked. The default knows nothing and finds nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerPlace {
    /// `DOCKER_HOST`.
    host: Option<String>,
    /// `DOCKER_CONTEXT`.
    context: Option<String>,
    /// The folder of `config.json` and of the contexts.
    config: Option<PathBuf>,
    /// The folder of `ca.pem`, `cert.pem` and `key.pem` for `DOCKER_HOST`.
    certificates: Option<PathBuf>,
    /// `DOCKER_TLS_VERIFY`.
    verifies: bool,
    /// `DOCKER_TLS`.
    encrypts: bool,
    /// The sockets that are tried.
    usual: Vec<PathBuf>,
}

impl DockerPlace {
    /// What the environment of this process says.
    #[must_use]
    pub fn of_process() -> Self {
        let var = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        Self::of(&var, dirs::home_dir())
    }

    pub(crate) fn of(var: &dyn Fn(&str) -> Option<OsString>, home: Option<PathBuf>) -> Self {
        let text = |name: &str| var(name).map(|value| value.to_string_lossy().into_owned());
        let dir = |name: &str| var(name).map(PathBuf::from);
        let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
        let config = dir("DOCKER_CONFIG").or_else(|| in_home(".docker"));
        // The system's, Docker Desktop's, a rootless daemon's.
        let usual = [
            Some(PathBuf::from("/var/run/docker.sock")),
            in_home(".docker/run/docker.sock"),
            dir("XDG_RUNTIME_DIR").map(|dir| dir.join("docker.sock")),
        ];
        Self {
            host: text("DOCKER_HOST"),
            context: text("DOCKER_CONTEXT"),
            certificates: dir("DOCKER_CERT_PATH").or_else(|| config.clone()),
            config,
            verifies: var("DOCKER_TLS_VERIFY").is_some(),
            encrypts: var("DOCKER_TLS").is_some(),
            usual: usual.into_iter().flatten().collect(),
        }
    }

    /// Whether the environment or a context says where it listens.
    pub(super) fn is_named(&self) -> bool {
        let context = self.context.clone().or_else(|| self.current_context());
        self.host.is_some() || context.is_some_and(|name| name != "default")
    }

    /// Where Docker is asked.
    ///
    /// # Errors
    /// A sentence, with what to do, if its address is of a sort that platy does not ask, or the
    /// context is not there.
    pub(crate) fn endpoint(&self) -> Result<Endpoint, String> {
        if let Some(host) = &self.host {
            let folder = self.certificates.as_deref();
            let tls = (self.verifies || self.encrypts).then(|| Tls {
                unverified: !self.verifies,
                ..folder.map(certificates).unwrap_or_default()
            });
            return parse(host, tls).map_err(|why| format!("DOCKER_HOST is {host}: {why}"));
        }
        let context = self.context.clone().or_else(|| self.current_context());
        match context.filter(|name| name != "default") {
            Some(name) => self.of_context(&name),
            None => self
                .usual
                .iter()
                .find(|path| path.exists())
                .or(self.usual.first())
                .map(|path| Endpoint::Unix(path.clone()))
                .ok_or_else(|| "no socket of Docker is known; set DOCKER_HOST".to_owned()),
        }
    }

    fn current_context(&self) -> Option<String> {
        let config = object(&self.config.as_ref()?.join("config.json"))?;
        let name = config.get("currentContext")?.as_str()?;
        Some(name.to_owned()).filter(|name| !name.is_empty())
    }

    /// `contexts/meta/ID/meta.json`, and `contexts/tls/ID/docker`; the ID is the hash of the name.
    fn of_context(&self, name: &str) -> Result<Endpoint, String> {
        let missing =
            || format!("the Docker context {name} is not there; `docker context ls` lists them");
        let contexts = self.config.as_ref().ok_or_else(missing)?.join("contexts");
        let digest = Digest::sha256(name.as_bytes());
        let id = digest.hex();
        let meta = object(&contexts.join("meta").join(id).join("meta.json")).ok_or_else(missing)?;
        let docker = meta.get("Endpoints").and_then(|it| it.get("docker"));
        let host = docker.and_then(|it| it.get("Host")?.as_str()).unwrap_or_default();
        let unverified =
            docker.and_then(|it| it.get("SkipTLSVerify")?.as_bool()).unwrap_or_default();
        let folder = contexts.join("tls").join(id).join("docker");
        let tls =
            (unverified || folder.is_dir()).then(|| Tls { unverified, ..certificates(&folder) });
        parse(host, tls).map_err(|why| format!("the Docker context {name} is at {host}: {why}"))
    }
}

fn object(path: &Path) -> Option<Value> {
    serde_json::from_str(&regular::text(path, MAX_FILE).ok()?).ok()
}

/// The files of a folder that are there.
fn certificates(folder: &Path) -> Tls {
    let file = |name: &str| Some(folder.join(name)).filter(|path| path.exists());
    Tls { ca: file("ca.pem"), cert: file("cert.pem"), key: file("key.pem"), unverified: false }
}

/// Reads an address. Ports as Docker has them: 2375, and 2376 with TLS.
fn parse(host: &str, tls: Option<Tls>) -> Result<Endpoint, String> {
    let Some((scheme, rest)) = host.split_once("://") else {
        return Err("it has no scheme; write unix:///PATH or tcp://HOST:PORT".to_owned());
    };
    let address = rest.trim_end_matches('/');
    match scheme {
        "unix" if !rest.is_empty() => Ok(Endpoint::Unix(PathBuf::from(rest))),
        "tcp" | "http" | "https" if !address.is_empty() => {
            let tls = if scheme == "https" { Some(tls.unwrap_or_default()) } else { tls };
            let port = if tls.is_some() { 2376 } else { 2375 };
            let has_port = address.rsplit_once(':').is_some_and(|(_, port)| {
                !port.is_empty() && port.bytes().all(|it| it.is_ascii_digit())
            });
            let address = if has_port { address.to_owned() } else { format!("{address}:{port}") };
            Ok(Endpoint::Tcp { address, tls })
        }
        "ssh" => Ssh::parse(host).map(Endpoint::Ssh),
        _ => Err("platy asks unix:///PATH, tcp://HOST:PORT and ssh://HOST".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn place(vars: &[(&str, &str)], home: &Path) -> Result<Endpoint, String> {
        let var = |name: &str| {
            vars.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
        };
        DockerPlace::of(&var, Some(home.to_owned())).endpoint()
    }

    fn tcp(address: &str, tls: Option<Tls>) -> Result<Endpoint, String> {
        Ok(Endpoint::Tcp { address: address.to_owned(), tls })
    }

    #[test]
    fn docker_host_goes_before_contexts_and_the_usual_sockets() {
        let home = tempfile::tempdir().unwrap();
        let at = home.path();
        let tls = |unverified| Some(Tls { unverified, ..Tls::default() });
        for (vars, expected) in [
            (
                &[("DOCKER_HOST", "unix:///run/d.sock")][..],
                Ok(Endpoint::Unix("/run/d.sock".into())),
            ),
            (&[("DOCKER_HOST", "tcp://far:1234")], tcp("far:1234", None)),
            (&[("DOCKER_HOST", "tcp://far")], tcp("far:2375", None)),
            (&[("DOCKER_HOST", "tcp://[::1]/"), ("DOCKER_TLS", "1")], tcp("[::1]:2376", tls(true))),
            (
                &[("DOCKER_HOST", "tcp://far"), ("DOCKER_TLS_VERIFY", "1")],
                tcp("far:2376", tls(false)),
            ),
        ] {
            assert_eq!(place(vars, at), expected, "{vars:?}");
        }
        for (host, word) in [("ssh://", "no host"), ("npipe:////./x", "tcp://"), ("x", "scheme")] {
            let why = place(&[("DOCKER_HOST", host)], at).unwrap_err();
            assert!(why.contains(word) && why.contains(host), "{why}");
        }
        let own = at.join("run");
        fs::create_dir(&own).unwrap();
        fs::write(own.join("docker.sock"), "").unwrap();
        let var = |name: &str| (name == "XDG_RUNTIME_DIR").then(|| own.clone().into_os_string());
        let mut rootless = DockerPlace::of(&var, None);
        rootless.usual.retain(|path| path.starts_with(at));
        assert_eq!(rootless.endpoint(), Ok(Endpoint::Unix(own.join("docker.sock"))));
    }

    #[test]
    fn a_context_has_its_address_and_its_certificates() {
        let home = tempfile::tempdir().unwrap();
        let docker = home.path().join(".docker");
        // docker/cli 29.9.3: the folder is the SHA-256 of the name.
        let id = Digest::sha256(b"far");
        let (meta, tls) = (docker.join("contexts/meta"), docker.join("contexts/tls"));
        fs::create_dir_all(meta.join(id.hex())).unwrap();
        let ends = r#"{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far:2376","SkipTLSVerify":true}}}"#;
        fs::write(meta.join(id.hex()).join("meta.json"), ends).unwrap();
        let files = tls.join(id.hex()).join("docker");
        fs::create_dir_all(&files).unwrap();
        fs::write(files.join("ca.pem"), "").unwrap();
        let found = Tls { ca: Some(files.join("ca.pem")), unverified: true, ..Tls::default() };
        let far = tcp("far:2376", Some(found));
        assert_eq!(place(&[("DOCKER_CONTEXT", "far")], home.path()), far);
        fs::write(docker.join("config.json"), r#"{"currentContext":"far"}"#).unwrap();
        assert_eq!(place(&[], home.path()), far);
        let host = ("DOCKER_HOST", "unix:///d");
        assert_eq!(place(&[host], home.path()), Ok(Endpoint::Unix("/d".into())));
        let why = place(&[("DOCKER_CONTEXT", "gone")], home.path()).unwrap_err();
        assert!(why.contains("context gone is not there"), "{why}");
    }
}
