//! The start page as a view.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::sections::{Stored, line};
use super::{Known, Sort, Start, Suggestion};
use crate::oci::{Failure, Location, Repository, StoreKind, Target};
use crate::text::escape;
use crate::tui::app::completions::Completions;
use crate::tui::app::cx::Cx;
use crate::tui::app::going::{Going, Listed, Opening};
use crate::tui::app::paste::understand;
use crate::tui::app::sample::FLEET;
use crate::tui::app::typed_reference::TypedReference;
use crate::tui::app::view::{Reason, Title, TypingKey, View, Words, insert, typing_keys};
use crate::tui::app::{
    Action, Areas, Context, DraftOrder, Key, Pane, Query, Reply, RequestId, SessionId, Spot,
};

impl View for Start {
    fn is_shown_by(action: Action) -> bool {
        matches!(action, Action::OpenReference | Action::ListOpenReference)
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        let typed = match opening {
            Opening::Start(typed) => typed.as_str(),
            Opening::By(action, _) if Self::is_shown_by(*action) => "",
            _ => return None,
        };
        let mut start = Self { here: cx.here.clone(), ..Self::default() };
        insert(&mut start.input, &understand(typed));
        Some(start)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Everywhere]
    }

    fn title(&self, cx: &Cx, _room: usize) -> Title {
        let (title, note) = match cx.samples.is_empty() {
            true => ("open an image", ""),
            false => ("demo", "a registry inside platy"),
        };
        Title { name: "platy", title: title.to_owned(), note: note.to_owned() }
    }

    fn status(&self, cx: &Cx) -> Words {
        let chosen = self.suggested(cx).filter(|chosen| !chosen.note.is_empty());
        match (chosen, cx.samples.len()) {
            (Some(chosen), _) => escape(&chosen.note).into_owned(),
            (None, 0) => {
                "type or paste a reference, a pull command or a registry's web address".to_owned()
            }
            (None, _) => "sample images on a registry inside platy; ↓ chooses one".to_owned(),
        }
        .into()
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let length = self.suggestions(cx.known()).len();
        match action {
            Action::Down => {
                let next = self.chosen.map_or(0, |at| at + 1);
                self.chosen = length.checked_sub(1).map(|last| next.min(last));
            }
            Action::Up => self.chosen = self.chosen.and_then(|at| at.checked_sub(1)),
            _ => {}
        }
    }

    fn typing_keys(&self, cx: &Cx) -> Vec<TypingKey> {
        let mut keys = typing_keys(&[("↵", "open"), ("↓ ↑", "choose"), ("tab", "complete")]);
        if cx.depth > 1 || !self.input.value().is_empty() {
            keys.push(("ctrl-u".into(), "clear"));
        } else {
            keys.push((cx.key(Action::Help).into(), "all keys"));
        }
        if cx.depth > 1 {
            keys.push(("esc".into(), "back"));
        }
        keys.push((cx.key_beside_letters(Action::Quit).into(), "quit"));
        keys
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        match (key.code, request) {
            (KeyCode::Esc, _) => return false,
            (KeyCode::Char(_), _)
                if self.input.value().is_empty()
                    && cx.keymap.action(key, self.contexts()) == Some(Action::Help) =>
            {
                return false;
            }
            (KeyCode::Enter, _) => {
                let typed = self.input.value();
                let text = match self.suggested(cx) {
                    Some(chosen) if chosen.sort == Sort::Draft => {
                        self.go_on_with(chosen, cx);
                        return true;
                    }
                    Some(chosen) => chosen.reference,
                    None => self.only_sample(cx.known()).unwrap_or_else(|| typed.to_owned()),
                };
                self.take(&text, cx);
            }
            (KeyCode::Down, _) => self.act(Action::Down, cx),
            (KeyCode::Up, _) => self.act(Action::Up, cx),
            (KeyCode::Tab, _) => {
                if let Some(reference) = self.completed(cx) {
                    self.input = Input::new(reference);
                    self.chosen = None;
                }
            }
            (_, Some(request)) => {
                self.input.handle(request);
                self.chosen = None;
                self.problem = None;
            }
            _ => {}
        }
        true
    }

    fn typed_reference<'a>(&'a self, cx: &'a Cx) -> Option<TypedReference<'a>> {
        Some(TypedReference::new(self.input.value(), self.here(cx), cx))
    }

    fn take_completions(&mut self, completions: Completions, cx: &Cx) {
        if self.completions != completions {
            self.keep_chosen(cx, |start| start.completions = completions);
        }
    }

    fn takes_letters(&self) -> bool {
        true
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        insert(&mut self.input, &understand(line));
        self.chosen = None;
        self.problem = None;
        true
    }

    fn click(&mut self, spot: Spot, cx: &mut Cx) -> Option<Action> {
        if let Spot::Line(line) = spot
            && self.chosen.replace(line) == Some(line)
        {
            self.typed(Key::plain(KeyCode::Enter), None, cx);
        }
        None
    }

    fn session(&self) -> Option<SessionId> {
        self.session
    }

    /// What this machine has is asked once, as the first view: another one lies over a reference.
    fn can_return(&self) -> bool {
        false
    }

    fn wheel(&mut self, spot: Spot, lines: i32, cx: &mut Cx) {
        if let Spot::Line(_) | Spot::Detail = spot {
            self.wheel_over(cx.known(), lines);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            let body = Areas::of(cx.size.0, cx.size.1, Pane::Tree).body;
            self.settle(cx.known(), body);
        }
        if !cx.asks_this_machine || !on_top || cx.depth > 1 || self.session.is_some() {
            return;
        }
        let session = cx.new_session();
        self.session = Some(session);
        for kind in StoreKind::ALL {
            self.stored.insert(kind, Stored::Asking);
            cx.ask(session, Query::Stored(kind));
        }
    }

    fn answer(
        &mut self,
        _: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        let Query::Stored(kind) = question else { return };
        let stored = match answer {
            Ok(Reply::Stored(images)) => Stored::Known(
                images.map(|all| all.iter().map(|image| line(*kind, image)).collect()),
            ),
            Err(failure) => Stored::Failed(failure.detail),
            Ok(_) => return,
        };
        self.keep_chosen(cx, |start| drop(start.stored.insert(*kind, stored)));
    }

    fn first_view(&self, cx: &Cx) -> Option<Reason> {
        let quit = cx.key_beside_letters(Action::Quit);
        Some(Reason::new(format!("this is the first screen; {quit} quits")))
    }
}

