//! One entry of a layer.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Path;
use super::path::Stored;
use crate::oci::Digest;

/// What a layer's tar says of one path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What it is about. Of a whiteout, the path that goes away; of an opaque mark, the folder.
    #[serde(rename = "p")]
    pub path: Path,
    /// What it is.
    #[serde(rename = "k")]
    pub kind: Kind,
    /// The size of a file's content in bytes; 0 of everything else.
    #[serde(rename = "s", default, skip_serializing_if = "is_zero")]
    pub size: u64,
    /// Permissions with setuid, setgid and sticky bits (`0o7777`).
    #[serde(rename = "m")]
    pub mode: u32,
    /// The owner's number.
    #[serde(rename = "u", default, skip_serializing_if = "is_zero")]
    pub uid: u64,
    /// The group's number.
    #[serde(rename = "g", default, skip_serializing_if = "is_zero")]
    pub gid: u64,
    /// When it was last modified, in seconds since 1970.
    #[serde(rename = "t", default)]
    pub mtime: i64,
    /// What a file's content hashes to. `None` of everything else, if the content was not read,
    /// and in the listing of a [`Reader::walk`](crate::work::layers::Reader::walk).
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Checksum>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A regular file.
    #[serde(rename = "f")]
    File,
    /// A folder.
    #[serde(rename = "d")]
    Folder,
    /// A symbolic link; the target as it is written.
    #[serde(rename = "l")]
    Symlink(Target),
    /// Another name of the file with this path, which this or a lower layer holds.
    #[serde(rename = "h")]
    HardLink(Path),
    /// A character device: major and minor number.
    #[serde(rename = "c")]
    CharacterDevice(u32, u32),
    /// A block device: major and minor number.
    #[serde(rename = "b")]
    BlockDevice(u32, u32),
    /// A named pipe.
    #[serde(rename = "p")]
    Fifo,
    /// The path, with all below it, of the layers below goes away (`.wh.NAME`).
    #[serde(rename = "w")]
    Whiteout,
    /// What the layers below have in this folder goes away (`.wh..wh..opq`).
    #[serde(rename = "o")]
    Opaque,
}

impl Kind {
    /// The word for it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Symlink(_) => "symbolic link",
            Self::HardLink(_) => "hard link",
            Self::CharacterDevice(..) => "character device",
            Self::BlockDevice(..) => "block device",
            Self::Fifo => "named pipe",
            Self::Whiteout => "whiteout",
            Self::Opaque => "opaque mark",
        }
    }

    /// A mark that takes something of the layers below away.
    #[must_use]
    pub fn removes(&self) -> bool {
        matches!(self, Self::Whiteout | Self::Opaque)
    }
}

impl Entry {
    /// Permissions as `ls -l` writes them: `-rwxr-xr-x`.
    #[must_use]
    pub fn permissions(&self) -> String {
        let kind = match self.kind {
            Kind::File | Kind::HardLink(_) => '-',
            Kind::Folder | Kind::Opaque => 'd',
            Kind::Symlink(_) => 'l',
            Kind::CharacterDevice(..) => 'c',
            Kind::BlockDevice(..) => 'b',
            Kind::Fifo => 'p',
            Kind::Whiteout => '?',
        };
        let mut text = String::from(kind);
        for (shift, special, letters) in [(6, 0o4000, "sS"), (3, 0o2000, "sS"), (0, 0o1000, "tT")] {
            let bits = self.mode >> shift;
            text.push(if bits & 4 == 0 { '-' } else { 'r' });
            text.push(if bits & 2 == 0 { '-' } else { 'w' });
            let mut letters = letters.chars();
            let (with, without) = (letters.next(), letters.next());
            let execute = match (self.mode & special != 0, bits & 1 != 0) {
                (true, true) => with,
                (true, false) => without,
                (false, true) => Some('x'),
                (false, false) => None,
            };
            text.push(execute.unwrap_or('-'));
        }
        text
    }

    /// A regular file that someone may run.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        self.kind == Kind::File && self.mode & 0o111 != 0
    }
}

/// Where a symbolic link points, as written: any bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target(Box<[u8]>);

impl Target {
    /// The target with these bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes as written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text; what is not UTF-8 is shown as `�`. Not escaped.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text())
    }
}

impl Serialize for Target {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored::of(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Target {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::new(Stored::deserialize(deserializer)?.into_bytes()))
    }
}

/// The sha256 of a file's content: 32 bytes instead of a [`Digest`]'s text, because a layer has
/// many.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Checksum([u8; 32]);

impl Checksum {
    /// The checksum of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let mut summing = Summing::default();
        summing.update(bytes);
        summing.finish()
    }

    /// Reads `sha256:HEX`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_hex(text.strip_prefix("sha256:")?)
    }

    /// As a digest.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        format!("sha256:{}", self.hex()).parse().ok()
    }

    /// The 64 hex digits.
    #[must_use]
    pub fn hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    fn from_hex(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
        let is_hex = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hex || pairs.len() != bytes.len() || !rest.is_empty() {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl Serialize for Checksum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.hex())
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        Self::from_hex(&hex).ok_or_else(|| serde::de::Error::custom("64 hex digits expected"))
    }
}

/// Computes a [`Checksum`] over bytes that arrive in pieces.
#[derive(Debug, Clone, Default)]
pub struct Summing(sha2::Sha256);

impl Summing {
    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.0, bytes);
    }

    /// The checksum of all bytes.
    #[must_use]
    pub fn finish(self) -> Checksum {
        Checksum(sha2::Digest::finalize(self.0).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_digests() {
        let sum = Checksum::of(b"platy");
        let digest = sum.digest().unwrap();
        assert_eq!(digest, Digest::sha256(b"platy"));
        assert_eq!(Checksum::parse(digest.as_str()), Some(sum));
        assert_eq!(Checksum::parse("sha256:12"), None);
        assert_eq!(Checksum::parse(&format!("sha256:{}", "+1".repeat(32))), None);
    }

    #[test]
    fn permissions_as_ls_writes_them() {
        let entry = |kind, mode| Entry {
            path: Path::root(),
            kind,
            size: 0,
            mode,
            uid: 0,
            gid: 0,
            mtime: 0,
            digest: None,
        };
        for (kind, mode, text) in [
            (Kind::File, 0o755, "-rwxr-xr-x"),
            (Kind::File, 0o4755, "-rwsr-xr-x"),
            (Kind::File, 0o2640, "-rw-r-S---"),
            (Kind::Folder, 0o1777, "drwxrwxrwt"),
            (Kind::Fifo, 0o600, "prw-------"),
        ] {
            assert_eq!(entry(kind, mode).permissions(), text);
        }
    }
}
