//! `--print`: the exact bytes of one statement, or of its envelope, for the next tool in a pipe.

use std::sync::Arc;

use bytes::Bytes;

use super::super::complain::{complain, complain_failure};
use super::super::output::print_exact;
use super::super::{DONE, PART, TROUBLE};
use super::args::{EvidenceArgs, PrintKind};
use crate::model::evidence::{Body, Coverage, Evidence, Item, Kind, Row, Which};
use crate::oci::Failure;
use crate::source::Source;
use crate::work::evidence::{blob, opened};

/// One that may be printed: the exact blob, and what it holds.
struct Found<'a> {
    row: &'a Row,
    item: &'a Item,
    /// What it refers to, if that is evidence.
    of: Option<&'a Item>,
    blob: Bytes,
    evidence: Result<Evidence, String>,
}

pub(super) async fn run(
    source: &Arc<dyn Source>,
    coverage: &Coverage,
    wish: &EvidenceArgs,
    kind: PrintKind,
) -> u8 {
    let kind = match kind {
        PrintKind::Signature => Kind::Signature,
        PrintKind::Provenance => Kind::Provenance,
        PrintKind::Sbom => Kind::Sbom,
        PrintKind::Vex => Kind::Vex,
        PrintKind::Other => Kind::Other,
    };
    let mut found = Vec::new();
    for (row, item, of) in all(coverage).filter(|(_, item, _)| is_wanted(item, wish, kind)) {
        match read(source, row, item, of).await {
            Ok(one) if is_other(&one, wish, kind) => {}
            Ok(one) => found.push(one),
            Err(failure) => {
                complain_failure(&failure);
                return TROUBLE;
            }
        }
    }
    if found.is_empty() {
        complain(&format!(
            "there is no {kind} that fits; `platy evidence {}` shows what there is",
            wish.reference
        ));
        return PART;
    }
    if wish.digest.is_none() {
        leave_out_the_further(&mut found);
    }
    leave_out_stages(&mut found);
    let (Some(one), true) = (found.first(), found.len() == 1) else {
        several(&found, kind);
        return TROUBLE;
    };
    match (&one.evidence, wish.envelope) {
        (_, true) => print_exact(&one.blob),
        (Ok(evidence), false) => print_exact(&evidence.document),
        (Err(problem), false) => {
            complain(&format!("{}: {problem}; --envelope prints its bytes", one.item.manifest));
            return TROUBLE;
        }
    }
    DONE
}

/// All evidence, with what refers to it: the signatures of an SBOM, with the SBOM.
fn all(coverage: &Coverage) -> impl Iterator<Item = (&Row, &Item, Option<&Item>)> {
    let mut all = Vec::new();
    let mut open: Vec<_> = coverage.items().map(|(row, item)| (row, item, None)).collect();
    open.reverse();
    while let Some((row, item, of)) = open.pop() {
        all.push((row, item, of));
        open.extend(item.referrers.iter().rev().map(|it| (row, it, Some(item))));
    }
    all.into_iter()
}

/// Whether it may be what is wanted, as far as that is known before it is opened.
fn is_wanted(item: &Item, wish: &EvidenceArgs, kind: Kind) -> bool {
    let digest = wish.digest.as_deref().is_none_or(|wanted| {
        let wanted = wanted.strip_prefix("sha256:").unwrap_or(wanted);
        let blob = item.blob.as_ref().map(|blob| blob.digest.hex().to_owned());
        item.manifest.hex().starts_with(wanted) || blob.is_some_and(|hex| hex.starts_with(wanted))
    });
    let may_fit = item.predicate_type.is_none() || fits(item.predicate_type.as_deref(), wish);
    !item.is_gone && (item.may_be(kind) || item.is_untold()) && may_fit && digest
}

/// Whether a predicate type is the one that is wanted, in any version of it.
fn fits(predicate_type: Option<&str>, wish: &EvidenceArgs) -> bool {
    wish.predicate.as_deref().is_none_or(|wanted| {
        predicate_type.is_some_and(|own| {
            own == wanted || own.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
        })
    })
}

/// Whether it is something else, now that it was opened: types do not tell SBOMs from VEX (CycloneDX),
/// nor what is in an envelope.
fn is_other(one: &Found<'_>, wish: &EvidenceArgs, wanted: Kind) -> bool {
    let evidence = one.evidence.as_ref().ok();
    let is = evidence.map(Evidence::kind).filter(|it| *it != Kind::Other).unwrap_or(one.item.kind);
    let predicate = evidence.and_then(|it| it.predicate_type.as_deref());
    is != wanted || !fits(predicate.or(one.item.predicate_type.as_deref()), wish)
}

async fn read<'a>(
    source: &Arc<dyn Source>,
    row: &'a Row,
    item: &'a Item,
    of: Option<&'a Item>,
) -> Result<Found<'a>, Failure> {
    let (bytes, stated) = blob(source.as_ref(), item).await?;
    let evidence = opened(&bytes, stated).await;
    Ok(Found { row, item, of, blob: bytes, evidence })
}

/// What refers to evidence is meant if nothing of the image itself fits.
fn leave_out_the_further(found: &mut Vec<Found<'_>>) {
    if found.iter().any(|one| one.of.is_none()) {
        found.retain(|one| one.of.is_none());
    }
}

/// SBOMs of stages and of the context are beside the image's own; that one is meant.
fn leave_out_stages(found: &mut Vec<Found<'_>>) {
    let of_image = |one: &Found<'_>| match &one.evidence {
        Ok(Evidence { body: Body::Sbom(sbom), .. }) => sbom.which() == Which::Image,
        _ => true,
    };
    if found.iter().any(of_image) {
        found.retain(of_image);
    }
    // One blob under several images is one thing to print.
    if found.iter().all(|one| found.first().is_some_and(|first| first.blob == one.blob)) {
        found.truncate(1);
    }
}

fn several(found: &[Found<'_>], kind: Kind) {
    let lines: Vec<String> = found
        .iter()
        .map(|one| {
            let digest = one.item.blob.as_ref().map_or(&one.item.manifest, |blob| &blob.digest);
            let of = one.of.map_or_else(String::new, |of| format!(" of {}", of.name));
            format!("  {}  {}{of}  --digest {}", one.row.name(), one.item.name, digest.short())
        })
        .collect();
    complain(&format!(
        "there are {} of {kind}; choose one with --platform, --predicate or --digest:",
        found.len()
    ));
    for line in lines {
        complain(&line);
    }
}
