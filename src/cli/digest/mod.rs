//! `platy digest REF`

mod args;

pub(super) use args::DigestArgs;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::output::print_line;
use super::waiting::Waiting;
use super::{DONE, TROUBLE};
use crate::oci::{Failure, Location};
use crate::source::{Look, Sources};
use crate::work::load;

pub(super) async fn run(args: &Args, digest: &DigestArgs) -> u8 {
    let location = match digest.reference.parse::<Location>() {
        Ok(location) => location,
        Err(error) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    match waiting.during(find(&sources, &location)).await {
        Ok(digest) => {
            print_line(&digest);
            DONE
        }
        Err(failure) => {
            complain_failure(&failure);
            TROUBLE
        }
    }
}

async fn find(sources: &Sources, location: &Location) -> Result<String, Failure> {
    if let Some(reference) = location.reference() {
        let found = match sources.registry()?.look(reference, None).await? {
            Look::Document(document) => document.digest,
            Look::Head(head) => head.digest,
            // Nothing was known before.
            Look::Unchanged => return Ok(String::new()),
        };
        return Ok(found.to_string());
    }
    let source = sources.open(location)?;
    if let Some(digest) = source.told_digest().await? {
        return Ok(digest.to_string());
    }
    let root = source.root().await?;
    load::is_one(location, &root)?;
    Ok(root.digest.to_string())
}
