//! `--key`, `--certificate` and `--certificate-identity`: whether signatures hold.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::EvidenceArgs;
use crate::model::evidence::{
    Anchor, Coverage, Keyless, Outcome, PublicKey, Row, Trust, TrustedRoot, verify,
};
use crate::model::tree::Tree;
use crate::source::{Source, regular};
use crate::work::attest::read;

/// How many signatures are checked at most.
const MOST: usize = 1_000;
/// The largest file of keys or certificates, in bytes (4 MiB).
const MAX_KEY: u64 = 4 << 20;

/// A signed piece of evidence, checked.
pub(super) struct Checked {
    /// What it is attached to.
    pub(super) row: Arc<Row>,
    /// What it is.
    pub(super) name: String,
    /// The manifest that holds it.
    pub(super) manifest: String,
    /// What each of its signatures comes to.
    pub(super) outcomes: Vec<Outcome>,
}

/// Whom the user trusts; `None` if nobody was named.
///
/// # Errors
/// A sentence about a file that cannot be read.
pub(super) fn trust(wish: &EvidenceArgs) -> Result<Option<Trust>, String> {
    if wish.key.is_empty() && wish.certificate.is_empty() && wish.certificate_identity.is_none() {
        return Ok(None);
    }
    let mut trust = Trust::default();
    for path in &wish.key {
        trust.keys.push(public_key(path)?);
    }
    for path in &wish.certificate {
        trust.anchors.extend(Anchor::of_pem(&name(path), &bytes(path)?)?);
    }
    if let (Some(identity), Some(issuer), Some(path)) =
        (&wish.certificate_identity, &wish.certificate_oidc_issuer, &wish.trusted_root)
    {
        let root = TrustedRoot::parse(&name(path), &bytes(path)?)?;
        let (identity, issuer) = (identity.clone(), issuer.clone());
        trust.keyless = Some(Keyless { identity, issuer, root });
    }
    Ok(Some(trust))
}

/// A public key, named after its file.
///
/// # Errors
/// A sentence about a file that cannot be read.
pub(in crate::cli) fn public_key(path: &Path) -> Result<PublicKey, String> {
    PublicKey::of_pem(&name(path), &bytes(path)?)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn bytes(path: &Path) -> Result<Vec<u8>, String> {
    regular::named(path, MAX_KEY).map_err(|error| format!("{}: {error}", path.display()))
}

/// Checks every signature of the coverage, those of evidence too.
pub(super) async fn check(
    source: &Arc<dyn Source>,
    tree: &Tree,
    coverage: &Coverage,
    trust: &Trust,
    permits: usize,
) -> Vec<Checked> {
    let now = Timestamp::now();
    let coverage = coverage.with_signed_evidence();
    let read = read(source, &coverage, permits, MOST, |item| item.is_signed_itself()).await;
    let one = |attached: crate::model::evidence::Attached| {
        let row = &attached.row;
        let artifact = tree.node(row.node).and_then(|node| node.document()).map(|it| &it.bytes);
        let outcomes = match &attached.said {
            Ok(evidence) => match verify(evidence, (&row.digest, artifact), trust, now) {
                found if found.is_empty() => {
                    vec![Outcome::NotVerified("it has no signature".to_owned())]
                }
                found => found,
            },
            Err(problem) => vec![Outcome::NotVerified(problem.clone())],
        };
        let manifest = attached.item.manifest.to_string();
        Checked { row: attached.row, name: attached.item.name, manifest, outcomes }
    };
    read.into_iter().map(one).collect()
}

/// Whether the signatures let it pass: one holds, and none is broken, of another digest or expired.
pub(super) fn passes(checked: &[Checked]) -> bool {
    let mut outcomes = checked.iter().flat_map(|it| &it.outcomes);
    let bad = |it: &Outcome| {
        matches!(
            it,
            Outcome::Broken(_) | Outcome::Unfit(_) | Outcome::OtherDigest(_) | Outcome::Expired(_)
        )
    };
    outcomes.clone().any(|it| matches!(it, Outcome::Valid { .. })) && !outcomes.any(bad)
}
