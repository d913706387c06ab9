//! The why view as a view.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::{Typed, Typing, Why, WhyPart};
use crate::model::select::{ENGINES, Host, refusal};
use crate::oci::Failure;
use crate::text::escape;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::going::{At, Going, Opening};
use crate::tui::app::menu_item::MenuItem;
use crate::tui::app::opened::OpenedId;
use crate::tui::app::overlay::{Choosing, Menu, Overlay};
use crate::tui::app::view::{Prompt, Reason, Title, TypingKey, View, Words, insert, typing_keys};
use crate::tui::app::views::{about, nothing_offered, shown};
use crate::tui::app::{Action, Context, Key, Query, Reply, RequestId, SessionId, Spot, list};

impl View for Why {
    fn is_shown_by(action: Action) -> bool {
        action == Action::Why
    }

    fn cannot_show(at: Option<At>, cx: &Cx) -> Option<Reason> {
        nothing_offered(at, cx)
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        match opening {
            Opening::By(action, Some(at)) if Self::is_shown_by(*action) => {
                Some(Self::new(*at, cx.new_session()))
            }
            _ => None,
        }
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Why, Context::Move, Context::Everywhere]
    }

    fn title(&self, cx: &Cx, room: usize) -> Title {
        let Some(open) = cx.opened.get(self.id) else { return Title::default() };
        let title = open.location.familiar();
        let note = shown(cx, open, &title, room);
        Title { name: "why", title, note }
    }

    fn status(&self, cx: &Cx) -> Words {
        about(cx.choice.engine()).into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        match action {
            Action::GoToEntry if self.steps() == 0 => Some(Reason::new("no entry was looked at")),
            Action::GoToEntry if self.has_findings_keys() => Some(
                Reason::new("the findings have the focus")
                    .then(Action::WhyPane, "goes to the trace"),
            ),
            Action::GoToEntry if cx.opened.get(self.id).and_then(|it| self.node(it)).is_none() => {
                Some(Reason::new("this entry has no row in the tree"))
            }
            Action::WhyCopy => {
                let why = cx.opened.get(self.id).and_then(|open| self.copy(open).err())?;
                Some(Reason::new(format!("not copied: {why}")))
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::NextEngine => cx.choice.turn_engine(true),
            Action::PreviousEngine => cx.choice.turn_engine(false),
            Action::NextHost => cx.choice.turn_host(true),
            Action::PreviousHost => cx.choice.turn_host(false),
            Action::ChooseEngine => cx.overlay = Some(Overlay::Menu(Box::new(engines(cx)))),
            Action::ChooseHost => cx.overlay = Some(Overlay::Menu(Box::new(hosts(cx)))),
            Action::TypeHost => self.typing = Some(Typing::default()),
            Action::TypeRequest => {
                let input = Input::new(cx.choice.request().unwrap_or_default().to_owned());
                self.typing = Some(Typing { what: Typed::Request, input });
            }
            Action::WhyPane => self.turn(),
            Action::WhyCopy => {
                let open = cx.opened.get(self.id);
                let copied = open.map_or(Err("nothing is shown"), |open| self.copy(open));
                cx.copy(copied);
            }
            Action::WhyCopyAll => cx.copy(Ok(self.copy_all())),
            Action::GoToEntry => {
                let node = cx.opened.get(self.id).and_then(|open| self.node(open));
                if let Some(node) = node {
                    cx.go(Going::Node(At { id: self.id, node }));
                }
            }
            movement => self.go(movement),
        }
    }

    fn prompt(&self) -> Option<Prompt<'_>> {
        let Typing { what, input } = self.typing.as_ref()?;
        let (label, words) = match what {
            Typed::Host => {
                ("host: ", "for example linux/arm/v7, linux/amd64/v2, windows(10.0.20348)/amd64")
            }
            Typed::Request => {
                ("--platform ", "what the engine is asked for, as typed; empty: nothing")
            }
        };
        Some(Prompt::new(label, input, words.into(), true))
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        typing_keys(match self.typing {
            Some(_) => &[("↵", "apply"), ("esc", "cancel"), ("ctrl-u", "clear")],
            None => &[],
        })
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        let Some(Typing { what, input }) = &mut self.typing else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.typing = None,
            (KeyCode::Enter, _) if *what == Typed::Request => {
                let (typed, engine) = (input.value().trim(), cx.choice.engine());
                let host = cx.choice.host().map(|named| &named.host);
                let error = host
                    .filter(|_| !typed.is_empty())
                    .and_then(|host| refusal(engine, host, typed));
                match error {
                    Some(error) => cx.say(ToastKind::Error, &error),
                    None => {
                        cx.choice.set_request(typed);
                        self.typing = None;
                    }
                }
            }
            (KeyCode::Enter, _) if input.value().trim().is_empty() => self.typing = None,
            (KeyCode::Enter, _) => match input.value().parse::<Host>() {
                Ok(host) => {
                    self.typing = None;
                    cx.choice.add_host(host);
                }
                Err(error) => cx.say(ToastKind::Error, &error.to_string()),
            },
            (_, Some(request)) => {
                input.handle(request);
            }
            _ => {}
        }
        true
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        match &mut self.typing {
            Some(typing) => {
                insert(&mut typing.input, line);
                true
            }
            None => false,
        }
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        match spot {
            Spot::Finding(line) => {
                self.keys = WhyPart::Findings;
                self.findings.cursor = line;
            }
            Spot::Line(line) => {
                let again = self.cursor == line && !self.has_findings_keys();
                self.keys = WhyPart::Trace;
                self.cursor = line;
                return again.then_some(Action::GoToEntry);
            }
            Spot::Note => return Some(Action::ChooseEngine),
            _ => {}
        }
        None
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        let regions = self.regions();
        match spot {
            Spot::Finding(_) => {
                let height = usize::from(regions.findings.height);
                self.findings.wheel(height, lines);
            }
            Spot::Line(_) => {
                let room = (self.steps(), usize::from(regions.rows.height));
                list::wheel(&mut self.top, &mut self.cursor, room, lines);
            }
            _ => {}
        }
    }

    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        match menu.what {
            Choosing::Engine => cx.choice.choose_engine(menu.cursor),
            Choosing::Host if menu.cursor < cx.choice.hosts().len() => {
                cx.choice.choose_host(menu.cursor);
            }
            Choosing::Host => self.typing = Some(Typing::default()),
            _ => {}
        }
    }

    fn session(&self) -> Option<SessionId> {
        Some(self.session)
    }

    fn answer(
        &mut self,
        request: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        match (question, answer) {
            (_, Ok(Reply::Facts(facts))) => self.findings.take(request, facts),
            (Query::Evidence { facts, .. }, Err(failure)) => {
                // What is known is all that there is.
                self.findings.take(request, facts.clone());
                cx.say(ToastKind::Error, &failure.to_string());
            }
            _ => {}
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if !on_top {
            return;
        }
        cx.advance(self.id, &[], Some(true));
        self.findings.ask(self.id, self.session, cx);
        if let Some(open) = cx.opened.get_mut(self.id) {
            self.settle(open, &cx.choice, cx.size);
        }
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        cx.requests.is_busy(self.session) || cx.is_fetching(self.id)
    }

    fn looks_at(&self) -> Vec<OpenedId> {
        vec![self.id]
    }

    fn points_at(&self) -> Option<At> {
        Some(At { id: self.id, node: self.root })
    }

    fn name(&self) -> Option<String> {
        Some(format!("why {:?}", self.id))
    }
}

/// Every engine, with the versions that it stands for.
fn engines(cx: &Cx) -> Menu {
    let item = |title: &str, note: &str| {
        let note = Line::of(Tone::Muted, escape(note).into_owned());
        MenuItem { note, ..MenuItem::new(title) }
    };
    let items = ENGINES.iter().map(|it| item(it.title, it.versions)).collect();
    Menu::new(Choosing::Engine, "which engine", items).at(cx.choice.engine_number())
}

/// Every machine, with its platform; the last line is for one that is not listed.
fn hosts(cx: &Cx) -> Menu {
    let item = |name: &str, note: &str| {
        let note = Line::of(Tone::Muted, escape(note).into_owned());
        MenuItem { note, ..MenuItem::new(name) }
    };
    let hosts = cx.choice.hosts().iter().map(|it| item(&it.name(), &it.host.to_string()));
    let other = item("another machine …", "type its platform");
    let items = hosts.chain([other]).collect();
    Menu::new(Choosing::Host, "which machine", items).at(cx.choice.host_number())
}
