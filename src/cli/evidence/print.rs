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
    let wanted = coverage.items().filter(|(_, item)| is_wanted(item, wish, kind));
    let mut found = Vec::new();
    for (row, item) in wanted {
        match read(source, row, item).await {
            Ok(one) if is_other(&one, kind) => {}
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

fn is_wanted(item: &Item, wish: &EvidenceArgs, kind: Kind) -> bool {
    let predicate = wish.predicate.as_deref().is_none_or(|wanted| {
        item.predicate_type.as_deref().is_some_and(|own| {
            own == wanted || own.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'))
        })
    });
    let digest = wish.digest.as_deref().is_none_or(|wanted| {
        let wanted = wanted.strip_prefix("sha256:").unwrap_or(wanted);
        let blob = item.blob.as_ref().map(|blob| blob.digest.hex().to_owned());
        item.manifest.hex().starts_with(wanted) || blob.is_some_and(|hex| hex.starts_with(wanted))
    });
    item.may_be(kind) && predicate && digest
}

/// Whether it is VEX where an SBOM is wanted, or the reverse: the types of CycloneDX do not say it.
fn is_other(one: &Found<'_>, wanted: Kind) -> bool {
    let either = |kind: Kind| matches!(kind, Kind::Sbom | Kind::Vex);
    let is = one.evidence.as_ref().map_or(wanted, Evidence::kind);
    either(wanted) && either(is) && is != wanted
}

async fn read<'a>(
    source: &Arc<dyn Source>,
    row: &'a Row,
    item: &'a Item,
) -> Result<Found<'a>, Failure> {
    let (bytes, stated) = blob(source.as_ref(), item).await?;
    let evidence = opened(&bytes, stated).await;
    Ok(Found { row, item, blob: bytes, evidence })
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
            format!("  {}  {}  --digest {}", one.row.name(), one.item.name, digest.short())
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
