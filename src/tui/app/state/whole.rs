//! The whole state: what it begins with, and how messages go through it.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::evidence::PublicKey;
use crate::model::fleet::Fleet;
use crate::model::select::{Engine, Host};
use crate::oci::{Aliases, Target};
use crate::tui::app::completions::RegistryNames;
use crate::tui::app::cx::Cx;
use crate::tui::app::drafts::{DraftOrder, Drafts};
use crate::tui::app::going::{Listed, Opening};
use crate::tui::app::opened::{Opened, OpenedId};
use crate::tui::app::overlay::Overlay;
use crate::tui::app::sample::Sample;
use crate::tui::app::split::Split;
use crate::tui::app::views::{Screen, Start};
use crate::tui::app::{Choice, Effect, Keymap, Look, Msg, OwnCommand, Requests};

/// What the state starts from.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The keys.
    pub keymap: Keymap,
    /// The references last opened, newest first.
    pub history: Vec<String>,
    /// The references that the user wants to come back to, newest first.
    pub bookmarks: Vec<String>,
    /// The demo's samples.
    pub samples: Vec<Sample>,
    /// The images that files name, if platy was asked about some.
    pub fleet: Option<Fleet>,
    /// This machine.
    pub machine: Host,
    /// The architecture of its kernel, if that is another one than its programs'.
    pub kernel: Option<String>,
    /// The most requests of one asker on their way at once.
    pub permits: usize,
    /// The time zone.
    pub zone: TimeZone,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
    /// Whether the start page asks what this machine has.
    pub asks_this_machine: bool,
    /// What the names of this process's drafts begin with; no other process uses the same.
    pub drafts: String,
    /// The machine that is asked about, if not this one.
    pub host: Option<Host>,
    /// The engine that is asked about, if not Docker.
    pub engine: Option<&'static Engine>,
    /// How long the registry is left alone between two looks at what moved.
    pub interval: Duration,
    /// What a shell runs to log in, without the host.
    pub login: String,
    /// The short names of hosts and references.
    pub aliases: Aliases,
    /// The theme.
    pub look: Look,
    /// The commands of the user's own.
    pub own: Vec<OwnCommand>,
    /// The public keys that the user named.
    pub known_keys: Vec<PublicKey>,
}

/// Everything that the program knows.
#[derive(Debug, Clone)]
pub struct State {
    /// What all views share.
    pub cx: Cx,
    /// What is waited for, while a registry asked to slow down or a request is repeated.
    pub waiting: Option<String>,
    pub(super) waiting_until: Option<Timestamp>,
    pub(super) screens: Vec<Screen>,
    /// The screens that were left, the one left last at the end. They rest: nothing is asked for
    /// them.
    pub(super) ahead: Vec<Screen>,
    /// The opened references that more than screens that were left look at.
    pub(super) awake: BTreeSet<OpenedId>,
}

impl State {
    /// A state that shows the start page.
    #[must_use]
    pub fn new(setup: Setup, now: Timestamp) -> Self {
        let mut choice = Choice::new(setup.machine);
        choice.set_kernel(setup.kernel);
        if let Some(host) = setup.host {
            choice.add_host(host);
        }
        if let Some(engine) = setup.engine {
            choice.set_engine(engine);
        }
        let mut requests = Requests::default();
        let drafts = Drafts::new(&setup.drafts, requests.new_session());
        let session = requests.new_session();
        let first = Start::first(&setup.samples);
        let cx = Cx {
            now,
            zone: setup.zone,
            size: setup.size,
            keymap: setup.keymap,
            history: setup.history,
            bookmarks: setup.bookmarks,
            samples: setup.samples,
            fleet: setup.fleet,
            activity: (0, 0),
            quotas: Vec::new(),
            choice,
            opened: Opened::default(),
            drafts,
            session,
            requests,
            marked: None,
            split: Split::default(),
            mouse: true,
            live: None,
            interval: setup.interval,
            login: setup.login,
            aliases: setup.aliases,
            registry_names: RegistryNames::default(),
            look: setup.look,
            own: setup.own,
            known_keys: setup.known_keys,
            ticks: 0,
            overlay: None,
            toast: None,
            messages: std::collections::VecDeque::new(),
            exchanges: (Vec::new(), 0),
            asks_this_machine: setup.asks_this_machine,
            depth: 1,
            here: None,
            permits: setup.permits.max(1),
            out: Vec::new(),
            going: Vec::new(),
        };
        let screens = vec![Screen::Start(Box::new(first))];
        Self {
            cx,
            waiting: None,
            waiting_until: None,
            screens,
            ahead: Vec::new(),
            awake: BTreeSet::new(),
        }
    }

    /// Opens a target as the first view, in place of the start page.
    #[must_use = "the effects are still to be carried out"]
    pub fn open_first(&mut self, target: Target, now: Timestamp) -> Vec<Effect> {
        self.begin_with(
            &match target {
                Target::Image(location) => Opening::Image(location),
                Target::Repositories { host, prefix } => {
                    Opening::Names(Listed::Repositories { host, prefix })
                }
            },
            now,
        )
    }

