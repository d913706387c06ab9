//! The files of the two images, asked for by a key.

use std::sync::Arc;

use super::{CompareView, Sides};
use crate::model::compare::{Line, Sign};
use crate::model::files::{FileChange, FileSign, UnreadLayer};
use crate::model::tree::NodeId;
use crate::oci::{Failure, Kind};
use crate::text::{bytes, count, escape, expand_tabs, plural};
use crate::tui::app::cx::Cx;
use crate::tui::app::layers::layers_of;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{Action, FilesFound, ImageLayers, Query, Reply, RequestId, list};

/// The most files that have a line; text and JSON name them all.
const MAX_FILES: usize = 20_000;

/// The label of the line that the files are under, if the sides are the images themselves.
const LABEL: &str = "files in the layers";
/// A node of A and one of B.
pub(super) type Nodes = (NodeId, NodeId);

/// Why there are no files to compare.
pub(super) const NO_IMAGES: &str =
    "only two images have files and packages to compare; go to a line of one platform";

/// The files of two images.
#[derive(Debug, Clone)]
pub(super) struct ComparedFiles {
    /// The request.
    pub(super) request: RequestId,
    nodes: (NodeId, NodeId),
    sides: Box<[ImageLayers; 2]>,
    /// The label of the line that they are under, as each side would have it.
    labels: [String; 2],
    state: FilesState,
    /// The sides were exchanged since the files were asked for: what comes tells of B first.
    turned: bool,
    /// The file that is looked at.
    pub(super) difference: Option<FileDifference>,
}

#[derive(Debug, Clone)]
enum FilesState {
    /// The bytes that came, and those of all layers that are read.
    Loading(Option<(u64, u64)>),
    Found(Arc<FilesFound>),
    Failed(Failure),
}

/// What differs in one file.
#[derive(Debug, Clone)]
pub struct FileDifference {
    /// Its path and how it differs, harmless for a terminal.
    pub title: String,
    /// Lines, harmless for a terminal; `None` while they are being read.
    pub lines: Option<Result<Vec<String>, Failure>>,
    /// The first line on the screen.
    pub scroll: usize,
    request: RequestId,
}

impl CompareView {
    /// The images whose files the row under the cursor is about: its own, those that it is
    /// under, else what is compared as a whole.
    fn images(&self, sides: Sides<'_>) -> Option<(NodeId, NodeId)> {
        let [a, b] = sides;
        let (a, b) = (a?, b?);
        let is_image = |open: &OpenedRef, node: NodeId| {
            let node = open.tree.node(node);
            node.is_some_and(|it| it.kind() == Kind::Image && it.document().is_some())
        };
        let mut depth = u16::MAX;
        let above = self.rows.get(..=self.cursor).unwrap_or_default().iter().rev();
        let own = above.filter_map(|row| {
            if row.depth >= depth {
                return None;
            }
            depth = row.depth;
            row.nodes.0.zip(row.nodes.1)
        });
        let whole = std::iter::once((self.a.node, self.b.node));
        own.chain(whole).find(|(x, y)| is_image(a, *x) && is_image(b, *y))
    }

    /// The images under the cursor and their layers; `None` if the line is not about two images.
    pub(super) fn sides(&self, cx: &Cx) -> Option<(Nodes, Box<[ImageLayers; 2]>)> {
        let open = [cx.opened.get(self.a.id), cx.opened.get(self.b.id)];
        let nodes = self.images(open)?;
        let layers = |open: Option<&OpenedRef>, node| {
            let open = open?;
            let layers = layers_of(open, node)?;
            let layers = layers.into_iter().map(|it| it.descriptor).collect();
            Some(ImageLayers { session: open.id.session(), layers })
        };
        let [a, b] = open;
        Some((nodes, Box::new([layers(a, nodes.0)?, layers(b, nodes.1)?])))
    }

    /// The file under the cursor, by its place among those that differ.
    pub(super) fn file(&self) -> Option<usize> {
        let at = self.rows.get(self.cursor)?.file?;
        match &self.files.as_ref()?.state {
            FilesState::Found(found) => found.changes.get(at).map(|_| at),
            _ => None,
        }
    }

