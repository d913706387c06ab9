//! The names that distributions give architectures.

/// Names for one architecture, Go's first.
const NAMES: [&[&str]; 17] = [
    &["amd64", "x86_64", "x64", "x86-64", "amd64v2", "amd64v3", "amd64v4"],
    &["arm64", "aarch64", "armv8"],
    &["arm", "armhf", "armel", "armhfp", "armeb"],
    &["386", "i386", "i486", "i586", "i686", "x86", "pentium4", "athlon", "geode"],
    &["ppc64le", "ppc64el", "powerpc64le"],
    &["s390x"],
    &["riscv64", "riscv64gc", "riscv64a23"],
    &["mips64le", "mips64el"],
    &["mipsle", "mipsel"],
    &["loong64", "loongarch64"],
    &["ppc64", "powerpc64"],
    &["mips64"],
    &["mips"],
    &["ppc", "powerpc"],
    &["s390"],
    &["sparc64"],
    &["alpha"],
];

/// The architecture that a name is of, in Go's words; `None` if that is not known. What follows `_`
/// is a level or a processor (`x86_64_v2` of AlmaLinux, `aarch64_cortex-a53` of OpenWrt), and names
/// of ARM have a version and the float unit behind them (`armv7hl`).
#[must_use]
pub fn family(architecture: &str) -> Option<&'static str> {
    let name = architecture.to_ascii_lowercase();
    let known = |name: &str| NAMES.iter().find(|names| names.contains(&name))?.first().copied();
    let cut = |(at, _): (usize, &str)| name.get(..at).and_then(known);
    let arm = || {
        let version = name.strip_prefix("armv")?.bytes().next()?;
        matches!(version, b'4'..=b'7').then_some("arm")
    };
    known(&name).or_else(|| name.rmatch_indices('_').find_map(cut)).or_else(arm)
}

/// Whether packages of this architecture run everywhere, or are not binaries at all.
#[must_use]
pub fn is_neutral(architecture: &str) -> bool {
    matches!(
        architecture.to_ascii_lowercase().as_str(),
        "" | "all" | "any" | "noarch" | "source" | "src" | "(none)" | "unknown"
    )
}

/// Whether both names are of one architecture.
#[must_use]
pub fn is_same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) || family(one).is_some_and(|it| family(other) == Some(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_and_go_are_told_together() {
        for (one, other, same) in [
            ("amd64", "x86_64", true),
            ("arm64", "aarch64", true),
            ("arm", "armhf", true),
            ("arm", "armv7", true),
            ("386", "i686", true),
            ("ppc64le", "ppc64el", true),
            ("AMD64", "amd64", true),
            ("arm", "arm64", false),
            ("amd64", "i386", false),
            ("s390x", "riscv64", false),
            ("sparc", "sparc", true),
            ("x86_64", "x86_64_v2", true),
            ("amd64", "amd64v3", true),
            ("arm64", "aarch64_cortex-a53", true),
            ("arm", "arm_cortex-a7_neon-vfpv4", true),
            ("arm", "armv7hnl", true),
            ("arm", "armv6hl", true),
            ("mipsle", "mipsel_24kc", true),
            ("386", "i386_pentium4", true),
            ("armv8l", "arm", false),
            ("x_y", "x_z", false),
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
        }
        assert_eq!([family("sh4"), family("x_86"), family("")], [None; 3]);
        assert!(is_neutral("noarch") && is_neutral("all") && !is_neutral("i386"));
    }
}
