//! The ARM variant, as each library finds it in `/proc/cpuinfo` (containerd/platforms
//! `cpuinfo_linux.go`, containers/image `platform_matcher.go`, regclient `cpuinfo_armx.go`).

use std::fmt;

/// Why containerd finds no variant; the text is its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VariantError {
    machine: String,
}

impl fmt::Display for VariantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "failure getting CPU variant from machine architecture: getCPUVariantFromArch invalid \
             arch: {}, invalid argument",
            self.machine
        )
    }
}

impl std::error::Error for VariantError {}

/// The variant that containerd's library finds; empty for a program that is not for ARM.
///
/// `architecture` is the program's own (Go's name), `machine` what `uname -m` says.
///
/// # Errors
/// Neither the file nor the machine's name tells.
pub fn containerd(
    cpuinfo: &str,
    architecture: &str,
    machine: &str,
) -> Result<String, VariantError> {
    if !is_arm(architecture) {
        return Ok(String::new());
    }
    let value = match field(cpuinfo, "cpu architecture") {
        Some(value) => value,
        // Under emulation on a PC the file is the PC's.
        None => from_machine(machine)?,
    };
    let value = corrected(value, cpuinfo, architecture);
    Ok(variant(value).unwrap_or("unknown").to_owned())
}

/// The variant that containers/image finds; empty if it finds none, and then any variant will
/// do.
#[must_use]
pub fn containers_image(cpuinfo: &str, architecture: &str) -> String {
    if !is_arm(architecture) {
        return String::new();
    }
    let Some(value) = field(cpuinfo, "cpu architecture") else { return String::new() };
    if architecture == "arm" && value == "7" && field(cpuinfo, "model name").is_none() {
        return String::new();
    }
    variant(corrected(value, cpuinfo, architecture)).unwrap_or_default().to_owned()
}

/// The variant that regclient finds; empty if it finds none.
#[must_use]
pub fn regclient(cpuinfo: &str, architecture: &str) -> String {
    if !is_arm(architecture) {
        return String::new();
    }
    field(cpuinfo, "cpu architecture")
        .and_then(|value| variant(corrected(value, cpuinfo, architecture)))
        .unwrap_or_default()
        .to_owned()
}

/// The variant on systems without that file: fixed for each architecture.
#[must_use]
pub fn without_cpuinfo(os: &str, architecture: &str) -> &'static str {
    match (os, architecture) {
        (_, "arm64") => "v8",
        ("freebsd", "arm") => "unknown",
        (_, "arm") => "v7",
        _ => "",
    }
}

fn is_arm(architecture: &str) -> bool {
    matches!(architecture, "arm" | "arm64")
}

/// The value of the first line with this key, up to the next colon.
pub(super) fn field<'t>(cpuinfo: &'t str, key: &str) -> Option<&'t str> {
    cpuinfo.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?.trim();
        parts.next().filter(|_| name.eq_ignore_ascii_case(key)).map(str::trim)
    })
}

/// The kernel calls the ARMv6 of the first Raspberry Pi and the Zero a 7.
fn corrected<'v>(value: &'v str, cpuinfo: &str, architecture: &str) -> &'v str {
    let old_pi = || {
        field(cpuinfo, "model name")
            .is_some_and(|model| model.to_lowercase().starts_with("armv6-compatible"))
    };
    if architecture == "arm" && value == "7" && old_pi() { "6" } else { value }
}

fn from_machine(machine: &str) -> Result<&'static str, VariantError> {
    let name = machine.to_lowercase();
    if name == "aarch64" {
        return Ok("8");
    }
    match name.strip_prefix("armv").and_then(|rest| rest.chars().next()) {
        Some('8') => Ok("8"),
        Some('7') => Ok("7"),
        Some('6') => Ok("6"),
        Some('5') => Ok("5"),
        Some('4') => Ok("4"),
        Some('3') => Ok("3"),
        Some(_) => Ok("unknown"),
        None => Err(VariantError { machine: name }),
    }
}

fn variant(value: &str) -> Option<&'static str> {
    match value.to_lowercase().as_str() {
        "8" | "aarch64" => Some("v8"),
        "7" | "7m" | "?(12)" | "?(13)" | "?(14)" | "?(15)" | "?(16)" | "?(17)" => Some("v7"),
        "6" | "6tej" => Some("v6"),
        "5" | "5t" | "5te" | "5tej" => Some("v5"),
        "4" | "4t" => Some("v4"),
        "3" => Some("v3"),
        _ => None,
    }
}
