//! The names that distributions give architectures.

/// Names for one architecture, Go's first.
const NAMES: [&[&str]; 11] = [
    &["amd64", "x86_64", "x64", "x86-64"],
    &["arm64", "aarch64", "armv8"],
    &[
        "arm", "armhf", "armel", "armv5tel", "armv6", "armv6l", "armv6hl", "armv7", "armv7l",
        "armv7hl", "armhfp",
    ],
    &["386", "i386", "i486", "i586", "i686", "x86"],
    &["ppc64le", "ppc64el"],
    &["s390x"],
    &["riscv64"],
    &["mips64le", "mips64el"],
    &["mipsle", "mipsel"],
    &["loong64", "loongarch64"],
    &["ppc64"],
];

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
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    one == other
        || NAMES
            .iter()
            .any(|names| names.contains(&one.as_str()) && names.contains(&other.as_str()))
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
        ] {
            assert_eq!(is_same(one, other), same, "{one} {other}");
        }
        assert!(is_neutral("noarch") && is_neutral("all") && !is_neutral("i386"));
    }
}
