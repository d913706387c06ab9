//! The whole state, and how a message changes it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tui_input::{Input, InputRequest};

use super::explorer::{Explorer, Pane, Tab};
use super::list::{List, Listed};
use super::start::{self, Sample, Start, Suggestion};
use super::{Action, Areas, CopyMenu, Effect, Key, Keymap, Msg, SessionId, Spot, copy, understand};
use crate::oci::{Location, Target};
use crate::source::Notice;
use crate::text::escape;

/// How long a toast stays, in seconds.
const TOAST_SECONDS: i64 = 4;
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
}

/// Something that lies over a screen and takes its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlay {
    /// The page of all keys, scrolled by this many lines.
    Help(usize),
    /// What to copy.
    Copy(CopyMenu),
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
    /// The most requests of one screen on their way at once.
    pub permits: usize,
    /// The time zone.
    pub zone: TimeZone,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
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
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Counts ticks; moves the throbber.
    pub ticks: u64,
    permits: usize,
    screens: Vec<Screen>,
    waiting_until: Option<Timestamp>,
    last_session: u64,
    last_request: u64,
}

impl State {
    /// A state that shows the start page.
    #[must_use]
    pub fn new(setup: Setup, now: Timestamp) -> Self {
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
            mouse: true,
            ticks: 0,
            permits: setup.permits.max(1),
            screens: vec![Screen::Start(Start::default())],
            waiting_until: None,
            last_session: 0,
            last_request: 0,
        }
    }

    /// Opens a target as the first screen, in place of the start page.
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
            Screen::Start(_) => false,
            Screen::Explorer(explorer) => explorer.is_busy(),
            Screen::List(list) => list.is_busy(),
        }
    }

    /// Whether ticks change anything: something moves, or a sentence will go.
    #[must_use]
    pub fn wants_ticks(&self) -> bool {
        self.is_busy() || self.toast.is_some() || self.waiting.is_some()
    }

    /// Takes a message; says what is to be done outside.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        self.update_all([msg], now)
    }

    /// Takes messages in their order. Rows and detail are brought up to date once for all results
    /// that come together: they are looked at by keys and by the drawing only.
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
        for (at, screen) in self.screens.iter_mut().enumerate() {
            match screen {
                Screen::Start(_) => {}
                Screen::Explorer(explorer) => {
                    if at == top {
                        explorer.settle(size, now, &self.zone);
                    }
                    let asked = explorer.pump(permits, &mut self.last_request, now);
                    effects.extend(asked);
                    if at == top {
                        // What was known already may have changed rows and detail.
                        explorer.settle(size, now, &self.zone);
                    }
                }
                Screen::List(list) if at == top => {
                    list.settle(size);
                    effects.extend(list.pump(permits));
                }
                Screen::List(_) => {}
            }
        }
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
            Msg::Notice(Notice::Retrying { host, class, delay }) => {
                let seconds = delay.as_secs_f64().ceil();
                self.waiting = Some(match class {
                    crate::oci::Class::RateLimited => {
                        format!("{host} asked to slow down; trying again in {seconds:.0} s")
                    }
                    class => format!("{host}: {}; trying again in {seconds:.0} s", class.title()),
                });
                self.waiting_until = jiff::SignedDuration::try_from(delay)
                    .ok()
                    .and_then(|delay| self.now.checked_add(delay).ok());
                Vec::new()
            }
            Msg::Activity { requests, bytes } => {
                self.activity = (requests, bytes);
                Vec::new()
            }
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
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Explorer(explorer) if explorer.session == session => Some(explorer.as_mut()),
            _ => None,
        })
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

    fn key(&mut self, key: Key) -> Vec<Effect> {
        self.toast = None;
        if self.overlay.is_none() {
            if let Some(effects) = self.typed(key) {
                return effects;
            }
        }
        match self.keymap.action(key, self.contexts()) {
            Some(action) => self.act(action),
            None => Vec::new(),
        }
    }

    /// Keys that go into a line being typed; `None` where there is none, or the key is for others.
    fn typed(&mut self, key: Key) -> Option<Vec<Effect>> {
        use crossterm::event::KeyCode;
        let action = self.keymap.action(key, &[super::Context::Everywhere]);
        let leaves = key.character().is_none()
            && matches!(action, Some(Action::Quit | Action::Suspend | Action::Redraw));
        if leaves {
            return None;
        }
        let request = input_request(key);
        match self.screens.last_mut()? {
            Screen::Start(_) => return self.start_typed(key, request),
            Screen::Explorer(explorer) => {
                let input = explorer.search.input.as_mut()?;
                match (key.code, request) {
                    (KeyCode::Esc, _) => explorer.cancel_search(),
                    (KeyCode::Enter, _) => explorer.accept_search(),
                    (_, Some(request)) => {
                        if input.handle(request).is_some_and(|change| change.value) {
                            explorer.search_typed();
                        }
                    }
                    _ => {}
                }
            }
            Screen::List(list) => {
                if !list.typing {
                    return None;
                }
                match (key.code, request) {
                    (KeyCode::Esc, _) => {
                        list.typing = false;
                        list.filter = Input::default();
                        list.refilter();
                    }
                    (KeyCode::Enter, _) => list.typing = false,
                    (KeyCode::Down, _) => list.go(Action::Down),
                    (KeyCode::Up, _) => list.go(Action::Up),
                    (_, Some(request)) => {
                        if list.filter.handle(request).is_some_and(|change| change.value) {
                            list.cursor = 0;
                            list.refilter();
                        }
                    }
                    _ => {}
                }
            }
        }
        Some(Vec::new())
    }

    fn suggestions(&self) -> Vec<Suggestion> {
        match self.screen() {
            Screen::Start(start) => start.suggestions(&self.samples, &self.history),
            _ => Vec::new(),
        }
    }

    fn start_typed(&mut self, key: Key, request: Option<InputRequest>) -> Option<Vec<Effect>> {
        use crossterm::event::KeyCode;
        let suggestions = self.suggestions();
        let Some(Screen::Start(start)) = self.screens.last_mut() else { return None };
        match (key.code, request) {
            (KeyCode::Esc, _) => return None,
            (KeyCode::Char('?'), _) if start.input.value().is_empty() => return None,
            (KeyCode::Enter, _) => {
                let chosen = start.chosen.and_then(|at| suggestions.get(at));
                let text = chosen.map_or_else(
                    || understand(start.input.value()).into_owned(),
                    |chosen| chosen.reference.clone(),
                );
                return Some(self.open_text(&text));
            }
            (KeyCode::Down, _) => {
                let next = start.chosen.map_or(0, |at| at + 1);
                start.chosen = suggestions.len().checked_sub(1).map(|last| next.min(last));
            }
            (KeyCode::Up, _) => start.chosen = start.chosen.and_then(|at| at.checked_sub(1)),
            (KeyCode::Tab, _) => {
                if let Some(chosen) = suggestions.get(start.chosen.unwrap_or(0)) {
                    start.input = Input::new(chosen.reference.clone());
                    start.chosen = None;
                }
            }
            (_, Some(request)) => {
                start.input.handle(request);
                start.chosen = None;
                start.problem = None;
            }
            _ => {}
        }
        Some(Vec::new())
    }

    fn open_text(&mut self, text: &str) -> Vec<Effect> {
        if text.trim().is_empty() {
            if let Some(Screen::Start(start)) = self.screens.last_mut() {
                start.problem = Some("type a reference first, for example alpine:3.20".to_owned());
            }
            return Vec::new();
        }
        match Target::parse(text) {
            Ok(target) => {
                // A start page that lay over another screen has done its work.
                if self.screens.len() > 1 {
                    self.screens.pop();
                }
                self.open(target)
            }
            Err(error) => {
                if let Some(Screen::Start(start)) = self.screens.last_mut() {
                    start.problem = Some(escape(&error.to_string()).into_owned());
                }
                Vec::new()
            }
        }
    }

    fn open(&mut self, target: Target) -> Vec<Effect> {
        match target {
            Target::Image(location) => self.open_image(location),
            Target::Repositories { host, prefix } => {
                self.open_list(Listed::Repositories { host, prefix })
            }
        }
    }

    fn new_session(&mut self) -> SessionId {
        self.last_session += 1;
        SessionId(self.last_session)
    }

    fn push(&mut self, screen: Screen) -> Vec<Effect> {
        self.screens.push(screen);
        if self.screens.len() <= MAX_SCREENS {
            return Vec::new();
        }
        close(&self.screens.remove(0))
    }

    fn open_image(&mut self, location: Location) -> Vec<Effect> {
        start::remember(&mut self.history, &location.familiar());
        let session = self.new_session();
        let mut effects = vec![
            Effect::SaveHistory(self.history.clone()),
            Effect::Open { session, location: location.clone() },
        ];
        let explorer = Explorer::new(session, location, self.now);
        effects.extend(self.push(Screen::Explorer(Box::new(explorer))));
        effects
    }

    fn open_list(&mut self, listed: Listed) -> Vec<Effect> {
        let session = self.new_session();
        let (list, mut effects) = List::open(session, listed);
        effects.extend(self.push(Screen::List(Box::new(list))));
        effects
    }

    /// Why an action cannot be done now; `None` where it can.
    #[must_use]
    pub fn why_not(&self, action: Action) -> Option<&'static str> {
        match (self.screen(), action) {
            (Screen::Explorer(explorer), Action::Tags)
                if explorer.location.reference().is_none() =>
            {
                Some("only a registry has tags to list")
            }
            (Screen::Explorer(explorer), Action::AsIs) if explorer.tab != Tab::Raw => {
                Some("only in Raw (2)")
            }
            (Screen::Explorer(explorer), Action::Toggle) if explorer.focus == Pane::Detail => {
                Some("the keys are with the detail; tab goes to the tree")
            }
            (Screen::Explorer(explorer), Action::Toggle)
                if explorer.focus == Pane::Tree && !explorer.tree.can_open(explorer.cursor) =>
            {
                Some("there is nothing below this")
            }
            (Screen::Explorer(explorer), Action::NextMatch | Action::PreviousMatch)
                if explorer.search.needle.is_empty() =>
            {
                Some("nothing was searched for yet; / searches")
            }
            (Screen::List(list), Action::Choose | Action::CopyName)
                if list.name_at_cursor().is_none() =>
            {
                Some("the list is empty")
            }
            (Screen::List(list), Action::ListReload) if list.loading => {
                Some("the list is being loaded")
            }
            _ if action == Action::Back && self.screens.len() == 1 && self.overlay.is_none() => {
                match self.screen() {
                    Screen::Explorer(explorer) if !explorer.search.needle.is_empty() => None,
                    Screen::Explorer(explorer)
                        if explorer.focus == Pane::Detail && !explorer.areas().shows_both() =>
                    {
                        None
                    }
                    _ => Some("this is the first screen; q quits"),
                }
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Quit => return vec![Effect::Quit],
            Action::Suspend => return vec![Effect::Suspend],
            Action::Redraw => return vec![Effect::Redraw],
            Action::Mouse => return self.toggle_mouse(),
            _ => {}
        }
        if self.overlay.is_some() {
            return self.act_on_overlay(action);
        }
        if let Some(why) = self.why_not(action) {
            self.say(ToastKind::Warning, why);
            return Vec::new();
        }
        match action {
            Action::Help => {
                self.overlay = Some(Overlay::Help(0));
                Vec::new()
            }
            Action::Back => self.back(),
            Action::OpenReference | Action::ListOpenReference => {
                self.push(Screen::Start(Start::default()))
            }
            _ if matches!(self.screen(), Screen::Explorer(_)) => self.act_on_explorer(action),
            _ => self.act_on_list(action),
        }
    }

    fn act_on_explorer(&mut self, action: Action) -> Vec<Effect> {
        let mut last_request = self.last_request;
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let mut effects = Vec::new();
        match action {
            Action::Toggle if explorer.focus == Pane::Tree => explorer.toggle(),
            Action::In if explorer.focus == Pane::Tree => explorer.go_in(),
            Action::Out if explorer.focus == Pane::Tree => explorer.go_out(),
            Action::Out => explorer.switch_pane(),
            Action::Pane => explorer.switch_pane(),
            Action::Summary => explorer.show(Tab::Summary),
            Action::Raw => explorer.show(Tab::Raw),
            Action::Layers => explorer.show(Tab::Layers),
            Action::AsIs => {
                explorer.as_is = !explorer.as_is;
                explorer.scroll = 0;
            }
            Action::Search => explorer.start_search(),
            Action::NextMatch => explorer.next_match(true),
            Action::PreviousMatch => explorer.next_match(false),
            Action::Reload => effects.extend(explorer.reload(&mut last_request)),
            Action::CopyDigest => match copy::digest(explorer) {
                Ok(effect) => effects.push(effect),
                Err(why) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
            },
            Action::CopyMenu => self.overlay = Some(Overlay::Copy(CopyMenu::of(explorer))),
            Action::Tags => {
                if let Some(reference) = explorer.location.reference() {
                    let listed = Listed::Tags(reference.repository.clone());
                    effects.extend(self.open_list(listed));
                }
            }
            movement => explorer.go(movement),
        }
        self.last_request = self.last_request.max(last_request);
        effects
    }

    fn act_on_list(&mut self, action: Action) -> Vec<Effect> {
        let Some(list) = self.top_list() else { return Vec::new() };
        let name = list.name_at_cursor().map(str::to_owned);
        let listed = list.listed.clone();
        match (action, name) {
            (Action::Choose, Some(name)) => match listed {
                Listed::Tags(repository) => {
                    self.open_image(Location::Registry(repository.tagged(&name)))
                }
                Listed::Repositories { host, .. } => {
                    let repository = crate::oci::Repository { host, path: name };
                    self.open_list(Listed::Tags(repository))
                }
            },
            (Action::CopyName, Some(name)) => match listed {
                Listed::Tags(repository) => vec![Effect::Copy {
                    what: "reference".to_owned(),
                    text: repository.tagged(&name).familiar(),
                }],
                Listed::Repositories { host, .. } => vec![Effect::Copy {
                    what: "repository".to_owned(),
                    text: crate::oci::Repository { host, path: name }.familiar(),
                }],
            },
            (Action::Filter, _) => {
                list.typing = true;
                Vec::new()
            }
            (Action::ListReload, _) => list.reload(),
            (movement, _) => {
                list.go(movement);
                Vec::new()
            }
        }
    }

    fn act_on_overlay(&mut self, action: Action) -> Vec<Effect> {
        let page = usize::from(self.size.1.saturating_sub(6).max(1));
        match (&mut self.overlay, action) {
            (_, Action::Back) | (Some(Overlay::Help(_)), Action::Help) => self.overlay = None,
            (Some(Overlay::Help(scroll)), movement) => {
                let lines = Action::ALL.len() + super::Context::ALL.len() * 2;
                *scroll = super::list::target(movement, *scroll, lines, page);
            }
            (Some(Overlay::Copy(menu)), Action::MenuChoose) => {
                let chosen = menu.items.get(menu.cursor).map(|item| item.effect(&menu.title));
                self.overlay = None;
                match chosen {
                    Some(Ok(effect)) => return vec![effect],
                    Some(Err(why)) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
                    None => {}
                }
            }
            (Some(Overlay::Copy(menu)), movement) => {
                menu.cursor = super::list::target(movement, menu.cursor, menu.items.len(), page);
            }
            (None, _) => {}
        }
        Vec::new()
    }

    /// One step back: out of a search, out of the detail of a narrow screen, off a screen.
    fn back(&mut self) -> Vec<Effect> {
        if let Some(explorer) = self.top_explorer() {
            if !explorer.search.needle.is_empty() {
                explorer.search = super::Search::default();
                return Vec::new();
            }
            if explorer.focus == Pane::Detail && !explorer.areas().shows_both() {
                explorer.focus = Pane::Tree;
                return Vec::new();
            }
        }
        if let Some(list) = self.top_list()
            && !list.filter.value().is_empty()
        {
            list.filter = Input::default();
            list.refilter();
            return Vec::new();
        }
        let left = self.screens.pop();
        self.waiting = None;
        left.as_ref().map_or_else(Vec::new, close)
    }

    fn toggle_mouse(&mut self) -> Vec<Effect> {
        self.mouse = !self.mouse;
        self.say(
            ToastKind::Done,
            if self.mouse {
                "the mouse is platy's again"
            } else {
                "the mouse is the terminal's: select as you like; M takes it back"
            },
        );
        vec![Effect::Mouse(self.mouse)]
    }

    fn paste(&mut self, text: &str) -> Vec<Effect> {
        let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let line: String = line.trim().chars().filter(|c| !c.is_control()).collect();
        if self.overlay.is_some() {
            return Vec::new();
        }
        match self.screens.last_mut() {
            Some(Screen::Start(start)) => {
                insert(&mut start.input, &understand(&line));
                start.chosen = None;
                start.problem = None;
            }
            Some(Screen::Explorer(explorer)) => {
                if let Some(input) = &mut explorer.search.input {
                    insert(input, &line);
                    explorer.search_typed();
                } else {
                    let mut start = Start::default();
                    insert(&mut start.input, &understand(&line));
                    return self.push(Screen::Start(start));
                }
            }
            Some(Screen::List(list)) => {
                list.typing = true;
                insert(&mut list.filter, &line);
                list.cursor = 0;
                list.refilter();
            }
            None => {}
        }
        Vec::new()
    }

    fn click(&mut self, spot: Spot) -> Vec<Effect> {
        self.toast = None;
        if let Some(overlay) = &mut self.overlay {
            match (overlay, spot) {
                (Overlay::Copy(menu), Spot::Line(line)) if menu.cursor == line => {
                    return self.act(Action::MenuChoose);
                }
                (Overlay::Copy(menu), Spot::Line(line)) => menu.cursor = line,
                _ => self.overlay = None,
            }
            return Vec::new();
        }
        match (self.screens.last_mut(), spot) {
            (_, Spot::Hint(action)) => return self.act(action),
            (Some(Screen::Explorer(explorer)), Spot::Triangle(node)) => {
                explorer.focus = Pane::Tree;
                explorer.put_cursor(node);
                explorer.toggle();
            }
            (Some(Screen::Explorer(explorer)), Spot::Node(node)) => {
                explorer.focus = Pane::Tree;
                if explorer.cursor == node {
                    explorer.toggle();
                } else {
                    explorer.put_cursor(node);
                }
            }
            (Some(Screen::Explorer(explorer)), Spot::Tab(tab)) => explorer.show(tab),
            (Some(Screen::Explorer(explorer)), Spot::Detail) => explorer.focus = Pane::Detail,
            (Some(Screen::List(list)), Spot::Line(line)) if list.cursor == line => {
                return self.act(Action::Choose);
            }
            (Some(Screen::List(list)), Spot::Line(line)) => list.cursor = line,
            (Some(Screen::Start(start)), Spot::Line(line)) if start.chosen == Some(line) => {
                let enter = Key::plain(crossterm::event::KeyCode::Enter);
                return self.typed(enter).unwrap_or_default();
            }
            (Some(Screen::Start(start)), Spot::Line(line)) => start.chosen = Some(line),
            _ => {}
        }
        Vec::new()
    }

    fn wheel(&mut self, spot: Option<Spot>, lines: i32) -> Vec<Effect> {
        let action = if lines < 0 { Action::Up } else { Action::Down };
        let times = lines.unsigned_abs();
        if self.overlay.is_some() {
            for _ in 0..times {
                self.act_on_overlay(action);
            }
            return Vec::new();
        }
        match self.screens.last_mut() {
            Some(Screen::Explorer(explorer)) => {
                let both = explorer.areas().shows_both();
                let over_detail = match spot {
                    Some(Spot::Detail | Spot::Tab(_)) => true,
                    Some(Spot::Node(_) | Spot::Triangle(_)) => false,
                    _ => !both && explorer.focus == Pane::Detail,
                };
                explorer.wheel(over_detail, lines);
            }
            Some(Screen::List(list)) => (0..times).for_each(|_| list.go(action)),
            Some(Screen::Start(_)) => {
                let code = if lines < 0 {
                    crossterm::event::KeyCode::Up
                } else {
                    crossterm::event::KeyCode::Down
                };
                self.start_typed(Key::plain(code), None);
            }
            None => {}
        }
        Vec::new()
    }

    /// Where the explorer's or list's parts stand on the screen.
    #[must_use]
    pub fn areas(&self) -> Areas {
        match self.screen() {
            Screen::Explorer(explorer) => explorer.areas(),
            Screen::Start(_) | Screen::List(_) => Areas::of(self.size.0, self.size.1, Pane::Tree),
        }
    }
}

/// What ends with a screen.
fn close(screen: &Screen) -> Vec<Effect> {
    match screen {
        Screen::Start(_) => Vec::new(),
        Screen::Explorer(explorer) => vec![Effect::Close(explorer.session)],
        Screen::List(list) => vec![Effect::Close(list.session)],
    }
}

fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(InputRequest::InsertChar(c));
    }
}

/// What a key does in a line being typed.
fn input_request(key: Key) -> Option<InputRequest> {
    use crossterm::event::{KeyCode, KeyModifiers};
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
