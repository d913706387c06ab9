//! Whether a program fits a platform.

use crate::model::files::program::Executable;
use crate::model::select::platforms::Normal;
use crate::oci::Platform;

/// How a program fits what a label says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It is what the label says.
    Same,
    /// It is made for less than the label says, and runs there; why.
    Below(String),
    /// It is not what the label says; why, and whether it runs there all the same.
    Differs {
        /// In a few words; empty if both names say it.
        why: String,
        /// Why it runs on such machines nevertheless.
        runs: Option<&'static str>,
    },
    /// The header says nothing that could be compared; why.
    Unknown(String),
}

/// Systems that run each other's programs; their programs do not say for which of both they are.
const SUN: [&str; 2] = ["solaris", "illumos"];
/// Names under which WebAssembly's system goes.
const WASI: [&str; 4] = ["wasi", "wasip1", "wasip2", "js"];

/// Compares a program with a label.
#[must_use]
pub fn fit(executable: &Executable, label: &Platform) -> Fit {
    if executable.portable {
        return Fit::Unknown("its code runs on every machine that has .NET".to_owned());
    }
    if executable.platforms.is_empty() {
        return Fit::Unknown(format!("platy knows no platform for {executable}"));
    }
    let mut fits: Vec<Fit> =
        executable.platforms.iter().map(|platform| of_one(platform, label)).collect();
    fits.sort_by_key(|fit| match fit {
        Fit::Same => 0,
        Fit::Below(_) => 1,
        Fit::Differs { runs: Some(_), .. } => 2,
        _ => 3,
    });
    fits.into_iter().next().unwrap_or(Fit::Same)
}

fn of_one(made_for: &Platform, label: &Platform) -> Fit {
    let (program, said) = (Normal::new(made_for), Normal::new(label));
    let differs = |runs| Fit::Differs { why: String::new(), runs };
    if said.architecture.starts_with("wasm") && program.architecture == "wasm" {
        let known = said.os.is_empty() || WASI.contains(&said.os.as_str());
        return if known { Fit::Same } else { differs(None) };
    }
    let one_kernel = |os: &str| SUN.contains(&os);
    let same_os = said.os == program.os || one_kernel(&said.os) && one_kernel(&program.os);
    if !said.os.is_empty() && !same_os {
        return differs(None);
    }
    if said.architecture.is_empty() {
        return Fit::Unknown("the label names no architecture".to_owned());
    }
    if said.architecture != program.architecture {
        return differs(match (program.architecture.as_str(), said.architecture.as_str()) {
            ("386", "amd64") => Some("x86-64 machines run i386 programs"),
            ("arm", "arm64") => Some("many arm64 machines run 32-bit ARM programs, not all"),
            _ => None,
        });
    }
    let architecture = program.architecture.as_str();
    // A program that does not state its version is not taken for v7, as a label is.
    let needs = level(architecture, &made_for.variant);
    let promised = level(architecture, &said.variant);
    let (Some(needs), Some(promised)) = (needs, promised) else { return Fit::Same };
    let spelled = |level| spelled(architecture, level);
    if !needs.is_in(promised) {
        Fit::Differs {
            why: format!(
                "it needs {}, and the label promises {}",
                spelled(needs),
                spelled(promised)
            ),
            runs: None,
        }
    } else if needs != promised && architecture == "arm" {
        Fit::Below(format!("it is made for {}, which {} runs", spelled(needs), spelled(promised)))
    } else {
        // A level is only stated by programs that need one.
        Fit::Same
    }
}

/// A level of an architecture: a version of it, and its minor version (0 where it has none).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Level(u32, u32);

impl Level {
    /// Whether machines of the level `machine` have all of this one. A version has everything of those
    /// before it, but for Arm's: Armv9.0 has everything of Armv8.5 and nothing later, and no Armv8 has
    /// what Armv9 adds ("Arm Architecture Reference Manual", A-profile; `Goarm64Features.Supports` in
    /// internal/buildcfg of Go 1.26).
    fn is_in(self, machine: Self) -> bool {
        match (self, machine) {
            (Self(8, minor), Self(9, of)) => minor <= of.saturating_add(5),
            (Self(version, minor), Self(other, of)) if version == other => minor <= of,
            (Self(version, _), Self(other, _)) => version < other,
        }
    }
}

