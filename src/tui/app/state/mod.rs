//! The whole state, and how a message changes it.

mod actions;
mod choosing;
mod comparing;
mod drafting;
mod editing;
mod filing;
mod leaving;
mod opening;
mod pointer;
mod pushing;
mod typing;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::compare::{CompareView, Point};
use super::drafts::{Drafts, DraftsPage};
use super::editor::{Editor, Picking};
use super::explorer::{Explorer, Pane};
use super::files::FilesView;
use super::list::List;
use super::push::{Asked, PushPage};
use super::start::{Sample, Start};
use super::{Areas, Choice, CopyMenu, Effect, Keymap, MatrixView, Msg, SessionId, Why};
use crate::model::select::Host;
use crate::oci::{Notice, Target};
use crate::text::escape;

/// How long a toast stays, in seconds.
const TOAST_SECONDS: i64 = 4;
/// How many bytes of a large text are laid out while the user looks at its beginning.
const LAID_OUT_PER_TICK: usize = 512 << 10;
/// The most screens that can lie on each other; the oldest beneath go first.
const MAX_SCREENS: usize = 16;

/// A screen.
#[derive(Debug, Clone)]
pub enum Screen {
    /// The start page.
    Start(Start),
    /// One reference.
    Explorer(Box<Explorer>),
    /// Tags or repositories.
    List(Box<List>),
    /// The files of an image or a layer.
    Files(Box<FilesView>),
    /// What the chosen engine picks in the explorer beneath, and why.
    Why(Box<Why>),
    /// What every engine picks on every machine in the explorer beneath.
    Matrix(Box<MatrixView>),
    /// What two nodes differ in.
    Compare(Box<CompareView>),
    /// A draft being edited.
    Editor(Box<Editor>),
    /// A draft about to be pushed.
    Push(Box<PushPage>),
    /// The drafts and the last pushes.
    Drafts(Box<DraftsPage>),
}

/// Something that lies over a screen and takes its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// The page of all keys, scrolled by this many lines.
    Help(usize),
    /// What to copy.
    Copy(CopyMenu),
    /// Which engine; the marked line.
    Engines(usize),
    /// Which machine; the marked line.
    Hosts(usize),
    /// Which images of a list are taken.
    Picking(Box<Picking>),
    /// What becomes of an unsaved draft on the way out.
    Leave {
        /// Whether platy ends then.
        quit: bool,
        /// The marked line.
        at: usize,
    },
    /// Whether a push is taken back.
    Undo(Box<Asked>),
    /// Whether a draft is discarded.
    Discard {
        /// The draft's name.
        draft: String,
        /// The marked line.
        at: usize,
    },
}

/// A sentence that stays for a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// What it says, harmless for a terminal.
    pub text: String,
    /// How it is meant.
    pub kind: ToastKind,
    /// Until when it stays.
    pub until: Timestamp,
}

/// How a sentence is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Something was done.
    Done,
    /// Something cannot be done, or is odd.
    Warning,
    /// Something failed.
    Error,
}

/// What the state starts from.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The keys.
    pub keymap: Keymap,
    /// The references last opened, newest first.
    pub history: Vec<String>,
    /// The demo's samples.
    pub samples: Vec<Sample>,
    /// This machine.
    pub machine: Host,
    /// The architecture of its kernel, where that is another one than its programs'.
    pub kernel: Option<String>,
    /// The most requests of one screen on their way at once.
    pub permits: usize,
    /// The time zone.
    pub zone: TimeZone,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// What the names of this process's drafts begin with; no other process uses the same.
    pub drafts: String,
}

/// Everything that the program knows.
#[derive(Debug)]
pub struct State {
    /// The present moment, as of the last message.
    pub now: Timestamp,
    /// The time zone.
    pub zone: TimeZone,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// The keys.
    pub keymap: Keymap,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// A sentence that stays for a moment.
    pub toast: Option<Toast>,
    /// What is waited for, while a registry asked to slow down or a request is repeated.
    pub waiting: Option<String>,
    /// The references last opened, newest first.
    pub history: Vec<String>,
    /// The demo's samples.
    pub samples: Vec<Sample>,
    /// Requests sent and bytes received so far.
    pub activity: (u64, u64),
    /// The machine and the engine for which picks are shown.
    pub choice: Choice,
    /// The drafts.
    pub drafts: Drafts,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Counts ticks; moves the throbber.
    pub ticks: u64,
    /// The node that the next one is compared with.
    pub marked: Option<Point>,
    permits: usize,
    screens: Vec<Screen>,
    /// Explorers that no screen shows, but a mark or a comparison needs.
    kept: Vec<Explorer>,
    waiting_until: Option<Timestamp>,
    last_session: u64,
    last_request: u64,
}

