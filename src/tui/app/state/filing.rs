//! The files view: opening it, and what its keys do.

use crossterm::event::KeyCode;
use tui_input::{Input, InputRequest};

use super::{Overlay, Screen, State, ToastKind};
use crate::model::files::{Entry, FileId, Files, Kind, Resolved};
use crate::model::tree::{NodeId, What};
use crate::oci::Kind as ManifestKind;
use crate::text::bytes;
use crate::tui::app::explorer::Explorer;
use crate::tui::app::files::{FilesView, Saving, Viewer, layers_of};
use crate::tui::app::{Action, Effect, FileTask, FilesMsg, Key, NotSaved, SessionId};

/// How many bytes of a file are read to be looked at.
const LOOKED_AT: u64 = 1 << 20;

/// The image whose files a node shows, and the layer (from 0) where it is one.
fn image_at(explorer: &Explorer) -> Option<(NodeId, Option<usize>)> {
    let node = explorer.tree.node(explorer.cursor)?;
    match &node.what {
        What::Manifest { .. } if node.kind() == ManifestKind::Image => {
            Some((explorer.cursor, None))
        }
        What::Layer { number, descriptor } if descriptor.media_type.is_layer() => {
            Some((node.parent?, Some(number.saturating_sub(1))))
        }
        _ => None,
    }
}

/// Why the files under the cursor cannot be shown; `None` where they can.
pub(super) fn why_no_files(explorer: &Explorer) -> Option<&'static str> {
    let Some((image, _)) = image_at(explorer) else {
        return Some("only an image or a layer has files; go to one");
    };
    match explorer.tree.node(image).and_then(|node| node.document()) {
        None => Some("the image's manifest is not loaded"),
        Some(_) => None,
    }
}

impl State {
    pub(super) fn open_files(&mut self) -> Vec<Effect> {
        let Some(explorer) = self.top_explorer() else { return Vec::new() };
        let Some((image, only)) = image_at(explorer) else { return Vec::new() };
        let Some(layers) = layers_of(explorer, image) else { return Vec::new() };
        let mut title = explorer.location.familiar();
        if image != explorer.tree.root()
            && let Some(platform) = explorer.tree.platform_of(image)
        {
            title = format!("{title} {platform}");
        }
        let location = explorer.location.clone();
        let with = explorer.session;
        let unknown = Some((with, image));
        let session = self.new_session();
        let mut view = FilesView::new(session, location.clone(), title, layers, only);
        view.unknown = unknown;
        let mut effects = vec![Effect::Share { session, with }];
        effects.extend(self.push(Screen::Files(Box::new(view))));
        effects
    }

    /// Tells a files view on top what the image's config says of its layers, once that is in.
    pub(super) fn settle_files(&mut self) {
        let Some((Screen::Files(view), beneath)) = self.screens.split_last_mut() else { return };
        let Some((session, image)) = view.unknown else { return };
        let explorer = beneath.iter().rev().find_map(|screen| match screen {
            Screen::Explorer(explorer) if explorer.session == session => Some(explorer.as_ref()),
            _ => None,
        });
        let Some(explorer) = explorer.filter(|it| it.tree.config_document(image).is_some()) else {
            return;
        };
        view.unknown = None;
        for (layer, told) in
            view.layers.iter_mut().zip(layers_of(explorer, image).into_iter().flatten())
        {
            layer.diff_id = told.diff_id;
            layer.created_by = told.created_by;
        }
    }

    pub(super) fn top_files(&mut self) -> Option<&mut FilesView> {
        match self.screens.last_mut() {
            Some(Screen::Files(view)) => Some(view),
            _ => None,
        }
    }