    /// Shows the fleet as the first view.
    #[must_use = "the effects are still to be carried out"]
    pub fn open_fleet_first(&mut self, now: Timestamp) -> Vec<Effect> {
        self.begin_with(&Opening::Fleet, now)
    }

    /// Asks which drafts were left unsaved, once there is somebody to answer.
    #[must_use = "the effects are still to be carried out"]
    pub fn look_for_drafts(&mut self) -> Vec<Effect> {
        self.cx.order(DraftOrder::List);
        std::mem::take(&mut self.cx.out)
    }

    fn begin_with(&mut self, opening: &Opening, now: Timestamp) -> Vec<Effect> {
        self.cx.now = now;
        self.screens.clear();
        self.push(opening);
        self.settle();
        std::mem::take(&mut self.cx.out)
    }

    /// The view on top.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        static EMPTY: std::sync::LazyLock<Screen> =
            std::sync::LazyLock::new(|| Screen::Start(Box::default()));
        self.screens.last().unwrap_or(&EMPTY)
    }

    /// All views, the one on top last.
    #[must_use]
    pub fn screens(&self) -> &[Screen] {
        &self.screens
    }

    /// The views that were left and can be come back to, the one left last at the end.
    #[must_use]
    pub fn left_screens(&self) -> &[Screen] {
        &self.ahead
    }

    /// How many views lie on each other.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.screens.len()
    }

    /// Whether anything is on its way for the view on top.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.screen().view().is_busy(&self.cx)
    }

    /// Whether ticks change anything: something moves, or a sentence will go.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.is_busy()
            || self.screen().view().is_growing()
            || self.cx.drafts.waits()
            || self.cx.toast.is_some()
            || self.waiting.is_some()
    }

    /// Takes a message; says what is to be done outside.
    #[must_use = "the effects are still to be carried out"]
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.update_all([msg], now)
    }

    /// Takes messages in their order. Views are brought up to date once for all results that come
    /// together: they are looked at by the user's input and by the drawing only.
    #[must_use = "the effects are still to be carried out"]
    pub fn update_all(
        &mut self,
        messages: impl IntoIterator<Item = Msg>,
        now: Timestamp,
    ) -> Vec<Effect> {
        self.cx.now = now;
        let mut settled = true;
        for msg in messages {
            if !settled && msg.is_input() {
                self.settle();
            }
            settled = false;
            self.handle(msg);
            self.go();
        }
        self.settle();
        std::mem::take(&mut self.cx.out)
    }

    /// Brings everything up to date, and asks for what is wanted.
    fn settle(&mut self) {
        let cx = &mut self.cx;
        if cx.toast.as_ref().is_some_and(|toast| toast.until <= cx.now) {
            cx.toast = None;
        }
        if self.waiting_until.is_some_and(|until| until <= cx.now) {
            self.waiting = None;
            self.waiting_until = None;
        }
        self.sweep();
        let looked_at = self.screen().view().looks_at();
        let cx = &mut self.cx;
        let others: Vec<OpenedId> =
            self.awake.iter().filter(|id| !looked_at.contains(id)).copied().collect();
        for id in others {
            cx.advance(id, &[], None);
        }
        let top = self.screens.len().saturating_sub(1);
        for (at, screen) in self.screens.iter_mut().enumerate() {
            screen.view_mut().refresh(at == top, cx);
        }
        cx.keep_drafts(false);
        self.complete();
        let body = self.areas().body;
        if let Some(Overlay::Menu(menu)) = &mut self.cx.overlay {
            menu.settle(body);
        }
    }

    /// Takes off what is over, and closes the references that nobody looks at any more.
    pub(super) fn sweep(&mut self) {
        while let Some(at) = self.screens.iter().position(|it| it.view().is_over(&self.cx)) {
            let screen = self.screens.remove(at);
            self.left(&screen);
        }
        while let Some(at) = self.ahead.iter().position(|it| it.view().is_over(&self.cx)) {
            let screen = self.ahead.remove(at);
            self.left(&screen);
        }
        let looked_at = |screens: &[Screen]| -> BTreeSet<OpenedId> {
            screens.iter().flat_map(|screen| screen.view().looks_at()).collect()
        };
        let mut awake = looked_at(&self.screens);
        awake.extend(self.cx.marked.as_ref().map(|marked| marked.id));
        let left = looked_at(&self.ahead);
        for id in self.cx.opened.sweep(&awake.union(&left).copied().collect()) {
            self.cx.close(id.session());
        }
        for id in left.difference(&awake) {
            if let Some(open) = self.cx.opened.get_mut(*id) {
                open.rest(self.cx.now);
            }
            self.cx.rest(id.session());
        }
        awake.iter().for_each(|id| self.cx.wake(id.session()));
        let session = |screen: &Screen| screen.view().session();
        self.ahead.iter().filter_map(session).for_each(|it| self.cx.rest(it));
        self.screens.iter().filter_map(session).for_each(|it| self.cx.wake(it));
        self.awake = awake;
        let repositories = self.screens.iter().rev().map(|it| it.view().repository(&self.cx));
        self.cx.here = repositories.flatten().next();
        self.cx.depth = self.screens.len();
    }
}
