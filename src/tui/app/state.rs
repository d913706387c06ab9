//! The whole state: the views that lie on each other, and how a message changes them.

use std::collections::BTreeSet;

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tui_input::InputRequest;

use super::cx::{Cx, ToastKind};
use super::drafts::Drafts;
use super::going::{At, Going, Listed, Opening};
use super::opened::{Opened, OpenedId};
use super::overlay::{Choosing, Menu, Overlay};
use super::sample::Sample;
use super::view::{Prompt, Reason, Title, TypingKey, typing_keys};
use super::views::{Screen, Start, draft_answered, pushes_answered, taken_back};
use super::{
    Action, Areas, Choice, Context, DraftOrder, Effect, Key, Keymap, Msg, Pane, Reply, RequestId,
    Requests, SessionId, Spot, help, list,
};
use crate::model::fleet::Fleet;
use crate::model::select::Host;
use crate::oci::{Failure, Notice, Target};

/// How many bytes of a large text are laid out while the user looks at its beginning.
const LAID_OUT_PER_TICK: usize = 512 << 10;
/// The most views that can lie on each other; the oldest beneath go first.
const MAX_SCREENS: usize = 16;

/// What the state starts from.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The keys.
    pub keymap: Keymap,
    /// The references last opened, newest first.
    pub history: Vec<String>,
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
    /// What the names of this process's drafts begin with; no other process uses the same.
    pub drafts: String,
}

/// Everything that the program knows.
#[derive(Debug, Clone)]
pub struct State {
    /// What all views share.
    pub cx: Cx,
    /// What is waited for, while a registry asked to slow down or a request is repeated.
    pub waiting: Option<String>,
    waiting_until: Option<Timestamp>,
    screens: Vec<Screen>,
}

impl State {
    /// A state that shows the start page.
    #[must_use]
    pub fn new(setup: Setup, now: Timestamp) -> Self {
        let mut choice = Choice::new(setup.machine);
        choice.set_kernel(setup.kernel);
        let mut requests = Requests::default();
        let drafts = Drafts::new(&setup.drafts, requests.new_session());
        let first = Start::first(&setup.samples);
        let cx = Cx {
            now,
            zone: setup.zone,
            size: setup.size,
            keymap: setup.keymap,
            history: setup.history,
            samples: setup.samples,
            fleet: setup.fleet,
            activity: (0, 0),
            choice,
            opened: Opened::default(),
            drafts,
            requests,
            marked: None,
            mouse: true,
            ticks: 0,
            overlay: None,
            toast: None,
            messages: std::collections::VecDeque::new(),
            depth: 1,
            here: None,
            permits: setup.permits.max(1),
            out: Vec::new(),
            going: Vec::new(),
        };
        let screens = vec![Screen::Start(Box::new(first))];
        Self { cx, waiting: None, waiting_until: None, screens }
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
            cx.opened.iter().map(|open| open.id).filter(|id| !looked_at.contains(id)).collect();
        for id in others {
            cx.advance(id, &[], None);
        }
        let top = self.screens.len().saturating_sub(1);
        for (at, screen) in self.screens.iter_mut().enumerate() {
            screen.view_mut().refresh(at == top, cx);
        }
        let orders = cx.drafts.keep(cx.now, false);
        cx.out.extend(orders.into_iter().map(Effect::Drafts));
    }

    /// Takes off what is over, and closes the references that nobody looks at any more.
    fn sweep(&mut self) {
        while let Some(at) = self.screens.iter().position(|it| it.view().is_over(&self.cx)) {
            let screen = self.screens.remove(at);
            self.left(&screen);
        }
        let mut looked_at: BTreeSet<OpenedId> =
            self.screens.iter().flat_map(|screen| screen.view().looks_at()).collect();
        looked_at.extend(self.cx.marked.as_ref().map(|marked| marked.id));
        for id in self.cx.opened.sweep(&looked_at) {
            self.cx.close(id.session());
        }
        let repositories = self.screens.iter().rev().map(|it| it.view().repository(&self.cx));
        self.cx.here = repositories.flatten().next();
        self.cx.depth = self.screens.len();
    }

