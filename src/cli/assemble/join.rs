//! `--rebase` and `--join`: an edit of a list that others write too, until it stays in.

use super::args::Pushing;
use super::finish::{Voice, finish, give_up};
use super::job::{Job, Trouble};
use crate::cli::args::Args;
use crate::cli::complain::complain;
use crate::cli::output::{print_json, print_line};
use crate::cli::{DONE, PART};
use crate::model::push::{Join, Next};
use crate::text::{escape, plural};

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
                    join.took(job.making.sources.activity().slowest());
                    let next = join.looked(job.making.joining.digest(), job.making.joining.is_in());
                    read = Some(job);
                    next
                }
                Err(trouble) => return give_up(&trouble, pushing),
            },
            Next::Write => {
                let Some(job) = read.take() else { return PART };
                let activity = job.making.sources.activity().clone();
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
        let holds = job.making.joining.digest();
        if let (true, Some(mut document)) = (pushing.json, self.json) {
            if let Some(object) = document.as_object_mut() {
                let joined = serde_json::json!({ "tries": self.begun, "holds": holds });
                object.insert("joined".to_owned(), joined);
            }
            print_json(&document);
            return DONE;
        }
        let holds = holds.map(|it| it.to_string()).unwrap_or_default();
        let entries = plural(job.making.joining.own.len(), "added manifest");
        let line = format!("  {} holds {holds}, with {entries} in it", job.target);
        print_line(&escape(&line));
        DONE
    }
}
