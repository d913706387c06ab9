//! What all views share, and what they hand on: the context of every call of a view.

use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::completions::RegistryNames;
use super::drafts::{DraftOrder, Drafts, GatherFor};
use super::going::{Going, Opening};
use super::look::Look;
use super::opened::{Opened, OpenedId, OpenedRef};
use super::overlay::Overlay;
use super::own::OwnCommand;
use super::point::Point;
use super::requests::Pump;
use super::sample::Sample;
use super::split::Split;
use super::views::Known;
use super::{Action, Choice, Clip, Effect, Keymap, Query, RequestId, Requests, SessionId};
use crate::model::evidence::PublicKey;
use crate::model::fleet::Fleet;
use crate::model::tree::NodeId;
use crate::oci::{Aliases, Digest, Exchange, Location, Quota, Reference, Repository};
use crate::text::escape;

/// The most messages that are kept; the oldest go first.
const MESSAGES: usize = 500;
/// How long a toast stays at least, and how many of its bytes are read in a second.
const TOAST_SECONDS: i64 = 4;
const READ_PER_SECOND: usize = 15;

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

/// A message of the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidMessage {
    /// When it was said last.
    pub at: Timestamp,
    /// What was said.
    pub toast: Toast,
    /// How many times.
    pub times: usize,
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

/// What all views share.
#[derive(Debug, Clone)]
pub struct Cx {
    /// The present moment, as of the last message.
    pub now: Timestamp,
    /// The time zone.
    pub zone: TimeZone,
    /// The terminal's columns and rows.
    pub size: (u16, u16),
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
    /// Requests sent and bytes received so far.
    pub activity: (u64, u64),
    /// What hosts said of their limits, each the last time.
    pub quotas: Vec<(String, Quota)>,
    /// The machine and the engine for which picks are shown.
    pub choice: Choice,
    /// The opened references.
    pub opened: Opened,
    /// The drafts.
    pub drafts: Drafts,
    /// The address of the state itself, which asks for copies.
    pub session: SessionId,
    /// Everything that is on its way.
    pub requests: Requests,
    /// The node that the next one is compared with.
    pub marked: Option<Point>,
    /// Where the rule between two panes is.
    pub split: Split,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// The pause before the registry is asked again, while it is.
    pub live: Option<RequestId>,
    /// How long that pause is.
    pub interval: Duration,
    /// What a shell runs to log in, without the host.
    pub login: String,
    /// The short names of hosts and references.
    pub aliases: Aliases,
    /// What registries named that completes references.
    pub registry_names: RegistryNames,
    /// The theme.
    pub look: Look,
    /// The commands of the user's own.
    pub own: Vec<OwnCommand>,
    /// The public keys that the user named, by which signatures name their keys.
    pub known_keys: Vec<PublicKey>,
    /// Counts ticks; moves the throbber.
    pub ticks: u64,
    /// What lies over the view on top.
    pub overlay: Option<Overlay>,
    /// A sentence that stays for a moment.
    pub toast: Option<Toast>,
    /// Every message of the session, each once, with the one that was said last at the end.
    pub messages: std::collections::VecDeque<SaidMessage>,
    /// The requests of the session, and how many of them are left out, when the page that shows them
    /// was last opened.
    pub exchanges: (Vec<Exchange>, usize),
    /// Whether the start page asks what this machine has.
    pub asks_this_machine: bool,
    /// How many views lie on each other.
    pub depth: usize,
    /// The repository that the view on top is about, or else one beneath it.
    pub(super) here: Option<Repository>,
    pub(super) permits: usize,
    /// What is to be done outside.
    pub(super) out: Vec<Effect>,
    /// Where the user goes.
    pub(super) going: Vec<Going>,
}

