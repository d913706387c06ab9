//! Machines that people name rather than spell out.

use crate::oci::Platform;

use super::Host;

/// A named machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The name to type.
    pub id: &'static str,
    /// The name to show.
    pub title: &'static str,
    os: &'static str,
    os_version: &'static str,
    architecture: &'static str,
    variant: &'static str,
}

impl Profile {
    /// The machine.
    #[must_use]
    pub fn host(&self) -> Host {
        let mut platform = Platform::new(self.os, self.architecture, self.variant);
        self.os_version.clone_into(&mut platform.os_version);
        Host::detected(platform)
    }
}

const fn linux(
    id: &'static str,
    title: &'static str,
    architecture: &'static str,
    variant: &'static str,
) -> Profile {
    Profile { id, title, os: "linux", os_version: "", architecture, variant }
}

const fn windows(id: &'static str, title: &'static str, os_version: &'static str) -> Profile {
    Profile { id, title, os: "windows", os_version, architecture: "amd64", variant: "" }
}

/// The named machines, in the order in which they are shown.
pub static PROFILES: [Profile; 18] = [
    linux("x86-64-v1", "x86-64, level 1 (any PC)", "amd64", "v1"),
    linux("x86-64-v2", "x86-64, level 2 (from 2009)", "amd64", "v2"),
    linux("x86-64-v3", "x86-64, level 3 (AVX2, from 2013)", "amd64", "v3"),
    linux("x86-64-v4", "x86-64, level 4 (AVX-512 servers)", "amd64", "v4"),
    linux("graviton", "AWS Graviton", "arm64", "v8"),
    linux("apple-silicon", "Apple silicon, Docker Desktop", "arm64", "v8"),
    linux("pi-4", "Raspberry Pi 4 or 5, 64-bit OS", "arm64", "v8"),
    linux("pi-3", "Raspberry Pi 3, 32-bit OS", "arm", "v7"),
    linux("pi-2", "Raspberry Pi 2", "arm", "v7"),
    linux("pi-zero", "Raspberry Pi 1 or Zero", "arm", "v6"),
    linux("i386", "32-bit PC", "386", ""),
    linux("riscv", "RISC-V board", "riscv64", ""),
    linux("s390x", "IBM Z", "s390x", ""),
    linux("ppc64le", "IBM POWER, little endian", "ppc64le", ""),
    windows("windows-2019", "Windows Server 2019", "10.0.17763"),
    windows("windows-2022", "Windows Server 2022", "10.0.20348"),
    windows("windows-2025", "Windows Server 2025", "10.0.26100"),
    Profile {
        id: "mac",
        title: "macOS on Apple silicon, without a virtual machine",
        os: "darwin",
        os_version: "",
        architecture: "arm64",
        variant: "v8",
    },
];

/// The profile of this name.
pub(super) fn find(name: &str) -> Option<&'static Profile> {
    PROFILES.iter().find(|profile| profile.id.eq_ignore_ascii_case(name.trim()))
}

/// The names that are most like a text, for an error's next step.
pub(super) fn nearest(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let mut names: Vec<&str> = PROFILES.iter().map(|profile| profile.id).collect();
    names.sort_by(|a, b| strsim::jaro_winkler(&text, b).total_cmp(&strsim::jaro_winkler(&text, a)));
    names.truncate(NAMED);
    names.join(", ")
}

/// How many names a message gives.
const NAMED: usize = 5;
