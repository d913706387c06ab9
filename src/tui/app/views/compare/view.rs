//! The comparison as a view.

use super::{CompareView, NO_IMAGES};
use crate::model::compare::Sign;
use crate::oci::{Failure, Repository};
use crate::text::plural;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::{Going, Opening};
use crate::tui::app::opened::OpenedId;
use crate::tui::app::overlay::{Menu, Overlay};
use crate::tui::app::view::{Reason, Title, TypingKey, View, Words, typing_keys};
use crate::tui::app::{
    Action, CompareRow, Context, Part, Query, Reply, RequestId, SessionId, Spot, list,
};

impl View for CompareView {
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        match opening {
            Opening::Compare(a, b) => Some(Self::new(a.clone(), b.clone(), cx.new_session())),
            _ => None,
        }
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Compare, Context::Move, Context::Everywhere]
    }

    fn title(&self, _cx: &Cx, _room: usize) -> Title {
        Title { name: "compare", title: CompareView::title(self).to_owned(), note: String::new() }
    }

    fn status(&self, cx: &Cx) -> Words {
        if self.found().is_none() {
            return format!("nothing compared yet · {}", cx.requests_sent()).into();
        }
        let differ = |row: &&CompareRow| row.is_head && row.sign != Sign::Same;
        let differ = self.rows().iter().filter(differ).count();
        let all = self.rows().iter().filter(|row| row.is_head).count();
        format!("{differ} of {} differ", plural(all, "line")).into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        match action {
            Action::CompareGo
            | Action::NextDifference
            | Action::PreviousDifference
            | Action::CompareToggle
            | Action::CompareFiles
            | Action::ComparePackages
            | Action::CompareCopy
                if self.found().is_none() =>
            {
                Some(Reason::new("nothing was compared yet"))
            }
            // A file that is looked at is scrolled by every key.
            _ if self.difference().is_some() => None,
            Action::CompareGo if self.file().is_none() && self.target().is_none() => {
                Some(Reason::new("this has no row in the tree"))
            }
            Action::NextDifference if self.next_difference(true).is_none() => {
                Some(Reason::new("nothing more differs below"))
            }
            Action::PreviousDifference if self.next_difference(false).is_none() => {
                Some(Reason::new("nothing more differs above"))
            }
            Action::CompareFiles | Action::ComparePackages if self.sides(cx).is_none() => {
                Some(Reason::new(NO_IMAGES))
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        if self.scroll_file(action) {
            return;
        }
        match action {
            Action::CompareGo => {
                if !self.open_file(cx)
                    && let Some(at) = self.target()
                {
                    cx.go(Going::Node(at));
                }
            }
            Action::CompareToggle => self.fold(None),
            Action::CompareIn => self.fold(Some(true)),
            Action::CompareOut => self.fold(Some(false)),
            Action::NextDifference | Action::PreviousDifference => {
                let next = self.next_difference(action == Action::NextDifference);
                self.cursor = next.unwrap_or(self.cursor);
            }
            Action::CompareSwap => self.swap(),
            Action::CompareFiles | Action::ComparePackages => {
                let asked = match action {
                    Action::CompareFiles => self.compare_files(cx),
                    _ => self.compare_packages(cx),
                };
                if let Err(why) = asked {
                    cx.say(ToastKind::Warning, why);
                }
            }
            Action::CompareCopy | Action::CompareCopyMenu => {
                let menu = self.copies([cx.opened.get(self.a.id), cx.opened.get(self.b.id)]);
                if action == Action::CompareCopyMenu {
                    cx.overlay = Some(Overlay::Menu(Box::new(Menu::copy(menu))));
                } else if let Some(item) = menu.items.first() {
                    cx.copy(item.clip(&menu.title));
                }
            }
            movement => self.go(movement),
        }
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        typing_keys(match self.difference() {
            Some(_) => &[("↓ ↑", "scroll"), ("esc", "back")],
            None => &[],
        })
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        let Spot::Line(line) = spot else { return None };
        let again = std::mem::replace(&mut self.cursor, line) == line;
        again.then_some(Action::CompareToggle)
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        match spot {
            Spot::Detail => self.wheel_file(lines),
            Spot::Line(_) => {
                let room = (self.rows().len(), usize::from(self.regions().rows.height));
                list::wheel(&mut self.top, &mut self.cursor, room, lines);
            }
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
        _cx: &mut Cx,
    ) {
        match (question, answer) {
            (Query::CompareFiles(_), Ok(Reply::Compared(found))) => {
                self.take_files(request, Ok(found));
            }
            (Query::CompareFiles(_), Err(failure)) => self.take_files(request, Err(failure)),
            (Query::ComparePackages(_), Ok(Reply::Packages(found))) => {
                self.take_packages(request, Ok(found));
            }
            (Query::ComparePackages(_), Err(failure)) => self.take_packages(request, Err(failure)),
            (Query::CompareFile { .. }, answer) => self.take_file(request, answer),
            _ => {}
        }
    }

    fn part(&mut self, question: &Query, part: Part, _cx: &mut Cx) {
        if let (Query::CompareFiles(_), Part::Bytes { received, total }) = (question, part) {
            self.take_files_progress(received, total);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if !on_top {
            return;
        }
        for id in self.looks_at() {
            cx.advance(id, &[], None);
        }
        let sides = [cx.opened.get(self.a.id), cx.opened.get(self.b.id)];
        self.settle(sides, &cx.requests, cx.size, cx.ticks);
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        let sides = self.looks_at().into_iter().any(|id| cx.is_fetching(id));
        cx.requests.is_busy(self.session) || sides
    }

    fn looks_at(&self) -> Vec<OpenedId> {
        match self.a.id == self.b.id {
            true => vec![self.a.id],
            false => vec![self.a.id, self.b.id],
        }
    }

    fn repository(&self, _cx: &Cx) -> Option<Repository> {
        None
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        self.close_file(cx)
    }
}
