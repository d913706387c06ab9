//! The fleet as a view.

use tui_input::InputRequest;

use super::FleetView;
use crate::oci::{Failure, Location};
use crate::text::{escape, plural};
use crate::tui::app::cx::Cx;
use crate::tui::app::filter::{Filter, Filtered};
use crate::tui::app::going::{At, Opening};
use crate::tui::app::view::{Reason, Title, TypingKey, View, Words};
use crate::tui::app::{Action, Clip, Context, Key, Query, Reply, RequestId, SessionId, Spot, list};

impl View for FleetView {
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        if *opening != Opening::Fleet {
            return None;
        }
        let fleet = cx.fleet.clone()?;
        Some(Self::new(cx.new_session(), fleet))
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Fleet, Context::Move, Context::Everywhere]
    }

    fn title(&self, _cx: &Cx, _room: usize) -> Title {
        let files: Vec<&str> = self.fleet.sources.iter().map(|it| it.name.as_str()).collect();
        let [all, shown, bad, left] = self.counts();
        let mut note = match shown == all {
            true => plural(all, "image"),
            false => format!("{shown} of {}", plural(all, "image")),
        };
        note.push_str(&format!(" · {bad} not for every machine"));
        if left > 0 {
            note.push_str(&format!(" · {left} to come"));
        }
        Title { name: "fleet", title: files.join(", "), note }
    }

    fn status(&self, cx: &Cx) -> Words {
        // A name that is not an image has no row: the first of it is told here.
        let problems = self.fleet.problems().map(|(file, problem)| match problem.line {
            Some(line) => format!("{file}:{line}: {}", problem.text),
            None => format!("{file}: {}", problem.text),
        });
        let unresolved = self
            .fleet
            .unresolved()
            .map(|(file, at, text, reason)| format!("{file}:{}: {text}: {reason}", at.line));
        let mut all = problems.chain(unresolved);
        let mut parts: Vec<String> = all.next().into_iter().collect();
        let more = all.count();
        if more > 0 {
            parts.push(format!("{more} more"));
        }
        parts.push(cx.requests_sent());
        escape(&parts.join(" · ")).into_owned().into()
    }

    fn blocked(&self, action: Action, _cx: &Cx) -> Option<Reason> {
        match action {
            Action::FleetOpen | Action::FleetWhy | Action::FleetCopy if self.image().is_none() => {
                Some(Reason::new("no image is shown"))
            }
            Action::FleetRetry
                if !self.fleet.images.iter().any(|it| matches!(it.outcome, Some(Err(_)))) =>
            {
                Some(Reason::new("everything that was asked about could be read"))
            }
            Action::FleetLeft | Action::FleetRight if self.fleet.hosts.len() < 2 => {
                Some(Reason::new("there is one machine"))
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::FleetLeft => self.go_sideways(false),
            Action::FleetRight => self.go_sideways(true),
            Action::FleetFilter => self.filter.typing = true,
            Action::FleetRetry => self.retry(),
            Action::FleetOpen => {
                if let Some(image) = self.image() {
                    cx.open(Opening::Image(Location::Registry(image.reference.clone())));
                }
            }
            Action::FleetWhy => self.why(cx),
            Action::FleetCopy => {
                if let Some(image) = self.image() {
                    let text = image.reference.familiar();
                    cx.copy(Ok(Clip { what: "reference".to_owned(), text }));
                }
            }
            movement => self.go(movement),
        }
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        self.filter.keys("to the images")
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, _cx: &mut Cx) -> bool {
        let Some(filtered) = self.filter.typed(key, request) else { return false };
        match filtered {
            Filtered::Same => {}
            Filtered::Go(movement) => self.go(movement),
            Filtered::Cleared => self.stale = true,
            Filtered::Narrowed => {
                self.cursor = 0;
                self.stale = true;
            }
        }
        true
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        self.filter.paste(line);
        self.cursor = 0;
        self.stale = true;
        true
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        match spot {
            Spot::Line(line) => {
                let again = std::mem::replace(&mut self.cursor, line) == line;
                again.then_some(Action::FleetOpen)
            }
            Spot::Cell(line, column) => {
                let again = (self.cursor, self.column) == (line, column);
                (self.cursor, self.column) = (line, column);
                again.then_some(Action::FleetWhy)
            }
            Spot::Column(column) => {
                self.column = column;
                None
            }
            _ => None,
        }
    }

    fn own_value(&self, name: &str, _cx: &Cx) -> Option<String> {
        let image = self.image()?;
        match name {
            "reference" => Some(image.reference.familiar()),
            "repository" => Some(image.reference.repository.familiar()),
            "digest" => Some(image.outcome.as_ref()?.as_ref().ok()?.digest.to_string()),
            _ => None,
        }
    }

    fn session(&self) -> Option<SessionId> {
        Some(self.session)
    }

    fn answer(
        &mut self,
        _request: RequestId,
        question: &Query,
        answer: Result<Reply, Failure>,
        _cx: &mut Cx,
    ) {
        let Query::Behind { image, .. } = question else { return };
        match answer {
            Ok(Reply::Behind(behind)) => self.take(*image, Ok(*behind)),
            Ok(_) => {}
            Err(failure) => self.take(*image, Err(failure)),
        }
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        if let Spot::Cell(..) | Spot::Line(_) = spot {
            let room = (self.shown.len(), usize::from(self.areas().rows.height));
            list::wheel(&mut self.top, &mut self.cursor, room, lines);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            self.settle(cx.size);
        }
        self.pump(cx);
    }

    fn first_view(&self, _cx: &Cx) -> Option<Reason> {
        let reason = Reason::new("this is the first screen").then(Action::Quit, "quits");
        self.filter.value().is_empty().then_some(reason)
    }

    fn back(&mut self, _cx: &mut Cx) -> bool {
        if self.filter.value().is_empty() {
            return false;
        }
        self.filter = Filter::default();
        self.stale = true;
        true
    }

    fn name(&self) -> Option<String> {
        Some("fleet".to_owned())
    }
}

impl FleetView {
    /// Shows what the engine makes of the image under the cursor on the machine under it.
    fn why(&self, cx: &mut Cx) {
        let Some(image) = self.image() else { return };
        if let Some(host) = self.fleet.hosts.get(self.column) {
            cx.choice.add_host(host.clone());
        }
        if let Some(engine) = image.engine {
            cx.choice.set_engine(engine);
        }
        cx.choice.set_request("");
        let id = cx.open_reference(Location::Registry(image.reference.clone()));
        if let Some(open) = cx.opened.get(id) {
            let node = open.tree.root();
            cx.open(Opening::By(Action::Why, Some(At { id, node })));
        }
    }
}
