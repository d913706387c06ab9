//! The page of drafts as a view.

use super::{DraftsPage, find_undo};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::Opening;
use crate::tui::app::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use crate::tui::app::view::{Reason, Title, View, Words};
use crate::tui::app::{Action, Context, DraftOrder, Query, Spot};

impl View for DraftsPage {
    fn is_shown_by(action: Action) -> bool {
        action == Action::Drafts
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        match opening {
            Opening::By(action, _) if Self::is_shown_by(*action) => {
                cx.order(DraftOrder::List);
                cx.ask(cx.drafts.session, Query::Journal);
                Some(Self::default())
            }
            _ => None,
        }
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Drafts, Context::Move, Context::Everywhere]
    }

    fn title(&self, _cx: &Cx, _room: usize) -> Title {
        Title { name: "drafts", ..Title::default() }
    }

    fn status(&self, _cx: &Cx) -> Words {
        "open drafts, those left unsaved, and the last pushes".to_owned().into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        if !Context::Drafts.has(action) {
            return None;
        }
        let drafts = cx.drafts.open.len() + cx.drafts.left.len();
        let on_draft = self.cursor < drafts;
        match action {
            _ if drafts + cx.drafts.pushes.len() == 0 => Some(Reason::new(format!(
                "there are no drafts; {} on a list or {} on an image starts one",
                cx.key(Action::EditList),
                cx.key(Action::AddToDraft)
            ))),
            Action::DraftOpen | Action::DraftDiscard if !on_draft => {
                Some(Reason::new("this is a push").then(Action::UndoPush, "takes it back"))
            }
            Action::UndoPush if on_draft => {
                Some(Reason::new("this is a draft; only pushes are taken back"))
            }
            Action::UndoPush
                if cx
                    .drafts
                    .pushes
                    .get(self.cursor - drafts)
                    .is_some_and(|it| it.before.is_none()) =>
            {
                let fact = "the tag did not exist before this push; `platy tag rm` deletes tags";
                Some(Reason::new(fact))
            }
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            // It is shown already.
            Action::Drafts => {}
            Action::DraftOpen => self.open_at_cursor(cx),
            Action::DraftDiscard => self.discard_at_cursor(cx),
            Action::UndoPush => {
                let drafts = cx.drafts.open.len() + cx.drafts.left.len();
                let at = self.cursor.saturating_sub(drafts);
                if let Some(entry) = cx.drafts.pushes.get(at) {
                    find_undo(&entry.reference.clone(), cx);
                }
            }
            movement => self.go(movement),
        }
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        let Spot::Line(line) = spot else { return None };
        let again = std::mem::replace(&mut self.cursor, line) == line;
        again.then_some(Action::DraftOpen)
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        if let Spot::Line(_) = spot {
            self.wheel_over(lines);
        }
    }

    fn leads_to_drafts(&self) -> bool {
        false
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            let lines = cx.drafts.open.len() + cx.drafts.left.len();
            self.settle(lines + cx.drafts.pushes.len(), cx.size);
        }
    }

    fn is_busy(&self, _cx: &Cx) -> bool {
        false
    }

    fn name(&self) -> Option<String> {
        Some("drafts".to_owned())
    }
}

impl DraftsPage {
    /// Opens the draft under the cursor, or takes up one that was left.
    fn open_at_cursor(&self, cx: &mut Cx) {
        let Some(line) = cx.drafts.lines(cx.now).into_iter().nth(self.cursor) else { return };
        if line.open {
            cx.open(Opening::Draft(line.name));
        } else if let Some(problem) = line.problem {
            cx.say(ToastKind::Error, &problem);
        } else {
            cx.order(DraftOrder::Take(line.name));
        }
    }

    /// Asks whether to discard the draft under the cursor; one that holds nothing to lose goes
    /// without a question.
    fn discard_at_cursor(&self, cx: &mut Cx) {
        let Some(line) = cx.drafts.lines(cx.now).into_iter().nth(self.cursor) else { return };
        let title = match cx.drafts.get(&line.name) {
            Some(open) if !open.is_unsaved() => return cx.discard(&line.name),
            Some(open) => open.title(),
            None => "this draft".to_owned(),
        };
        let facts = vec![format!("{title} is not pushed")];
        let what = Choosing::Discard(line.name);
        let answers = [MenuAnswer::No("keep it"), MenuAnswer::Yes("discard it")];
        let menu = Menu::question(what, "discard the draft?", facts, &answers);
        cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    }
}
