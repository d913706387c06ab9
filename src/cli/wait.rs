//! `platy wait REFERENCE`: until an image is there.

use std::time::{Duration, Instant};

use super::args::{Args, WaitArgs};
use super::complain::{complain, complain_failure};
use super::line::Line;
use super::look::{Look, Wanted, look, may_pass};
use super::output::{print_json, print_line};
use super::{DONE, PART, TROUBLE};
use crate::oci::{Digest, Failure, Reference};
use crate::source::{Activity, Sources};

/// The longest pause between two looks, as a multiple of the interval.
const SLOWEST: u32 = 4;

pub(super) async fn run(args: &Args, wait: &WaitArgs) -> u8 {
    let question = match Question::of(wait) {
        Ok(question) => question,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let sources = Sources::new(args.options(), Activity::default());
    let line = Line::new();
    let begin = Instant::now();
    let mut pause = wait.interval;
    let mut last: Option<Look> = None;
    loop {
        let seen = look(&sources, &question.reference, &question.platforms, last.as_ref()).await;
        let missing = match seen {
            Ok(seen) => {
                let missing = question.missing(&seen);
                if missing.is_empty() {
                    drop(line);
                    return done(wait, &question, &seen);
                }
                // What moves while it is waited for is looked at as often as was asked.
                if last.as_ref() != Some(&seen) {
                    pause = wait.interval;
                }
                last = Some(seen);
                missing
            }
            Err(failure) if may_pass(&failure) => vec![words(&failure)],
            Err(failure) => {
                drop(line);
                complain_failure(&failure);
                return trouble(wait, &question, &failure);
            }
        };
        let left = wait.limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            drop(line);
            return over(wait, &question, &missing);
        }
        if let Some(line) = &line {
            let (waited, limit) = (begin.elapsed().as_secs(), wait.limit.as_secs());
            line.say(&format!("{} · {waited} of {limit} s", missing.join(", ")));
        }
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 3 / 2).min(wait.interval * SLOWEST);
    }
}

struct Question {
    reference: Reference,
    platforms: Vec<Wanted>,
    digest: Option<Digest>,
}

impl Question {
    fn of(wait: &WaitArgs) -> Result<Self, String> {
        let reference = wait
            .reference
            .parse()
            .map_err(|error: crate::oci::ReferenceError| error.to_string())?;
        let platforms = wait.platform.iter().flat_map(|it| it.split(','));
        let platforms = platforms.map(Wanted::parse).collect::<Result<_, _>>()?;
        Ok(Self { reference, platforms, digest: wait.digest.clone() })
    }

    /// What is still missing.
    fn missing(&self, seen: &Look) -> Vec<String> {
        let mut missing: Vec<String> = self
            .platforms
            .iter()
            .filter(|wanted| seen.image(wanted).is_none())
            .map(|wanted| format!("no image for {}", wanted.text))
            .collect();
        if let Some(digest) = self.digest.as_ref().filter(|it| **it != seen.digest) {
            missing.push(format!("the tag holds {}, not {digest}", seen.digest));
        }
        missing
    }
}

fn words(failure: &Failure) -> String {
    format!("{}: {}", failure.class.title(), failure.detail)
}

fn done(wait: &WaitArgs, question: &Question, seen: &Look) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": question.reference.to_string(),
            "digest": seen.digest.as_str(),
            "missing": [],
        }));
    } else {
        print_line(seen.digest.as_str());
    }
    DONE
}

fn over(wait: &WaitArgs, question: &Question, missing: &[String]) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": question.reference.to_string(),
            "digest": null,
            "missing": missing,
        }));
    }
    let limit = Duration::as_secs_f64(&wait.limit);
    complain(&format!(
        "{} is not as it was waited for after {limit} s: {}",
        question.reference.familiar(),
        missing.join(", ")
    ));
    PART
}

fn trouble(wait: &WaitArgs, question: &Question, failure: &Failure) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": question.reference.to_string(),
            "digest": null,
            "missing": [],
            "error": { "class": failure.class.as_str(), "detail": failure.detail },
        }));
    }
    TROUBLE
}
