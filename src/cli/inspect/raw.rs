//! `platy inspect --raw`: the exact bytes and nothing else.

use std::sync::Arc;

use crate::cli::complain::{complain, complain_failure};
use crate::cli::output::print_exact;
use crate::cli::{DONE, TROUBLE};
use crate::oci::{Document, Failure, Manifest, PlatformPattern};
use crate::source::Source;

pub(super) async fn run(source: &Arc<dyn Source>, only: Option<&PlatformPattern>) -> u8 {
    let root = match source.root().await {
        Ok(root) => root,
        Err(failure) => return trouble(&failure),
    };
    let Some(only) = only else {
        print_exact(&root.bytes);
        return DONE;
    };
    match one(source, &root, only).await {
        Ok(Some(document)) => {
            print_exact(&document.bytes);
            DONE
        }
        Ok(None) => {
            complain(&format!("not exactly one entry matches {only}; `platy inspect` lists them"));
            TROUBLE
        }
        Err(failure) => trouble(&failure),
    }
}

async fn one(
    source: &Arc<dyn Source>,
    root: &Document,
    only: &PlatformPattern,
) -> Result<Option<Document>, Failure> {
    let Manifest::Index(index) = &root.manifest else { return Ok(None) };
    let mut matching = index
        .entries
        .iter()
        .filter_map(|entry| entry.descriptor())
        .filter(|it| it.platform.as_ref().is_some_and(|platform| only.matches(platform)));
    match (matching.next(), matching.next()) {
        (Some(descriptor), None) => source.manifest(descriptor).await.map(Some),
        _ => Ok(None),
    }
}

fn trouble(failure: &Failure) -> u8 {
    complain_failure(failure);
    TROUBLE
}