impl Start {
    fn suggested(&self, cx: &Cx) -> Option<Suggestion> {
        let suggestions = self.suggestions(cx.known());
        suggestions.into_iter().nth(self.chosen?)
    }

    /// What completes what is typed: the line that is chosen, else the first one that goes on with it.
    /// One that has it somewhere in it does only if no registry is being asked for what goes on.
    fn completed(&self, cx: &Cx) -> Option<String> {
        // A draft has no reference.
        let known = Known { drafts: None, ..cx.known() };
        let chosen = self.suggested(cx);
        if chosen.as_ref().is_some_and(|it| it.sort == Sort::Draft) {
            return None;
        }
        if let Some(chosen) = chosen {
            return Some(chosen.reference);
        }
        let (typed, mut lines) = (self.input.value().trim(), self.suggestions(known));
        let is_within = self.completions.is_within();
        let goes_on = |it: &Suggestion| is_within || it.reference.starts_with(typed);
        let first =
            || lines.iter().position(goes_on).or((!self.completions.is_awaited()).then_some(0));
        let at = first()?;
        (at < lines.len()).then(|| lines.swap_remove(at).reference)
    }

    /// Does what changes the lines. The one that is chosen stays chosen, wherever that moves it.
    fn keep_chosen(&mut self, cx: &Cx, change: impl FnOnce(&mut Self)) {
        let chosen = self.suggested(cx);
        change(self);
        self.chosen = chosen.and_then(|chosen| {
            let is_it = |it: &Suggestion| it.reference == chosen.reference;
            self.suggestions(cx.known()).iter().position(is_it)
        });
    }

    /// Goes on with a draft that was left.
    fn go_on_with(&mut self, draft: Suggestion, cx: &mut Cx) {
        let mut left = cx.drafts.left.iter();
        if left.any(|left| left.name == draft.reference && left.title.is_err()) {
            self.problem = Some(escape(&draft.title).into_owned());
            return;
        }
        if cx.depth > 1 {
            cx.go(Going::Back);
        }
        cx.order(DraftOrder::Take(draft.reference));
    }

    /// Opens what was typed, or says what is wrong with it.
    fn take(&mut self, text: &str, cx: &mut Cx) {
        if text.trim().is_empty() {
            self.problem = Some("type a reference first, for example alpine:3.20".to_owned());
            return;
        }
        if text.trim() == FLEET && cx.fleet.is_some() {
            let opening = Opening::Fleet;
            cx.go(if cx.depth > 1 { Going::Instead(opening) } else { Going::Open(opening) });
            return;
        }
        let parsed = TypedReference::new(text, self.here(cx), cx).target();
        // A start page that lay over another view has done its work; as the first it stays.
        match parsed {
            Ok(target) => {
                let opening = match target {
                    Target::Image(location) => Opening::Image(location),
                    Target::Repositories { host, prefix } => {
                        Opening::Names(Listed::Repositories { host, prefix })
                    }
                };
                cx.go(if cx.depth > 1 { Going::Instead(opening) } else { Going::Open(opening) });
            }
            Err(error) => self.problem = Some(escape(&error).into_owned()),
        }
    }

    /// Where a tag or a digest alone is looked for: where the user is or was last. That is the
    /// repository of the view beneath, else that of the last reference opened.
    fn here(&self, cx: &Cx) -> Option<Repository> {
        let last = || {
            let mut locations = cx.history.iter().filter_map(|it| it.parse::<Location>().ok());
            locations.find_map(|it| Some(it.reference()?.repository.clone()))
        };
        self.here.clone().or_else(last)
    }
}
