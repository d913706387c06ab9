//! The real binary as a command: arguments in, exit code, stdout and stderr out.

#[path = "schema.rs"]
pub mod schema;

use std::path::Path;
use std::process::{Command, Output};

pub const PLATY: &str = env!("CARGO_BIN_EXE_platy");

/// What a command came to.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Ran {
    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}\n{}", self.text(), self.stderr))
    }
}

/// A command whose home, cache and settings are in `home`, with no proxy and no credentials of
/// the machine. No signal is ignored in it, whoever started the tests.
pub fn command(program: &str, home: &Path) -> Command {
    #[cfg(unix)]
    heed_signals();
    let mut command = Command::new(program);
    command.env_clear().current_dir(home);
    for (name, value) in environment(home) {
        command.env(name, value);
    }
    command
}

/// What runs in the background or under `nohup` ignores signals, and so does what it starts. Signals
/// that this program catches do what they always do in the programs that it starts.
#[cfg(unix)]
fn heed_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT};
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        for signal in [SIGINT, SIGHUP] {
            let always = std::sync::Arc::new(true.into());
            signal_hook::flag::register_conditional_default(signal, always).unwrap();
        }
    });
}

/// The environment of everything that the tests start.
pub fn environment(home: &Path) -> Vec<(String, String)> {
    let at = |folder: &str| home.join(folder).display().to_string();
    let mut environment = vec![
        ("HOME".to_owned(), at("")),
        ("XDG_CACHE_HOME".to_owned(), at("cache")),
        ("XDG_CONFIG_HOME".to_owned(), at("config")),
        ("XDG_STATE_HOME".to_owned(), at("state")),
        ("XDG_RUNTIME_DIR".to_owned(), at("run")),
        ("DOCKER_CONFIG".to_owned(), at("docker")),
        ("TERM".to_owned(), "xterm-256color".to_owned()),
        ("LANG".to_owned(), "C.UTF-8".to_owned()),
        ("TZ".to_owned(), "UTC".to_owned()),
        ("NO_PROXY".to_owned(), "127.0.0.1,localhost,::1".to_owned()),
    ];
    if let Ok(path) = std::env::var("PATH") {
        environment.push(("PATH".to_owned(), path));
    }
    environment
}

/// Runs platy to its end.
pub fn platy(home: &Path, arguments: &[&str]) -> Ran {
    run(command(PLATY, home).args(arguments))
}

pub fn run(command: &mut Command) -> Ran {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&stderr).into_owned();
    // Neither text from outside nor a line of progress writes one into a pipe.
    assert!(!stderr.contains('\u{1b}'), "an escape sequence: {stderr:?}");
    let arguments: Vec<String> =
        command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    schema::check(&arguments, &stdout);
    Ran { code: status.code().unwrap_or(-1), stdout, stderr }
}
