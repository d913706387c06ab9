//! A manifest that was refused because the registry lacks what it names.

use futures_util::future::try_join_all;
use oci_distribution::errors::OciErrorCode;

use super::Board;
use crate::model::draft::{Action, Encoded, Plan};
use crate::model::push::{Did, StepState};
use crate::oci::{Class, Descriptor, Failure, Location, Manifest, Repository};
use crate::source::{Registry, Sources, Upload, refuses_addresses, says};

/// How many addresses a failure names.
const MOST_ADDRESSES: usize = 3;

/// Where blobs can be read again.
#[derive(Clone, Copy)]
pub(super) struct Copies<'a> {
    pub(super) plan: &'a Plan,
    pub(super) sources: &'a Sources,
    pub(super) board: &'a Board,
}

/// Looks whether a manifest that was answered MANIFEST_BLOB_UNKNOWN can be put again: if all that
/// it names is there (distribution 2.8 answers so for a moment under parallel pushes), or after what
/// is missing was uploaded (a mount that was answered 201 and not done: distribution 3.1.2, sha512).
///
/// # Errors
/// The failure itself if it is another one; what is missing, if it cannot be supplied.
pub(super) async fn mend(
    registry: &Registry,
    target: &Repository,
    list: &Encoded,
    failure: Failure,
    copies: Option<Copies<'_>>,
) -> Result<(), Failure> {
    let Ok(document) = list.parse() else { return Err(failure) };
    // What is there cannot help then, whatever else the answer says (distribution 3.1.2).
    if refuses_addresses(&failure) {
        return Err(addressed(failure, &document.manifest));
    }
    if !says(&failure, &OciErrorCode::ManifestBlobUnknown) {
        return Err(failure);
    }
    let (named, manifests) = names(&document.manifest);
    let told = |descriptor: &&Descriptor| {
        failure.codes.iter().any(|code| {
            let digest = descriptor.digest.as_str();
            code.message.contains(digest)
                || code.detail.as_ref().is_some_and(|detail| detail.contains(digest))
        })
    };
    let mut asked: Vec<&Descriptor> = named.iter().filter(told).collect();
    // Some registries name one blob at a time; what a manifest names is few.
    if asked.is_empty() || !manifests {
        asked = named.iter().collect();
    }
    let there = try_join_all(asked.iter().map(|descriptor| async {
        let digest = &descriptor.digest;
        if manifests {
            return registry.has_manifest(&target.at(digest.clone())).await;
        }
        registry.has_blob(target, digest).await
    }));
    let there: Vec<bool> = there.await.map_err(|_: Failure| failure.clone())?;
    for (descriptor, there) in asked.into_iter().zip(there) {
        if there {
            continue;
        }
        match copies.and_then(|copies| Some((copies, source(copies.plan, descriptor)?))) {
            Some((copies, (step, from))) if !manifests => {
                let source = copies.sources.open(from)?;
                copies.board.moves(step, descriptor.size);
                let (upload, meter) = (Upload::default(), copies.board.meter(step));
                registry.push_blob(target, descriptor, source.as_ref(), upload, &meter).await?;
                copies.board.set(step, StepState::Done(Did::Copied));
            }
            _ => return Err(missing(failure, target, descriptor, manifests)),
        }
    }
    Ok(())
}

/// What a manifest names, and whether that is manifests.
fn names(manifest: &Manifest) -> (Vec<Descriptor>, bool) {
    match manifest {
        Manifest::Index(index) => {
            let entries = index.entries.iter().filter_map(|entry| entry.descriptor());
            (entries.map(|it| it.as_ref().clone()).collect(), true)
        }
        Manifest::Image(image) => {
            let config = image.config.descriptor().into_iter();
            let blobs = config.chain(image.layer_descriptors());
            (blobs.map(|it| it.as_ref().clone()).collect(), false)
        }
        Manifest::Artifact(artifact) => {
            let blobs = artifact.blobs.iter().filter_map(|blob| blob.descriptor());
            (blobs.map(|it| it.as_ref().clone()).collect(), false)
        }
        Manifest::Schema1(_) | Manifest::Unknown => (Vec::new(), false),
    }
}

/// The step that brings a blob, and where the plan reads it.
fn source<'a>(plan: &'a Plan, wanted: &Descriptor) -> Option<(usize, &'a Location)> {
    plan.steps.iter().enumerate().find_map(|(at, step)| match &step.action {
        Action::Copy { blob, source } | Action::Mount { blob, source, .. }
            if blob.digest == wanted.digest =>
        {
            Some((at, source))
        }
        _ => None,
    })
}

/// The same failure with the addresses that were refused.
fn addressed(mut failure: Failure, manifest: &Manifest) -> Failure {
    let Manifest::Image(image) = manifest else { return failure };
    let refused: Vec<String> = image
        .layer_descriptors()
        .filter_map(|layer| Some(format!("{} of {}", layer.urls.first()?, layer.digest)))
        .collect();
    for (at, refused) in refused.iter().take(MOST_ADDRESSES).enumerate() {
        failure.detail.push_str(if at == 0 { ": " } else { ", " });
        failure.detail.push_str(refused);
    }
    if let Some(more) = refused.len().checked_sub(MOST_ADDRESSES).filter(|more| *more > 0) {
        failure.detail.push_str(&format!(" and {more} more"));
    }
    failure
}

fn missing(
    mut failure: Failure,
    target: &Repository,
    descriptor: &Descriptor,
    is_manifest: bool,
) -> Failure {
    let what = if is_manifest { "manifest" } else { "blob" };
    let platform = descriptor.platform.as_ref();
    let platform = platform.map_or_else(String::new, |it| format!(" ({})", it.short()));
    failure.class = Class::NotFound;
    failure.detail = format!(
        "{} does not have the {what} {}{platform}, which is named here",
        target.familiar(),
        descriptor.digest
    );
    failure.with_next(format!("push that {what} first, or take its entry out"))
}
