//! The explorer as a view.

use crossterm::event::KeyCode;
use tui_input::InputRequest;

use super::Explorer;
use crate::model::tree::REFERRERS_UP_TO;
use crate::oci::Failure;
use crate::tui::app::completions::Completions;
use crate::tui::app::copy;
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::{At, Opening};
use crate::tui::app::history::remember;
use crate::tui::app::opened::OpenedId;
use crate::tui::app::overlay::{Choosing, Menu, Overlay};
use crate::tui::app::panes::{Panes, half_page};
use crate::tui::app::saving::SaveLine;
use crate::tui::app::split::Way;
use crate::tui::app::typed_reference::TypedReference;
use crate::tui::app::view::{Prompt, Reason, Title, TypingKey, View, Words, insert, typing_keys};
use crate::tui::app::views::shown;
use crate::tui::app::{
    Action, Areas, Context, CopyMenu, Effect, Key, Pane, Query, Reply, RequestId, SessionId, Spot,
    Tab,
};

impl View for Explorer {
    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        let id = match opening {
            Opening::Image(location) => {
                remember(&mut cx.history, &location.familiar());
                cx.effect(Effect::SaveHistory(cx.history.clone()));
                cx.open_reference(location.clone())
            }
            Opening::Node(at) => at.id,
            _ => return None,
        };
        let session = cx.new_session();
        cx.opened.get(id).map(|open| Self::new(open, session))
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Explorer, Context::Panes, Context::Move, Context::Everywhere]
    }

    fn title(&self, cx: &Cx, room: usize) -> Title {
        let Some(open) = cx.opened.get(self.id) else { return Title::default() };
        let title = open.location.familiar();
        let note = shown(cx, open, &title, room);
        Title { name: "platy", title, note }
    }

    fn status(&self, cx: &Cx) -> Words {
        cx.opened.get(self.id).map_or_else(Words::default, |open| self.words(open, cx))
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        let open = cx.opened.get(self.id)?;
        match action {
            action if Context::Panes.has(action) => {
                let one = Reason::new("there is room for one pane");
                let panes = Panes {
                    alone: (!self.areas.shows_both())
                        .then(|| one.then(Action::Pane, "shows the other")),
                    zoomed: self.zoomed,
                    has_text: self.areas.detail.height > 0,
                    moves: |way| Areas::moved_rule(cx.size, cx.split, way).is_some(),
                };
                panes.why_not(action)
            }
            Action::AsIs if self.tab != Tab::Raw => {
                Some(Reason::new("only in Raw").at(Action::Raw))
            }
            Action::SortPackages if !self.shows_packages(open) => {
                Some(Reason::new("no packages are shown; the Summary of an SBOM lists them"))
            }
            Action::Toggle if self.focus == Pane::Detail && self.tab == Tab::Truth => {
                if open.truths().reading().is_some() {
                    Some(Reason::new("the programs are being read"))
                } else if open.would_prove_all(self.cursor).is_none() {
                    Some(Reason::new("there is no program left to read here"))
                } else {
                    None
                }
            }
            Action::Toggle if self.focus == Pane::Detail && self.tab == Tab::Evidence => {
                open.why_no_evidence().map(Reason::new)
            }
            Action::Toggle if self.focus == Pane::Detail => Some(
                Reason::new("the detail pane has the focus").then(Action::Pane, "goes to the tree"),
            ),
            Action::Toggle if !open.tree.can_open(self.cursor) => {
                Some(Reason::new("there is nothing below this"))
            }
            Action::SaveBytes => self.bytes(open).err(),
            Action::Pager if self.sheet.is_empty() => Some(Reason::new("there is no text here")),
            Action::NextMatch | Action::PreviousMatch if self.searches_detail() => None,
            Action::NextMatch | Action::PreviousMatch if self.search.needle.is_empty() => {
                Some(Reason::new("nothing was searched for yet").then(Action::Search, "searches"))
            }
            Action::Why | Action::Matrix | Action::EditList | Action::ExportList
                if open.holds_several() =>
            {
                Some(Reason::new(
                    "several images, not one list; open one by its name or @DIGEST behind the path",
                ))
            }
            Action::AddToDraft => super::drafting::why_no_draft(open)
                .or_else(|| super::drafting::why_not_added(open, self.cursor)),
            Action::EditList => super::drafting::why_no_draft(open),
            Action::ExportList => super::drafting::why_no_export(open, self.cursor),
            Action::CopyDigest => copy::digest(open, self.cursor)
                .err()
                .map(|why| Reason::new(format!("not copied: {why}"))),
            Action::KeepSession if open.tree.node(open.tree.root())?.document().is_none() => {
                Some(Reason::new("nothing is loaded yet"))
            }
            Action::Login if self.refused_by(cx).is_none() => {
                Some(Reason::new("no registry refused this for want of a login"))
            }
            Action::Mark | Action::Compare if self.has_failed(open) => {
                Some(Reason::new("this could not be loaded").then(Action::Reload, "tries again"))
            }
            Action::Mark | Action::Compare if !self.can_compare(open) => {
                let fact = "a group of referrers has no content of its own to compare";
                Some(Reason::new(fact))
            }
            _ => None,
        }
    }

    /// On the page of programs the key reads them; the key that leads to the other pane has its name.
    fn word(&self, action: Action, cx: &Cx) -> Option<&'static str> {
        if action == Action::Pane {
            return Some(if self.focus == Pane::Detail { "tree" } else { "detail" });
        }
        let in_detail = action == Action::Toggle && self.focus == Pane::Detail;
        if in_detail && self.tab == Tab::Evidence {
            return Some("read");
        }
        let reads = in_detail && self.tab == Tab::Truth;
        let open = cx.opened.get(self.id).filter(|_| reads)?;
        let all = open.would_prove_all(self.cursor);
        Some(if all == Some(true) { "read all" } else { "read" })
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        match action {
            Action::RuleBack | Action::RuleForth => {
                let moved = Areas::moved_rule(cx.size, cx.split, Way::of(action));
                cx.split = moved.unwrap_or(cx.split);
                return;
            }
            Action::Zoom => {
                self.zoomed = !self.zoomed;
                return;
            }
            Action::DetailDown | Action::DetailUp => {
                return self.sheet.go(half_page(action), self.detail_rows());
            }
            Action::EditList => return self.edit_list(cx),
            Action::ExportList => return self.export_list(cx),
            Action::AddToDraft => return self.add_to_draft(cx),
            Action::LookHere => return self.look_here(cx),
            Action::Login => return self.log_in(cx),
            Action::KeepSession => return self.ask_where_to_keep(cx),
            Action::Pager => return self.page(cx),
            Action::Mark => return self.mark(cx),
            Action::Compare => return self.compare(cx),
            Action::Toggle if self.focus == Pane::Detail && self.tab == Tab::Evidence => {
                cx.with_opened(self.id, |open, pump| open.read_evidence(pump));
                return;
            }
            Action::Toggle if self.focus == Pane::Detail => {
                let node = self.cursor;
                cx.with_opened(self.id, |open, pump| open.prove(node, pump));
                return;
            }
            Action::NextMatch | Action::PreviousMatch if self.searches_detail() => {
                let (forward, page) = (action == Action::NextMatch, self.detail_rows());
                return self.sheet.find(forward, false, page, (self.session, cx));
            }
            Action::Reload if self.look_at_blob_again() => return,
            Action::Reload => {
                let (node, on_truth) = (self.cursor, self.tab == Tab::Truth);
                cx.with_opened(self.id, |open, pump| {
                    if !(on_truth && open.prove_again(node, pump)) {
                        open.reload(node, pump);
                    }
                });
                return;
            }
            _ => {}
        }
        let Some(open) = cx.opened.get_mut(self.id) else { return };
        match action {
            Action::Toggle => self.toggle(open),
            Action::In if self.focus == Pane::Tree => self.go_in(open),
            Action::Out if self.focus == Pane::Tree => self.go_out(open),
            Action::Out | Action::Pane => self.switch_pane(),
            Action::Summary => self.show(Tab::Summary),
            Action::Raw => self.show(Tab::Raw),
            Action::Layers => self.show(Tab::Layers),
            Action::Truth => {
                self.show(Tab::Truth);
                // It asks a question, and keys go to where that is.
                self.focus = Pane::Detail;
            }
            Action::Evidence => {
                self.show(Tab::Evidence);
                // The same.
                self.focus = Pane::Detail;
            }
            Action::AsIs => {
                self.as_is = !self.as_is;
                self.sheet.scroll = 0;
            }
            Action::SortPackages => {
                self.package_order = self.package_order.next();
                self.sheet.scroll = 0;
            }
            Action::Search if self.focus == Pane::Detail => self.sheet.within.start(),
            Action::SaveBytes => self.ask_where(open),
            Action::Search => self.start_search(),
            Action::NextMatch => self.next_match(open, true),
            Action::PreviousMatch => self.next_match(open, false),
            Action::CopyDigest => {
                let copied = copy::digest(open, self.cursor);
                cx.copy(copied);
            }
            Action::CopyMenu => {
                let menu = Menu::copy(CopyMenu::of(open, self.cursor));
                cx.overlay = Some(Overlay::Menu(Box::new(menu)));
            }
            movement => self.go(open, movement),
        }
    }

    fn prompt(&self) -> Option<Prompt<'_>> {
        if let Some(prompt) = self.saving_prompt() {
            return Some(prompt);
        }
        if let Some(prompt) = self.comparing_prompt() {
            return Some(prompt);
        }
        if let Some(prompt) = self.sheet.prompt() {
            return Some(prompt);
        }
        let input = self.search.input.as_ref()?;
        let mut words = String::new();
        if !self.search.needle.is_empty() {
            let found = &self.search.found;
            words = format!("{} found", found.nodes.len());
            if found.unloaded > 0 {
                words.push_str(&format!(" · {} not loaded", found.unloaded));
            }
        }
        Some(Prompt::new("/", input, words.into(), false))
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        if let Some(saving) = &self.saving {
            return saving.typing_keys();
        }
        if self.sheet.within.input.is_some() {
            return self.sheet.within.typing_keys();
        }
        if let Some(field) = &self.comparing {
            return Self::comparing_keys(field);
        }
        typing_keys(match &self.search.input {
            Some(_) => &[("↵", "stay here"), ("esc", "go back"), ("ctrl-u", "clear")],
            None => &[],
        })
    }

    fn typed_reference<'a>(&'a self, cx: &'a Cx) -> Option<TypedReference<'a>> {
        self.compared_with(cx)
    }

    fn take_completions(&mut self, completions: Completions, cx: &Cx) {
        self.complete_other(completions, cx);
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        if self.comparing.is_some() {
            self.comparing_typed(key, request, cx);
            return true;
        }
        if self.saving.is_some() {
            self.saving_typed(key, request, cx);
            return true;
        }
        if self.sheet.within.input.is_some() {
            let page = self.detail_rows();
            self.sheet.typed(key, request, page, (self.session, cx));
            return true;
        }
        let Some(input) = self.search.input.as_mut() else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.cancel_search(),
            (KeyCode::Enter, _) => self.accept_search(),
            (_, Some(request)) if input.handle(request).is_some_and(|change| change.value) => {
                if let Some(open) = cx.opened.get_mut(self.id) {
                    self.search_typed(open);
                }
            }
            _ => {}
        }
        true
    }

    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        if let Some(to) = SaveLine::overwrites(&mut self.saving, &menu) {
            self.save(to, true, cx);
        } else if let Choosing::GoOn(left) = menu.what {
            self.went_on(left, menu.cursor == 1, cx);
        }
    }

    fn paste(&mut self, line: &str, cx: &mut Cx) -> bool {
        if let Some(saving) = &mut self.saving {
            saving.paste(line);
            return true;
        }
        if let Some(field) = &mut self.comparing {
            insert(&mut field.input, line);
            return true;
        }
        if let Some(input) = &mut self.sheet.within.input {
            insert(input, line);
            return true;
        }
        let Some(input) = &mut self.search.input else { return false };
        insert(input, line);
        if let Some(open) = cx.opened.get_mut(self.id) {
            self.search_typed(open);
        }
        true
    }

    fn click(&mut self, spot: Spot, cx: &mut Cx) -> Option<Action> {
        if let (Some(field), Spot::Choice(at)) = (&mut self.comparing, spot) {
            field.choose(at);
            return None;
        }
        let open = cx.opened.get_mut(self.id)?;
        match spot {
            Spot::Triangle(node) => {
                self.focus = Pane::Tree;
                self.put_cursor(node);
                self.toggle(open);
            }
            Spot::Node(node) => {
                self.focus = Pane::Tree;
                if self.cursor == node {
                    self.toggle(open);
                } else {
                    self.put_cursor(node);
                }
            }
            Spot::Tab(tab) => self.show(tab),
            Spot::Detail => self.focus = Pane::Detail,
            Spot::Note => return Some(Action::Why),
            _ => {}
        }
        None
    }

    fn wheel(&mut self, spot: Spot, lines: i32, cx: &mut Cx) {
        match spot {
            Spot::Detail | Spot::Tab(_) => self.sheet.wheel(lines),
            Spot::Node(_) | Spot::Triangle(_) => {
                if let Some(open) = cx.opened.get(self.id) {
                    self.wheel_over(open, lines);
                }
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
        cx: &mut Cx,
    ) {
        match question {
            Query::Blob { .. } => return self.looked(request, answer),
            Query::Stock(kind) => return self.heard_of(*kind, answer),
            Query::SaveSession { to, .. } | Query::SaveBytes { to, .. } => {
                return self.saved(request, to, answer, cx);
            }
            Query::Pause(_) => {
                cx.with_opened(self.id, |open, pump| open.reload(open.tree.root(), pump));
                return;
            }
            Query::Head { .. } if let Ok(Reply::Head(head)) = &answer => {
                return self.looked_again(&head.digest, cx);
            }
            _ => {}
        }
        let page = self.detail_rows();
        self.sheet.answer(request, answer.as_ref().ok(), page, (self.session, cx));
        if let Err(failure) = answer {
            cx.say(ToastKind::Warning, &failure.to_string());
        }
    }

    fn can_look_again(&self, cx: &Cx) -> bool {
        self.tag(cx).is_some()
    }

    fn look_again(&mut self, cx: &mut Cx) {
        if let Some((repository, tag)) = self.tag(cx) {
            cx.ask(self.session, Query::Head { repository, tag });
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        self.leave_programs(on_top, cx);
        if !on_top {
            return;
        }
        let Some(open) = cx.opened.get_mut(self.id) else { return };
        self.follow(open);
        self.look(cx);
        let Some(open) = cx.opened.get_mut(self.id) else { return };
        if self.tab == Tab::Evidence {
            open.tree.want_referrers(REFERRERS_UP_TO);
            open.weigh_evidence();
        }
        let areas = Areas::split(cx.size, self.focus, cx.split, self.zoomed);
        self.settle(open, areas, (cx.now, cx.ticks), (&cx.zone, &cx.keymap, &cx.known_keys));
        let visible = self.visible(open);
        cx.advance(self.id, &visible, Some(false));
        // What was known already may have changed rows and detail.
        if let Some(open) = cx.opened.get_mut(self.id) {
            self.settle(open, areas, (cx.now, cx.ticks), (&cx.zone, &cx.keymap, &cx.known_keys));
        }
        self.sheet.ask(self.session, cx);
    }

    fn is_busy(&self, cx: &Cx) -> bool {
        cx.requests.is_busy(self.id.session())
    }

    fn is_growing(&self) -> bool {
        !self.sheet.is_whole()
    }

    fn grow(&mut self, bytes: usize) {
        self.sheet.grow(bytes);
    }

    fn looks_at(&self) -> Vec<OpenedId> {
        vec![self.id]
    }

    fn points_at(&self) -> Option<At> {
        Some(At { id: self.id, node: self.cursor })
    }

    fn go_to(&mut self, at: At, cx: &mut Cx) -> bool {
        if at.id != self.id {
            return false;
        }
        if let Some(open) = cx.opened.get_mut(self.id) {
            self.follow(open);
            open.tree.reveal(at.node);
            open.tree.settle();
            self.put_cursor(at.node);
            self.focus = Pane::Tree;
        }
        true
    }

    fn first_view(&self, cx: &Cx) -> Option<Reason> {
        let reading = cx.opened.get(self.id).is_some_and(|it| it.truths().reading().is_some());
        let within = !self.search.needle.is_empty() || reading || self.focus == Pane::Detail;
        (!within).then(|| Reason::new("this is the first screen").then(Action::Quit, "quits"))
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        if self.searches_detail() {
            return self.sheet.end_search(self.session, cx);
        }
        if !self.search.needle.is_empty() {
            self.search = super::Search::default();
            return true;
        }
        // One step back: from what is being read, to the tree, to the view before.
        if cx.with_opened(self.id, |open, pump| open.stop_reading(pump)) == Some(true) {
            return true;
        }
        if self.focus == Pane::Detail {
            self.focus = Pane::Tree;
            return true;
        }
        false
    }
}

impl Explorer {
    /// Ends the reading of programs if nobody looks at it any more: another tab, another image,
    /// another view.
    fn leave_programs(&mut self, on_top: bool, cx: &mut Cx) {
        let shown = on_top && self.tab == Tab::Truth;
        let node = self.cursor;
        cx.with_opened(self.id, |open, pump| {
            if !(shown && open.is_reading_of(node)) {
                open.stop_reading(pump);
            }
        });
    }
}
