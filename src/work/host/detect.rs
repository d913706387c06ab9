//! Reads what the system says about this machine.

use std::fs::File;
use std::io::Read as _;
use std::process::{Command, Stdio};

use super::machine::{Evidence, Machine};
use super::{elf, names};

/// More than any `/proc/cpuinfo`.
const MOST: u64 = 4 << 20;

/// This machine. It reads a few small files, and asks `uname` or `ver` if no file tells, so it
/// belongs off the async threads.
#[must_use]
pub fn detect() -> Machine {
    let os = names::own_system();
    let linux = os == "linux";
    Machine::from_evidence(&Evidence {
        os: os.to_owned(),
        program: names::own_architecture().to_owned(),
        kernel: kernel(os),
        userland: linux.then(userland).flatten(),
        cpuinfo: linux.then(|| read("/proc/cpuinfo")).flatten(),
        features: features(),
        windows: (os == "windows").then(windows).flatten(),
    })
}

fn read(path: &str) -> Option<String> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn kernel(os: &str) -> Option<String> {
    if os == "windows" {
        return None;
    }
    // Linux tells since 6.1.
    let text = read("/proc/sys/kernel/arch").or_else(|| run("uname", &["-m"]))?;
    Some(text.trim().to_owned())
}

/// The architecture of the system's shell.
fn userland() -> Option<String> {
    let mut head = [0; elf::HEAD];
    File::open("/bin/sh").ok()?.read_exact(&mut head).ok()?;
    elf::architecture(&head).map(str::to_owned)
}

/// `Microsoft Windows [Version 10.0.20348.2000]`
fn windows() -> Option<String> {
    let text = run("cmd", &["/d", "/c", "ver"])?;
    let version = text.split(['[', ']']).nth(1)?.split_whitespace().last()?;
    Some(version.to_owned())
}

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output =
        Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let output = output.ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_arch = "x86_64")]
#[expect(clippy::unnecessary_wraps, reason = "other processors have none")]
fn features() -> Option<super::Features> {
    Some(super::level::from_processor())
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> Option<super::Features> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_found() {
        let machine = detect();
        assert_eq!(machine.host.os(), names::own_system());
        assert!(!machine.host.architecture().is_empty());
    }
}
