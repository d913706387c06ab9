//! State, theme and terminal as the program's loop drives them, without the loop's waiting.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use platy::model::draft::{Presence, Question};
use platy::model::files::{Entry, FileBytes, Files, Kind, Listing, Path, Totals, Way};
use platy::model::fleet::Fleet;
use platy::model::tree::{Answer, Need};
use platy::oci::{Aliases, Page, Target};
use platy::source::DEFAULT_PERMITS;
use platy::tui::app::detail::Content;
use platy::tui::app::{
    Effect, Explorer, Keymap, Look, Msg, OpenedRef, Query, Reply, RequestId, Screen, SessionId,
    Setup, Sheet, State,
};
use platy::tui::draw::{self, Theme};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};

/// How many tags the repository has.
const TAGS: usize = 10_000;
const COLUMNS: u16 = 120;
const ROWS: u16 = 40;

/// Takes what would go to the terminal, as fast as a terminal can.
#[derive(Debug, Default)]
struct Sink(u64);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a turn took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    pub time: Duration,
    /// Of the time, what this thread had a processor for; others may want it too.
    pub work: Duration,
}

impl std::ops::Add for Took {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { time: self.time + other.time, work: self.work + other.work }
    }
}

#[cfg(unix)]
pub fn processor_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap())
}

#[cfg(not(unix))]
pub fn processor_time() -> Duration {
    Duration::ZERO
}

pub struct Player<'a> {
    pub state: State,
    theme: Theme,
    terminal: Terminal<CrosstermBackend<Sink>>,
    now: Timestamp,
    asked: VecDeque<(SessionId, RequestId, Need)>,
    /// What was seen outside.
    seen: Vec<Msg>,
    answer: &'a dyn Fn(&Need) -> Answer,
    /// The only file of every layer.
    file: Bytes,
}

impl<'a> Player<'a> {
    /// The explorer on its first frame; nothing has been answered.
    pub fn open(answer: &'a dyn Fn(&Need) -> Answer) -> Self {
        let mut player = Self::new(answer, None);
        let target = Target::parse("localhost:5000/bench/image:latest").unwrap();
        let effects = player.state.open_first(target, player.now);
        player.ask(effects);
        player
    }

    /// The same with images that hold one file.
    pub fn holding(answer: &'a dyn Fn(&Need) -> Answer, file: Bytes) -> Self {
        Self { file, ..Self::open(answer) }
    }

    /// A fleet on its first frame; what it still asks is not answered.
    pub fn fleet(answer: &'a dyn Fn(&Need) -> Answer, fleet: Fleet) -> Self {
        let mut player = Self::new(answer, Some(fleet));
        let effects = player.state.open_fleet_first(player.now);
        player.ask(effects);
        player
    }

    fn new(answer: &'a dyn Fn(&Need) -> Answer, fleet: Option<Fleet>) -> Self {
        let setup = Setup {
            keymap: Keymap::default(),
            history: Vec::new(),
            bookmarks: Vec::new(),
            samples: Vec::new(),
            fleet,
            machine: "linux/amd64/v3".parse().unwrap(),
            kernel: None,
            permits: DEFAULT_PERMITS,
            zone: TimeZone::UTC,
            drafts: "bench".to_owned(),
            size: (COLUMNS, ROWS),
            host: None,
            engine: None,
            interval: Duration::from_secs(30),
            login: String::new(),
            aliases: Aliases::default(),
            look: Look::default(),
            own: Vec::new(),
            known_keys: Vec::new(),
            asks_this_machine: false,
        };
        let now = Timestamp::UNIX_EPOCH;
        let viewport = Viewport::Fixed(Rect::new(0, 0, COLUMNS, ROWS));
        let backend = CrosstermBackend::new(Sink::default());
        Self {
            state: State::new(setup, now),
            theme: Theme::default(),
            terminal: Terminal::with_options(backend, TerminalOptions { viewport }).unwrap(),
            now,
            asked: VecDeque::new(),
            seen: Vec::new(),
            answer,
            file: Bytes::new(),
        }
    }

