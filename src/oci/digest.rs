//! Content digests, as the OCI image specification defines them (`descriptor.md`, "Digests").

use std::fmt::{self, Write as _};
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// A hash algorithm that platy can verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Algorithm {
    /// SHA-256, the one that registries use.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name as it is before the colon of a digest.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    fn hex_len(self) -> usize {
        match self {
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Sha256, Self::Sha384, Self::Sha512].into_iter().find(|a| a.name() == name)
    }
}

/// `algorithm:hex`, always well formed and of an algorithm that can be verified.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest {
    text: Arc<str>,
    algorithm: Algorithm,
}

/// Why a text is not a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DigestError {
    /// No colon between algorithm and hex.
    NoColon,
    /// An algorithm that is not sha256, sha384 or sha512.
    UnknownAlgorithm(String),
    /// The hex part has another length than the algorithm gives.
    Length {
        /// What the algorithm gives.
        expected: usize,
        /// What is there.
        found: usize,
    },
    /// The hex part holds something other than `0-9a-f`.
    NotHex,
}

impl fmt::Display for DigestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColon => write!(f, "a digest is written algorithm:hex"),
            Self::UnknownAlgorithm(name) => {
                write!(f, "unknown digest algorithm {name:?} (sha256, sha384 and sha512 are known)")
            }
            Self::Length { expected, found } => {
                write!(f, "{expected} hex digits expected, {found} found")
            }
            Self::NotHex => write!(f, "only the digits 0-9 and a-f may follow the colon"),
        }
    }
}

impl std::error::Error for DigestError {}

impl Digest {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(algorithm: Algorithm, bytes: &[u8]) -> Self {
        let mut hasher = Hasher::new(algorithm);
        hasher.update(bytes);
        hasher.finish()
    }

    /// The sha256 digest of these bytes.
    #[must_use]
    pub fn sha256(bytes: &[u8]) -> Self {
        Self::of(Algorithm::Sha256, bytes)
    }

    /// The whole text, `algorithm:hex`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which hash this is.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The part after the colon.
    #[must_use]
    pub fn hex(&self) -> &str {
        self.text.split_once(':').map_or("", |(_, hex)| hex)
    }

    /// Where an OCI image layout keeps what has this digest (image-spec, `image-layout.md`).
    #[must_use]
    pub fn layout_path(&self) -> String {
        format!("blobs/{}/{}", self.algorithm().name(), self.hex())
    }

    /// The first twelve hex digits, as the screens show them.
    #[must_use]
    pub fn short(&self) -> &str {
        self.hex().get(..12).unwrap_or_default()
    }

    /// Whether these bytes hash to this digest.
    #[must_use]
    pub fn matches(&self, bytes: &[u8]) -> bool {
        Self::of(self.algorithm, bytes) == *self
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, hex) = text.split_once(':').ok_or(DigestError::NoColon)?;
        let algorithm = Algorithm::from_name(name)
            .ok_or_else(|| DigestError::UnknownAlgorithm(name.to_owned()))?;
        if hex.len() != algorithm.hex_len() {
            return Err(DigestError::Length {
                expected: algorithm.hex_len(),
                found: hex.chars().count(),
            });
        }
        if !hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(DigestError::NotHex);
        }
        Ok(Self { text: text.into(), algorithm })
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Computes a digest over bytes that arrive in pieces.
#[derive(Clone)]
pub struct Hasher(State);

#[derive(Clone)]
enum State {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    /// A hasher that has seen nothing yet.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        Self(match algorithm {
            Algorithm::Sha256 => State::Sha256(Sha256::new()),
            Algorithm::Sha384 => State::Sha384(Sha384::new()),
            Algorithm::Sha512 => State::Sha512(Sha512::new()),
        })
    }

    /// Of which algorithm the digest will be.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            State::Sha256(_) => Algorithm::Sha256,
            State::Sha384(_) => Algorithm::Sha384,
            State::Sha512(_) => Algorithm::Sha512,
        }
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Sha256(h) => h.update(bytes),
            State::Sha384(h) => h.update(bytes),
            State::Sha512(h) => h.update(bytes),
        }
    }

    /// The digest of all pieces.
    #[must_use]
    pub fn finish(self) -> Digest {
        let algorithm = self.algorithm();
        match self.0 {
            State::Sha256(h) => digest_of_hash(algorithm, &h.finalize()),
            State::Sha384(h) => digest_of_hash(algorithm, &h.finalize()),
            State::Sha512(h) => digest_of_hash(algorithm, &h.finalize()),
        }
    }
}

fn digest_of_hash(algorithm: Algorithm, hash: &[u8]) -> Digest {
    let mut text = String::with_capacity(7 + hash.len() * 2);
    text.push_str(algorithm.name());
    text.push(':');
    for byte in hash {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Digest { text: text.into(), algorithm }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_hashes() {
        assert_eq!(
            Digest::sha256(b"").as_str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(Digest::of(Algorithm::Sha512, b"abc").short(), "ddaf35a19361");
        assert_eq!(Digest::of(Algorithm::Sha384, b"abc").hex().len(), 96);
    }

    #[test]
    fn what_is_not_a_digest_is_said() {
        let good = Digest::sha256(b"x");
        for (text, expected) in [
            ("latest".to_owned(), DigestError::NoColon),
            ("md5:00".to_owned(), DigestError::UnknownAlgorithm("md5".into())),
            ("sha256:00".to_owned(), DigestError::Length { expected: 64, found: 2 }),
            (good.as_str().to_uppercase().replace("SHA256", "sha256"), DigestError::NotHex),
            (format!("sha256:{}", "g".repeat(64)), DigestError::NotHex),
        ] {
            assert_eq!(text.parse::<Digest>(), Err(expected), "{text}");
        }
        assert_eq!(good.as_str().parse::<Digest>(), Ok(good));
    }
}
