//! What a signature says of itself, before anybody has checked it.

use bytes::Bytes;

use super::certificate::Certificate;

/// One signature. What is said here is shown, never taken for true: only
/// [`verify`](super::verify()) tells whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The form that it is written in.
    pub form: Form,
    /// The algorithm, as the form names it; `None` if the form leaves it to the key.
    pub algorithm: Option<String>,
    /// Which key it is said to be made with.
    pub signer: Signer,
    /// The certificates that came along, the signer's first.
    pub chain: Vec<Result<Certificate, String>>,
    /// What was signed, byte for byte.
    pub signed: Bytes,
    /// The other bytes that older tools signed: the payload itself in the place of DSSE's
    /// pre-authentication encoding.
    pub signed_before: Option<Bytes>,
    /// The signature itself.
    pub bytes: Bytes,
    /// When it was made, as the signer says (RFC 3339).
    pub signed_at: Option<String>,
    /// When it expires, as the signer says (RFC 3339).
    pub expires: Option<String>,
    /// Entries of transparency logs that came along.
    pub log: Vec<LogEntry>,
    /// Timestamps of timestamp authorities (RFC 3161) that came along, DER.
    pub timestamps: Vec<Bytes>,
    /// The tool that made it.
    pub agent: Option<String>,
}

/// The form of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A DSSE envelope (in-toto), alone or in a Sigstore bundle.
    Dsse,
    /// A signature over a digest, in a Sigstore bundle.
    Message,
    /// cosign's first form: a payload that names the digest, the signature in an annotation.
    SimpleSigning,
    /// Notation, JSON web signature.
    NotationJws,
    /// Notation, COSE.
    NotationCose,
}

/// Which key a signature is said to be made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// The key of the first certificate of the chain.
    Certificate,
    /// A key by its hint: in Sigstore bundles of cosign the base64 of the SHA-256 of the public
    /// key (DER).
    Hint(String),
    /// Nobody is named.
    Unnamed,
}

/// An entry of a transparency log that came along. It is not checked by showing it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogEntry {
    /// The position in the log.
    pub index: Option<u64>,
    /// When the log took it up, in seconds since 1970.
    pub integrated: Option<i64>,
    /// The identity of the log (base64 or hex, as written).
    pub log: Option<String>,
    /// What kind of entry: `dsse 0.0.1`, `hashedrekord 0.0.1`.
    pub kind: Option<String>,
    /// The body that the log took up.
    pub body: Option<Bytes>,
    /// The log's promise (its signature over body, time, position and log).
    pub promise: Option<Bytes>,
    /// The proof that the log's tree holds it.
    pub proof: Option<LogProof>,
}

/// A proof that the tree of a log holds an entry (RFC 6962, 2.1.1), and the log's word for the tree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogProof {
    /// The position in the tree, which is not that in the log if the log has several.
    pub index: u64,
    /// How many entries the tree has.
    pub size: u64,
    /// The hashes on the way from the entry to the root.
    pub hashes: Vec<Bytes>,
    /// The signed note that names root and size.
    pub checkpoint: String,
}

impl Form {
    /// What it is called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Dsse => "DSSE",
            Self::Message => "Sigstore message signature",
            Self::SimpleSigning => "cosign simple signing",
            Self::NotationJws => "Notation JWS",
            Self::NotationCose => "Notation COSE",
        }
    }
}

impl Signature {
    /// A signature of which only form and bytes are known.
    pub(super) fn new(form: Form, signed: Bytes, bytes: Bytes) -> Self {
        Self {
            form,
            algorithm: None,
            signer: Signer::Unnamed,
            chain: Vec::new(),
            signed,
            signed_before: None,
            bytes,
            signed_at: None,
            expires: None,
            log: Vec::new(),
            timestamps: Vec::new(),
            agent: None,
        }
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        self.chain.first().and_then(|it| it.as_ref().ok())
    }

    /// Takes certificates; the first one's key is the signer's.
    pub(super) fn with_chain(mut self, chain: Vec<Result<Certificate, String>>) -> Self {
        if !chain.is_empty() {
            self.signer = Signer::Certificate;
            self.chain = chain;
        }
        self
    }
}
