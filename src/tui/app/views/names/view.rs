//! A list of names as a view.

use tui_input::InputRequest;

use super::List;
use crate::oci::{Failure, Host, Location, Repository};
use crate::text::{count, escape, plural, width};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::filter::{Filter, Filtered};
use crate::tui::app::going::{At, Listed, Opening};
use crate::tui::app::overlay::{Choosing, Menu};
use crate::tui::app::point::Point;
use crate::tui::app::view::{Prompt, Reason, Title, TypingKey, View, Words};
use crate::tui::app::{Action, Clip, Context, Key, Query, Reply, RequestId, SessionId, Spot, list};

impl View for List {
    fn is_shown_by(action: Action) -> bool {
        action == Action::Tags
    }

    fn cannot_show(at: Option<At>, cx: &Cx) -> Option<Reason> {
        let open = cx.opened.get(at?.id)?;
        let none = open.location.reference().is_none();
        none.then(|| Reason::new("only a registry has tags to list"))
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        let listed = match opening {
            Opening::Names(listed) => listed.clone(),
            Opening::By(action, Some(at)) if Self::is_shown_by(*action) => {
                let open = cx.opened.get(at.id)?;
                Listed::Tags(open.location.reference()?.repository.clone())
            }
            _ => return None,
        };
        let mut list = Self::new(cx.new_session(), listed);
        list.ask(None, cx);
        Some(list)
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::List, Context::Move, Context::Everywhere]
    }

    fn title(&self, _cx: &Cx, _room: usize) -> Title {
        let (title, note) = match &self.listed {
            Listed::Tags(repository) => (repository.familiar(), "tags"),
            Listed::Repositories { host, prefix } => (format!("{host}/{prefix}"), "repositories"),
        };
        Title { name: "platy", title, note: note.to_owned() }
    }

    fn status(&self, cx: &Cx) -> Words {
        // If there are no names, the pane says it.
        if let Some(failure) = self.failure.as_ref().filter(|_| self.counts().1 > 0) {
            let room = usize::from(cx.size.0.saturating_sub(2));
            let whole = Some(escape(&failure.to_string()).into_owned());
            let again = cx.key(Action::ListReload);
            let brief = || format!("{}; {again} asks again", escape(&failure.brief()));
            let text = whole.filter(|whole| width(whole) <= room).unwrap_or_else(brief);
            return Words { text, kind: Some(ToastKind::Error) };
        }
        if let Some(doing) = self.tagging_words(cx) {
            return format!("{doing} · {}", cx.requests_sent()).into();
        }
        if let Some(words) = self.words_of_sizes(cx) {
            return words.into();
        }
        let (all, shown) = self.counts();
        let filtered =
            if all == shown { String::new() } else { format!("{} of ", count(shown as u64)) };
        let more = if self.has_more() { " so far" } else { "" };
        format!("{filtered}{}{more} · {}", plural(all, "name"), cx.requests_sent()).into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        match action {
            Action::CompareTags if !matches!(self.listed, Listed::Tags(_)) => {
                Some(Reason::new("only tags are compared here"))
            }
            Action::PickTag | Action::DeleteTags | Action::CopyTag | Action::RenameTag
                if self.tags_of().is_none() =>
            {
                Some(Reason::new("only tags are deleted, copied and renamed here"))
            }
            Action::TagSizes if self.tags_of().is_none() => {
                Some(Reason::new("only tags have sizes to show here"))
            }
            Action::DeleteTags | Action::CopyTag | Action::RenameTag if self.is_tagging(cx) => {
                Some(Reason::new("what was asked for before is under way"))
            }
            Action::Choose
            | Action::CopyName
            | Action::CompareTags
            | Action::PickTag
            | Action::DeleteTags
            | Action::CopyTag
            | Action::RenameTag
            | Action::TagSizes
                if self.name_at_cursor().is_none() =>
            {
                Some(Reason::new("the list is empty"))
            }
            Action::ListReload if self.is_loading(cx) => {
                Some(Reason::new("the list is being loaded"))
            }
            _ => None,
        }
    }

    fn word(&self, action: Action, _cx: &Cx) -> Option<&'static str> {
        (action == Action::TagSizes && self.sizes().is_some()).then_some("list")
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        self.left_at = None;
        let name = self.name_at_cursor().map(str::to_owned);
        match (action, name) {
            (Action::Choose, Some(name)) => cx.open(match &self.listed {
                Listed::Tags(repository) => {
                    Opening::Image(Location::Registry(repository.tagged(&name)))
                }
                Listed::Repositories { host, .. } => {
                    Opening::Names(Listed::Tags(Repository { host: host.clone(), path: name }))
                }
            }),
            (Action::CopyName, Some(name)) => {
                let (what, text) = match &self.listed {
                    Listed::Tags(repository) => ("reference", repository.tagged(&name).familiar()),
                    Listed::Repositories { host, .. } => {
                        ("repository", Repository { host: host.clone(), path: name }.familiar())
                    }
                };
                cx.copy(Ok(Clip { what: what.to_owned(), text }));
            }
            (Action::CompareTags, Some(tag)) => self.compare(tag, cx),
            (Action::PickTag, Some(tag)) => self.pick(tag),
            (Action::DeleteTags, Some(tag)) => self.delete(tag, cx),
            (Action::CopyTag, Some(tag)) => self.name(tag, false),
            (Action::RenameTag, Some(tag)) => self.name(tag, true),
            (Action::TagSizes, _) => self.turn_sizes(cx),
            (Action::Filter, _) => self.filter.typing = true,
            (Action::ListReload, _) => self.reload(cx),
            (movement, _) => self.go(movement),
        }
    }

    fn prompt(&self) -> Option<Prompt<'_>> {
        self.naming_prompt()
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        self.naming_keys().unwrap_or_else(|| self.filter.keys("to the list"))
    }

    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        if let (Choosing::Tags(plan), 1) = (menu.what, menu.cursor) {
            cx.ask(self.session, Query::WriteTags(plan));
        }
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        self.left_at = None;
        if self.naming_typed(key, request, cx) {
            return true;
        }
        let Some(filtered) = self.filter.typed(key, request) else { return false };
        match filtered {
            Filtered::Same => {}
            Filtered::Go(movement) => self.go(movement),
            Filtered::Cleared => self.refilter(),
            Filtered::Narrowed => {
                self.cursor = 0;
                self.refilter();
            }
        }
        true
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        self.left_at = None;
        if self.naming_pasted(line) {
            return true;
        }
        self.filter.paste(line);
        self.cursor = 0;
        self.refilter();
        true
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        self.left_at = None;
        let Spot::Line(line) = spot else { return None };
        let again = std::mem::replace(&mut self.cursor, line) == line;
        again.then_some(Action::Choose)
    }

    fn session(&self) -> Option<SessionId> {
        Some(self.session)
    }

    fn answer(
        &mut self,
        _request: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
        cx: &mut Cx,
    ) {
        match (question, answer) {
            (Query::Head { tag, .. }, Ok(Reply::Head(head))) => self.take_head(tag, Ok(head)),
            (Query::Head { tag, .. }, Err(failure)) => self.take_head(tag, Err(failure)),
            (Query::TagSize { tag, .. }, Ok(Reply::TagSize(size))) => self.take_size(tag, Ok(size)),
            (Query::TagSize { tag, .. }, Err(failure)) => self.take_size(tag, Err(failure)),
            (Query::PlanTags(_), Ok(Reply::TagPlan(plan))) => self.planned(plan, cx),
            (Query::WriteTags(plan), Ok(Reply::TagsDone(done))) => self.tagged(plan, &done, cx),
            (Query::PlanTags(_) | Query::WriteTags(_), Err(failure)) => {
                cx.say(ToastKind::Error, &failure.to_string());
            }
            (_, Ok(Reply::Names(page))) => self.take(Ok(page), cx),
            (_, Err(failure)) => self.take(Err(failure), cx),
            _ => {}
        }
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        if let Spot::Line(_) = spot {
            let room = (self.shown.len(), self.height());
            list::wheel(&mut self.top, &mut self.cursor, room, lines);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            self.settle(cx.size);
            self.pump(cx);
        }
    }

    fn can_look_again(&self, _cx: &Cx) -> bool {
        matches!(self.listed, Listed::Tags(_))
    }

    fn look_again(&mut self, cx: &mut Cx) {
        self.ask_again(cx);
    }

    fn reference(&self, _cx: &Cx) -> Option<String> {
        match &self.listed {
            Listed::Tags(repository) => Some(repository.tagged(self.name_at_cursor()?).familiar()),
            Listed::Repositories { host, prefix } => Some(format!("{host}/{prefix}")),
        }
    }

    fn own_value(&self, name: &str, _cx: &Cx) -> Option<String> {
        let at_cursor = self.name_at_cursor()?;
        match (name, &self.listed) {
            ("reference", Listed::Tags(repository)) => {
                Some(repository.tagged(at_cursor).familiar())
            }
            ("repository", Listed::Tags(repository)) => Some(repository.familiar()),
            ("repository", Listed::Repositories { host, .. }) => {
                let path = at_cursor.to_owned();
                Some(Repository { host: host.clone(), path }.familiar())
            }
            ("digest", Listed::Tags(_)) => Some(self.digest_at_cursor()?.to_string()),
            _ => None,
        }
    }

    fn repository(&self, _cx: &Cx) -> Option<Repository> {
        match &self.listed {
            Listed::Tags(repository) => Some(repository.clone()),
            Listed::Repositories { .. } => None,
        }
    }

    fn host(&self, _cx: &Cx) -> Option<Host> {
        match &self.listed {
            Listed::Tags(repository) => Some(repository.host.clone()),
            Listed::Repositories { host, .. } => Some(host.clone()),
        }
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        if self.end_sizes(cx) {
            return true;
        }
        if self.filter.value().is_empty() {
            return false;
        }
        self.filter = Filter::default();
        self.refilter();
        true
    }
}

impl List {
    /// Marks the tag, or compares it with the marked one.
    fn compare(&mut self, tag: String, cx: &mut Cx) {
        let Listed::Tags(repository) = &self.listed else { return };
        match self.marked.take() {
            Some(marked) if marked != tag => {
                let mut point = |tag: &str| {
                    let id = cx.open_reference(Location::Registry(repository.tagged(tag)));
                    cx.opened.get(id).map(Point::whole)
                };
                if let (Some(a), Some(b)) = (point(&marked), point(&tag)) {
                    cx.open(Opening::Compare(a, b));
                }
            }
            Some(_) => cx.say(ToastKind::Done, "the mark is taken away"),
            None => {
                let key = cx.key(Action::CompareTags);
                let text = format!("{tag} is marked; {key} on another tag compares both");
                cx.say(ToastKind::Done, &text);
                self.marked = Some(tag);
            }
        }
    }
}
