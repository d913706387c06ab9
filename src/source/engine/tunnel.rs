//! An engine behind `ssh://`, asked as Docker's own command line asks it: `ssh` runs
//! `docker system dial-stdio` there, and HTTP goes over its standard input and output (docker/cli
//! 29 `cli/connhelper`).

use std::fmt;
use std::io::ErrorKind;
use std::process::Stdio;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::Request;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;

use super::ssh::Ssh;
use crate::oci::{Class, Failure};

/// How much of what `ssh` says is kept, in bytes.
const MAX_SAID: u64 = 4 << 10;
/// The longest wait for `ssh` to end when nobody needs it any more, and for its last words.
const LAST: Duration = Duration::from_secs(1);

/// The connections through one `ssh` address. Nothing is started before the first question.
pub(super) struct Tunnel {
    ssh: Ssh,
    idle: Mutex<Vec<Line>>,
}

/// A running `ssh`.
struct Line {
    sender: SendRequest<Empty<Bytes>>,
    said: JoinHandle<String>,
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("ssh", &self.ssh).finish_non_exhaustive()
    }
}

impl Tunnel {
    pub(super) fn new(ssh: &Ssh) -> Self {
        Self { ssh: ssh.clone(), idle: Mutex::default() }
    }

    /// An answer whose body is not read yet, with whatever status.
    ///
    /// # Errors
    /// `ssh` cannot be started, or ended without an answer.
    pub(super) async fn get(&self, path: &str) -> Result<reqwest::Response, Failure> {
        let mut line = self.line().await?;
        let request = Request::get(path).header(HOST, "docker.example.com").body(Empty::new());
        let request = request.map_err(|error| self.failure(Class::Malformed, error.to_string()))?;
        match line.sender.send_request(request).await {
            Ok(response) => {
                self.idle().push(line);
                Ok(response.map(reqwest::Body::wrap).into())
            }
            Err(error) => {
                let said = tokio::time::timeout(LAST, line.said).await;
                let said = said.ok().and_then(Result::ok).unwrap_or_default();
                let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
                let why = last.map_or_else(|| error.to_string(), str::to_owned);
                Err(self.failure(Class::Unreachable, format!("ssh: {why}")))
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Line>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that is free, else a new one.
    async fn line(&self) -> Result<Line, Failure> {
        {
            let mut idle = self.idle();
            idle.retain(|line| !line.sender.is_closed());
            if let Some(at) = idle.iter().position(|line| line.sender.is_ready()) {
                return Ok(idle.swap_remove(at));
            }
        }
        let mut child = self.started()?;
        let (Some(stdin), Some(stdout), Some(stderr)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return Err(self.failure(Class::Local, "ssh cannot be spoken with".to_owned()));
        };
        let said = tokio::spawn(words(stderr));
        let (sender, driver) = handshake(TokioIo::new(tokio::io::join(stdout, stdin)))
            .await
            .map_err(|error| self.failure(Class::Unreachable, error.to_string()))?;
        tokio::spawn(async move {
            // Its input closes with the connection, which ends it.
            let _ = driver.await;
            let _ = tokio::time::timeout(LAST, child.wait()).await;
        });
        Ok(Line { sender, said })
    }

    fn started(&self) -> Result<Child, Failure> {
        let mut command = Command::new("ssh");
        command.args(self.ssh.arguments());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.kill_on_drop(true);
        // An interrupt at the terminal is for platy.
        #[cfg(unix)]
        command.process_group(0);
        command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => self
                .failure(Class::Local, "the program ssh is not installed".to_owned())
                .with_next("install OpenSSH's client, or forward the engine's socket"),
            _ => self.failure(Class::Local, format!("ssh cannot be started: {error}")),
        })
    }

    fn failure(&self, class: Class, detail: String) -> Failure {
        let next = format!(
            "does `docker -H {} version` answer without a question? platy asks for no passwords: \
             use keys, with ssh-agent",
            self.ssh
        );
        Failure::new(class, self.ssh.to_string(), detail).with_next(next)
    }
}

/// What `ssh` says, until it ends.
async fn words(stderr: ChildStderr) -> String {
    let mut said = Vec::new();
    let mut stderr = stderr;
    let _ = (&mut stderr).take(MAX_SAID).read_to_end(&mut said).await;
    // What comes behind that is read too, so that it is never waited for.
    let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
    String::from_utf8_lossy(&said).into_owned()
}
