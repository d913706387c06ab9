//! Credential helpers: `docker-credential-NAME get` and `store`
//! (github.com/docker/docker-credential-helpers, "Development").

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Command;

use super::credential::{Credential, Secret};

/// How long a helper may take. Some ask the user or a network.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// How long it may take to keep something.
const STORE_LIMIT: Duration = Duration::from_secs(60);
const MAX_OUTPUT: u64 = 1 << 20;
/// What helpers print if they have nothing (`credentials.NewErrCredentialsNotFound`).
const NOTHING: &str = "credentials not found";
/// The user name that marks an identity token.
const TOKEN_USER: &str = "<token>";

/// Asks a helper for the credentials of `server`; `None` if it has none.
///
/// # Errors
/// A sentence that names the helper and quotes nothing of what it printed.
pub(super) async fn get(
    name: &str,
    server: &str,
    path: &OsStr,
    limit: Option<Duration>,
) -> Result<Option<Credential>, String> {
    let (success, output) = call(name, "get", server.as_bytes(), path, limit).await?;
    if !success {
        let nothing = String::from_utf8_lossy(&output).contains(NOTHING);
        return if nothing { Ok(None) } else { Err(format!("docker-credential-{name} failed")) };
    }
    read(&output).ok_or_else(|| format!("docker-credential-{name} gave no usable answer"))
}

/// Has a helper keep the credentials of `server`.
///
/// # Errors
/// A sentence that names the helper and quotes nothing of what it printed.
pub(super) async fn store(
    name: &str,
    server: &str,
    username: &str,
    password: &Secret,
    path: &OsStr,
) -> Result<(), String> {
    let input = json!({ "ServerURL": server, "Username": username, "Secret": password.expose() });
    // It may ask the user to unlock what it keeps them in.
    let (success, _) =
        call(name, "store", input.to_string().as_bytes(), path, Some(STORE_LIMIT)).await?;
    if success { Ok(()) } else { Err(format!("docker-credential-{name} did not keep it")) }
}

/// Runs a helper; whether it succeeded, and what it printed.
async fn call(
    name: &str,
    action: &str,
    input: &[u8],
    path: &OsStr,
    limit: Option<Duration>,
) -> Result<(bool, Vec<u8>), String> {
    let program = find(name, path)?;
    let limit = limit.unwrap_or(TIME_LIMIT);
    // Dropped at the limit, which kills the child.
    let output = tokio::time::timeout(limit, run(program, action, input)).await;
    output
        .map_err(|_| format!("docker-credential-{name} gave no answer within {limit:?}"))?
        .map_err(|error| format!("docker-credential-{name} could not be run: {error}"))
}

fn find(name: &str, path: &OsStr) -> Result<PathBuf, String> {
    if !name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Err(format!("{name:?} is not the name of a credential helper"));
    }
    let program = format!("docker-credential-{name}");
    on_path(&program, path).ok_or_else(|| format!("{program} is not on the PATH"))
}

/// Where a program is; `None` if it is in no folder of `path`.
pub(super) fn on_path(program: &str, path: &OsStr) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path).map(|folder| folder.join(&file)).find(|file| file.is_file())
}

async fn run(program: PathBuf, action: &str, input: &[u8]) -> io::Result<(bool, Vec<u8>)> {
    let mut child = Command::new(program)
        .arg(action)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A helper that does not read its input may have ended already.
        let _ = stdin.write_all(input).await;
    }
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MAX_OUTPUT).read_to_end(&mut output).await?;
    }
    Ok((child.wait().await?.success(), output))
}

/// Reads an answer; the outer `None` if it is not one, the inner if it is empty.
fn read(output: &[u8]) -> Option<Option<Credential>> {
    let value: Value = serde_json::from_slice(output).ok()?;
    let username = value.get("Username")?.as_str()?;
    let secret = value.get("Secret")?.as_str()?;
    Some(match (username, secret) {
        (_, "") => None,
        (TOKEN_USER, token) => Some(Credential::Identity(Secret::new(token))),
        (username, password) => Some(Credential::Password {
            username: username.to_owned(),
            password: Secret::new(password),
        }),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write as _;

    /// A script as a program in a folder.
    pub(in crate::source::auth) fn program(folder: &std::path::Path, name: &str, script: &str) {
        let program = folder.join(name);
        // Written by another process: a file that this one has open for writing, even in a child
        // that another test is just starting, cannot be run.
        let mut writer = std::process::Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(&program)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        writer
            .stdin
            .take()
            .unwrap()
            .write_all(format!("#!/bin/sh\n{script}\n").as_bytes())
            .unwrap();
        assert!(writer.wait().unwrap().success());
    }

    fn ask(script: &str, limit: Option<Duration>) -> Result<Option<Credential>, String> {
        let folder = tempfile::tempdir().unwrap();
        program(folder.path(), "docker-credential-test", script);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(get("test", "ghcr.io", folder.path().as_os_str(), limit))
    }

    #[test]
    fn a_helper_is_asked_for_the_server() {
        let script =
            r#"read server; [ "$1" = get ] && echo "{\"Username\":\"u\",\"Secret\":\"$server\"}""#;
        let expected =
            Credential::Password { username: "u".to_owned(), password: Secret::new("ghcr.io") };
        assert_eq!(ask(script, None), Ok(Some(expected)));
    }

    #[test]
    fn a_token_user_marks_an_identity_token() {
        let script = r#"echo '{"Username":"<token>","Secret":"t"}'"#;
        assert_eq!(ask(script, None), Ok(Some(Credential::Identity(Secret::new("t")))));
    }

    #[test]
    fn helpers_that_have_nothing_or_fail() {
        let nothing = "echo 'credentials not found in native keychain'; exit 1";
        assert_eq!(ask(nothing, None), Ok(None));
        assert_eq!(ask("echo '{\"Username\":\"\",\"Secret\":\"\"}'", None), Ok(None));
        let failed = ask("echo secret; exit 1", None).unwrap_err();
        assert_eq!(failed, "docker-credential-test failed");
        assert!(ask("echo hello", None).unwrap_err().ends_with("no usable answer"));
        let hung = ask("exec sleep 600", Some(Duration::from_millis(50))).unwrap_err();
        assert!(hung.contains("no answer within 50ms"), "{hung}");
    }

    #[test]
    fn a_helper_that_is_not_there_is_named() {
        let path = OsStr::new("/nonexistent");
        assert_eq!(find("pass", path).unwrap_err(), "docker-credential-pass is not on the PATH");
        assert!(find("../evil", path).unwrap_err().contains("is not the name"));
    }
}
