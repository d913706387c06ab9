//! Paths inside an image: any bytes, counted from the image's root.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text::escape;

/// A path from the image's root, without a leading slash and without empty parts, `.` or `..`.
/// Its bytes are those of the tar; they need not be UTF-8. The root itself is the empty path.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Box<[u8]>);

/// Why a name cannot be a path inside an image: it leads out of it with `..`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Climbs;

impl Path {
    /// The root of the image.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a name. A leading slash means the image's root, as it does for every engine.
    ///
    /// # Errors
    /// If it leads out of the image with `..`; within it, engines clean it (`filepath.Clean`).
    pub fn parse(name: &[u8]) -> Result<Self, Climbs> {
        let mut bytes: Vec<u8> = Vec::with_capacity(name.len());
        for part in name.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." if bytes.is_empty() && name.first() == Some(&b'/') => {}
                b".." if bytes.is_empty() => return Err(Climbs),
                b".." => {
                    let end = bytes.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                    bytes.truncate(end);
                }
                part => {
                    if !bytes.is_empty() {
                        bytes.push(b'/');
                    }
                    bytes.extend_from_slice(part);
                }
            }
        }
        Ok(Self(bytes.into()))
    }

    /// Where a name leads when it is looked up from this folder: a leading slash begins at the
    /// root, `..` goes up and stays at the root there, as in a container. Symbolic links are not
    /// looked at.
    #[must_use]
    pub fn join(&self, name: &[u8]) -> Self {
        let mut parts: Vec<&[u8]> =
            if name.first() == Some(&b'/') { Vec::new() } else { self.parts().collect() };
        for part in name.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        Self(parts.join(&b'/').into())
    }

    /// The parts between the slashes.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        self.0.split(|byte| *byte == b'/').filter(|part| !part.is_empty())
    }

    /// The last part; `None` of the root.
    #[must_use]
    pub fn name(&self) -> Option<&[u8]> {
        self.parts().next_back()
    }

    /// The folder that holds it; `None` of the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        let end = self.0.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
        self.0.get(..end).map(|bytes| Self(bytes.into()))
    }

    /// The folders above it, the outermost first; not the root.
    pub fn above(&self) -> impl DoubleEndedIterator<Item = &[u8]> {
        let slashes = self.0.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        slashes.filter_map(|(at, _)| self.0.get(..at))
    }

    /// Whether this path lies at or below that one.
    #[must_use]
    pub fn is_within(&self, folder: &Self) -> bool {
        folder.is_root()
            || self.0.strip_prefix(&*folder.0).is_some_and(|rest| matches!(rest, [] | [b'/', ..]))
    }

    /// The same in small letters, for systems that do not tell them from capitals.
    #[must_use]
    pub fn lowercase(&self) -> Self {
        Self(String::from_utf8_lossy(&self.0).to_lowercase().into_bytes().into())
    }

    /// A path of bytes that are regular already, such as those of [`Path::above`].
    pub(super) fn regular(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Whether this is the image's root.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The bytes, without a leading slash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path with a leading slash as text, as JSON shows it: what is not UTF-8 is shown as `�`.
    /// Not escaped.
    #[must_use]
    pub fn text(&self) -> String {
        format!("/{}", String::from_utf8_lossy(&self.0))
    }

    /// The path with a leading slash for a terminal: harmful characters are escaped.
    #[must_use]
    pub fn shown(&self) -> String {
        escape(&self.text()).into_owned()
    }
}

/// As [`Path::shown`].
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

/// To be found in a map by its bytes, or by those of a folder above another path.
impl std::borrow::Borrow<[u8]> for Path {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

/// A text written in the program or in a config: as [`Path::join`] from the root.
impl From<&str> for Path {
    fn from(text: &str) -> Self {
        Self::root().join(text.as_bytes())
    }
}

/// Text if it is UTF-8, else the bytes as numbers: nothing is lost in the cache.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Stored {
    Text(String),
    Bytes(Vec<u8>),
}

impl Stored {
    pub(super) fn of(bytes: &[u8]) -> Self {
        match str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.to_owned()),
            Err(_) => Self::Bytes(bytes.to_vec()),
        }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.into_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl Serialize for Path {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Stored::of(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Stored::deserialize(deserializer)?.into_bytes();
        Self::parse(&bytes).map_err(|_| serde::de::Error::custom("the path climbs"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_made_regular() {
        for (name, path) in [
            ("./usr//bin/", Ok("/usr/bin")),
            ("/etc/passwd", Ok("/etc/passwd")),
            ("./", Ok("/")),
            ("..a/b..", Ok("/..a/b..")),
            ("../x", Err(Climbs)),
            ("a/../b", Ok("/b")),
            ("a/b/../../c/./d/..", Ok("/c")),
            ("a/../../b", Err(Climbs)),
            ("/../b", Ok("/b")),
        ] {
            assert_eq!(
                Path::parse(name.as_bytes()).map(|path| path.text()),
                path.map(str::to_owned),
                "{name}"
            );
        }
        for (folder, name, path) in [
            ("usr/bin", "../lib/x", "/usr/lib/x"),
            ("usr/bin", "/x", "/x"),
            ("usr/bin", "../../../../x", "/x"),
            ("", ".", "/"),
        ] {
            assert_eq!(Path::from(folder).join(name.as_bytes()).text(), path);
        }
        let path = Path::from("/usr/bin/env");
        assert_eq!(path.name(), Some(&b"env"[..]));
        assert_eq!(path.parent(), Some(Path::from("usr/bin")));
        assert_eq!(Path::from("/usr").parent(), Some(Path::root()));
        assert_eq!(Path::root().parent(), None);
    }

    #[test]
    fn what_is_harmful_is_escaped() {
        let path = Path::parse(b"a\x1b[2Jb/\xff").unwrap();
        assert_eq!(path.shown(), "/a\\e[2Jb/\u{fffd}");
    }

    proptest! {
        #[test]
        fn a_path_survives_the_cache(name in proptest::collection::vec(any::<u8>(), 0..24)) {
            if let Ok(path) = Path::parse(&name) {
                let json = serde_json::to_string(&path).unwrap();
                prop_assert_eq!(serde_json::from_str::<Path>(&json).unwrap(), path);
            }
        }

        #[test]
        fn a_joined_path_is_regular(folder in "[a./]{0,12}", name in "[a./]{0,12}") {
            let path = Path::from(folder.as_str()).join(name.as_bytes());
            prop_assert_eq!(Path::parse(path.as_bytes()), Ok(path));
        }
    }
}