    pub(super) fn act_on_files(&mut self, action: Action) -> Vec<Effect> {
        let Some(view) = self.top_files() else { return Vec::new() };
        if action == Action::FilesRetry
            && let Some(viewer) = view.viewer.take()
        {
            let mut effects = vec![Effect::Close(viewer.session)];
            effects.extend(self.open_file());
            return effects;
        }
        let of_the_file =
            matches!(action, Action::FilesSave | Action::FilesCopy | Action::FilesCopyMenu);
        if view.viewer.is_some() && !of_the_file {
            view.go(action);
            return Vec::new();
        }
        match action {
            Action::FilesOpen => return self.open_file(),
            Action::FilesIn => view.go_in(),
            Action::FilesOut => view.go_out(),
            Action::FilesNextLayer => view.turn(true),
            Action::FilesPreviousLayer => view.turn(false),
            Action::FilesWasted => view.toggle_wasted(),
            Action::FilesSearch => view.start_search(),
            Action::FilesNextMatch => view.next_match(true),
            Action::FilesPreviousMatch => view.next_match(false),
            Action::FilesSave => return self.ask_where(),
            Action::FilesCopy => return self.copy_path(),
            Action::FilesCopyMenu => self.overlay = view.copies().map(Overlay::Copy),
            Action::FilesRetry => view.retry(),
            movement => view.go(movement),
        }
        Vec::new()
    }

    /// Opens the folder, looks at the file, or goes where the link leads.
    fn open_file(&mut self) -> Vec<Effect> {
        let Some(view) = self.top_files() else { return Vec::new() };
        if view.toggle() {
            return Vec::new();
        }
        let Some((files, file)) = view.files().zip(view.at_cursor()) else { return Vec::new() };
        let found = files.get(file).filter(|_| !view.wasted);
        let entry = found.as_ref().and_then(|found| found.entry);
        if let Some(Kind::Symlink(_)) = entry.map(|entry| &entry.kind) {
            match files.resolve(&files.path(file), true) {
                Resolved::Found(_, target) => {
                    let target = target.id;
                    view.show(target);
                }
                Resolved::Missing(path) => {
                    self.say(
                        ToastKind::Warning,
                        &format!("it leads to {path}, which is not there"),
                    );
                }
                Resolved::Unread(path) => {
                    let said = format!("it leads to {path}, which this layer does not hold");
                    self.say(ToastKind::Warning, &said);
                }
                Resolved::Endless => self.say(ToastKind::Warning, "it leads in a circle"),
            }
            return Vec::new();
        }
        let (path, with) = (files.path(file), view.session);
        let Some((number, entry)) = view.content() else {
            let said = if !view.wasted && files.is_removed(file) {
                "this layer removes it; a layer below has its content".to_owned()
            } else {
                no_content(entry, view.only.is_some())
            };
            self.say(ToastKind::Warning, &said);
            return Vec::new();
        };
        let Some(layer) = view.layers.get(number).and_then(|it| it.descriptor.clone()) else {
            return Vec::new();
        };
        let session = self.new_session();
        if let Some(view) = self.top_files() {
            view.viewer = Some(Viewer::new(session, path, entry.size));
        }
        let task = FileTask { layer, entry };
        vec![Effect::Share { session, with }, Effect::File { session, task, cap: LOOKED_AT }]
    }

    fn copy_path(&mut self) -> Vec<Effect> {
        let menu = self.top_files().and_then(|view| view.copies());
        let path = menu.and_then(|menu| menu.items.first()?.effect(&menu.title).ok());
        path.into_iter().collect()
    }

    fn ask_where(&mut self) -> Vec<Effect> {
        let Some(view) = self.top_files() else { return Vec::new() };
        let Some((files, file)) = view.files().zip(view.at_cursor()) else { return Vec::new() };
        let (input, with) = (Input::new(suggested(files, file)), view.session);
        let Some((layer, entry)) = view.content() else {
            self.say(ToastKind::Warning, "there is no content to save");
            return Vec::new();
        };
        let session = self.new_session();
        if let Some(view) = self.top_files() {
            let (under_way, exists) = (false, None);
            view.saving = Some(Saving { session, input, layer, entry, under_way, exists });
        }
        vec![Effect::Share { session, with }]
    }

    /// A key of the line in which the path to save to is typed.
    pub(super) fn saving_typed(&mut self, key: Key, request: Option<InputRequest>) -> Vec<Effect> {
        let Some(view) = self.top_files() else { return Vec::new() };
        let Some(saving) = &mut view.saving else { return Vec::new() };
        match (key.code, request) {
            (KeyCode::Esc, _) => return leave_saving(view),
            // Its name is given already.
            _ if saving.under_way => {}
            (KeyCode::Enter, _) if saving.input.value().trim().is_empty() => {
                return leave_saving(view);
            }
            (KeyCode::Enter, _) => {
                let to = saving.input.value().trim().to_owned();
                let overwrite = saving.exists.as_ref() == Some(&to);
                let (session, entry) = (saving.session, saving.entry.clone());
                let layer = view.layers.get(saving.layer).and_then(|it| it.descriptor.clone());
                let Some(layer) = layer else { return Vec::new() };
                saving.under_way = true;
                let task = FileTask { layer, entry };
                return vec![Effect::SaveFile { session, task, to, overwrite }];
            }
            (_, Some(request)) => {
                saving.input.handle(request);
                saving.exists = None;
            }
            _ => {}
        }
        Vec::new()
    }