    /// Compares the files of the images under the cursor; or says why that cannot be.
    pub(super) fn compare_files(&mut self, cx: &mut Cx) -> Result<(), &'static str> {
        let (nodes, sides) = self.sides(cx).ok_or(NO_IMAGES)?;
        let known = self.files.as_ref().is_some_and(|files| {
            files.nodes == nodes && !matches!(files.state, FilesState::Failed(_))
        });
        if known {
            self.go_to_files();
            return Ok(());
        }
        let [a, b] = [cx.opened.get(self.a.id), cx.opened.get(self.b.id)];
        let whole = nodes == (self.a.node, self.b.node);
        let label = |open: Option<&OpenedRef>, node| {
            let platform = open.filter(|_| !whole).and_then(|it| it.tree.platform_of(node));
            platform.map_or(LABEL.to_owned(), |it| format!("files of {it}"))
        };
        let labels = [label(a, nodes.0), label(b, nodes.1)];
        if let Some(before) = self.files.take() {
            self.lines.retain(|line| line.label != before.label());
            cx.stop(self.session, before.request);
            if let Some(difference) = &before.difference {
                cx.stop(self.session, difference.request);
            }
        }
        let request = cx.ask(self.session, Query::CompareFiles(sides.clone()));
        self.files = Some(ComparedFiles {
            request,
            nodes,
            sides,
            labels,
            state: FilesState::Loading(None),
            turned: false,
            difference: None,
        });
        self.refresh_files();
        self.go_to_files();
        Ok(())
    }

    /// Puts the cursor on the line of files.
    fn go_to_files(&mut self) {
        let Some(files) = &self.files else { return };
        let at = self.rows.iter().rposition(|row| row.depth == 0 && row.label == files.label());
        self.cursor = at.unwrap_or(self.cursor);
    }

    /// Takes how far the reading of the layers is.
    pub(super) fn take_files_progress(&mut self, received: u64, total: u64) {
        if let Some(ComparedFiles { state: FilesState::Loading(so_far), .. }) = &mut self.files {
            *so_far = Some((received, total));
            self.refresh_files();
        }
    }

    /// Takes what was found.
    pub(super) fn take_files(
        &mut self,
        request: RequestId,
        result: Result<Arc<FilesFound>, Failure>,
    ) {
        if let Some(files) = self.files.as_mut().filter(|files| files.request == request) {
            files.state = match result {
                Ok(mut found) => {
                    if files.turned {
                        Arc::make_mut(&mut found).swap();
                    }
                    FilesState::Found(found)
                }
                Err(failure) => FilesState::Failed(failure),
            };
            self.refresh_files();
        }
    }

    /// Takes what differs in one file.
    pub(super) fn take_file(&mut self, request: RequestId, answer: Result<Reply, Failure>) {
        let difference = self.files.as_mut().and_then(|it| it.difference.as_mut());
        let Some(difference) = difference.filter(|it| it.request == request) else { return };
        let expanded = |line: String| expand_tabs(&line).into_owned();
        difference.lines = match answer {
            Ok(Reply::Lines(lines)) => Some(Ok(lines.into_iter().map(expanded).collect())),
            Ok(_) => None,
            Err(failure) => Some(Err(failure)),
        };
    }

    fn refresh_files(&mut self) {
        let Some(files) = &self.files else { return };
        self.lines.retain(|line| line.label != files.label());
        self.lines.push(files.line());
        self.lay_out();
    }

    /// The line of files, after the comparison was made anew.
    pub(super) fn add_files(&mut self) {
        self.lines.extend(self.files.as_ref().map(ComparedFiles::line));
    }

    /// Looks at the file under the cursor; `false` if there is none.
    pub(super) fn open_file(&mut self, cx: &mut Cx) -> bool {
        let at = self.rows.get(self.cursor).and_then(|row| row.file);
        let (Some(at), Some(files)) = (at, self.files.as_mut()) else { return false };
        let FilesState::Found(found) = &files.state else { return false };
        let Some(change) = found.changes.get(at).cloned() else { return false };
        let title = format!("{} {}  {}", change.sign.sign(), change.path, change.words());
        let (sides, change) = (files.sides.clone(), Box::new(change));
        let request = cx.ask(self.session, Query::CompareFile { sides, change });
        files.difference = Some(FileDifference { title, lines: None, scroll: 0, request });
        true
    }

    /// The file that is looked at.
    #[must_use]
    pub fn difference(&self) -> Option<&FileDifference> {
        self.files.as_ref()?.difference.as_ref()
    }

    /// Closes the file that is looked at; whether there was one.
    pub(super) fn close_file(&mut self, cx: &mut Cx) -> bool {
        let difference = self.files.as_mut().and_then(|files| files.difference.take());
        if let Some(difference) = &difference {
            cx.stop(self.session, difference.request);
        }
        difference.is_some()
    }

    /// The file that is looked at, with how many lines it has and how many there is room for.
    fn looked_at(&mut self) -> Option<(&mut FileDifference, usize, usize)> {
        let page = usize::from(self.regions.body.height).saturating_sub(2).max(1);
        let difference = self.files.as_mut()?.difference.as_mut()?;
        let lines = match &difference.lines {
            Some(Ok(lines)) => lines.len(),
            _ => 0,
        };
        Some((difference, lines, page))
    }

    /// Scrolls the file that is looked at; whether there is one.
    pub(super) fn scroll_file(&mut self, action: Action) -> bool {
        let Some((difference, lines, page)) = self.looked_at() else { return false };
        let last = lines.saturating_sub(page);
        difference.scroll = list::target(action, difference.scroll, last + 1, page);
        true
    }

    /// Turns the wheel over the file that is looked at.
    pub(super) fn wheel_file(&mut self, lines: i32) {
        if let Some((difference, length, page)) = self.looked_at() {
            difference.scroll = list::scrolled(difference.scroll, length, page, lines);
        }
    }
}

