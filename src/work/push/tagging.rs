//! Tags deleted, copied and renamed.

use futures_util::future::try_join_all;
use serde::de::IgnoredAny;

use super::{Journal, find_untag, retag, untag};
use crate::model::draft::{Encoded, Guard};
use crate::model::push::{Copying, Listing, Stopped, TagDone, TagPlan, TagWish};
use crate::oci::{Class, Failure, Reference};
use crate::source::Registry;

/// Looks what would be done. Nothing is written.
///
/// # Errors
/// If there is no such tag, or the registry does not tell.
pub async fn plan_tags(registry: &Registry, wish: &TagWish) -> Result<TagPlan, Failure> {
    let copying = match &wish.copy {
        None => None,
        Some((from, to, if_absent)) => Some(copying(registry, from, to, *if_absent).await?),
    };
    let deleting = wish.delete.iter().map(|reference| find_untag(registry, reference));
    let mut deleting = try_join_all(deleting).await?;
    for wanted in &mut deleting {
        let repository = &wanted.reference.repository;
        // What is deleted too does not stay, and is not written again.
        let goes = |name: &String| wish.delete.contains(&repository.tagged(name));
        if let Some(others) = &mut wanted.others {
            others.retain(|name| !goes(name));
        }
    }
    Ok(TagPlan { copying, lists: Vec::new(), deleting })
}

async fn copying(
    registry: &Registry,
    from: &Reference,
    to: &Reference,
    if_absent: bool,
) -> Result<Copying, Failure> {
    let held = registry.held(from).await?;
    let Some(held) = held else {
        let repository = from.repository.familiar();
        let failure =
            Failure::new(Class::NotFound, from.to_string(), "there is nothing of that name");
        return Err(failure.with_next(format!("`platy tags {repository}` lists the tags")));
    };
    let Some(bytes) = held.bytes else {
        let detail = "its manifest is larger than platy reads";
        return Err(Failure::new(Class::TooLarge, from.to_string(), detail));
    };
    // Every manifest is an object of JSON, whatever its type.
    let is_object = bytes.trim_ascii_start().first() == Some(&b'{');
    if !is_object || serde_json::from_slice::<IgnoredAny>(&bytes).is_err() {
        let host = &from.repository.host;
        let detail = format!("{host} answered with something that is not a manifest");
        return Err(Failure::new(Class::Malformed, from.to_string(), detail)
            .with_next("check that this is the name of the registry, not of its web site"));
    }
    let list = Encoded { media_type: held.media_type, digest: held.digest, bytes };
    let now = registry.head_to_push(to).await?.map(|head| head.digest);
    Ok(Copying { from: from.clone(), to: to.clone(), list, now, if_absent })
}

/// Does it, each tag behind its guard and with what it held in the journal.
pub async fn write_tags(registry: &Registry, journal: Option<&Journal>, plan: &TagPlan) -> TagDone {
    let mut done = TagDone::default();
    if let Some(Copying { to, list, now, .. }) = &plan.copying {
        let guard = now.clone().map_or(Guard::Absent, Guard::Is);
        let written = retag(registry, journal, to, list, &guard, None).await;
        let failed = written.1.is_err();
        done.written = Some(written);
        // A tag is deleted only once its other name is there.
        if failed {
            return done;
        }
    }
    for Listing { reference, now, list, .. } in &plan.lists {
        let guard = now.clone().map_or(Guard::Absent, Guard::Is);
        done.listed.push(retag(registry, journal, reference, list, &guard, None).await);
    }
    for wanted in &plan.deleting {
        let result = untag(registry, journal, wanted).await;
        let failed = matches!(result, Err(Stopped::Failed { .. }));
        done.deleted.push(result);
        // What refused one refuses the others, and is not asked to keep and delete each of them.
        if failed {
            break;
        }
    }
    done
}
