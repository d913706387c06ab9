//! The editor as a view.

use tui_input::InputRequest;

use super::{Against, Editor, EditorTab, Keys, gathering};
use crate::oci::Repository;
use crate::text::{bytes, escape, width};
use crate::tui::app::completions::Completions;
use crate::tui::app::cx::Cx;
use crate::tui::app::form::FormEvent;
use crate::tui::app::going::{Going, Opening};
use crate::tui::app::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use crate::tui::app::target::parse as parse_target;
use crate::tui::app::typed_reference::TypedReference;
use crate::tui::app::view::{Reason, Title, TypingKey, View, Words, typing_keys};
use crate::tui::app::views::draft_title;
use crate::tui::app::{Action, Context, Key, Spot};

impl View for Editor {
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        let Opening::Draft(name) = opening else { return None };
        cx.drafts.use_now(name);
        let last = cx.requests.last();
        if let Some(open) = cx.drafts.get_mut(name)
            && open.survey.is_none()
            && let Ok(target) = parse_target(&open.target)
        {
            open.look_at(target, false, last);
        }
        Some(Self::new(name))
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Draft, Context::Move, Context::Everywhere]
    }

    fn title(&self, cx: &Cx, room: usize) -> Title {
        draft_title(cx, "draft", &self.draft, room)
    }

    fn status(&self, cx: &Cx) -> Words {
        let Some(open) = cx.drafts.get(&self.draft) else { return Words::default() };
        if let Some((_, name)) = open.gathering.values().next() {
            return escape(&format!("asking for {name}")).into_owned().into();
        }
        if open.exports {
            return "reading what other tools go by".to_owned().into();
        }
        if let Some(problem) = &open.not_kept {
            return escape(&format!("this draft is not kept: {problem}")).into_owned().into();
        }
        match self.tab {
            EditorTab::Preview => self.against.words().to_owned(),
            EditorTab::Plan => "what a push would do; nothing is written".to_owned(),
            EditorTab::Effects => "who gets something else than what the tag gives now".to_owned(),
            EditorTab::Entries => match self.entry() {
                Some(entry) => entry.descriptor.as_ref().map_or_else(String::new, |it| {
                    let facts = format!("{} · {}", bytes(it.size), it.media_type.title());
                    let whole = escape(&format!("{} · {facts}", it.digest)).into_owned();
                    // The row has the beginning of the digest.
                    let short = || escape(&format!("{facts} · {}", it.digest.short())).into_owned();
                    let room = usize::from(cx.size.0.saturating_sub(2));
                    Some(whole).filter(|it| width(it) <= room).unwrap_or_else(short)
                }),
                None => {
                    format!(
                        "an empty list; {} adds an image by reference",
                        cx.key(Action::AddImage)
                    )
                }
            },
        }
        .into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        self.why_not(action, cx)
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        self.edit(action, cx);
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        typing_keys(match self.form {
            Some(_) => &[
                ("↵", "apply"),
                ("tab", "next field"),
                ("↓ ↑", "choose"),
                ("ctrl-u", "clear"),
                ("esc", "cancel"),
            ],
            None => &[],
        })
    }

    fn typed_reference<'a>(&'a self, cx: &'a Cx) -> Option<TypedReference<'a>> {
        let form = self.form.as_ref()?;
        let field = form.form.field().filter(|field| field.is_reference)?;
        Some(form.purpose.reference(field.value(), &self.draft, cx))
    }

    fn take_completions(&mut self, completions: Completions, _cx: &Cx) {
        if let Some(form) = &mut self.form {
            form.form.take_completions(completions);
        }
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        let Some(form) = self.form.as_mut() else { return false };
        match form.form.key(key, request) {
            FormEvent::Stay => {}
            FormEvent::Changed => form.complete(),
            FormEvent::Leave => self.form = None,
            FormEvent::Take => self.take_form(cx),
        }
        true
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        if let Some(form) = &mut self.form {
            form.form.paste(line);
            form.complete();
        }
        true
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        match (spot, &mut self.form) {
            (Spot::EditorTab(tab), _) => self.show(tab),
            (spot, Some(form)) => {
                let event = form.form.click(spot);
                if event == FormEvent::Changed {
                    form.complete();
                }
            }
            (Spot::Line(line), None) => {
                if self.cursor == line {
                    return Some(Action::EditEntry);
                }
                self.put_cursor(line);
            }
            _ => {}
        }
        None
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        match (spot, &mut self.form) {
            (Spot::Field(_) | Spot::Choice(_), Some(form)) => form.form.wheel(lines),
            (Spot::Line(_) | Spot::Detail, None) => self.wheel_over(lines),
            _ => {}
        }
    }

    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        match &menu.what {
            Choosing::Images(picking) => gathering::picked(picking, &menu, cx),
            Choosing::Leave { quit } => match (menu.cursor, *quit) {
                (0, true) => cx.go(Going::Quit),
                (0, false) => cx.go(Going::Back),
                (1, _) => {}
                (_, quit) => {
                    cx.discard(&self.draft);
                    if quit {
                        cx.go(Going::Quit);
                    }
                }
            },
            _ => {}
        }
    }

    fn offers_choices_of(&self, draft: &str) -> bool {
        self.draft == draft && self.form.is_none()
    }

    fn leads_to_drafts(&self) -> bool {
        false
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if !on_top {
            return;
        }
        let plain = self.against == Against::Nothing;
        let surveying = matches!(self.tab, EditorTab::Plan | EditorTab::Effects) || !plain;
        cx.pump_draft(&self.draft, surveying);
        self.offer_exports(cx);
        if self.tab == EditorTab::Effects || !plain {
            cx.pump_effects(&self.draft, self.tab == EditorTab::Effects);
        }
        let (size, keys) = (cx.size, Keys::of(cx));
        if let Some(open) = cx.drafts.get_mut(&self.draft) {
            if let Some(entry) = open.go_to.take() {
                self.entries = open.draft.entries();
                self.go_to(entry);
            }
            self.settle(open, size, &keys);
        }
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        let session = cx.drafts.get(&self.draft).map(|open| open.session);
        session.is_some_and(|session| cx.requests.is_busy(session))
    }

    fn is_growing(&self) -> bool {
        !self.content().is_whole()
    }

    fn grow(&mut self, bytes: usize) {
        self.content.grow(bytes);
    }

    fn repository(&self, cx: &Cx) -> Option<Repository> {
        cx.drafts.get(&self.draft)?.repository()
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        if cx.drafts.get(&self.draft).is_some_and(|open| open.is_unsaved()) {
            self.ask_to_leave(false, cx);
        } else {
            // Nothing would be lost: it is closed.
            cx.discard(&self.draft);
        }
        true
    }

    fn holds_back_quit(&mut self, cx: &mut Cx) -> bool {
        let unsaved = cx.drafts.get(&self.draft).is_some_and(|open| open.is_unsaved());
        if unsaved {
            self.ask_to_leave(true, cx);
        }
        unsaved
    }

    fn name(&self) -> Option<String> {
        Some(format!("draft {}", self.draft))
    }

    fn is_over(&self, cx: &Cx) -> bool {
        cx.drafts.get(&self.draft).is_none()
    }
}

impl Editor {
    /// Asks what becomes of an unsaved draft on the way out.
    fn ask_to_leave(&self, quit: bool, cx: &mut Cx) {
        let Some(open) = cx.drafts.get(&self.draft) else { return };
        let facts = vec![format!("{} is not pushed", open.title())];
        let keep = if quit {
            "quit and keep the draft: the list of drafts has it next time, too".to_owned()
        } else {
            let key = cx.key(Action::Drafts);
            format!("leave it, and keep it for later: {key} lists it, next time too")
        };
        let what = Choosing::Leave { quit };
        let answers = [
            MenuAnswer::Yes(&keep),
            MenuAnswer::No("stay"),
            MenuAnswer::Other("discard the draft"),
        ];
        let title = if quit { "quit?" } else { "leave the draft?" };
        let menu = Menu::question(what, title, facts, &answers);
        cx.overlay = Some(Overlay::Menu(Box::new(menu)));
    }
}
