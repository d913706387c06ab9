//! What checking a signature comes to.

use bytes::Bytes;
use jiff::Timestamp;

use super::{Anchor, Keyless, PublicKey};
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::open::Evidence;
use crate::model::evidence::signature::{Form, Signature, Signer};
use crate::oci::Digest;

/// Whom the user trusts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trust {
    /// Keys.
    pub keys: Vec<PublicKey>,
    /// Certificates.
    pub anchors: Vec<Anchor>,
    /// Somebody who signs without a key of their own.
    pub keyless: Option<Keyless>,
}

/// Whether a signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Valid {
        /// The key or certificate.
        by: String,
        /// Whether it is over the payload of the envelope alone, as tools made it before DSSE: the
        /// type of the payload is not signed.
        in_old_form: bool,
    },
    /// It is made with a key that the user did not give.
    AnotherKey,
    /// It holds, and is somebody else's.
    AnotherIdentity(String),
    /// It is said to be made with this key, and is not.
    Broken(String),
    /// What came with it does not belong to it.
    Unfit(String),
    /// It holds, and speaks of another digest.
    OtherDigest(String),
    /// It held, and does not any more: what has expired, and when.
    Expired(String),
    /// It cannot be checked with what the user gave; why.
    NotVerified(String),
}

impl Outcome {
    /// The word for it in JSON.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Valid { .. } => "valid",
            Self::AnotherKey => "another_key",
            Self::AnotherIdentity(_) => "another_identity",
            Self::Broken(_) | Self::Unfit(_) => "broken",
            Self::OtherDigest(_) => "other_digest",
            Self::Expired(_) => "expired",
            Self::NotVerified(_) => "not_verified",
        }
    }

    /// The answer in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Valid { by, in_old_form: false } => format!("valid by {by}"),
            Self::Valid { by, in_old_form: true } => {
                format!("valid by {by}, in the old payload form")
            }
            Self::AnotherKey => "another key".to_owned(),
            Self::AnotherIdentity(who) => format!("another identity: {who}"),
            Self::Unfit(problem) => format!("broken: {problem}"),
            Self::Broken(by) => format!("broken: it names {by}, and does not fit what it signs"),
            Self::OtherDigest(by) => format!("of another digest, by {by}"),
            Self::Expired(what) => format!("expired: {what}"),
            Self::NotVerified(why) => format!("shown, not verified: {why}"),
        }
    }
}

/// Checks each signature of a piece of evidence that is attached to this digest. The bytes of the
/// digest's manifest are needed for signatures over a digest alone.
#[must_use]
pub fn verify(
    evidence: &Evidence,
    (digest, artifact): (&Digest, Option<&Bytes>),
    trust: &Trust,
    now: Timestamp,
) -> Vec<Outcome> {
    let speaks_of_it = evidence.subjects.iter().any(|subject| subject.is(digest));
    let one = |signature: &Signature| {
        let signed = match (signature.form, artifact) {
            // What is signed is elsewhere, and not here if it is another digest.
            (Form::Message, Some(artifact)) if speaks_of_it => artifact.clone(),
            (Form::Message, _) if !speaks_of_it => {
                return Outcome::NotVerified("it is over another digest".to_owned());
            }
            _ => signature.signed.clone(),
        };
        let by = match signature.signer {
            _ if signed.is_empty() => {
                let why = "it is over a digest alone, whose content is not here";
                return Outcome::NotVerified(why.to_owned());
            }
            Signer::Certificate => by_certificate(signature, &signed, trust, now),
            Signer::Hint(_) | Signer::Unnamed => by_key(signature, &signed, &trust.keys),
        };
        let by = match by {
            Ok(by) => by,
            Err(outcome) => return outcome,
        };
        let By { name: by, in_old_form } = by;
        if !speaks_of_it {
            return Outcome::OtherDigest(by);
        }
        let expires = signature.expires.as_deref().and_then(|it| it.parse::<Timestamp>().ok());
        match expires.filter(|expires| *expires < now) {
            Some(expires) => Outcome::Expired(format!("the signature, on {expires}")),
            None => Outcome::Valid { by, in_old_form },
        }
    };
    evidence.signatures.iter().map(one).collect()
}

/// By whom a signature holds.
struct By {
    name: String,
    in_old_form: bool,
}

/// By a key, if it made the signature.
fn made(key: &PublicKey, signature: &Signature, signed: &[u8]) -> Option<By> {
    let by = |in_old_form| By { name: key.name.clone(), in_old_form };
    if key.made(signature, signed) {
        return Some(by(false));
    }
    // Old tools signed the payload itself.
    let before = signature.signed_before.as_ref()?;
    key.made(signature, before).then(|| by(true))
}

fn by_key(signature: &Signature, signed: &[u8], keys: &[PublicKey]) -> Result<By, Outcome> {
    if keys.is_empty() {
        return Err(Outcome::NotVerified("--key names no key".to_owned()));
    }
    if let Some(by) = keys.iter().find_map(|key| made(key, signature, signed)) {
        return Ok(by);
    }
    match &signature.signer {
        Signer::Hint(hint) => match keys.iter().find(|key| key.hint == *hint) {
            Some(key) => Err(Outcome::Broken(key.name.clone())),
            None => Err(Outcome::AnotherKey),
        },
        Signer::Certificate | Signer::Unnamed => Err(Outcome::AnotherKey),
    }
}

fn by_certificate(
    signature: &Signature,
    signed: &[u8],
    trust: &Trust,
    now: Timestamp,
) -> Result<By, Outcome> {
    // A key may be given in the place of a certificate.
    if let Some(by) = trust.keys.iter().find_map(|key| made(key, signature, signed)) {
        return Ok(by);
    }
    let is_notation = matches!(signature.form, Form::NotationJws | Form::NotationCose);
    if let (Some(keyless), false) = (&trust.keyless, is_notation) {
        return keyless.check(signature, signed).map(|name| By { name, in_old_form: false });
    }
    let chain: Result<Vec<&Certificate>, &String> =
        signature.chain.iter().map(Result::as_ref).collect();
    let chain = chain.map_err(|problem| Outcome::NotVerified(problem.clone()))?;
    let Some(first) = chain.first() else { return Err(Outcome::AnotherKey) };
    let name = first.identity().to_owned();
    let key = PublicKey::of_der(&name, &first.public_key).map_err(Outcome::NotVerified)?;
    let Some(By { in_old_form, .. }) = made(&key, signature, signed) else {
        return Err(Outcome::Broken(format!("its own certificate ({name})")));
    };
    if trust.anchors.is_empty() {
        let wanted = if is_notation {
            "--certificate names no certificate"
        } else {
            "--certificate-identity names nobody"
        };
        return Err(Outcome::NotVerified(wanted.to_owned()));
    }
    // The signer says when; a signer who lies gains nothing, as the present counts too.
    let signed_at = signature.signed_at.as_deref().and_then(|it| it.parse::<Timestamp>().ok());
    let then = signed_at.unwrap_or(now);
    let holds = |time: Timestamp| trust.anchors.iter().find(|it| it.holds(&chain, time));
    match (holds(now), holds(then)) {
        (Some(anchor), _) => Ok(By { name: anchor.name.clone(), in_old_form }),
        (None, Some(_)) => {
            let ended = chain.iter().find(|it| !it.is_valid_at(now));
            let until = ended.and_then(|it| it.not_after);
            let until = until.map_or_else(String::new, |until| format!(", on {until}"));
            Err(Outcome::Expired(format!("a certificate{until}")))
        }
        (None, None) => Err(Outcome::AnotherKey),
    }
}
