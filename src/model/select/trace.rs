//! The trace of a run: every entry of every index that was looked at, with the rule that decided.

use super::judge::{Judge, Rank, ranked};
use super::offer::{Candidate, Level, Offer};
use super::reason::Reason;
use super::run::{Client, Run, Visit};
use super::selection::{Outcome, Step, Verdict};

/// The most entries of a trace that are kept. Nobody reads more, and indexes that name each other
/// many times over have millions.
const MOST_STEPS: usize = 2_000;
/// The most entries that are looked at for a trace.
const MOST_LOOKED_AT: usize = 80_000;

/// The trace of an engine that looks into one index after the other.
pub(super) fn of_visits<C: Client + ?Sized>(offer: &Offer, run: &Run, client: &C) -> Vec<Step> {
    let mut steps = Vec::new();
    for visit in &run.visits {
        let leads = run.outcome.pick().is_some_and(|pick| pick.starts_with(&visit.index));
        if (steps.len() < MOST_LOOKED_AT || leads)
            && let Some(level) = offer.level(&visit.index)
        {
            steps.extend(of_level(level, visit, &run.outcome, client.judge(visit.other)));
        }
    }
    steps
}

/// The first steps, and of the others those that decided; how many are left out.
pub(super) fn bounded(mut steps: Vec<Step>) -> (Vec<Step>, usize) {
    let all = steps.len();
    let mut at = 0;
    steps.retain(|step| {
        at += 1;
        let given_up = step.verdict == Verdict::Rejected && step.rank.is_some();
        at <= MOST_STEPS || step.verdict == Verdict::Picked || (given_up && at <= 2 * MOST_STEPS)
    });
    steps.shrink_to_fit();
    let left_out = all - steps.len();
    (steps, left_out)
}

fn of_level(level: &Level, visit: &Visit, outcome: &Outcome, judge: &dyn Judge) -> Vec<Step> {
    let wanted = judge.wanted();
    let picked = outcome
        .pick()
        .filter(|path| path.starts_with(&visit.index))
        .and_then(|path| path.get(visit.index.len()))
        .copied();
    let eligible = in_order(ranked(level, judge), picked, visit);
    // The entry to which the others lose: the one picked, else the one tried last.
    let winner = picked.or_else(|| visit.given_up.last().map(|(at, _)| *at));
    let winner = winner.and_then(|winner| eligible.iter().find(|(at, _)| *at == winner)).copied();
    let alike = |a: (usize, Rank<'_>), b: (usize, Rank<'_>)| {
        let (one, other) = (level.entries.get(a.0), level.entries.get(b.0));
        one.zip(other).is_some_and(|(one, other)| {
            !judge.beats((one, a.1), (other, b.1)) && !judge.beats((other, b.1), (one, a.1))
        })
    };

    let mut steps: Vec<Step> = Vec::with_capacity(level.entries.len());
    for (place, (at, rank)) in eligible.iter().enumerate() {
        let Some(candidate) = level.entries.get(*at) else { continue };
        let liking = judge.likes(candidate).unwrap_or_else(|| liking(*rank, &wanted));
        let given_up = visit.given_up.iter().find(|(other, _)| other == at);
        let (verdict, rule) = match (given_up, winner) {
            (Some((_, reason)), _) => {
                let verdict = match reason {
                    Reason::Unread | Reason::TooDeep => Verdict::Skipped,
                    _ => Verdict::Rejected,
                };
                (verdict, reason.sentence(candidate, &wanted))
            }
            (None, Some((winner, _))) if winner == *at => {
                let equals = eligible.iter().filter(|other| alike(**other, (*at, *rank))).count();
                (Verdict::Picked, praise(&liking, eligible.len(), equals, judge))
            }
            (None, Some((winner, _))) if judge.takes_first() && winner < *at => {
                (Verdict::Skipped, format!("not looked at: no. {} matches first", winner + 1))
            }
            (None, Some(best)) => {
                let why = if alike(best, (*at, *rank)) {
                    "ranks alike and is listed first"
                } else {
                    "ranks higher"
                };
                (Verdict::Outranked, format!("{liking}, but no. {} {why}", best.0 + 1))
            }
            (None, None) => (Verdict::Outranked, liking),
        };
        let rank = (verdict != Verdict::Skipped).then_some(place + 1);
        steps.push(step(visit, *at, candidate, verdict, rank, rule));
    }
    for (at, candidate) in level.entries.iter().enumerate() {
        if let Err(reason) = judge.judge(candidate) {
            let seen = !judge.takes_first() || winner.is_none_or(|(winner, _)| at < winner);
            let (verdict, rule) = if seen {
                (Verdict::Rejected, reason.sentence(candidate, &wanted))
            } else {
                let winner = winner.map_or(0, |(winner, _)| winner + 1);
                (Verdict::Skipped, format!("not looked at: no. {winner} matches first"))
            };
            steps.push(step(visit, at, candidate, verdict, None, rule));
        }
    }
    if judge.takes_first() {
        steps.sort_by_key(|step| step.path.last().copied());
    }
    steps
}

/// Those that were given up first, in that order, then the one that was picked, then the rest: the
/// order in which the engine took them up.
fn in_order<'c>(
    mut eligible: Vec<(usize, Rank<'c>)>,
    picked: Option<usize>,
    visit: &Visit,
) -> Vec<(usize, Rank<'c>)> {
    let turn = |at: usize| {
        let given_up = visit.given_up.iter().position(|(other, _)| *other == at);
        match given_up {
            Some(turn) => turn,
            None if picked == Some(at) => visit.given_up.len(),
            None => usize::MAX,
        }
    };
    eligible.sort_by_key(|(at, _)| turn(*at));
    eligible
}

fn step(
    visit: &Visit,
    at: usize,
    candidate: &Candidate,
    verdict: Verdict,
    rank: Option<usize>,
    rule: String,
) -> Step {
    let mut path = visit.index.clone();
    path.push(at);
    Step {
        path,
        digest: candidate.digest.clone(),
        platform: candidate.platform.clone(),
        verdict,
        rank,
        rule,
    }
}

/// Why an entry is eligible.
pub(super) fn liking(rank: Rank<'_>, wanted: &[String]) -> String {
    if rank.last {
        return "it names no platform, which is eligible as the last resort".to_owned();
    }
    match (wanted.get(rank.place), wanted.len()) {
        (Some(platform), 1) => format!("it matches {platform}"),
        (Some(platform), _) if rank.place == 0 => {
            format!("it matches {platform}, the first choice")
        }
        (Some(platform), count) => {
            format!("it matches {platform}, choice {} of {count}", rank.place + 1)
        }
        (None, _) => "it is compatible".to_owned(),
    }
}

fn praise(liking: &str, eligible: usize, alike: usize, judge: &dyn Judge) -> String {
    if judge.takes_first() {
        format!("{liking}: the first entry that does is taken")
    } else if alike > 1 {
        format!("{liking}; the first of {alike} that rank alike")
    } else if eligible > 1 {
        format!("{liking}; none ranks higher")
    } else {
        format!("{liking}; it is the only one")
    }
}
