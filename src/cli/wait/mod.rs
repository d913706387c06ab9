//! `platy wait REFERENCE`: until an image is there.

mod args;
mod evidence;
mod report;

use std::time::{Duration, Instant};

use super::TROUBLE;
use super::args::Args;
use super::complain::{complain, complain_failure};
use super::line::Line;
use super::look::{Look, Wanted, look, may_pass};
use super::waiting::Waiting;
use crate::oci::{Digest, Failure, Reference};
use crate::source::Sources;
pub(super) use args::WaitArgs;
pub(super) use evidence::Kind;

/// The longest pause between two looks, as a multiple of the interval.
const SLOWEST: u32 = 4;
/// How often the line of progress is written anew while an answer is waited for.
const EVERY: Duration = Duration::from_millis(500);

pub(super) async fn run(args: &Args, wait: &WaitArgs) -> u8 {
    let question = match Question::of(wait) {
        Ok(question) => question,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let line = Line::new();
    let begin = Instant::now();
    let mut pause = wait.interval;
    let mut last: Option<Look> = None;
    let mut missing = vec!["the registry has not answered".to_owned()];
    loop {
        let left = wait.limit.saturating_sub(begin.elapsed());
        let say = |missing: &[String]| {
            if let Some(line) = &line {
                let (waited, limit) = (begin.elapsed().as_secs(), wait.limit.as_secs());
                let asked = waiting.pause().map(|it| format!(" · {it}")).unwrap_or_default();
                line.say(&format!("{} · {waited} of {limit} s{asked}", missing.join(", ")));
            }
        };
        let one = question.look(&sources, last.as_ref());
        let seen = tokio::select! {
            biased;
            seen = tokio::time::timeout(left, one) => seen,
            never = every(|| say(&missing)) => match never {},
        };
        match seen {
            Ok(Ok((seen, none))) if none.is_empty() => {
                drop(line);
                return report::done(wait, &question.reference, &seen.digest);
            }
            Ok(Ok((seen, now))) => {
                // What moves while it is waited for is looked at as often as was asked.
                if last.as_ref() != Some(&seen) {
                    pause = wait.interval;
                }
                last = Some(seen);
                missing = now;
            }
            Ok(Err(failure)) if may_pass(&failure) => missing = vec![words(&failure)],
            Ok(Err(failure)) => {
                drop(line);
                complain_failure(&failure);
                return report::trouble(wait, &question.reference, &failure);
            }
            Err(_) => missing.extend(waiting.pause()),
        }
        let left = wait.limit.saturating_sub(begin.elapsed());
        if left.is_zero() {
            drop(line);
            return report::over(wait, &question.reference, &missing);
        }
        say(&missing);
        tokio::time::sleep(pause.min(left)).await;
        pause = (pause * 3 / 2).min(wait.interval * SLOWEST);
    }
}

/// Calls a function again and again.
async fn every(call: impl Fn()) -> std::convert::Infallible {
    let mut tick = tokio::time::interval(EVERY);
    loop {
        tick.tick().await;
        call();
    }
}

struct Question {
    reference: Reference,
    platforms: Vec<Wanted>,
    digest: Option<Digest>,
    evidence: Vec<Kind>,
}

impl Question {
    fn of(wait: &WaitArgs) -> Result<Self, String> {
        let reference = wait
            .reference
            .parse()
            .map_err(|error: crate::oci::ReferenceError| error.to_string())?;
        let platforms = wait.platform.iter().map(|text| Wanted::parse(text));
        let platforms = platforms.collect::<Result<_, _>>()?;
        let evidence = wait.evidence.clone();
        Ok(Self { reference, platforms, digest: wait.digest.clone(), evidence })
    }

    /// What the tag holds, and what is still missing. Evidence is asked about last, when all else
    /// is there.
    async fn look(
        &self,
        sources: &Sources,
        last: Option<&Look>,
    ) -> Result<(Look, Vec<String>), Failure> {
        let seen = look(sources, &self.reference, &self.platforms, last).await?;
        let mut missing = self.missing(&seen);
        if missing.is_empty() && !self.evidence.is_empty() {
            let images = seen.wanted(&self.platforms);
            let (reference, kinds) = (&self.reference, &self.evidence);
            missing = evidence::missing(sources, reference, &seen, &images, kinds).await?;
        }
        Ok((seen, missing))
    }

    fn missing(&self, seen: &Look) -> Vec<String> {
        let absent = |wanted: &Wanted| {
            let found = seen.absent.iter().find(|(platform, _)| wanted.is(platform));
            found.map(|(_, digest)| digest)
        };
        let mut missing: Vec<String> = self
            .platforms
            .iter()
            .filter_map(|wanted| match (seen.image(wanted), absent(wanted)) {
                (None, _) => Some(format!("no image for {}", wanted.text)),
                (_, Some(digest)) => {
                    Some(format!("the manifest for {} was not found ({digest})", wanted.text))
                }
                _ => None,
            })
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
