//! Tags that say that they are of one platform: `1.2-arm64`, `amd64-latest`, `3-windows`.

/// Parts of a tag that stand for one platform wherever they are in it.
const ANYWHERE: [&str; 14] = [
    "amd64", "x86_64", "x86-64", "arm64", "aarch64", "arm32", "armhf", "armel", "armv", "riscv64",
    "ppc64", "s390x", "loong", "mips",
];

/// Words of a tag that stand for one platform by themselves.
const WORDS: [&str; 9] = ["386", "arm", "arm6", "arm7", "i386", "i686", "wasm", "x64", "x86"];

/// How words begin that name a base of Windows.
const WINDOWS: [&str; 3] = ["windows", "nanoserver", "servercore"];

/// Whether a tag says that it is of one platform, so that an image alone under it is as it should
/// be.
pub fn names_platform(tag: &str) -> bool {
    let tag = tag.to_ascii_lowercase();
    ANYWHERE.iter().any(|part| tag.contains(part))
        || tag
            .split(['-', '_'])
            .any(|word| WORDS.contains(&word) || WINDOWS.iter().any(|base| word.starts_with(base)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_its_platform_in_many_ways() {
        for tag in [
            "1.2-amd64",
            "arm64v8-latest",
            "1.2_linux_arm",
            "v3-armv7",
            "1.2-riscv64",
            "1.2-x86_64",
            "edge-AARCH64",
            "6-386",
            "3.12-windowsservercore-ltsc2022",
            "nanoserver-1809",
            "linuxppc64le",
        ] {
            assert!(names_platform(tag), "{tag}");
        }
        for tag in ["1.2", "latest", "alpine", "bookworm-slim", "1.386", "army", "charm", "x8"] {
            assert!(!names_platform(tag), "{tag}");
        }
    }
}
