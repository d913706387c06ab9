//! The platforms that programs are built for: what `go tool dist list` prints (Go 1.25, and
//! windows/arm, which Go dropped after it), and the variants of each architecture.

/// Operating systems, each with its architectures.
pub const PLATFORMS: [(&str, &[&str]); 17] = [
    (
        "linux",
        &[
            "amd64", "arm64", "arm", "386", "loong64", "mips", "mips64", "mips64le", "mipsle",
            "ppc64", "ppc64le", "riscv64", "s390x",
        ],
    ),
    ("windows", &["amd64", "arm64", "386", "arm"]),
    ("darwin", &["amd64", "arm64"]),
    ("freebsd", &["amd64", "arm64", "386", "arm", "riscv64"]),
    ("aix", &["ppc64"]),
    ("android", &["386", "amd64", "arm", "arm64"]),
    ("dragonfly", &["amd64"]),
    ("illumos", &["amd64"]),
    ("ios", &["amd64", "arm64"]),
    ("js", &["wasm"]),
    ("netbsd", &["386", "amd64", "arm", "arm64"]),
    ("openbsd", &["386", "amd64", "arm", "arm64", "ppc64", "riscv64"]),
    ("plan9", &["386", "amd64", "arm"]),
    ("solaris", &["amd64"]),
    ("wasip1", &["wasm"]),
    // Not Go's names, and still in use: runtimes of WebAssembly images.
    ("wasi", &["wasm", "wasm32"]),
    ("wasip2", &["wasm"]),
];

/// Variants: the instruction set levels that image builders write (OCI `image-index.md`,
/// "Platform Variants"; GOAMD64, GOARM, GOARM64, GOPPC64, GORISCV64, GOMIPS, GO386).
const VARIANTS: [(&str, &[&str]); 8] = [
    ("amd64", &["v1", "v2", "v3", "v4"]),
    ("arm", &["v5", "v6", "v7", "v8"]),
    (
        "arm64",
        &[
            "v8", "v8.0", "v8.1", "v8.2", "v8.3", "v8.4", "v8.5", "v8.6", "v8.7", "v8.8", "v8.9",
            "v9", "v9.0", "v9.1", "v9.2", "v9.3", "v9.4", "v9.5",
        ],
    ),
    ("386", &["sse2", "softfloat"]),
    ("ppc64le", &["power8", "power9", "power10"]),
    ("riscv64", &["rva20u64", "rva22u64", "rva23u64"]),
    ("mips64le", &["hardfloat", "softfloat"]),
    ("mipsle", &["hardfloat", "softfloat"]),
];

/// The architectures of an operating system; `None` if the system is not known.
#[must_use]
pub fn architectures(os: &str) -> Option<&'static [&'static str]> {
    PLATFORMS.iter().find(|(known, _)| *known == os).map(|(_, architectures)| *architectures)
}

/// The variants of an architecture; empty if it has none.
#[must_use]
pub fn variants(architecture: &str) -> &'static [&'static str] {
    VARIANTS.iter().find(|(known, _)| *known == architecture).map_or(&[], |(_, all)| *all)
}

/// Whether programs are built for this pair.
#[must_use]
pub fn is_known(os: &str, architecture: &str) -> bool {
    architectures(os).is_some_and(|all| all.contains(&architecture))
}