/// The level that a variant stands for. Without one, what every machine of the architecture has;
/// `None` if nothing is known of it.
fn level(architecture: &str, variant: &str) -> Option<Level> {
    let whole = |version| Some(Level(version, 0));
    let number = |prefix: &str| variant.strip_prefix(prefix)?.split('.').next()?.parse().ok();
    match (architecture, variant) {
        ("amd64", "") => whole(1),
        ("amd64" | "arm", _) => whole(number("v")?),
        ("arm64", "") => whole(8),
        ("arm64", _) => {
            let version = variant.trim_start_matches('v');
            let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
            Some(Level(major.parse().ok()?, minor.parse().ok()?))
        }
        ("ppc64" | "ppc64le", "") => whole(8),
        ("ppc64" | "ppc64le", _) => whole(number("power")?),
        ("riscv64", "") => whole(20),
        ("riscv64", _) => whole(variant.strip_prefix("rva")?.get(..2)?.parse().ok()?),
        // Release 6 has not all instructions of those before it.
        ("mips" | "mipsle" | "mips64" | "mips64le", _) => {
            whole(if variant == "r6" { 6 } else { 5 })
        }
        _ => None,
    }
}

fn spelled(architecture: &str, Level(version, minor): Level) -> String {
    match architecture {
        "amd64" => format!("x86-64-v{version}"),
        "arm64" => format!("Armv{version}.{minor}"),
        "ppc64" | "ppc64le" => format!("POWER{version}"),
        "riscv64" => format!("RVA{version}"),
        "mips" | "mipsle" | "mips64" | "mips64le" if version == 6 => "MIPS release 6".to_owned(),
        "mips" | "mipsle" | "mips64" | "mips64le" => "an earlier release of MIPS".to_owned(),
        _ => format!("ARM v{version}"),
    }
}

