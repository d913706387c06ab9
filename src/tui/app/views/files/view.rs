//! The files as a view.

use crossterm::event::KeyCode;
use tui_input::InputRequest;

use super::search::FileSearch;
use super::{BESIDE, FilesView, LayerLoad, Viewer};
use crate::model::tree::{NodeId, What};
use crate::oci::{Failure, Kind, Location};
use crate::text::{bytes, count, escape, plural};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::going::{At, Opening};
use crate::tui::app::layers::layers_of;
use crate::tui::app::opened::{OpenedId, OpenedRef};
use crate::tui::app::overlay::{Menu, Overlay};
use crate::tui::app::own;
use crate::tui::app::panes::{Panes, half_page};
use crate::tui::app::saving::SaveLine;
use crate::tui::app::split::Way;
use crate::tui::app::view::{Prompt, Reason, Title, TypingKey, View, Words, insert, typing_keys};
use crate::tui::app::{Action, Context, Key, Part, Query, Reply, RequestId, SessionId, Spot, list};

/// The image whose files a node shows, and the layer (from 0) if it is one.
fn image_at(open: &OpenedRef, node: NodeId) -> Option<(NodeId, Option<usize>)> {
    let found = open.tree.node(node)?;
    match &found.what {
        What::Manifest { .. } if found.kind() == Kind::Image => Some((node, None)),
        What::Layer { number, descriptor } if descriptor.media_type.is_layer() => {
            Some((found.parent?, Some(number.saturating_sub(1))))
        }
        _ => None,
    }
}

/// Why nothing can be done with a file that is looked at.
fn no_file() -> Reason {
    Reason::new("no file is open").then(Action::FilesOpen, "opens it")
}

/// Why there is no tree beside the file.
fn no_room() -> Reason {
    let fact = format!("a file is shown beside the tree in terminals of {BESIDE} columns and more");
    Reason::new(fact)
}

impl View for FilesView {
    fn is_shown_by(action: Action) -> bool {
        action == Action::Files
    }

    fn cannot_show(at: Option<At>, cx: &Cx) -> Option<Reason> {
        let at = at?;
        let open = cx.opened.get(at.id)?;
        let Some((image, _)) = image_at(open, at.node) else {
            return Some(Reason::new("only an image or a layer has files; go to one"));
        };
        match open.tree.node(image).and_then(|node| node.document()) {
            None => Some(Reason::new("the image's manifest is not loaded")),
            Some(_) => None,
        }
    }

    fn open(opening: &Opening, cx: &mut Cx) -> Option<Self> {
        let at = match opening {
            Opening::By(action, at) if Self::is_shown_by(*action) => (*at)?,
            _ => return None,
        };
        let open = cx.opened.get(at.id)?;
        let (image, only) = image_at(open, at.node)?;
        let layers = layers_of(open, image)?.into_iter().map(Into::into).collect();
        let mut title = open.location.familiar();
        if image != open.tree.root()
            && let Some(platform) = open.tree.platform_of(image)
        {
            title = format!("{title} {platform}");
        }
        let of = At { id: at.id, node: image };
        let is_here = !matches!(open.location, Location::Registry(_) | Location::Draft(_));
        let view = Self::new(cx.new_session(), of, title, layers, only);
        Some(Self { is_here, ..view })
    }