impl ComparedFiles {
    /// Exchanges the sides. What was read is kept, and what is being read comes to its end.
    pub(super) fn swap(&mut self) {
        self.nodes = (self.nodes.1, self.nodes.0);
        self.sides.reverse();
        self.labels.reverse();
        match &mut self.state {
            FilesState::Loading(_) => self.turned = !self.turned,
            FilesState::Found(found) => Arc::make_mut(found).swap(),
            FilesState::Failed(_) => {}
        }
    }

    fn label(&self) -> &str {
        let [label, _] = &self.labels;
        label
    }

    fn line(&self) -> Line {
        let mut line = Line::new(Sign::Changed, self.label());
        match &self.state {
            FilesState::Loading(Some((received, total))) => {
                line.note = format!("{} of {} …", bytes(*received), bytes(*total));
            }
            FilesState::Loading(None) => {
                let layers = self.sides.iter().flat_map(|side| &side.layers).flatten();
                line.note = format!("reading up to {} …", plural(layers.count(), "layer"));
            }
            FilesState::Failed(failure) => line.note = escape(&failure.to_string()).into_owned(),
            FilesState::Found(found) => {
                line.note = words(found);
                let shown = found.changes.iter().take(MAX_FILES).enumerate();
                line.children = shown.map(|(at, change)| file_line(at, change)).collect();
                if let Some(more) = found.changes.len().checked_sub(MAX_FILES + 1) {
                    let mut rest = Line::new(Sign::Changed, "more files");
                    let more = count(more as u64 + 1);
                    rest.note = format!("{more} more; platy diff --files names all");
                    line.children.push(rest);
                }
                // Above the files: what is missing is to be seen.
                line.children.splice(0..0, found.layers.failed().map(failed_line));
                if line.children.is_empty() {
                    line.sign = Sign::Same;
                }
            }
        }
        line
    }
}

fn file_line(at: usize, change: &FileChange) -> Line {
    let sign = match change.sign {
        FileSign::Added | FileSign::WrittenInB => Sign::Added,
        FileSign::Changed => Sign::Changed,
        FileSign::Removed | FileSign::WrittenInA => Sign::Removed,
    };
    let mut line = Line::new(sign, change.path.shown());
    line.note = change.words();
    line.file = Some(at);
    line
}

/// A layer that could not be read.
fn failed_line((layer, failure): (&UnreadLayer, &Failure)) -> Line {
    let mut line = Line::new(Sign::Changed, layer.name());
    let why = escape(&failure.brief()).into_owned();
    line.note = format!("not read: {why}; what it holds and removes is not compared");
    line
}

/// `3 added · 1 changed · 2 removed; 4 layers differ, 12 MB; not read: …`
fn words(found: &FilesFound) -> String {
    let number = |signs: &[FileSign]| {
        let found = found.changes.iter().filter(|it| signs.contains(&it.sign));
        count(found.count() as u64)
    };
    let all = format!(
        "{} added · {} changed · {} removed",
        number(&[FileSign::Added, FileSign::WrittenInB]),
        number(&[FileSign::Changed]),
        number(&[FileSign::Removed, FileSign::WrittenInA]),
    );
    let mut parts = vec![all, found.layers.differing()];
    parts.extend(found.layers.left_open());
    parts.join("; ")
}