    fn handle(&mut self, msg: Msg) {
        let cx = &mut self.cx;
        match msg {
            Msg::Key(key) => self.key(key),
            Msg::Paste(text) => self.paste(&text),
            Msg::Resize(columns, rows) => cx.size = (columns, rows),
            Msg::Click(spot) => self.click(spot),
            Msg::Wheel(spot, lines) => self.wheel(spot, lines),
            Msg::Tick => {
                cx.ticks = cx.ticks.wrapping_add(1);
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().grow(LAID_OUT_PER_TICK);
                }
            }
            Msg::Answer { session, request, answer } => self.answer(session, request, answer),
            Msg::Part { session, request, part } => {
                if let Some(open) = cx.opened.of_session(session) {
                    open.part(request, part);
                } else if let Some(question) = cx.requests.get(session, request).cloned()
                    && let Some(screen) = asker(&mut self.screens, session)
                {
                    screen.view_mut().part(&question, part, cx);
                }
            }
            Msg::Copied(copied) => match copied.result {
                Ok(way) => {
                    let text = format!("copied to the {way}: {}, {}", copied.what, copied.text);
                    cx.say(ToastKind::Done, &text);
                }
                Err(why) => cx.say(ToastKind::Error, &format!("not copied: {why}")),
            },
            Msg::Notice(notice) => {
                self.waiting = Some(notice.words());
                let Notice::Retrying { delay, .. } = notice;
                self.waiting_until = jiff::SignedDuration::try_from(delay)
                    .ok()
                    .and_then(|delay| cx.now.checked_add(delay).ok());
            }
            Msg::Activity { requests, bytes } => cx.activity = (requests, bytes),
            Msg::DraftsFound(kept) => {
                let first = cx.drafts.found(&kept);
                if first && !cx.drafts.left.is_empty() && cx.toast.is_none() {
                    let words = self.left_words();
                    self.cx.say(ToastKind::Done, &words);
                }
            }
            Msg::DraftTaken { name, text } => cx.draft_taken(&name, text),
            Msg::DraftSaved { name, problem } => {
                if let Some(open) = cx.drafts.get_mut(&name) {
                    open.not_kept = problem.clone();
                    open.is_safe = problem.is_none() && !open.waits();
                }
                if let Some(problem) = problem {
                    cx.say(ToastKind::Error, &format!("the draft is not kept: {problem}"));
                }
            }
            Msg::Warning(text) => cx.say(ToastKind::Warning, &text),
        }
    }

    /// Hands an answer to who asked. What nobody waits for any more is dropped.
    fn answer(&mut self, session: SessionId, request: RequestId, answer: Result<Reply, Failure>) {
        let cx = &mut self.cx;
        let Some(question) = cx.requests.take(session, request) else { return };
        if let Some(open) = cx.opened.of_session(session) {
            match open.answer(request, &question, answer) {
                Some(Ok(text)) => cx.say(ToastKind::Done, &text),
                Some(Err(failure)) => cx.say(ToastKind::Error, &failure.to_string()),
                None => {}
            }
        } else if let Some(open) = cx.drafts.of_session(session) {
            let name = open.name.clone();
            let on_top = cx.overlay.is_none()
                && self.screens.last().is_some_and(|it| it.view().offers_choices_of(&name));
            draft_answered(session, request, question, answer, on_top, cx);
        } else if session == cx.drafts.session {
            pushes_answered(&question, answer, cx);
        } else if let Some(screen) = asker(&mut self.screens, session) {
            screen.view_mut().answer(request, &question, answer, cx);
        }
    }

    /// Goes where the views said.
    fn go(&mut self) {
        while !self.cx.going.is_empty() {
            match self.cx.going.remove(0) {
                Going::Open(opening) => self.push(&opening),
                Going::Instead(opening) => {
                    self.pop();
                    self.push(&opening);
                }
                Going::Back => self.pop(),
                Going::StepBack => self.back(),
                Going::Node(at) => self.go_to(at),
                Going::Quit => self.end(),
            }
        }
    }

    fn push(&mut self, opening: &Opening) {
        let Some(screen) = Screen::open(opening, &mut self.cx) else { return };
        // One that shows the same comes up instead of a second one.
        let name = screen.view().name();
        while let Some(at) = name
            .as_ref()
            .and_then(|_| self.screens.iter().position(|other| other.view().name() == name))
        {
            let other = self.screens.remove(at);
            self.left(&other);
        }
        self.screens.push(screen);
        if self.screens.len() > MAX_SCREENS {
            let oldest = self.screens.remove(0);
            self.left(&oldest);
        }
        self.sweep();
    }

    fn pop(&mut self) {
        if let Some(screen) = self.screens.pop() {
            self.left(&screen);
            self.waiting = None;
        }
        self.sweep();
    }

    /// What ends with a view. The references that it looked at are swept when nobody else does.
    fn left(&mut self, screen: &Screen) {
        if let Some(session) = screen.view().session() {
            self.cx.close(session);
        }
    }

    /// Goes to a node: down to the view that shows its tree, or to a new one.
    fn go_to(&mut self, at: At) {
        let cx = &mut self.cx;
        let shows = self.screens.iter_mut().rposition(|it| it.view_mut().go_to(at, cx));
        match shows {
            Some(place) => {
                for screen in self.screens.split_off(place + 1) {
                    self.left(&screen);
                }
                self.sweep();
            }
            None => {
                self.push(&Opening::Node(at));
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().go_to(at, &mut self.cx);
                }
            }
        }
    }

    /// One step back: within the view, or off it.
    fn back(&mut self) {
        let within = self.screens.last_mut().is_some_and(|it| it.view_mut().back(&mut self.cx));
        if !within {
            self.pop();
        }
    }

    /// Quits, unless the view on top asks something first.
    fn quit(&mut self) {
        let asks = self.cx.overlay.is_none()
            && self
                .screens
                .last_mut()
                .is_some_and(|it| it.view_mut().holds_back_quit(&mut self.cx));
        if !asks {
            self.end();
        }
    }

    /// The end: everything that is not pushed is kept first.
    fn end(&mut self) {
        let orders = self.cx.drafts.keep(self.cx.now, true);
        self.cx.out.extend(orders.into_iter().map(Effect::Drafts).chain([Effect::Quit]));
    }

    /// What is to be kept now of everything that is not pushed.
    pub fn unsaved(&mut self, now: Timestamp) -> Vec<DraftOrder> {
        self.cx.drafts.keep(now, true)
    }

    fn key(&mut self, key: Key) {
        self.cx.toast = None;
        if let Some(Overlay::Menu(menu)) = &mut self.cx.overlay
            && menu.types(key, input_request(key))
        {
            return;
        }
        if self.cx.overlay.is_none() && self.typed(key) {
            return;
        }
        if let Some(action) = self.cx.keymap.action(key, self.contexts()) {
            self.act(action);
        }
    }

    /// Keys that go into a line being typed; `false` if there is none, or the key is for others.
    fn typed(&mut self, key: Key) -> bool {
        let action = self.cx.keymap.action(key, &[Context::Everywhere]);
        let Some(screen) = self.screens.last_mut() else { return false };
        let leaves = key.character().is_none()
            && match action {
                Some(Action::Quit | Action::Suspend | Action::Redraw) => true,
                Some(Action::Drafts | Action::Palette | Action::Messages) => {
                    screen.view().takes_letters()
                }
                _ => false,
            };
        !leaves && screen.view_mut().typed(key, input_request(key), &mut self.cx)
    }

    fn paste(&mut self, text: &str) {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
        if self.cx.overlay.is_some() {
            return;
        }
        let taken =
            self.screens.last_mut().is_some_and(|it| it.view_mut().paste(&line, &mut self.cx));
        if !taken {
            self.cx.open(Opening::Start(line));
        }
    }

    fn click(&mut self, spot: Spot) {
        self.cx.toast = None;
        match (&mut self.cx.overlay, spot) {
            (Some(Overlay::Menu(menu)), Spot::Line(line)) => {
                let again = std::mem::replace(&mut menu.cursor, line) == line;
                if menu.has_marks() {
                    menu.toggle();
                } else if again || !matches!(menu.what, Choosing::Copy(_)) {
                    self.act(Action::MenuChoose);
                }
            }
            (Some(_), _) => self.cx.overlay = None,
            (None, Spot::Hint(action)) => self.act(action),
            (None, Spot::Status) => self.act(Action::Messages),
            (None, spot) => {
                let top = self.screens.last_mut();
                if let Some(action) = top.and_then(|it| it.view_mut().click(spot, &mut self.cx)) {
                    self.act(action);
                }
            }
        }
    }

    fn wheel(&mut self, spot: Option<Spot>, lines: i32) {
        if self.cx.overlay.is_some() {
            let action = if lines < 0 { Action::Up } else { Action::Down };
            (0..lines.unsigned_abs()).for_each(|_| self.act_on_overlay(action));
        } else if let Some(screen) = self.screens.last_mut() {
            screen.view_mut().wheel(spot, lines, &mut self.cx);
        }
    }

    /// Why an action cannot be done now; `None` if it can.
    #[must_use]
    pub fn why_not(&self, action: Action) -> Option<Reason> {
        let view = self.screen().view();
        if let Some(reason) = view.blocked(action, &self.cx) {
            return Some(reason);
        }
        if let Some(blocked) = Screen::shown_by(action, view.points_at(), &self.cx) {
            return blocked;
        }
        let is_first = self.screens.len() == 1 && self.cx.overlay.is_none();
        if action == Action::Back && is_first { view.first_view(&self.cx) } else { None }
    }

    pub(super) fn act(&mut self, action: Action) {
        match action {
            Action::Quit => return self.quit(),
            Action::Suspend => return self.cx.effect(Effect::Suspend),
            Action::Redraw => return self.cx.effect(Effect::Redraw),
            Action::Mouse => return self.toggle_mouse(),
            _ => {}
        }
        if self.cx.overlay.is_some() {
            return self.act_on_overlay(action);
        }
        if let Some(reason) = self.why_not(action) {
            let words = reason.words(&self.cx);
            return self.cx.say(ToastKind::Warning, &words);
        }
        let at = self.screen().view().points_at();
        match action {
            Action::Help => {
                let context = self.contexts().first().copied().unwrap_or(Context::Everywhere);
                let at = help::first_scroll(&self.cx.keymap, self.cx.size, context);
                self.cx.overlay = Some(Overlay::Help(at));
            }
            Action::Palette => self.cx.overlay = Some(Overlay::Menu(Box::new(self.palette()))),
            Action::Messages => {
                self.cx.overlay = Some(Overlay::Messages(usize::MAX));
            }
            Action::Back => self.back(),
            _ if Screen::shown_by(action, at, &self.cx).is_some() => {
                self.push(&Opening::By(action, at));
            }
            _ => {
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().act(action, &mut self.cx);
                }
            }
        }
    }

    fn act_on_overlay(&mut self, action: Action) {
        if let (Some(Overlay::Help(_)), Action::MenuFilter | Action::Palette) =
            (&self.cx.overlay, action)
        {
            // Every action of the page can be found, and done.
            self.cx.overlay = None;
            return self.act(Action::Palette);
        }
        let lines = match self.cx.overlay {
            Some(Overlay::Messages(_)) => {
                self.message_lines(usize::from(self.cx.size.0.saturating_sub(6))).len()
            }
            _ => 0,
        };
        let height = usize::from(self.areas().body.height);
        let cx = &mut self.cx;
        let page = usize::from(cx.size.1.saturating_sub(6).max(1));
        match (&mut cx.overlay, action) {
            (_, Action::Back)
            | (Some(Overlay::Help(_)), Action::Help)
            | (Some(Overlay::Messages(_)), Action::Messages) => cx.overlay = None,
            (Some(Overlay::Messages(scroll)), movement) => {
                let last = lines.saturating_sub(height);
                *scroll = list::target(movement, (*scroll).min(last), last + 1, page);
            }
            (Some(Overlay::Help(scroll)), movement) => {
                let last = help::last_scroll(&cx.keymap, cx.size);
                *scroll = list::target(movement, *scroll, last + 1, page);
            }
            // Nothing is taken of a menu in which nothing was found.
            (Some(Overlay::Menu(menu)), Action::MenuChoose) if menu.items.is_empty() => {}
            (Some(Overlay::Menu(_)), Action::MenuChoose) => {
                if let Some(Overlay::Menu(menu)) = cx.overlay.take() {
                    self.chosen(menu.whole());
                }
            }
            (Some(Overlay::Menu(menu)), Action::MenuFilter) => menu.begin_filter(),
            (Some(Overlay::Menu(menu)), Action::MenuToggle) => {
                if !menu.toggle() {
                    let text = "lines are marked if several can be taken";
                    cx.say(ToastKind::Warning, text);
                }
            }
            (Some(Overlay::Menu(menu)), movement) => menu.go(movement, page),
            (None, _) => {}
        }
    }

    /// A line of a menu was taken.
    fn chosen(&mut self, menu: Menu) {
        if let Choosing::Action(actions) = &menu.what {
            if let Some(action) = actions.get(menu.cursor) {
                self.chosen_action(*action);
            }
            return;
        }
        let cx = &mut self.cx;
        if let Some(copied) = menu.copied() {
            return cx.copy(copied);
        }
        match (menu.what, menu.cursor) {
            (Choosing::Undo(undo), 1) => taken_back(undo, cx),
            (Choosing::Discard(draft), 1) => {
                cx.say(ToastKind::Done, "the draft is discarded");
                cx.discard(&draft);
            }
            (Choosing::Undo(_) | Choosing::Discard(_), _) => {}
            (what, _) => {
                if let Some(screen) = self.screens.last_mut() {
                    screen.view_mut().chosen(Menu { what, ..menu }, cx);
                }
            }
        }
    }

    fn toggle_mouse(&mut self) {
        let cx = &mut self.cx;
        cx.mouse = !cx.mouse;
        let text = if cx.mouse {
            "the mouse is platy's again".to_owned()
        } else {
            let key = cx.key(Action::Mouse);
            format!("the mouse is the terminal's: select as you like; {key} takes it back")
        };
        cx.say(ToastKind::Done, &text);
        cx.effect(Effect::Mouse(cx.mouse));
    }

    /// How many drafts were left unsaved, and what shows them.
    #[must_use]
    pub fn left_words(&self) -> String {
        let keys = self.cx.keymap.keys(Action::Drafts);
        // On the start page a letter would be typed.
        let typing = self.screen().view().takes_letters();
        let key = keys.iter().find(|key| !typing || key.character().is_none());
        let key = key.map_or_else(String::new, |key| format!("; {} shows them", key.label()));
        let count = crate::text::plural(self.cx.drafts.left.len(), "unsaved draft");
        match self.cx.drafts.left.len() {
            1 => format!("{count} was left{}", key.replace("them", "it")),
            _ => format!("{count} were left{key}"),
        }
    }

    /// The contexts that the view on top, or what lies over it, listens to.
    #[must_use]
    pub fn contexts(&self) -> &'static [Context] {
        match self.cx.overlay {
            Some(_) => &[Context::Menu, Context::Move, Context::Everywhere],
            None => self.screen().view().contexts(),
        }
    }

    /// What the header says, as far as `room` cells reach.
    #[must_use]
    pub fn title(&self, room: usize) -> Title {
        self.screen().view().title(&self.cx, room)
    }

    /// The line being typed in the place of the status line.
    #[must_use]
    pub fn prompt(&self) -> Option<Prompt<'_>> {
        if let Some(Overlay::Menu(menu)) = &self.cx.overlay
            && let Some(input) = menu.typed()
        {
            let (shown, all) = menu.counts();
            let words = std::borrow::Cow::Owned(format!("{shown} of {all}"));
            return Some(Prompt { label: "/", input, words, tells_problems: false });
        }
        self.screen().view().prompt()
    }

    /// The keys while something is typed; empty if nothing is.
    #[must_use]
    pub fn typing_keys(&self) -> Vec<TypingKey> {
        match self.cx.overlay {
            Some(Overlay::Menu(ref menu)) if menu.typed().is_some() => {
                typing_keys(&[("↵", "choose"), ("↓ ↑", "move"), ("esc", "back")])
            }
            Some(_) => Vec::new(),
            None => self.screen().view().typing_keys(&self.cx),
        }
    }

    /// Where the parts are on the screen that all views have.
    #[must_use]
    pub fn areas(&self) -> Areas {
        Areas::of(self.cx.size.0, self.cx.size.1, Pane::Tree)
    }
}

