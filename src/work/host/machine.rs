//! What can be concluded about this machine from what its system says.

use crate::model::select::Host;
use crate::oci::Platform;

use super::level::{Features, level};
use super::{cpu, names};

/// What was read from the system.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Evidence {
    /// The operating system, as Go names it.
    pub os: String,
    /// The architecture that this program was built for, as Go names it.
    pub program: String,
    /// What the kernel says (`uname -m`), if it was asked.
    pub kernel: Option<String>,
    /// The architecture of the system's own programs, if one was looked at.
    pub userland: Option<String>,
    /// `/proc/cpuinfo`, if there is one.
    pub cpuinfo: Option<String>,
    /// The processor's features, if it was asked itself.
    pub features: Option<Features>,
    /// The version of Windows.
    pub windows: Option<String>,
}

/// This machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Machine {
    /// The host for which an engine that runs here selects. Its architecture is that of the
    /// system's own programs, the engine among them, not the kernel's.
    pub host: Host,
    /// The architecture of the kernel, if it is another one: 32-bit programs on a 64-bit
    /// kernel.
    pub kernel: Option<String>,
    /// The architecture of this very program, if it is another one.
    pub program: Option<String>,
    /// What could not be found out, in sentences.
    pub unknown: Vec<String>,
}

impl Machine {
    /// Concludes.
    #[must_use]
    pub fn from_evidence(evidence: &Evidence) -> Self {
        let kernel = evidence.kernel.as_deref().and_then(names::of_kernel);
        let architecture = evidence.userland.as_deref().unwrap_or(&evidence.program);
        let mut unknown = Vec::new();
        let variant = match architecture {
            "arm" | "arm64" => arm_variant(evidence, architecture, &mut unknown),
            "amd64" => x86_level(evidence, &mut unknown),
            _ => String::new(),
        };
        let mut platform = Platform::new(&evidence.os, architecture, &variant);
        if evidence.os == "windows" {
            match &evidence.windows {
                Some(version) => platform.os_version.clone_from(version),
                None => unknown.push("the version of Windows could not be read".to_owned()),
            }
        }
        let other = |name: &str| (name != architecture).then(|| name.to_owned());
        Self {
            host: Host::detected(platform),
            kernel: kernel.and_then(other),
            program: other(&evidence.program),
            unknown,
        }
    }
}

fn arm_variant(evidence: &Evidence, architecture: &str, unknown: &mut Vec<String>) -> String {
    if evidence.os != "linux" {
        return cpu::without_cpuinfo(&evidence.os, architecture).to_owned();
    }
    let cpuinfo = evidence.cpuinfo.as_deref().unwrap_or_default();
    let machine = evidence.kernel.as_deref().unwrap_or_default();
    cpu::containerd(cpuinfo, architecture, machine).unwrap_or_else(|_| {
        unknown.push("neither /proc/cpuinfo nor the kernel names the ARM variant".to_owned());
        String::new()
    })
}

fn x86_level(evidence: &Evidence, unknown: &mut Vec<String>) -> String {
    let listed = evidence.cpuinfo.as_deref().and_then(Features::from_cpuinfo);
    match listed.as_ref().or(evidence.features.as_ref()) {
        Some(features) => level(features).to_owned(),
        None => {
            unknown.push("the x86-64 level could not be found out".to_owned());
            String::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn linux(program: &str, kernel: &str, userland: &str, cpuinfo: &str) -> Evidence {
        Evidence {
            os: "linux".into(),
            program: program.into(),
            kernel: Some(kernel.into()),
            userland: Some(userland.into()),
            cpuinfo: Some(cpuinfo.into()),
            ..Evidence::default()
        }
    }

    #[test]
    fn a_32_bit_userland_on_a_64_bit_kernel_is_told_apart() {
        let cpuinfo = "processor\t: 0\nCPU architecture: 8\n";
        let machine = Machine::from_evidence(&linux("arm64", "aarch64", "arm", cpuinfo));
        assert_eq!(machine.host.to_string(), "linux/arm/v8");
        assert_eq!(machine.kernel.as_deref(), Some("arm64"));
        assert_eq!(machine.program.as_deref(), Some("arm64"));

        let pc = Machine::from_evidence(&linux("386", "x86_64", "386", "flags : sse2\n"));
        assert_eq!(pc.host.to_string(), "linux/386");
        assert_eq!(pc.kernel.as_deref(), Some("amd64"));
        assert_eq!(pc.program, None);
    }

    #[test]
    fn what_cannot_be_found_out_is_said() {
        let machine = Machine::from_evidence(&linux("amd64", "x86_64", "amd64", ""));
        assert_eq!(machine.host.to_string(), "linux/amd64");
        assert_eq!(machine.unknown.len(), 1);
        let windows = Evidence {
            os: "windows".into(),
            program: "arm64".into(),
            windows: Some("10.0.26100.1".into()),
            ..Evidence::default()
        };
        let windows = Machine::from_evidence(&windows);
        assert_eq!(windows.host.to_string(), "windows(10.0.26100.1)/arm64/v8");
        let mac = Evidence { os: "darwin".into(), program: "arm64".into(), ..Evidence::default() };
        assert_eq!(Machine::from_evidence(&mac).host.to_string(), "darwin/arm64/v8");
    }
}
