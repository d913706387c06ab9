//! The matrix as a view.

use super::MatrixView;
use crate::text::escape;
use crate::tui::app::cx::Cx;
use crate::tui::app::going::{At, Opening};
use crate::tui::app::opened::OpenedId;
use crate::tui::app::view::{Reason, Title, View, Words};
use crate::tui::app::{Action, Context, Spot, list};

impl View for MatrixView {
    fn is_shown_by(action: Action) -> bool {
        matches!(action, Action::Matrix | Action::WhyMatrix)
    }

    fn cannot_show(at: Option<At>, cx: &Cx) -> Option<Reason> {
        super::super::nothing_offered(at, cx)
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        match opening {
            Opening::By(action, Some(at)) if Self::is_shown_by(*action) => {
                Some(Self::new(*at, &cx.choice))
            }
            _ => None,
        }
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Matrix, Context::Move, Context::Everywhere]
    }

    fn title(&self, cx: &Cx, _room: usize) -> Title {
        let title = cx.opened.get(self.id).map(|it| it.location.familiar());
        let (rows, differing) = self.counts();
        let differ = if differing == 1 { "row differs" } else { "rows differ" };
        let note = match cx.choice.request() {
            Some(request) => format!("{differing} {differ} · --platform {}", escape(request)),
            None => {
                let engines = self.engines().len();
                format!("{rows} hosts × {engines} engines · {differing} {differ}")
            }
        };
        Title { name: "who gets what", title: title.unwrap_or_default(), note }
    }

    fn status(&self, _cx: &Cx) -> Words {
        self.engine().map_or_else(Words::default, |it| super::super::about(it).into())
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::MatrixLeft => self.go_sideways(false),
            Action::MatrixRight => self.go_sideways(true),
            Action::MatrixWhy => {
                cx.choice.choose_host(self.row);
                if let Some(engine) = self.engine() {
                    cx.choice.set_engine(engine);
                }
                // The matrix shows what engines pick if they are asked for nothing.
                cx.choice.set_request("");
                cx.open(Opening::By(Action::Why, self.points_at()));
            }
            movement => self.go(movement),
        }
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        match spot {
            Spot::Cell(row, column) => {
                let again = (self.row, self.column) == (row, column);
                (self.row, self.column) = (row, column);
                again.then_some(Action::MatrixWhy)
            }
            Spot::Column(column) => {
                self.column = column;
                None
            }
            Spot::Line(row) => {
                self.row = row;
                None
            }
            _ => None,
        }
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        if let Spot::Cell(..) | Spot::Line(_) = spot {
            let room = (self.counts().0, usize::from(self.grid().rows.height));
            list::wheel(&mut self.top, &mut self.row, room, lines);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            cx.advance(self.id, &[], Some(true));
            if let Some(open) = cx.opened.get(self.id) {
                self.settle(open, &cx.choice, cx.size);
            }
        }
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        cx.is_fetching(self.id)
    }

    fn looks_at(&self) -> Vec<OpenedId> {
        vec![self.id]
    }

    fn points_at(&self) -> Option<At> {
        Some(At { id: self.id, node: self.root })
    }

    fn name(&self) -> Option<String> {
        Some(format!("matrix {:?}", self.id))
    }
}