/// The view that asked under this address.
fn asker(screens: &mut [Screen], session: SessionId) -> Option<&mut Screen> {
    screens.iter_mut().find(|screen| screen.view().session() == Some(session))
}

/// What a key does in a line being typed.
fn input_request(key: Key) -> Option<InputRequest> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('a') if control => Some(InputRequest::GoToStart),
        KeyCode::Char('e') if control => Some(InputRequest::GoToEnd),
        KeyCode::Char('u') if control => Some(InputRequest::DeleteLine),
        KeyCode::Char('k') if control => Some(InputRequest::DeleteTillEnd),
        KeyCode::Char('w') if control => Some(InputRequest::DeletePrevWord),
        KeyCode::Char(c) if key.modifiers.is_empty() => Some(InputRequest::InsertChar(c)),
        KeyCode::Backspace => Some(InputRequest::DeletePrevChar),
        KeyCode::Delete => Some(InputRequest::DeleteNextChar),
        KeyCode::Left if control => Some(InputRequest::GoToPrevWord),
        KeyCode::Right if control => Some(InputRequest::GoToNextWord),
        KeyCode::Left => Some(InputRequest::GoToPrevChar),
        KeyCode::Right => Some(InputRequest::GoToNextChar),
        KeyCode::Home => Some(InputRequest::GoToStart),
        KeyCode::End => Some(InputRequest::GoToEnd),
        _ => None,
    }
}
