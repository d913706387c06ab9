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
        /// In a few words; empty where both names say it.
        why: String,
        /// Why it runs on such machines nevertheless.
        runs: Option<&'static str>,
    },
    /// The header says nothing that could be compared; why.
    Unknown(String),
}

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
    if !said.os.is_empty() && said.os != program.os {
        return differs(None);
    }
    if said.architecture != program.architecture {
        return differs(match (program.architecture.as_str(), said.architecture.as_str()) {
            ("386", "amd64") => Some("x86-64 machines run i386 programs"),
            ("arm", "arm64") => Some("many arm64 machines run 32-bit ARM programs, not all"),
            _ => None,
        });
    }
    let (needs, promised) = match program.architecture.as_str() {
        // A program that does not state its version is not taken for v7, as a label is.
        "arm" => (number(&made_for.variant), number(&said.variant)),
        "amd64" => (number(&program.variant).or(Some(1)), number(&said.variant).or(Some(1))),
        _ => return Fit::Same,
    };
    let (Some(needs), Some(promised)) = (needs, promised) else { return Fit::Same };
    let arm = program.architecture == "arm";
    let spelled = |number: u32| {
        if arm { format!("ARM v{number}") } else { format!("x86-64-v{number}") }
    };
    if needs > promised {
        Fit::Differs {
            why: format!(
                "it needs {}, and the label promises {}",
                spelled(needs),
                spelled(promised)
            ),
            runs: None,
        }
    } else if needs < promised && arm {
        Fit::Below(format!("it is made for {}, which {} runs", spelled(needs), spelled(promised)))
    } else {
        // A level is only stated by programs that need one.
        Fit::Same
    }
}

/// The number of a variant: `v7` is 7.
fn number(variant: &str) -> Option<u32> {
    let digits: String =
        variant.strip_prefix('v')?.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Whether two labels of one image contradict each other. A part that one of them leaves out is
/// no contradiction.
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
            ("wasip1/wasm", "wasi/wasm", "same"),
            ("wasip1/wasm", "wasip1/wasm32", "same"),
            ("wasip1/wasm", "linux/amd64", "differs"),
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
