//! Many writers on one list, with a clock that the test turns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::{Join, Next};

/// A list: the writers whose entries it has, in their order. It stands for its digest too.
type List = Vec<usize>;

/// Where a writer is; a request has its effect at one moment and is answered at a later one.
enum Doing {
    /// A look has its effect.
    Look { guard: bool },
    /// The look's answer arrives.
    Looked { guard: bool, found: List },
    /// A write has its effect.
    Write(List),
    /// The write's answer arrives.
    Wrote(List),
}

struct World {
    clock: u64,
    list: List,
    /// Moments, each with a number that keeps their order, and the writer.
    ahead: BinaryHeap<Reverse<(u64, u64, usize)>>,
    number: u64,
    random: fastrand::Rng,
    /// How long a request takes at most, and whether each takes as long.
    longest: u64,
    constant: bool,
}

struct Writer {
    join: Join<List>,
    doing: Doing,
    read: List,
    done: bool,
    /// When the present request ends.
    until: u64,
}

impl World {
    fn at(&mut self, writer: usize, moment: u64) {
        self.number += 1;
        self.ahead.push(Reverse((moment, self.number, writer)));
    }

    /// Begins a request: when it has its effect, and when it is answered.
    fn request(&mut self, from: u64) -> (u64, u64) {
        let takes = if self.constant { self.longest } else { self.random.u64(1..=self.longest) };
        (from + self.random.u64(0..=takes), from + takes)
    }

    fn begin(&mut self, at: usize, writer: &mut Writer, from: u64, doing: Doing) {
        let (effect, until) = self.request(from);
        writer.join.took(Duration::from_millis(until - from));
        writer.until = until;
        writer.doing = doing;
        self.at(at, effect);
    }

    fn follow(&mut self, at: usize, writer: &mut Writer, next: Next) {
        let now = self.clock;
        match next {
            Next::Look => self.begin(at, writer, now, Doing::Look { guard: false }),
            Next::LookAfter(pause) => {
                let from = now + u64::try_from(pause.as_millis()).unwrap();
                self.begin(at, writer, from, Doing::Look { guard: false });
            }
            // The guard looks once more right before the write.
            Next::Write => self.begin(at, writer, now, Doing::Look { guard: true }),
            Next::Done => writer.done = true,
            Next::GiveUp => panic!("a writer gave up"),
        }
    }

    fn step(&mut self, at: usize, writer: &mut Writer) {
        let until = writer.until;
        match std::mem::replace(&mut writer.doing, Doing::Look { guard: false }) {
            Doing::Look { guard } => {
                writer.doing = Doing::Looked { guard, found: self.list.clone() };
                self.at(at, until);
            }
            Doing::Looked { guard: true, found } if found == writer.read => {
                let mut list = found;
                list.push(at);
                self.begin(at, writer, self.clock, Doing::Write(list));
            }
            Doing::Looked { guard: true, .. } => {
                let next = writer.join.moved();
                self.follow(at, writer, next);
            }
            Doing::Looked { guard: false, found } => {
                writer.read.clone_from(&found);
                let is_in = found.contains(&at);
                let next = writer.join.looked(found, is_in);
                self.follow(at, writer, next);
            }
            Doing::Write(list) => {
                self.list.clone_from(&list);
                writer.doing = Doing::Wrote(list);
                self.at(at, until);
            }
            Doing::Wrote(list) => {
                let next = writer.join.wrote(list);
                self.follow(at, writer, next);
            }
        }
    }
}

/// Lets eight writers join one list; the list in the end, and how often one was overwritten.
fn round(seed: u64, constant: bool, least: u64) -> (List, usize) {
    const LONGEST: u64 = 100;
    let mut world = World {
        clock: 0,
        list: Vec::new(),
        ahead: BinaryHeap::new(),
        number: 0,
        random: fastrand::Rng::with_seed(seed),
        longest: LONGEST,
        constant,
    };
    let mut writers: Vec<Writer> = (0..8)
        .map(|_| Writer {
            join: Join::with_least(Duration::from_millis(least)),
            doing: Doing::Look { guard: false },
            read: Vec::new(),
            done: false,
            until: 0,
        })
        .collect();
    for (at, writer) in writers.iter_mut().enumerate() {
        let from = world.random.u64(0..=4 * LONGEST);
        world.begin(at, writer, from, Doing::Look { guard: false });
    }
    let mut overwritten = 0;
    while let Some(Reverse((moment, _, at))) = world.ahead.pop() {
        world.clock = moment;
        let before = world.list.clone();
        world.step(at, &mut writers[at]);
        overwritten += before.iter().filter(|one| !world.list.contains(one)).count();
        // Who is done is in the list from then on.
        for (number, writer) in writers.iter().enumerate() {
            assert!(!writer.done || world.list.contains(&number), "seed {seed}: {number} is lost");
        }
    }
    assert!(writers.iter().all(|writer| writer.done), "seed {seed}");
    (world.list, overwritten)
}

#[test]
fn eight_writers_end_with_eight_entries_in_a_thousand_rounds() {
    let mut overwritten = 0;
    for seed in 0..1_000 {
        let (mut list, lost) = round(seed, true, 0);
        list.sort_unstable();
        assert_eq!(list, (0..8).collect::<Vec<_>>(), "seed {seed}");
        overwritten += lost;
    }
    assert!(overwritten > 1_000, "writers hardly got into each other's way: {overwritten}");
}

#[test]
fn requests_of_any_length_below_half_the_least_pause_lose_nothing() {
    for seed in 0..1_000 {
        let (list, _) = round(seed, false, 200);
        assert_eq!(list.len(), 8, "seed {seed}");
    }
}

#[test]
fn a_writer_that_is_never_let_in_gives_up() {
    let mut join = Join::with_least(Duration::ZERO);
    let mut next = Next::Look;
    let mut looks = 0;
    while next != Next::GiveUp {
        next = join.looked(looks, false);
        looks += 1;
        join.moved();
    }
    assert_eq!(looks, 101);
}