impl State {
    /// A state that shows the start page.
    #[must_use]
    pub fn new(setup: Setup, now: Timestamp) -> Self {
        // In the demo the first sample is one key away.
        let chosen = (!setup.samples.is_empty()).then_some(0);
        let first = Start { chosen, ..Start::default() };
        let mut choice = Choice::new(setup.machine);
        choice.set_kernel(setup.kernel);
        Self {
            now,
            zone: setup.zone,
            size: setup.size,
            keymap: setup.keymap,
            overlay: None,
            toast: None,
            waiting: None,
            history: setup.history,
            samples: setup.samples,
            activity: (0, 0),
            choice,
            drafts: Drafts::new(&setup.drafts),
            mouse: true,
            ticks: 0,
            marked: None,
            permits: setup.permits.max(1),
            screens: vec![Screen::Start(first)],
            kept: Vec::new(),
            waiting_until: None,
            last_session: 0,
            last_request: 0,
        }
    }

    /// Opens a target as the first screen, in place of the start page.
    #[must_use = "the effects are still to be carried out"]
    pub fn open_first(&mut self, target: Target, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        self.screens.clear();
        let mut effects = self.open(target);
        effects.extend(self.settle());
        effects
    }

    /// The screen on top.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        static EMPTY: std::sync::LazyLock<Screen> =
            std::sync::LazyLock::new(|| Screen::Start(Start::default()));
        self.screens.last().unwrap_or(&EMPTY)
    }

    /// How many screens lie on each other.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.screens.len()
    }

    /// Whether anything is on its way for the screen on top.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        match self.screen() {
            Screen::Start(_) | Screen::Drafts(_) => false,
            Screen::Editor(editor) => {
                self.drafts.get(&editor.draft).is_some_and(super::drafts::OpenDraft::is_busy)
            }
            Screen::Push(page) => {
                page.is_running()
                    || self.drafts.get(&page.draft).is_some_and(super::drafts::OpenDraft::is_busy)
            }
            Screen::Explorer(explorer) => {
                explorer.is_busy() || explorer.truths().reading().is_some()
            }
            Screen::List(list) => list.is_busy(),
            Screen::Why(why) => {
                why.findings.is_waiting() || self.explorer_beneath().is_some_and(Explorer::is_busy)
            }
            Screen::Files(view) => view.is_busy(),
            Screen::Compare(view) => {
                let side = |side| self.explorer_with(side).is_some_and(Explorer::is_busy);
                let files = view.files_session().is_some_and(|(_, busy)| busy);
                files || side(view.a.session) || side(view.b.session)
            }
            Screen::Matrix(_) => self.explorer_beneath().is_some_and(Explorer::is_busy),
        }
    }

    /// Whether ticks change anything: something moves, or a sentence will go.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        let growing = match self.screen() {
            Screen::Explorer(explorer) => !explorer.content.is_whole(),
            Screen::Editor(editor) => !editor.content().is_whole(),
            _ => false,
        };
        self.is_busy()
            || growing
            || self.drafts.waits()
            || self.toast.is_some()
            || self.waiting.is_some()
    }

    /// Takes a message; says what is to be done outside.
    #[must_use = "the effects are still to be carried out"]
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.update_all([msg], now)
    }

    /// Takes messages in their order. Rows and detail are brought up to date once for all results
    /// that come together: they are looked at by keys and by the drawing only.
    #[must_use = "the effects are still to be carried out"]
    pub fn update_all(
        &mut self,
        messages: impl IntoIterator<Item = Msg>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.now = now;
        let mut effects = Vec::new();
        let mut settled = true;
        for msg in messages {
            if !settled && !msg.is_result() {
                effects.extend(self.settle());
            }
            settled = false;
            effects.extend(self.handle(msg));
        }
        effects.extend(self.settle());
        effects
    }

    /// Brings rows, cursor, scroll and detail up to date, and asks for what is wanted.
    fn settle(&mut self) -> Vec<Effect> {
        if self.toast.as_ref().is_some_and(|toast| toast.until <= self.now) {
            self.toast = None;
        }
        if self.waiting_until.is_some_and(|until| until <= self.now) {
            self.waiting = None;
            self.waiting_until = None;
        }
        let mut effects = Vec::new();
        let (size, now, permits) = (self.size, self.now, self.permits);
        let top = self.screens.len().saturating_sub(1);
        let picking = self.screens.iter().rposition(|it| matches!(it, Screen::Explorer(_)));
        self.settle_files();
        for (at, screen) in self.screens.iter_mut().enumerate() {
            match screen {
                Screen::Start(_) => {}
                Screen::Explorer(explorer) => {
                    if at == top {
                        explorer.settle(size, now, &self.zone);
                    }
                    if Some(at) == picking {
                        explorer.pick(&self.choice, at != top, self.ticks);
                    }
                    let asked = explorer.pump(permits, &mut self.last_request, now);
                    effects.extend(asked);
                    if Some(at) == picking {
                        explorer.pick(&self.choice, at != top, self.ticks);
                    }
                    explorer.lint();
                    if at == top {
                        // What was known already may have changed rows and detail.
                        explorer.settle(size, now, &self.zone);
                        effects.extend(explorer.ask_rest());
                    }
                }
                Screen::List(list) if at == top => {
                    list.settle(size);
                    effects.extend(list.pump(permits));
                }
                Screen::Files(view) => {
                    effects.extend(view.pump());
                    if at == top {
                        view.settle(size);
                    }
                }
                Screen::List(_)
                | Screen::Why(_)
                | Screen::Matrix(_)
                | Screen::Compare(_)
                | Screen::Editor(_)
                | Screen::Push(_)
                | Screen::Drafts(_) => {}
            }
        }
        effects.extend(self.screens.iter_mut().enumerate().filter_map(|(at, screen)| {
            let Screen::Explorer(explorer) = screen else { return None };
            explorer.leave_truth(at == top)
        }));
        for explorer in &mut self.kept {
            effects.extend(explorer.leave_truth(false));
            effects.extend(explorer.pump(permits, &mut self.last_request, now));
        }
        effects.extend(self.settle_picks());
        self.settle_compare();
        effects.extend(self.settle_drafts());
        effects
    }

    fn handle(&mut self, msg: Msg) -> Vec<Effect> {
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => self.paste(&text),
            Msg::Resize(columns, rows) => {
                self.size = (columns, rows);
                Vec::new()
            }
            Msg::Click(spot) => self.click(spot),
            Msg::Wheel(spot, lines) => self.wheel(spot, lines),
            Msg::Tick => {
                self.ticks = self.ticks.wrapping_add(1);
                match self.screens.last_mut() {
                    Some(Screen::Explorer(explorer)) => explorer.grow(LAID_OUT_PER_TICK),
                    Some(Screen::Editor(editor)) => editor.grow(LAID_OUT_PER_TICK),
                    _ => {}
                }
                Vec::new()
            }
            Msg::Fetched { session, request, need, result } => {
                let said = self.explorer_of(session).and_then(|it| it.take(request, &need, result));
                match said {
                    Some(Ok(text)) => self.say(ToastKind::Done, &text),
                    Some(Err(failure)) => self.say(ToastKind::Error, &failure.to_string()),
                    None => {}
                }
                Vec::new()
            }
            Msg::Page { session, result } => {
                self.list_of(session).map_or_else(Vec::new, |list| list.take(result))
            }
            Msg::Head { session, tag, result } => {
                if let Some(list) = self.list_of(session) {
                    list.take_head(tag, result);
                }
                Vec::new()
            }
            Msg::Proven { session, request, image, row, failed } => {
                if let Some(explorer) = self.explorer_of(session) {
                    explorer.proven(request, image, *row, failed);
                }
                Vec::new()
            }
            Msg::Proving { session, request, bytes } => {
                if let Some(explorer) = self.explorer_of(session) {
                    explorer.proving(request, bytes);
                }
                Vec::new()
            }
            Msg::Evidence { session, facts } => {
                let asked = self.screens.iter_mut().find_map(|screen| match screen {
                    Screen::Why(why) if why.findings.session() == Some(session) => Some(why),
                    _ => None,
                });
                if let Some(why) = asked {
                    why.findings.take(session, facts);
                }
                Vec::new()
            }
            Msg::FilesComparing { session, received, total } => {
                if let Some(view) = self.compare_of(session) {
                    view.take_files_progress(received, total);
                }
                Vec::new()
            }
            Msg::FilesCompared { session, result } => {
                if let Some(view) = self.compare_of(session) {
                    view.take_files(result);
                }
                Vec::new()
            }
            Msg::FileCompared { session, request, result } => {
                if let Some(view) = self.compare_of(session) {
                    view.take_file(request, result);
                }
                Vec::new()
            }
            Msg::Files(msg) => self.take_files(msg),
            Msg::Copied(copied) => {
                match copied.result {
                    Ok(way) => self.say(
                        ToastKind::Done,
                        &format!("copied to the {way}: {}, {}", copied.what, copied.text),
                    ),
                    Err(why) => self.say(ToastKind::Error, &format!("not copied: {why}")),
                }
                Vec::new()
            }
            Msg::Notice(notice) => {
                self.waiting = Some(notice.words());
                let Notice::Retrying { delay, .. } = notice;
                self.waiting_until = jiff::SignedDuration::try_from(delay)
                    .ok()
                    .and_then(|delay| self.now.checked_add(delay).ok());
                Vec::new()
            }
            Msg::Activity { requests, bytes } => {
                self.activity = (requests, bytes);
                Vec::new()
            }
            Msg::Learned { session, want, result } => {
                if let Some(open) = self.drafts.of_session(session) {
                    open.learn(&want, result);
                }
                Vec::new()
            }
            Msg::Weighed { session, revision, effects } => {
                if let Some(open) = self.drafts.of_session(session) {
                    open.weighed(revision, effects);
                }
                Vec::new()
            }
            Msg::LaidOut { session, number, content } => {
                if let Some(explorer) = self.explorer_of(session) {
                    explorer.laid_out(number, *content);
                }
                Vec::new()
            }
            Msg::Answered { session, target, question, result } => {
                self.answered(session, &target, question, result);
                Vec::new()
            }
            Msg::Gathered { session, request, result } => self.gathered(session, request, result),
            Msg::Referrers { session, from, subject, result } => {
                self.referrers_came(session, &from, &subject, result);
                Vec::new()
            }
            Msg::DraftsFound(kept) => {
                let first = self.drafts.found(&kept);
                if first && !self.drafts.left.is_empty() && self.toast.is_none() {
                    let words = self.left_words();
                    self.say(ToastKind::Done, &words);
                }
                Vec::new()
            }
            Msg::DraftTaken { name, text } => self.draft_taken(&name, text),
            Msg::DraftSaved { name, problem } => {
                if let Some(open) = self.drafts.get_mut(&name) {
                    open.not_kept = problem.clone();
                    open.is_safe = problem.is_none() && !open.waits();
                }
                if let Some(problem) = problem {
                    self.say(ToastKind::Error, &format!("the draft is not kept: {problem}"));
                }
                Vec::new()
            }
            Msg::Pushing { session, progress, rate, left } => {
                self.push_moved(session, progress, (rate, left));
                Vec::new()
            }
            Msg::Pushed { session, outcome } => self.pushed(session, *outcome),
            Msg::Journal(entries) => {
                self.journal_came(&entries);
                Vec::new()
            }
            Msg::UndoFound(result) => {
                self.undo_found(*result);
                Vec::new()
            }
            Msg::Undone { undo, tagged, stopped } => self.undone(&undo, &tagged, stopped),
            Msg::Warning(text) => {
                self.say(ToastKind::Warning, &text);
                Vec::new()
            }
        }
    }

    fn say(&mut self, kind: ToastKind, text: &str) {
        let stay = jiff::SignedDuration::from_secs(TOAST_SECONDS);
        let until = self.now.checked_add(stay).unwrap_or(self.now);
        self.toast = Some(Toast { text: escape(text).into_owned(), kind, until });
    }

    fn explorer_of(&mut self, session: SessionId) -> Option<&mut Explorer> {
        let shown = self.screens.iter_mut().filter_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer),
            _ => None,
        });
        let shown = shown.map(AsMut::as_mut);
        shown.chain(&mut self.kept).find(|explorer| explorer.session == session)
    }

    fn list_of(&mut self, session: SessionId) -> Option<&mut List> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::List(list) if list.session == session => Some(list.as_mut()),
            _ => None,
        })
    }

    fn top_explorer(&mut self) -> Option<&mut Explorer> {
        match self.screens.last_mut() {
            Some(Screen::Explorer(explorer)) => Some(explorer),
            _ => None,
        }
    }

    fn top_list(&mut self) -> Option<&mut List> {
        match self.screens.last_mut() {
            Some(Screen::List(list)) => Some(list),
            _ => None,
        }
    }

    /// Where the explorer's or list's parts stand on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        match self.screen() {
            Screen::Explorer(explorer) => explorer.areas(),
            _ => Areas::of(self.size.0, self.size.1, Pane::Tree),
        }
    }
}