    /// One turn of the loop: some answers and perhaps a key, then one drawing.
    pub fn turn(&mut self, key: Option<&str>, answers: usize) -> Took {
        self.now = self.now.checked_add(SignedDuration::from_millis(10)).unwrap();
        let mut messages: Vec<Msg> =
            key.map(|key| Msg::Key(key.parse().unwrap())).into_iter().collect();
        for (session, request, need) in
            self.asked.drain(..answers.min(self.asked.len())).collect::<Vec<_>>()
        {
            let answer = Ok(Reply::Content((self.answer)(&need)));
            messages.push(Msg::Answer { session, request, answer });
        }
        messages.append(&mut self.seen);
        messages.push(Msg::Activity { requests: 1, bytes: 1, width: 0, quotas: Vec::new() });

        let (began, worked) = (Instant::now(), processor_time());
        let effects = self.state.update_all(messages, self.now);
        let (state, theme) = (&self.state, &self.theme);
        self.terminal
            .draw(|frame| {
                let drawn = draw::draw(state, theme, frame.buffer_mut());
                if let Some(position) = drawn.cursor {
                    frame.set_cursor_position(position);
                }
            })
            .unwrap();
        let took = Took { time: began.elapsed(), work: processor_time().saturating_sub(worked) };
        self.ask(effects);
        took
    }

    /// Presses a key without drawing.
    pub fn press(&mut self, key: &str) {
        let effects = self.state.update(Msg::Key(key.parse().unwrap()), self.now);
        self.ask(effects);
    }

    /// Answers everything.
    pub fn settle(&mut self) {
        while self.is_waiting() {
            self.turn(None, usize::MAX);
        }
    }

    /// Whether anything is still to be answered.
    pub fn is_waiting(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Whether what was done beside the loop is to be taken with the next turn.
    pub fn has_seen(&self) -> bool {
        !self.seen.is_empty()
    }

    /// The file that is looked at, if one is.
    pub fn sheet(&self) -> Option<&Sheet> {
        match self.state.screen() {
            Screen::Files(view) => view.viewer.as_ref().map(|viewer| &viewer.sheet),
            _ => None,
        }
    }

    pub fn is_exploring(&self) -> bool {
        matches!(self.state.screen(), Screen::Explorer(_))
    }

    pub fn explorer(&self) -> &Explorer {
        match self.state.screen() {
            Screen::Explorer(explorer) => explorer,
            _ => panic!("the explorer is open"),
        }
    }

    pub fn opened(&self) -> &OpenedRef {
        self.state.cx.opened.get(self.explorer().id).expect("the reference is open")
    }

    pub fn rows(&self) -> usize {
        self.opened().tree.rows().len()
    }

    fn ask(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let Effect::Ask { session, request, question } = effect else { continue };
            let reply = match question {
                Query::Fetch(need) => {
                    self.asked.push_back((session, request, need));
                    continue;
                }
                // The place that is pushed to has everything but the tag.
                Query::Presence { question, .. } => Reply::Presence(match question {
                    Question::Manifest(digest) | Question::Blob(digest) => Presence::There(digest),
                    Question::AtHand(blob, _) => Presence::There(blob.digest.clone()),
                    Question::Tag(_) => Presence::Absent,
                }),
                // Another thread does that, beside the loop.
                Query::LayOut(content) => Reply::LaidOut(Content::laid_out(content)),
                Query::Find(content, sought) => {
                    let (content, at) = Content::search(content, &sought);
                    Reply::Found { content, at }
                }
                Query::Tags { .. } => {
                    let names = (0..TAGS).map(|at| format!("{}.{}.{at}", at / 100, at % 100));
                    Reply::Names(Page { names: names.collect(), next: None })
                }
                Query::Layer { .. } => Reply::Listing(Arc::new(listing(self.file.len()))),
                Query::Merge { layers, .. } => Reply::Files(Arc::new(Files::merge(layers))),
                Query::File { .. } => Reply::File(FileBytes::new(self.file.clone(), true, true)),
                // As if nothing more can be had.
                Query::Evidence { facts, .. } => Reply::Facts(facts),
                _ => continue,
            };
            self.seen.push(Msg::Answer { session, request, answer: Ok(reply) });
        }
    }
}

/// What a layer with one file of this size lists.
fn listing(size: usize) -> Listing {
    let entry = Entry {
        path: Path::from("file"),
        kind: Kind::File,
        size: size as u64,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: 0,
        digest: None,
    };
    Listing {
        entries: [entry].into_iter().collect(),
        totals: Totals { entries: 1, files: 1, bytes: size as u64, removals: 0 },
        problems: Vec::new(),
        left_out: 0,
        way: Way::Part,
    }
}
