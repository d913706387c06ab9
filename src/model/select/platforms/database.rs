//! The names that the library knows (containerd/platforms `database.go`), and how it spells them.

use std::borrow::Cow;

use super::Version;

const SYSTEMS: [&str; 17] = [
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

const ARCHITECTURES: [&str; 24] = [
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Whether a bare word is an operating system.
pub(super) fn is_system(name: &str) -> bool {
    SYSTEMS.contains(&name)
}

/// Whether a bare word is an architecture.
pub(super) fn is_architecture(name: &str) -> bool {
    ARCHITECTURES.contains(&name)
}

/// WebAssembly's systems: the library does not know them, and they are in use.
const WASM: [&str; 3] = ["wasi", "wasip1", "wasip2"];

/// Of an operating system that is not known: the known one that is most like it, if one is.
pub(in crate::model::select) fn unknown_system(name: &str) -> Option<Option<&'static str>> {
    (!is_system(name) && !WASM.contains(&name)).then(|| most_like(name, &SYSTEMS))
}

/// Of an architecture that is not known: the known one that is most like it, if one is.
pub(in crate::model::select) fn unknown_architecture(name: &str) -> Option<Option<&'static str>> {
    (!is_architecture(name) && name != "wasm32").then(|| most_like(name, &ARCHITECTURES))
}

fn most_like(name: &str, known: &[&'static str]) -> Option<&'static str> {
    /// How much alike two words are of which one is probably meant for the other (Jaro-Winkler).
    const ALIKE: f64 = 0.75;
    let like = |other: &str| strsim::jaro_winkler(name, other);
    let nearest = known.iter().copied().max_by(|a, b| like(a).total_cmp(&like(b)))?;
    (like(nearest) > ALIKE).then_some(nearest)
}

/// The operating system in lower case, `macos` as `darwin`; an empty one stays empty, which the
/// library takes for the system that it runs on.
pub(super) fn system(name: &str) -> String {
    let name = name.to_lowercase();
    if name == "macos" { "darwin".to_owned() } else { name }
}

/// Architecture and variant in the library's spelling.
pub(super) fn architecture(name: &str, variant: &str, version: Version) -> (String, String) {
    let (name, variant) = (name.to_lowercase(), variant.to_lowercase());
    let (name, variant): (Cow<'_, str>, Cow<'_, str>) = match name.as_str() {
        "i386" => ("386".into(), "".into()),
        "x86_64" | "x86-64" | "amd64" => {
            ("amd64".into(), if variant == "v1" { "".into() } else { variant.into() })
        }
        "aarch64" | "arm64" => ("arm64".into(), arm64(variant, version)),
        "armhf" => ("arm".into(), "v7".into()),
        "armel" => ("arm".into(), "v6".into()),
        "arm" => (
            "arm".into(),
            match variant.as_str() {
                "" | "7" => "v7".into(),
                "5" => "v5".into(),
                "6" => "v6".into(),
                "8" => "v8".into(),
                _ => variant.into(),
            },
        ),
        _ => (name.into(), variant.into()),
    };
    (name.into_owned(), variant.into_owned())
}

fn arm64(variant: String, version: Version) -> Cow<'static, str> {
    match variant.as_str() {
        "8" | "v8" => "".into(),
        "v8.0" if version.minds_minor() => "".into(),
        "9" | "9.0" | "v9.0" if version.minds_minor() => "v9".into(),
        _ => variant.into(),
    }
}