    fn contexts(&self) -> &'static [Context] {
        &[Context::Files, Context::Panes, Context::Move, Context::Everywhere]
    }

    fn title(&self, _cx: &Cx, _room: usize) -> Title {
        let note = match self.only {
            None => "all layers".to_owned(),
            Some(only) => format!("layer {} of {}", only + 1, self.layers.len()),
        };
        Title { name: "files", title: self.title.clone(), note }
    }

    fn status(&self, cx: &Cx) -> Words {
        self.words_of_status(cx).into()
    }

    fn blocked(&self, action: Action, cx: &Cx) -> Option<Reason> {
        match action {
            action if Context::Panes.has(action) => {
                let width = self.areas.body.width;
                let panes = Panes {
                    alone: (self.beside.width == 0).then(|| match &self.viewer {
                        None => no_file(),
                        Some(_) => no_room(),
                    }),
                    zoomed: self.zoomed,
                    has_text: self.viewer.is_some(),
                    moves: |way| cx.split.moved_columns(way, width / 2, width).is_some(),
                };
                panes.why_not(action)
            }
            Action::FilesOpen
            | Action::FilesIn
            | Action::FilesOut
            | Action::FilesNextLayer
            | Action::FilesPreviousLayer
            | Action::FilesWasted
            | Action::FilesSort
            | Action::FilesBlame
                if self.is_reading() =>
            {
                Some(Reason::new("a file is open").then(Action::Back, "closes it"))
            }
            Action::FilesPane | Action::FilesHex if self.viewer.is_none() => Some(no_file()),
            Action::FilesPane if self.zoomed => Some(
                Reason::new("the file is shown alone")
                    .then(Action::Zoom, "shows the tree beside it"),
            ),
            Action::FilesPane if self.beside.width == 0 => Some(no_room()),
            Action::FilesHex => {
                self.viewer.as_ref().and_then(Viewer::why_one_form).map(Reason::new)
            }
            Action::FilesSearch if self.is_reading() => None,
            Action::FilesNextMatch | Action::FilesPreviousMatch if self.is_reading() => {
                let nothing =
                    self.viewer.as_ref().is_none_or(|it| it.sheet.within.needle.is_empty());
                let reason = Reason::new("nothing was looked for yet");
                nothing.then(|| reason.then(Action::FilesSearch, "searches"))
            }
            Action::FilesSearch | Action::FilesSort if self.files().is_none() => {
                Some(Reason::new("no file is shown yet"))
            }
            Action::FilesSort if self.wasted => {
                let fact = "what is wasted is sorted by size already";
                Some(Reason::new(fact).then(Action::FilesWasted, "goes back to the tree"))
            }
            Action::FilesNextMatch | Action::FilesPreviousMatch if self.search.found.is_empty() => {
                Some(Reason::new("nothing was found yet").then(Action::FilesSearch, "searches"))
            }
            Action::FilesRetry if !self.any_failed() => Some(Reason::new("nothing failed here")),
            Action::FilesNextLayer | Action::FilesPreviousLayer
                if self.layers.len() < 2 && self.only.is_none() =>
            {
                let fact = "the image has no other layer; the only one is what is shown";
                Some(Reason::new(fact))
            }
            Action::FilesWasted
                if self.only.is_some() || self.merged().is_none_or(|it| it.waste().is_empty()) =>
            {
                Some(Reason::new("nothing is wasted, as far as all layers are shown"))
            }
            Action::FilesBlame if self.blamed_layer().is_none() => {
                Some(Reason::new("no layer has an entry of its own for this"))
            }
            Action::FilesOpen | Action::FilesSave | Action::FilesCopy | Action::FilesCopyMenu
                if self.path_meant().is_none() =>
            {
                Some(Reason::new("no file is shown yet"))
            }
            Action::FilesOpen => self.why_not_open().map(Reason::new),
            Action::FilesSave if self.meant().is_none() => {
                Some(Reason::new("there is no content to save"))
            }
            _ => None,
        }
    }

    /// What the keys of an open file lead to, and not what is there.
    fn word(&self, action: Action, _cx: &Cx) -> Option<&'static str> {
        match action {
            Action::FilesPane if self.in_tree => Some("file"),
            Action::FilesHex if self.viewer.as_ref().is_some_and(Viewer::is_hex) => Some("text"),
            _ => None,
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx) {
        let height = usize::from(self.viewer_area().height);
        match (action, self.viewer.as_mut().filter(|_| !self.in_tree)) {
            (Action::FilesSearch, Some(viewer)) => return viewer.sheet.within.start(),
            (Action::FilesNextMatch, Some(viewer)) => {
                return viewer.find(true, height, (self.session, cx));
            }
            (Action::FilesPreviousMatch, Some(viewer)) => {
                return viewer.find(false, height, (self.session, cx));
            }
            _ => {}
        }
        match action {
            Action::FilesPane => {
                self.in_tree = !self.in_tree;
                if let Some(viewer) = self.viewer.as_mut().filter(|_| !self.in_tree) {
                    viewer.follows = false;
                }
            }
            Action::Zoom => self.zoomed = !self.zoomed,
            Action::RuleBack | Action::RuleForth => {
                let width = self.areas.body.width;
                let moved = cx.split.moved_columns(Way::of(action), width / 2, width);
                cx.split = moved.unwrap_or(cx.split);
            }
            Action::DetailDown | Action::DetailUp => {
                if let Some(viewer) = &mut self.viewer {
                    viewer.sheet.go(half_page(action), height);
                }
            }
            Action::FilesSort => self.sort(),
            Action::FilesHex => {
                if let Some(viewer) = &mut self.viewer {
                    viewer.turn();
                }
            }
            Action::FilesOpen => self.open_file(cx),
            Action::FilesIn => self.go_in(),
            Action::FilesOut => self.go_out(),
            Action::FilesNextLayer => self.turn(true),
            Action::FilesPreviousLayer => self.turn(false),
            Action::FilesWasted => self.toggle_wasted(),
            Action::FilesBlame => self.blame(cx),
            Action::FilesSearch => self.start_search(),
            Action::FilesNextMatch => self.next_match(true),
            Action::FilesPreviousMatch => self.next_match(false),
            Action::FilesSave => self.ask_where(),
            Action::FilesCopy => {
                if let Some(clip) =
                    self.copies().and_then(|it| it.items.first()?.clip(&it.title).ok())
                {
                    cx.copy(Ok(clip));
                }
            }
            Action::FilesCopyMenu => {
                let menu = self.copies().map(|menu| Overlay::Menu(Box::new(Menu::copy(menu))));
                cx.overlay = menu;
            }
            Action::FilesRetry => {
                if !self.read_again(cx) {
                    self.retry();
                }
            }
            movement => self.go(movement),
        }
    }

    fn prompt(&self) -> Option<Prompt<'_>> {
        if let Some(saving) = &self.saving {
            return Some(saving.prompt("save to: ", "a path on this machine"));
        }
        if let Some(prompt) = self.viewer.as_ref().and_then(Viewer::prompt) {
            return Some(prompt);
        }
        let input = self.search.input.as_ref()?;
        let words = match self.search.needle.is_empty() {
            true => String::new(),
            false => format!("{} found", self.search.found.len()),
        };
        Some(Prompt::new("/", input, words.into(), false))
    }

    fn typing_keys(&self, _cx: &Cx) -> Vec<TypingKey> {
        if let Some(viewer) = self.viewer.as_ref().filter(|it| it.sheet.within.input.is_some()) {
            return viewer.sheet.within.typing_keys();
        }
        match (&self.saving, &self.search.input) {
            (Some(saving), _) => saving.typing_keys(),
            (None, Some(_)) => {
                typing_keys(&[("↵", "stay here"), ("esc", "go back"), ("ctrl-u", "clear")])
            }
            (None, None) => Vec::new(),
        }
    }

    fn typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) -> bool {
        if self.saving.is_some() {
            self.saving_typed(key, request, cx);
            return true;
        }
        let height = usize::from(self.viewer_area().height);
        if let Some(viewer) = self.viewer.as_mut().filter(|it| it.sheet.within.input.is_some()) {
            viewer.typed(key, request, height, (self.session, cx));
            return true;
        }
        let Some(input) = self.search.input.as_mut() else { return false };
        match (key.code, request) {
            (KeyCode::Esc, _) => self.cancel_search(),
            (KeyCode::Enter, _) => self.accept_search(),
            (_, Some(request)) if input.handle(request).is_some_and(|change| change.value) => {
                self.search_typed();
            }
            _ => {}
        }
        true
    }

    fn chosen(&mut self, menu: Menu, cx: &mut Cx) {
        if let Some(to) = SaveLine::overwrites(&mut self.saving, &menu) {
            self.save(to, true, cx);
        }
    }

    fn paste(&mut self, line: &str, _cx: &mut Cx) -> bool {
        if let Some(saving) = &mut self.saving {
            saving.paste(line);
            return true;
        }
        let within = self.viewer.as_mut().and_then(|viewer| viewer.sheet.within.input.as_mut());
        if let Some(input) = within {
            insert(input, line);
            return true;
        }
        let Some(input) = &mut self.search.input else { return false };
        insert(input, line);
        self.search_typed();
        true
    }

    fn click(&mut self, spot: Spot, _cx: &mut Cx) -> Option<Action> {
        if let (Spot::Detail, Some(viewer)) = (spot, &mut self.viewer) {
            self.in_tree = false;
            viewer.follows = false;
        }
        let Spot::Line(line) = spot else { return None };
        self.in_tree = self.viewer.is_some();
        let again = std::mem::replace(&mut self.cursor, line) == line;
        again.then_some(Action::FilesOpen)
    }

    fn wheel(&mut self, spot: Spot, lines: i32, _cx: &mut Cx) {
        match (spot, &mut self.viewer) {
            (Spot::Detail, Some(viewer)) => viewer.sheet.wheel(lines),
            (Spot::Line(_), _) => {
                let room = (self.rows.len(), usize::from(self.regions.rows.height));
                list::wheel(&mut self.top, &mut self.cursor, room, lines);
            }
            _ => {}
        }
    }

    fn own_value(&self, name: &str, cx: &Cx) -> Option<String> {
        own::value(name, cx.opened.get(self.of.id)?, self.of.node)
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
            (Query::Layer { number, .. }, Ok(Reply::Listing(listing))) => {
                self.take_layer(*number, Ok(listing));
            }
            (Query::Layer { number, .. }, Err(failure)) => self.take_layer(*number, Err(failure)),
            (Query::Merge { only, .. }, Ok(Reply::Files(files))) => self.take_files(*only, files),
            (Query::Merge { .. }, Err(failure)) => {
                self.merging = None;
                cx.say(ToastKind::Error, &failure.to_string());
            }
            (Query::LayOut(_) | Query::Find(..), answer) => {
                let height = usize::from(self.viewer_area().height);
                if let Some(viewer) = &mut self.viewer {
                    let reply = answer.as_ref().ok();
                    viewer.sheet.answer(request, reply, height, (self.session, cx));
                }
                if let Err(failure) = answer {
                    cx.say(ToastKind::Warning, &failure.to_string());
                }
            }
            (Query::File { .. }, answer) => {
                let area = self.viewer_area();
                let room = (usize::from(area.width), usize::from(area.height));
                let viewer = self.viewer.as_mut().filter(|viewer| viewer.request == request);
                if let Some(viewer) = viewer {
                    match answer {
                        Ok(Reply::File(file)) => viewer.take(file, room, (self.session, cx)),
                        Ok(_) => {}
                        Err(failure) => viewer.fail(failure),
                    }
                }
            }
            (Query::Blame(_), answer) => self.take_blame(request, answer),
            (Query::SaveFile { to, .. }, answer) => {
                SaveLine::saved(&mut self.saving, request, (to, answer), cx, |_| String::new());
            }
            _ => {}
        }
    }

    fn part(&mut self, question: &Query, part: Part, _cx: &mut Cx) {
        if let (Query::Layer { number, .. }, Part::Bytes { received, .. }) = (question, part) {
            self.take_progress(*number, received);
        }
    }

    fn refresh(&mut self, on_top: bool, cx: &mut Cx) {
        if on_top {
            self.learn_config(cx);
        }
        self.pump(cx);
        if on_top {
            self.settle(cx.size, cx.split, &cx.key(Action::FilesRetry));
            self.follow(cx);
            // What follows the cursor has its place now.
            self.settle(cx.size, cx.split, &cx.key(Action::FilesRetry));
            if let Some(viewer) = &mut self.viewer {
                viewer.sheet.ask(self.session, cx);
            }
        }
    }

    fn is_growing(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| !viewer.sheet.is_whole())
    }

    fn grow(&mut self, bytes: usize) {
        if let Some(viewer) = &mut self.viewer {
            viewer.sheet.grow(bytes);
        }
    }

    fn looks_at(&self) -> Vec<OpenedId> {
        vec![self.of.id]
    }

    fn back(&mut self, cx: &mut Cx) -> bool {
        if let Some(viewer) = &mut self.viewer
            && !self.in_tree
            && viewer.sheet.end_search(self.session, cx)
        {
            return true;
        }
        if self.close_file(cx) {
            return true;
        }
        if !self.search.needle.is_empty() {
            self.search = FileSearch::default();
            return true;
        }
        if self.wasted {
            self.toggle_wasted();
            return true;
        }
        false
    }
}