impl Cx {
    /// What can be opened, besides what this machine has.
    #[must_use]
    pub fn known(&self) -> Known<'_> {
        Known {
            samples: &self.samples,
            bookmarks: &self.bookmarks,
            history: &self.history,
            drafts: Some((&self.drafts.left, self.now)),
        }
    }

    /// Says something for a moment.
    pub(super) fn say(&mut self, kind: ToastKind, text: &str) {
        let to_read = i64::try_from(text.len() / READ_PER_SECOND).unwrap_or(TOAST_SECONDS);
        let stay = jiff::SignedDuration::from_secs(to_read.max(TOAST_SECONDS));
        let until = self.now.checked_add(stay).unwrap_or(self.now);
        let toast = Toast { text: escape(text).into_owned(), kind, until };
        let is_it = |it: &SaidMessage| (&it.toast.text, it.toast.kind) == (&toast.text, kind);
        let before = self.messages.iter().position(is_it);
        let before = before.and_then(|at| self.messages.remove(at)).map_or(0, |it| it.times);
        if self.messages.len() >= MESSAGES {
            self.messages.pop_front();
        }
        let said = SaidMessage { at: self.now, toast: toast.clone(), times: before + 1 };
        self.messages.push_back(said);
        self.toast = Some(toast);
    }

    /// Has something done outside.
    pub(super) fn effect(&mut self, effect: Effect) {
        self.out.push(effect);
    }

    /// Asks a question; the answer comes to this address.
    pub(super) fn ask(&mut self, session: SessionId, question: Query) -> RequestId {
        let request = self.requests.add(session, question.clone());
        self.out.push(Effect::Ask { session, request, question });
        request
    }

    /// Waits for an answer no more.
    pub(super) fn stop(&mut self, session: SessionId, request: RequestId) {
        if self.requests.take(session, request).is_some() {
            self.out.push(Effect::Stop { session, request });
        }
    }

    /// Ends whatever asked under an address.
    pub(super) fn close(&mut self, session: SessionId) {
        if self.requests.end(session) {
            self.out.push(Effect::Close(session));
        }
    }

    /// Lets what was asked under an address rest until it is looked at again.
    pub(super) fn rest(&mut self, session: SessionId) {
        for request in self.requests.rest(session) {
            self.out.push(Effect::Stop { session, request });
        }
    }

    /// Asks again what rested under an address.
    pub(super) fn wake(&mut self, session: SessionId) {
        for (request, question) in self.requests.wake(session) {
            self.out.push(Effect::Ask { session, request, question });
        }
    }

    /// Copies a text, or says why there is none.
    pub(super) fn copy(&mut self, clip: Result<Clip, &'static str>) {
        match clip {
            Ok(clip) => {
                self.ask(self.session, Query::Copy(clip));
            }
            Err(why) => self.say(ToastKind::Warning, &format!("not copied: {why}")),
        }
    }

    /// Has something done with the unsaved drafts that are kept.
    pub(super) fn order(&mut self, order: DraftOrder) {
        self.ask(self.drafts.session, Query::Drafts(order));
    }

    /// Keeps the drafts whose time has come; `at_once`: all that wait for it.
    pub(super) fn keep_drafts(&mut self, at_once: bool) {
        for order in self.drafts.keep(self.now, at_once) {
            self.order(order);
        }
    }

    /// Puts another view over this one, once this call is over.
    pub(super) fn open(&mut self, opening: Opening) {
        self.going.push(Going::Open(opening));
    }

    /// Goes somewhere, once this call is over.
    pub(super) fn go(&mut self, going: Going) {
        self.going.push(going);
    }

    /// The first key of an action as the screens show it; empty if it has none.
    #[must_use]
    pub fn key(&self, action: Action) -> String {
        self.keymap.label(action).unwrap_or_default()
    }

    /// The first key of an action that is not a letter, for a view in which letters are typed.
    #[must_use]
    pub fn key_beside_letters(&self, action: Action) -> String {
        let mut keys = self.keymap.keys(action).iter().filter(|key| key.character().is_none());
        keys.next().map_or_else(String::new, |key| self.keymap.shown(*key))
    }

    /// An address that nobody has.
    pub(super) fn new_session(&mut self) -> SessionId {
        self.requests.new_session()
    }

    /// Opens a reference; a draft that is open here as it is now. Somebody has to look at it until
    /// the message is handled, or it is closed again.
    pub(super) fn open_reference(&mut self, location: Location) -> OpenedId {
        let session = self.new_session();
        let id = self.opened.add(session, location.clone(), self.now);
        let list = match &location {
            Location::Draft(name) => self.drafts.list(name),
            _ => None,
        };
        self.requests.opened(session);
        self.out.push(match list {
            Some(list) => Effect::OpenList { session, location, list },
            None => Effect::Open { session, location },
        });
        id
    }

    /// Brings an opened reference up to date; `first` is wanted before all else. With `whole`, the
    /// chosen engine's pick too, and with `Some(true)` as soon as anything of the offer changes.
    pub(super) fn advance(&mut self, id: OpenedId, first: &[NodeId], whole: Option<bool>) {
        let Some(open) = self.opened.get_mut(id) else { return };
        let looked = whole.map(|whole| (&self.choice, whole));
        open.advance(
            first,
            looked,
            &mut Pump {
                requests: &mut self.requests,
                out: &mut self.out,
                permits: self.permits,
                now: self.now,
                ticks: self.ticks,
            },
        );
    }

    /// Does something with an opened reference that may ask for content.
    pub(super) fn with_opened<T>(
        &mut self,
        id: OpenedId,
        act: impl FnOnce(&mut OpenedRef, &mut Pump<'_>) -> T,
    ) -> Option<T> {
        let open = self.opened.get_mut(id)?;
        Some(act(
            open,
            &mut Pump {
                requests: &mut self.requests,
                out: &mut self.out,
                permits: self.permits,
                now: self.now,
                ticks: self.ticks,
            },
        ))
    }

    /// Whether content of an opened reference is on its way.
    #[must_use]
    pub fn is_fetching(&self, id: OpenedId) -> bool {
        self.opened.get(id).is_some_and(|open| open.is_fetching(&self.requests))
    }

    /// `12 requests`
    #[must_use]
    pub fn requests_sent(&self) -> String {
        crate::text::plural(self.activity.0, "request")
    }

    /// Asks for what a draft wants to know; `surveying`: and for what its target holds.
    pub(super) fn pump_draft(&mut self, name: &str, surveying: bool) {
        let Some(open) = self.drafts.get_mut(name) else { return };
        let mut pump = Pump {
            requests: &mut self.requests,
            out: &mut self.out,
            permits: self.permits,
            now: self.now,
            ticks: self.ticks,
        };
        open.pump(&mut pump);
        if surveying {
            open.ask(&mut pump);
        }
    }

    /// Asks for what the tag of a draft's target holds; once that is known and `weighing`, whom the
    /// draft changes.
    pub(super) fn pump_effects(&mut self, name: &str, weighing: bool) {
        let Some(open) = self.drafts.get_mut(name) else { return };
        let session = open.session;
        let target = open.survey.as_ref().map(|it| it.target.clone());
        if let Some((location, target)) = open.wants_held().zip(target) {
            let name = location.familiar();
            let request = self.requests.add(session, Query::Gather(location.clone()));
            open.gathering.insert(request, (GatherFor::Held(target), name));
            let question = Query::Gather(location);
            self.out.push(Effect::Ask { session, request, question });
        } else if weighing && let Some(weighing) = open.weigh(&self.requests) {
            self.ask(session, Query::Weigh(weighing));
        }
    }

    /// Ends a draft for good.
    pub(super) fn discard(&mut self, name: &str) {
        self.drafts.left.retain(|left| left.name != name);
        let session = self.drafts.get(name).map(|open| open.session);
        let order = match session {
            Some(session) => {
                self.close(session);
                self.drafts.close(name, true)
            }
            None => Some(DraftOrder::Remove(name.to_owned())),
        };
        if let Some(order) = order {
            self.order(order);
        }
    }

    /// Asks again where a tag points, wherever it is open: a list was written there.
    pub(super) fn look_again(&mut self, written: &Reference, list: &Digest) {
        self.registry_names.forget_tags(&written.repository);
        let mut pump = Pump {
            requests: &mut self.requests,
            out: &mut self.out,
            permits: self.permits,
            now: self.now,
            ticks: self.ticks,
        };
        for open in self.opened.iter_mut() {
            let here = open.location.reference().is_some_and(|it| {
                it.repository == written.repository && it.tag == written.tag && it.digest.is_none()
            });
            if here {
                open.reload_written(list, &mut pump);
            }
        }
    }

    /// A draft that was left is this platy's now, or is not.
    pub(super) fn draft_taken(&mut self, name: &str, text: Result<String, String>) {
        let session = self.new_session();
        match text.and_then(|text| self.drafts.take_up(name, &text, session, self.now)) {
            Ok(()) => self.open(Opening::Draft(name.to_owned())),
            Err(why) => {
                self.say(ToastKind::Error, &format!("not opened: {why}"));
                self.order(DraftOrder::Release(name.to_owned()));
                self.order(DraftOrder::List);
            }
        }
    }
}
