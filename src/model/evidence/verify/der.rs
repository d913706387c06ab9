//! DER as it is written, piece by piece: what is hashed and signed is its exact bytes.

use x509_cert::der::asn1::{AnyRef, ObjectIdentifier};
use x509_cert::der::{Decode as _, Encode as _, Reader as _, SliceReader, Tag};

/// The tags that are looked for (X.690, 8.1.2).
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
pub(super) const OCTETS: u8 = 0x04;
/// `[0]` and `[3]`, constructed.
pub(super) const CONTEXT_0: u8 = 0xa0;
pub(super) const CONTEXT_3: u8 = 0xa3;

/// A value with its tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece<'a> {
    /// The tag's octet.
    pub(super) tag: u8,
    /// All of it.
    pub(super) whole: &'a [u8],
    /// Without tag and length.
    pub(super) value: &'a [u8],
}

impl<'a> Piece<'a> {
    /// The value, if the tag is this one.
    pub(super) fn of(self, tag: u8) -> Option<&'a [u8]> {
        (self.tag == tag).then_some(self.value)
    }

    /// The identifier, if it is one.
    pub(super) fn identifier(self) -> Option<String> {
        let found: Option<ObjectIdentifier> = ObjectIdentifier::from_der(self.whole).ok();
        found.map(|it| it.to_string())
    }
}

/// The values that are written one after the other; `None` if they are not DER.
pub(super) fn pieces(bytes: &[u8]) -> Option<Vec<Piece<'_>>> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        let whole = reader.tlv_bytes().ok()?;
        let value = AnyRef::from_der(whole).ok()?.value();
        found.push(Piece { tag: *whole.first()?, whole, value });
    }
    Some(found)
}

/// The one value that the bytes are.
pub(super) fn piece(bytes: &[u8]) -> Option<Piece<'_>> {
    match *pieces(bytes)?.as_slice() {
        [piece] => Some(piece),
        _ => None,
    }
}

/// A value with tag and length before it.
pub(super) fn written(tag: Tag, value: &[u8]) -> Option<Vec<u8>> {
    AnyRef::new(tag, value).ok()?.to_der().ok()
}
