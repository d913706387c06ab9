//! What Go writes into its programs: for which system and processor they were built. It stays in
//! stripped programs.

use memchr::memmem;

/// The start of the record (Go's `debug/buildinfo`).
const MAGIC: &[u8] = b"\xff Go buildinf:";
/// The record begins at a multiple of this.
const ALIGN: usize = 16;
/// The version of Go follows the head of the record.
const HEAD: usize = 32;
/// The flag of records that hold their texts themselves: Go 1.18 and newer. Older ones have no
/// settings either.
const INLINE: u8 = 2;
/// What frames the settings: 16 bytes before and 16 behind (`cmd/go`, `modload.ModInfoData`).
const FRAME: usize = 16;

/// The settings that a program was built with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Settings(Vec<(String, String)>);

impl Settings {
    /// The settings in these bytes of a program; `None` if they are not there.
    pub(super) fn find(bytes: &[u8]) -> Option<Self> {
        let at = memmem::find_iter(bytes, MAGIC).find(|at| at.is_multiple_of(ALIGN))?;
        let record = bytes.get(at..)?;
        if record.get(15)? & INLINE == 0 {
            return Some(Self::default());
        }
        let (_, rest) = text(record.get(HEAD..)?)?;
        let (settings, _) = text(rest)?;
        let end = settings.len().checked_sub(FRAME)?;
        let settings = String::from_utf8_lossy(settings.get(FRAME..end)?);
        let lines = settings.lines().filter_map(|line| line.strip_prefix("build\t"));
        let pairs = lines.filter_map(|line| line.split_once('='));
        Some(Self(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The system (`GOOS`).
    pub(super) fn system(&self) -> Option<&str> {
        self.get("GOOS")
    }

    /// The level that was asked for of this architecture, as it is written: `GOAMD64=v3`.
    pub(super) fn level(&self, architecture: &str) -> Option<(&'static str, &str)> {
        let name = match architecture {
            "amd64" => "GOAMD64",
            "386" => "GO386",
            "arm" => "GOARM",
            "arm64" => "GOARM64",
            "ppc64" | "ppc64le" => "GOPPC64",
            "riscv64" => "GORISCV64",
            "mips" | "mipsle" => "GOMIPS",
            "mips64" | "mips64le" => "GOMIPS64",
            _ => return None,
        };
        Some((name, self.get(name)?))
    }

    /// The variant that a platform needs for that level; empty for what every machine of the
    /// architecture has (`go help environment`, `internal/buildcfg`).
    pub(super) fn variant(&self, architecture: &str) -> Option<String> {
        let (_, level) = self.level(architecture)?;
        let mut parts = level.split(',');
        let first = parts.next().unwrap_or_default();
        Some(match architecture {
            "amd64" if first == "v1" => String::new(),
            "arm" => format!("v{first}"),
            // The atomics of LSE came with 8.1.
            "arm64" if first == "v8.0" && parts.any(|it| it == "lse") => "v8.1".to_owned(),
            "arm64" if first == "v8.0" => String::new(),
            "ppc64" | "ppc64le" if first == "power8" => String::new(),
            "riscv64" if first == "rva20u64" => String::new(),
            "amd64" | "arm64" | "ppc64" | "ppc64le" | "riscv64" => first.to_owned(),
            _ => String::new(),
        })
    }
}

/// A text with its length before it, in groups of seven bits, the lowest first.
fn text(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut length = 0_usize;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return bytes.get(at + 1..)?.split_at_checked(length);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sandbox::go_build_info;

    #[test]
    fn settings_are_found_and_become_variants() {
        for (architecture, name, value, variant) in [
            ("amd64", "GOAMD64", "v1", ""),
            ("amd64", "GOAMD64", "v3", "v3"),
            ("arm", "GOARM", "7", "v7"),
            ("arm", "GOARM", "5,hardfloat", "v5"),
            ("arm64", "GOARM64", "v8.0", ""),
            ("arm64", "GOARM64", "v8.0,crypto", ""),
            ("arm64", "GOARM64", "v8.0,lse", "v8.1"),
            ("arm64", "GOARM64", "v9.2,crypto", "v9.2"),
            ("ppc64le", "GOPPC64", "power8", ""),
            ("ppc64le", "GOPPC64", "power10", "power10"),
            ("riscv64", "GORISCV64", "rva20u64", ""),
            ("riscv64", "GORISCV64", "rva22u64", "rva22u64"),
            ("386", "GO386", "softfloat", ""),
            ("mipsle", "GOMIPS", "hardfloat", ""),
        ] {
            let record = go_build_info(&[("GOOS", "illumos"), (name, value)]);
            let bytes = [&[0; 48][..], &record, b"data"].concat();
            let settings = Settings::find(&bytes).unwrap();
            assert_eq!(settings.system(), Some("illumos"));
            assert_eq!(settings.level(architecture), Some((name, value)));
            assert_eq!(settings.variant(architecture).as_deref(), Some(variant), "{value}");
            assert_eq!(settings.variant("s390x"), None);
            // A record at another place is a text of the program that speaks of it.
            assert_eq!(Settings::find(&bytes[1..]), None);
        }
        let old = [MAGIC, &[8, 0], &[0; 16]].concat();
        assert_eq!(Settings::find(&old), Some(Settings::default()));
    }

    proptest! {
        #[test]
        fn damaged_records_are_no_trouble(
            cut in any::<prop::sample::Index>(),
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        ) {
            let mut record = go_build_info(&[("GOAMD64", "v3"), ("GOOS", "linux")]);
            for (at, byte) in damage {
                let at = at.index(record.len());
                record[at] = byte;
            }
            record.truncate(cut.index(record.len() + 1));
            let _ = Settings::find(&record).map(|it| it.variant("amd64"));
        }
    }
}
