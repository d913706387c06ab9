//! `--rebase` and `--join`: an edit of a list that others write too, until it is in to stay.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::finish::{Voice, finish, give_up};
use super::job::{Job, Trouble};
use crate::cli::args::{Args, Pushing};
use crate::cli::complain::complain;
use crate::cli::output::{print_json, print_line};
use crate::cli::{DONE, PART};
use crate::model::draft::{Choice, Material, materials};
use crate::model::push::{Join, Next};
use crate::oci::{Digest, Document, Location, Manifest};
use crate::text::{escape, plural};
use crate::work::gather::Harvest;

/// What sources had when they were read first, so that the same edit is applied each time.
#[derive(Debug, Default)]
pub(super) struct Found(HashMap<String, Harvest>);

impl Found {
    pub(super) fn get(
        &self,
        location: &Location,
        choice: &Choice,
        referrers: bool,
    ) -> Option<Harvest> {
        self.0.get(&key(location, choice, referrers)).cloned()
    }

    pub(super) fn keep(
        &mut self,
        location: &Location,
        choice: &Choice,
        referrers: bool,
        harvest: &Harvest,
    ) {
        self.0.insert(key(location, choice, referrers), harvest.clone());
    }
}

fn key(location: &Location, choice: &Choice, referrers: bool) -> String {
    format!("{location} {choice:?} {referrers}")
}

/// An edit among others: what the tag held when it was read, and what is to be in it.
#[derive(Debug, Default)]
pub(super) struct Joining {
    /// The list; `None` if the tag did not exist.
    pub(super) held: Option<Arc<Document>>,
    /// The digests that this edit adds.
    pub(super) own: Vec<Digest>,
}

impl Joining {
    /// An edit that adds what these sources have.
    pub(super) fn of(
        held: Option<Arc<Document>>,
        found: &[Harvest],
        choice: &Choice,
    ) -> Result<Self, Trouble> {
        let mut own = Vec::new();
        for harvest in found {
            let all = materials(&harvest.gathered, choice)?;
            own.extend(all.iter().filter_map(Material::parsed).map(|it| it.digest));
        }
        Ok(Self { held, own })
    }

    /// Whether everything is in the list already.
    pub(super) fn is_in(&self) -> bool {
        let there = self.there();
        self.held.is_some() && self.own.iter().all(|digest| there.contains(digest))
    }

    /// The digests in the list.
    pub(super) fn there(&self) -> HashSet<&Digest> {
        let Some(Manifest::Index(index)) = self.held.as_ref().map(|held| &held.manifest) else {
            return HashSet::new();
        };
        index.entries.iter().filter_map(|it| Some(&it.descriptor()?.digest)).collect()
    }

    fn digest(&self) -> Option<Digest> {
        self.held.as_ref().map(|held| held.digest.clone())
    }
}

/// Reads the tag, applies an edit, pushes and looks again, as often as others get in between.
/// `make` reads the tag and makes the job anew.
pub(super) async fn join(
    args: &Args,
    pushing: &Pushing,
    mut make: impl AsyncFnMut() -> Result<Job, Trouble>,
) -> u8 {
    let mut join = Join::default();
    let mut next = Next::Look;
    let mut read: Option<Job> = None;
    let mut written = Written::default();
    loop {
        next = match next {
            Next::LookAfter(pause) => {
                tokio::time::sleep(pause).await;
                Next::Look
            }
            Next::Look => match make().await {
                Ok(job) => {
                    join.took(job.sources.activity().slowest());
                    let next = join.looked(job.joining.digest(), job.joining.is_in());
                    read = Some(job);
                    next
                }
                Err(trouble) => return give_up(&trouble, pushing),
            },
            Next::Write => {
                let Some(job) = read.take() else { return PART };
                let activity = job.sources.activity().clone();
                let voice = if written.begun == 0 { Voice::Plan } else { Voice::Quiet };
                written.begun += 1;
                let ended = finish(args, job, pushing, voice).await;
                join.took(activity.slowest());
                if ended.moved {
                    complain("somebody else has written the tag; its list is read and joined anew");
                    join.moved()
                } else if let Some(digest) = ended.wrote {
                    written.json = ended.json;
                    join.wrote(Some(digest))
                } else {
                    return ended.code;
                }
            }
            Next::Done => match read.take() {
                Some(job) if written.begun > 0 => return written.done(&job, pushing),
                Some(job) => return finish(args, job, pushing, Voice::Whole).await.code,
                None => return DONE,
            },
            Next::GiveUp => {
                complain("others write this tag again and again; run it once more later");
                return PART;
            }
        };
    }
}

/// What was written so far.
#[derive(Default)]
struct Written {
    begun: usize,
    json: Option<serde_json::Value>,
}

impl Written {
    fn done(self, job: &Job, pushing: &Pushing) -> u8 {
        let holds = job.joining.digest();
        if let (true, Some(mut document)) = (pushing.json, self.json) {
            if let Some(object) = document.as_object_mut() {
                let joined = serde_json::json!({ "tries": self.begun, "holds": holds });
                object.insert("joined".to_owned(), joined);
            }
            print_json(&document);
            return DONE;
        }
        let holds = holds.map(|it| it.to_string()).unwrap_or_default();
        let entries = plural(job.joining.own.len(), "added manifest");
        let line = format!("  {} holds {holds}, with {entries} in it", job.target);
        print_line(&escape(&line));
        DONE
    }
}
