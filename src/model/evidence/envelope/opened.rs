//! What an envelope holds.

use bytes::Bytes;

use crate::model::evidence::signature::Signature;

/// What is in an envelope, and who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::model::evidence) struct Inner {
    /// The content; `None` if the signature is over a digest alone.
    pub(in crate::model::evidence) content: Option<Bytes>,
    /// The type that the envelope gives the content.
    pub(in crate::model::evidence) content_type: String,
    /// The signatures, in their order.
    pub(in crate::model::evidence) signatures: Vec<Signature>,
}

/// What a signature over a digest says that it signs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::model::evidence) struct Claim {
    /// The digest (`sha256:…`), as written.
    pub(in crate::model::evidence) digest: Option<String>,
    /// The name under which it was signed.
    pub(in crate::model::evidence) name: Option<String>,
    /// What the signer added.
    pub(in crate::model::evidence) notes: Vec<(String, String)>,
}