impl FilesView {
    /// Takes what the image's config says of its layers, once that is in.
    fn learn_config(&mut self, cx: &Cx) {
        let open = cx.opened.get(self.of.id).filter(|_| self.config_unknown);
        let known = open.filter(|it| it.tree.config_document(self.of.node).is_some());
        let Some(layers) = known.and_then(|open| layers_of(open, self.of.node)) else { return };
        self.config_unknown = false;
        for (layer, told) in self.layers.iter_mut().zip(layers) {
            layer.diff_id = told.diff_id;
            layer.created_by = told.created_by;
        }
    }

    /// How far the layers are read.
    fn words_of_status(&self, cx: &Cx) -> String {
        if let Some(viewer) = self.reading() {
            let (next, save) = (cx.key(Action::FilesNextMatch), cx.key(Action::FilesSave));
            return viewer.words(&next, &save);
        }
        let found = &self.search.found;
        if !self.search.needle.is_empty() && self.search.input.is_none() {
            let needle = escape(&self.search.needle);
            let at = self.at_cursor().and_then(|here| found.iter().position(|file| *file == here));
            return match at {
                Some(at) => format!("“{needle}”  match {} of {}", at + 1, found.len()),
                None => format!("“{needle}”  {} found", count(found.len() as u64)),
            };
        }
        let (mut ready, mut received) = (0, 0);
        for layer in &self.layers {
            match &layer.load {
                LayerLoad::Ready(_) => ready += 1,
                LayerLoad::Reading(bytes) => received += bytes,
                _ => {}
            }
        }
        let mut text = format!("{ready} of {} read", plural(self.layers.len(), "layer"));
        if received > 0 {
            text += &format!(" · {} of the others so far", bytes(received));
        }
        format!("{text} · {}", cx.requests_sent())
    }
}
