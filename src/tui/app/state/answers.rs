//! What a message changes, and to whom an answer goes.

use crate::oci::{Failure, Notice};
use crate::text::cut;
use crate::tui::app::cx::ToastKind;
use crate::tui::app::views::{Screen, draft_answered, pushes_answered};
use crate::tui::app::{DraftOrder, Msg, Query, Reply, RequestId, SessionId, State};

/// How many bytes of a large text are laid out while the user looks at its beginning.
const LAID_OUT_PER_TICK: usize = 512 << 10;
/// How much of a copied text the toast shows, in cells.
const SHOWN: usize = 80;

impl State {
    pub(super) fn handle(&mut self, msg: Msg) {
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
                    && let Some(screen) = asker(&mut self.screens, &mut self.ahead, session)
                {
                    screen.view_mut().part(&question, part, cx);
                }
            }
            Msg::Notice(notice) => {
                self.waiting = Some(notice.words());
                let Notice::Retrying { delay, .. } = notice;
                self.waiting_until = jiff::SignedDuration::try_from(delay)
                    .ok()
                    .and_then(|delay| cx.now.checked_add(delay).ok());
            }
            Msg::Activity { requests, bytes, width, quotas } => {
                cx.activity = (requests, bytes);
                cx.quotas = quotas;
                // A connection that carries more is given more; what is on the screen goes first.
                cx.permits = cx.permits.max(width);
            }
            Msg::Requests { exchanges, left_out } => {
                cx.exchanges = (exchanges, left_out);
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
            match question {
                Query::Drafts(order) => self.order_done(order, answer),
                question => pushes_answered(&question, answer, cx),
            }
        } else if session == cx.session {
            match question {
                Query::Pause(_) => self.paused(request),
                Query::Tags { .. } | Query::Repositories { .. } => self.listed(&question, answer),
                question => self.copied(&question, answer),
            }
        } else if let Some(screen) = asker(&mut self.screens, &mut self.ahead, session) {
            screen.view_mut().answer(request, &question, answer, cx);
        }
    }

    /// How an order about the unsaved drafts went.
    fn order_done(&mut self, order: DraftOrder, answer: Result<Reply, Failure>) {
        let cx = &mut self.cx;
        match (order, answer) {
            (DraftOrder::List, Ok(Reply::Drafts(kept))) => {
                cx.drafts.found(&kept);
            }
            (DraftOrder::Take(name), Ok(Reply::Draft(text))) => cx.draft_taken(&name, Ok(text)),
            (DraftOrder::Take(name), Err(failure)) => cx.draft_taken(&name, Err(failure.detail)),
            (DraftOrder::Save { name, .. }, answer) => {
                let problem = answer.err().map(|failure| failure.detail);
                if let Some(open) = cx.drafts.get_mut(&name) {
                    open.not_kept.clone_from(&problem);
                    open.is_safe = problem.is_none() && !open.waits();
                }
                if let Some(problem) = problem {
                    cx.say(ToastKind::Error, &format!("the draft is not kept: {problem}"));
                }
            }
            _ => {}
        }
    }

    /// How a copy went.
    fn copied(&mut self, question: &Query, answer: Result<Reply, Failure>) {
        match (question, answer) {
            (Query::Copy(clip), Ok(Reply::Copied(way))) => {
                let head: String = clip.text.chars().take(SHOWN + 1).collect();
                let text = format!("copied to the {way}: {}, {}", clip.what, cut(&head, SHOWN));
                self.cx.say(ToastKind::Done, &text);
            }
            (_, Ok(_)) => {}
            (_, Err(failure)) => {
                self.cx.say(ToastKind::Error, &format!("not copied: {}", failure.detail));
            }
        }
    }
}

/// The view that asked under this address; one that was left may wait for what it changes.
fn asker<'a>(
    screens: &'a mut [Screen],
    left: &'a mut [Screen],
    session: SessionId,
) -> Option<&'a mut Screen> {
    let mut all = screens.iter_mut().chain(left);
    all.find(|screen| screen.view().session() == Some(session))
}