    /// Takes how the saving of a file went, unless it was ended before.
    fn take_saved(
        &mut self,
        session: SessionId,
        to: &str,
        result: Result<u64, NotSaved>,
    ) -> Vec<Effect> {
        let view = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Files(view) => (view.saving.as_ref()?.session == session).then_some(view),
            _ => None,
        });
        let Some(view) = view else { return Vec::new() };
        if let Some(saving) = &mut view.saving {
            saving.under_way = false;
        }
        match result {
            Ok(size) => {
                let effects = leave_saving(view);
                self.say(ToastKind::Done, &format!("saved {} to {to}", bytes(size)));
                return effects;
            }
            Err(NotSaved::Exists) => {
                if let Some(saving) = &mut view.saving {
                    saving.exists = Some(to.to_owned());
                }
                let said = format!("{to} exists already; enter again writes over it");
                self.say(ToastKind::Warning, &said);
            }
            Err(NotSaved::Failed(failure)) => {
                // What was typed stays, to be put right.
                self.say(ToastKind::Error, &format!("not saved: {failure}"));
            }
        }
        Vec::new()
    }

    /// The files view with this session.
    pub(super) fn files_of(&mut self, session: SessionId) -> Option<&mut FilesView> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Files(view)
                if view.session == session
                    || view.viewer.as_ref().is_some_and(|it| it.session == session) =>
            {
                Some(view.as_mut())
            }
            _ => None,
        })
    }

    /// Takes a message that concerns a files view.
    pub(super) fn take_files(&mut self, msg: FilesMsg) -> Vec<Effect> {
        match msg {
            FilesMsg::Progress { session, number, received } => {
                if let Some(view) = self.files_of(session) {
                    view.take_progress(number, received);
                }
            }
            FilesMsg::Layer { session, number, result } => {
                if let Some(view) = self.files_of(session) {
                    view.take_layer(number, result);
                }
            }
            FilesMsg::Merged { session, only, files } => {
                if let Some(view) = self.files_of(session) {
                    view.take_files(only, files);
                }
            }
            FilesMsg::File { session, result } => {
                let viewer = self.files_of(session).and_then(|view| view.viewer.as_mut());
                if let Some(viewer) = viewer.filter(|viewer| viewer.session == session) {
                    viewer.take(result);
                }
            }
            FilesMsg::Saved { session, to, result } => {
                return self.take_saved(session, &to, result);
            }
        }
        Vec::new()
    }
}

/// Closes the line in which a path is typed; what is being saved ends with it.
fn leave_saving(view: &mut FilesView) -> Vec<Effect> {
    view.saving.take().map(|saving| Effect::Close(saving.session)).into_iter().collect()
}

/// Why there is nothing to look at; `alone` where one layer is shown.
fn no_content(entry: Option<&Entry>, alone: bool) -> String {
    let lacks = if alone { "which this layer does not hold" } else { "which is not there" };
    match entry.map(|entry| &entry.kind) {
        Some(Kind::HardLink(target)) => format!("it is a hard link to {target}, {lacks}"),
        Some(kind @ (Kind::CharacterDevice(..) | Kind::BlockDevice(..) | Kind::Fifo)) => {
            format!("a {} has no content", kind.word())
        }
        _ => "there is no content to look at".to_owned(),
    }
}

/// A name to save a file under: its own, without what a shell or a terminal would stumble over.
fn suggested(files: &Files, file: FileId) -> String {
    let name = String::from_utf8_lossy(files.name(file)).into_owned();
    let name: String =
        name.chars().map(|c| if c.is_control() || c == '/' { '_' } else { c }).collect();
    match name.as_str() {
        "" | "." | ".." => "file".to_owned(),
        _ => name,
    }
}