/// Whether two labels of one image contradict each other. A part that one of them leaves out is not a contradiction.
#[must_use]
pub fn labels_differ(one: &Platform, other: &Platform) -> bool {
    let (first, second) = (Normal::new(one), Normal::new(other));
    let differ = |a: &str, b: &str| !a.is_empty() && !b.is_empty() && a != b;
    let variants = !one.variant.is_empty() && !other.variant.is_empty();
    differ(&first.os, &second.os)
        || differ(&first.architecture, &second.architecture)
        || (variants && first.variant != second.variant)
        || differ(&first.os_version, &second.os_version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::files::program::Format;

    fn executable(platform: &str) -> Executable {
        let mut parts = platform.split('/');
        let mut next = || parts.next().unwrap_or_default();
        Executable {
            format: Format::Elf,
            machine: "a machine".to_owned(),
            platforms: vec![Platform::new(next(), next(), next())],
            details: Vec::new(),
            interpreter: None,
            portable: false,
            unknown: None,
        }
    }

    fn label(platform: &str) -> Platform {
        executable(platform).platforms.remove(0)
    }

    #[test]
    fn programs_are_compared_as_machines_are() {
        for (program, said, expected) in [
            ("linux/arm64", "linux/arm64/v8", "same"),
            ("linux/arm64", "linux/arm64", "same"),
            ("linux/arm64", "linux/aarch64", "same"),
            ("linux/amd64", "linux/amd64", "same"),
            ("linux/amd64", "linux/amd64/v3", "same"),
            ("linux/amd64/v3", "linux/amd64/v3", "same"),
            ("linux/amd64/v2", "linux/amd64/v3", "same"),
            ("linux/amd64/v3", "linux/amd64", "differs"),
            ("linux/arm/v6", "linux/arm/v7", "below"),
            ("linux/arm/v6", "linux/arm", "below"),
            ("linux/arm/v7", "linux/arm/v6", "differs"),
            ("linux/arm", "linux/arm/v6", "same"),
            ("linux/arm/v7", "linux/arm/v7", "same"),
            ("linux/amd64", "linux/arm64", "differs"),
            ("linux/386", "linux/amd64", "runs"),
            ("linux/amd64", "linux/386", "differs"),
            ("linux/arm/v7", "linux/arm64", "runs"),
            ("windows/amd64", "linux/amd64", "differs"),
            ("linux/arm64/v8.1", "linux/arm64", "differs"),
            ("linux/arm64/v8.1", "linux/arm64/v8", "differs"),
            ("linux/arm64/v8.1", "linux/arm64/v8.2", "same"),
            ("linux/arm64/v8.5", "linux/arm64/v9", "same"),
            ("linux/arm64/v9.0", "linux/arm64/v8", "differs"),
            ("linux/arm64/v9.0", "linux/arm64/v8.5", "differs"),
            ("linux/arm64/v9.0", "linux/arm64/v8.9", "differs"),
            ("linux/arm64/v8.6", "linux/arm64/v9", "differs"),
            ("linux/arm64/v8.6", "linux/arm64/v9.1", "same"),
            ("linux/arm64/v9.5", "linux/arm64/v9", "differs"),
            ("linux/arm64/v9.0", "linux/arm64/v9", "same"),
            ("linux/ppc64le/power10", "linux/ppc64le", "differs"),
            ("linux/ppc64le/power9", "linux/ppc64le/power10", "same"),
            ("linux/ppc64le", "linux/ppc64le", "same"),
            ("linux/riscv64/rva23u64", "linux/riscv64", "differs"),
            ("linux/riscv64", "linux/riscv64", "same"),
            ("linux/mips64le/r6", "linux/mips64le", "differs"),
            ("linux/mips64le", "linux/mips64le", "same"),
            ("linux/s390x", "linux/s390x", "same"),
            ("solaris/amd64", "illumos/amd64", "same"),
            ("illumos/amd64", "linux/amd64", "differs"),
            ("dragonfly/amd64", "linux/amd64", "differs"),
            ("wasip1/wasm", "wasi/wasm", "same"),
            ("wasip1/wasm", "wasip1/wasm32", "same"),
            ("wasip1/wasm", "linux/amd64", "differs"),
            // `pack build` leaves the architecture empty (containers/podman#8132): no contradiction.
            ("linux/amd64", "linux/", "unknown"),
            ("windows/amd64", "linux/", "differs"),
            ("linux/amd64", "/amd64", "same"),
            ("linux/amd64", "/arm64", "differs"),
        ] {
            let found = match fit(&executable(program), &label(said)) {
                Fit::Same => "same",
                Fit::Below(_) => "below",
                Fit::Differs { runs: Some(_), .. } => "runs",
                Fit::Differs { .. } => "differs",
                Fit::Unknown(_) => "unknown",
            };
            assert_eq!(found, expected, "{program} under {said}");
        }
    }

    #[test]
    fn levels_have_the_names_that_makers_give_them() {
        let why = |program, said| match fit(&executable(program), &label(said)) {
            Fit::Differs { why, .. } => why,
            other => panic!("{other:?}"),
        };
        for (program, said, expected) in [
            (
                "linux/arm64/v9.5",
                "linux/arm64/v9",
                "it needs Armv9.5, and the label promises Armv9.0",
            ),
            ("linux/arm64/v8.1", "linux/arm64", "it needs Armv8.1, and the label promises Armv8.0"),
            (
                "linux/amd64/v3",
                "linux/amd64",
                "it needs x86-64-v3, and the label promises x86-64-v1",
            ),
            ("linux/arm/v7", "linux/arm/v6", "it needs ARM v7, and the label promises ARM v6"),
        ] {
            assert_eq!(why(program, said), expected);
        }
    }

    #[test]
    fn one_part_of_a_fat_file_is_enough() {
        let mut fat = executable("darwin/amd64");
        fat.platforms.push(Platform::new("darwin", "arm64", ""));
        assert_eq!(fit(&fat, &label("darwin/arm64")), Fit::Same);
        fat.platforms.clear();
        assert!(matches!(fit(&fat, &label("darwin/arm64")), Fit::Unknown(_)));
    }

    #[test]
    fn labels_contradict_only_where_both_say_something() {
        for (one, other, differ) in [
            ("linux/arm64/v8", "linux/arm64", false),
            ("linux/arm/v6", "linux/arm", false),
            ("linux/arm/v6", "linux/arm/v7", true),
            ("linux/amd64", "linux/arm64", true),
            ("linux/amd64", "/amd64", false),
            ("linux/x86_64", "linux/amd64", false),
        ] {
            assert_eq!(labels_differ(&label(one), &label(other)), differ, "{one} {other}");
        }
    }
}
