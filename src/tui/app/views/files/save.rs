//! Looking at a file, and saving it to this machine's disk.

use tui_input::InputRequest;

use super::{FilesView, SavedFile, Viewer};
use crate::model::files::{Entry, FileId, Kind, Path, Resolved};
use crate::tui::app::cx::Cx;
use crate::tui::app::saving::{SaveLine, harmless_name};
use crate::tui::app::{FileTask, Key, Query};

/// How many bytes of a file are read to be looked at.
const LOOKED_AT: u64 = 64 << 20;

impl FilesView {
    /// Opens the folder, looks at the file, or goes where the link leads.
    pub(super) fn open_file(&mut self, cx: &mut Cx) {
        if self.toggle() {
            return;
        }
        if let Some(Ok(target)) = self.link() {
            return self.show(target);
        }
        let Some((files, file)) = self.files().zip(self.at_cursor()) else { return };
        let path = files.path(file);
        let waste = self.rows.get(self.cursor).and_then(|row| row.waste(files));
        let note =
            waste.map_or(String::new(), |it| format!("  as layer {} wrote it", it.written + 1));
        if self.stay_with_preview() {
            return;
        }
        if let Some(content) = self.content() {
            self.read(path, note, content, cx);
        }
    }

    /// Looks at this content.
    fn read(&mut self, path: Path, note: String, content: SavedFile, cx: &mut Cx) {
        let Some(layer) = self.layers.get(content.layer).and_then(|it| it.descriptor.clone())
        else {
            return;
        };
        let (of, size) = (self.of.id.session(), content.entry.size);
        let task = FileTask { layer, entry: content.entry.clone() };
        let request = cx.ask(self.session, Query::File { of, task, cap: LOOKED_AT });
        let content = Some(content);
        self.look_at(Viewer { note, content, ..Viewer::new(request, path, size) }, cx);
    }

    /// Reads again the file that is looked at; whether keys go to one.
    pub(super) fn read_again(&mut self, cx: &mut Cx) -> bool {
        let Some(Viewer { path, note, content, blamed, .. }) = self.reading().cloned() else {
            return false;
        };
        match (blamed, content) {
            (Some(layer), content) => self.blame_on(path, layer, content, cx),
            (None, Some(content)) => self.read(path, note, content, cx),
            (None, None) => {}
        }
        true
    }

    /// Where the link under the cursor leads, or why that is nowhere; `None` if it is not a link.
    fn link(&self) -> Option<Result<FileId, String>> {
        let (files, file) = self.files().zip(self.at_cursor())?;
        let found = files.get(file).filter(|_| !self.wasted)?;
        let Kind::Symlink(_) = found.entry.as_ref()?.kind else { return None };
        Some(match files.resolve(&files.path(file), true) {
            Resolved::Found(_, target) => Ok(target.id),
            Resolved::Missing(path) => Err(format!("it leads to {path}, which is not there")),
            Resolved::Unread(path) => {
                Err(format!("it leads to {path}, which this layer does not hold"))
            }
            Resolved::Endless => Err("it leads in a circle".to_owned()),
        })
    }

    /// Why nothing can be opened under the cursor; `None` if something can.
    pub(super) fn why_not_open(&self) -> Option<String> {
        let row = self.rows.get(self.cursor)?;
        if row.open.is_some() {
            return None;
        }
        if let Some(link) = self.link() {
            return link.err();
        }
        let (files, file) = self.files().zip(self.at_cursor())?;
        if self.content().is_some() {
            return None;
        }
        if !self.wasted && files.is_removed(file) {
            return Some("this layer removes it; a layer below has its content".to_owned());
        }
        let found = files.get(file).filter(|_| !self.wasted);
        let entry = found.as_ref().and_then(|found| found.entry.as_ref());
        Some(no_content(entry, self.only.is_some()))
    }

    /// Shows this instead of the file that is looked at, if there is one, and listens to its keys.
    pub(super) fn look_at(&mut self, viewer: Viewer, cx: &mut Cx) {
        self.close_file(cx);
        self.viewer = Some(viewer);
        (self.in_tree, self.has_opened) = (false, true);
    }

    /// Closes the file that is looked at; whether there was one.
    pub(super) fn close_file(&mut self, cx: &mut Cx) -> bool {
        let was_open = self.viewer.as_ref().is_some_and(|viewer| !viewer.follows);
        self.let_go(cx);
        was_open
    }

    /// What keys save: the file that is looked at if they go to it, else the row under the cursor.
    pub(super) fn meant(&self) -> Option<SavedFile> {
        match self.reading() {
            Some(viewer) => viewer.content.clone(),
            None => self.content(),
        }
    }

    /// Asks where the file that is meant is to be saved.
    pub(super) fn ask_where(&mut self) {
        let Some(saved) = self.meant() else { return };
        let name = self.path_meant().and_then(|path| {
            harmless_name(&String::from_utf8_lossy(path.name().unwrap_or_default()))
        });
        self.saving = Some(SaveLine::new(saved, name.unwrap_or_else(|| "file".to_owned())));
    }

    /// A key of the line in which the path to save to is typed.
    pub(super) fn saving_typed(&mut self, key: Key, request: Option<InputRequest>, cx: &mut Cx) {
        let at = (self.session, &mut *cx);
        if let Some(to) = SaveLine::typed(&mut self.saving, (key, request), at) {
            self.save(to, false, cx);
        }
    }

    /// Asks to save the file to a path.
    pub(super) fn save(&mut self, to: String, overwrite: bool, cx: &mut Cx) {
        let Some(saving) = &mut self.saving else { return };
        let SavedFile { layer, entry } = saving.what().clone();
        let layer = self.layers.get(layer).and_then(|layer| layer.descriptor.clone());
        if let Some(layer) = layer {
            let (of, task) = (self.of.id.session(), FileTask { layer, entry });
            let question = Query::SaveFile { of, task, to, overwrite };
            saving.asked(cx.ask(self.session, question));
        }
    }
}

/// Why there is nothing to look at; `alone`: one layer is shown.
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
