//! The x86-64 level (v1 to v4), as dockerd finds it (tonistiigi/go-archvariant).

use super::cpu::field;

/// What a processor and its operating system offer, by the names of `/proc/cpuinfo`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    names: Vec<String>,
}

const V2: [&str; 7] = ["pni", "ssse3", "cx16", "sse4_1", "sse4_2", "popcnt", "lahf_lm"];
const V3: [&str; 9] = ["fma", "movbe", "xsave", "avx", "f16c", "bmi1", "avx2", "bmi2", "abm"];
const V4: [&str; 5] = ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"];

impl Features {
    /// The features of the first core in `/proc/cpuinfo`; `None` if the file lists none.
    #[must_use]
    pub fn from_cpuinfo(cpuinfo: &str) -> Option<Self> {
        let flags = field(cpuinfo, "flags")?;
        Some(Self { names: flags.split_whitespace().map(str::to_owned).collect() })
    }

    /// These features.
    #[must_use]
    pub fn of(names: &[&str]) -> Self {
        Self { names: names.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn has(&self, all: &[&str]) -> bool {
        all.iter().all(|name| self.names.iter().any(|own| own == name))
    }
}

/// The level that these features make.
#[must_use]
pub fn level(features: &Features) -> &'static str {
    if !features.has(&V2) {
        "v1"
    } else if !features.has(&V3) {
        "v2"
    } else if !features.has(&V4) {
        "v3"
    } else {
        "v4"
    }
}

/// What the processor itself reports. Its manual lists `lahf_lm` with SSE4.2, and Rust does not
/// ask for it.
#[cfg(target_arch = "x86_64")]
pub(super) fn from_processor() -> Features {
    let mut names = Vec::new();
    macro_rules! ask {
        ($($feature:tt => $name:literal),+ $(,)?) => {
            $(if std::arch::is_x86_feature_detected!($feature) { names.push($name); })+
        };
    }
    ask!(
        "sse3" => "pni", "ssse3" => "ssse3", "cmpxchg16b" => "cx16", "sse4.1" => "sse4_1",
        "sse4.2" => "sse4_2", "sse4.2" => "lahf_lm", "popcnt" => "popcnt", "fma" => "fma",
        "movbe" => "movbe", "xsave" => "xsave", "avx" => "avx", "f16c" => "f16c",
        "bmi1" => "bmi1", "avx2" => "avx2", "bmi2" => "bmi2", "lzcnt" => "abm",
        "avx512f" => "avx512f", "avx512dq" => "avx512dq", "avx512cd" => "avx512cd",
        "avx512bw" => "avx512bw", "avx512vl" => "avx512vl",
    );
    Features::of(&names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_needs_all_below_it() {
        let all = |parts: &[&[&str]]| Features::of(&parts.concat());
        assert_eq!(level(&Features::default()), "v1");
        assert_eq!(level(&all(&[&V2])), "v2");
        assert_eq!(level(&all(&[&V2, &V3])), "v3");
        assert_eq!(level(&all(&[&V2, &V3, &V4])), "v4");
        assert_eq!(level(&all(&[&V3, &V4])), "v1");
        assert_eq!(level(&all(&[&V2, &V4])), "v2");
    }

    #[test]
    fn the_first_core_tells() {
        let flags = [V2.as_slice(), V3.as_slice()].concat().join(" ");
        let cpuinfo =
            format!("processor\t: 0\nflags\t\t: fpu {flags}\n\nprocessor\t: 1\nflags\t: \n");
        assert_eq!(Features::from_cpuinfo(&cpuinfo).map(|f| level(&f)), Some("v3"));
        assert_eq!(Features::from_cpuinfo("Features : half thumb"), None);
    }
}
