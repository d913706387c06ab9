//! Plays a user against the app: keys in, effects answered from memory, screens out.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::World;
use crate::model::blame::Blame;
use crate::model::compare::PackagesDiff;
use crate::model::draft::{Presence, Question, SourceRoot};
use crate::model::evidence::{Attached, Attested, Databases, Evidence, Stated, is_json, open};
use crate::model::files::Files;
use crate::model::fleet::{Behind, Cell};
use crate::model::tag_size::TagSize;
use crate::model::tree::{Answer, Need};
use crate::oci::{
    Aliases, Class, Digest, Failure, LocalImage, Location, Manifest, MediaType, NextPage, Stocked,
    StoreKind, Target,
};
use crate::source::{Assembled, Head, Page};
use crate::tui::app::detail::Content;
use crate::tui::app::{
    Clip, CompareView, DraftOrder, Editor, Effect, Explorer, FilesFound, FilesView, KeptDraft,
    Keymap, List, Look, Menu, Msg, OpenDraft, OpenedRef, Overlay, Part, Query, Reply, RequestId,
    Screen, SessionId, Setup, Start, State,
};
use crate::tui::draw::{self, Drawn, Theme};

/// The moment at which every test takes place.
const NOW: &str = "2026-11-23T12:00:00Z";

pub(crate) struct Player {
    pub(crate) state: State,
    pub(crate) world: World,
    /// What other references name, by how they are written in full; all else is `world`.
    pub(crate) others: HashMap<String, World>,
    /// What the package databases of every image say.
    pub(crate) databases: Databases,
    /// How the files of two images differ.
    pub(crate) files_found: Option<Result<Arc<FilesFound>, Failure>>,
    /// The provenance of whatever image is asked about.
    pub(crate) provenance: Option<(Digest, Result<Arc<Evidence>, String>)>,
    /// What differs in the packages of two images, once they are asked for.
    pub(crate) packages_found: Option<Result<Arc<PackagesDiff>, Failure>>,
    /// Which reference a session has open.
    places: HashMap<SessionId, String>,
    /// Which list a session was given.
    lists: HashMap<SessionId, Box<Assembled>>,
    /// The pages of tags, and of repositories.
    pub(crate) pages: Vec<Vec<String>>,
    /// What HEAD tells of a tag; others are not found.
    pub(crate) heads: HashMap<String, Digest>,
    /// How large the images of tags are; others are not found.
    pub(crate) sizes: HashMap<String, TagSize>,
    /// What is seen outside of the tree; without it, nothing.
    pub(crate) seen: Option<crate::model::diagnose::Facts>,
    /// What other references name.
    pub(crate) worlds: HashMap<String, World>,
    /// What the place that is pushed to has.
    pub(crate) target: HashMap<Question, Presence>,
    /// What nothing but an index joins to an image.
    pub(crate) loose: Vec<Digest>,
    /// What was pushed from this machine.
    pub(crate) journal: Vec<crate::model::push::Entry>,
    /// Drafts that were left unsaved.
    pub(crate) kept: Vec<KeptDraft>,
    /// What the stores of this machine have; the others are not there.
    pub(crate) stored: HashMap<StoreKind, Result<Vec<LocalImage>, Failure>>,
    /// What the stores of this machine consist of; the others are not there.
    pub(crate) stocked: HashMap<StoreKind, Stocked>,
    /// Files on the disk.
    pub(crate) disk: Vec<String>,
    /// Effects that were not answered yet.
    pub(crate) open: Vec<Effect>,
    /// Every effect so far.
    pub(crate) log: Vec<Effect>,
    pub(crate) now: Timestamp,
}

impl Player {
    pub(crate) fn new(world: World, columns: u16, rows: u16) -> Self {
        let now = NOW.parse().unwrap();
        let setup = Setup {
            keymap: Keymap::default(),
            history: Vec::new(),
            bookmarks: Vec::new(),
            samples: Vec::new(),
            fleet: None,
            machine: "linux/amd64/v3".parse().unwrap(),
            kernel: None,
            permits: 32,
            zone: TimeZone::UTC,
            size: (columns, rows),
            asks_this_machine: false,
            drafts: "test".to_owned(),
            host: None,
            engine: None,
            interval: Duration::from_secs(30),
            login: "platy login".to_owned(),
            aliases: Aliases::default(),
            look: Look::default(),
            own: Vec::new(),
            known_keys: Vec::new(),
        };
        Self {
            state: State::new(setup, now),
            world,
            others: HashMap::new(),
            databases: Databases::default(),
            files_found: None,
            provenance: None,
            packages_found: None,
            places: HashMap::new(),
            lists: HashMap::new(),
            pages: Vec::new(),
            heads: HashMap::new(),
            sizes: HashMap::new(),
            seen: None,
            worlds: HashMap::new(),
            target: HashMap::new(),
            loose: Vec::new(),
            journal: Vec::new(),
            kept: Vec::new(),
            stored: HashMap::new(),
            stocked: HashMap::new(),
            disk: Vec::new(),
            open: Vec::new(),
            log: Vec::new(),
            now,
        }
    }

    /// A player whose first screen is this reference, with everything loaded.
    pub(crate) fn opened(world: World, reference: &str, columns: u16, rows: u16) -> Self {
        let mut player = Self::new(world, columns, rows);
        player.open(reference);
        player.answer_all();
        player
    }

    pub(crate) fn open(&mut self, reference: &str) {
        let target = Target::parse(reference).unwrap();
        let effects = self.state.open_first(target, self.now);
        self.note(effects);
    }

    pub(crate) fn send(&mut self, msg: Msg) {
        let effects = self.state.update(msg, self.now);
        self.note(effects);
    }

    fn note(&mut self, effects: Vec<Effect>) {
        for effect in &effects {
            match effect {
                Effect::Open { session, location } => {
                    self.places.insert(*session, location.to_string());
                }
                Effect::OpenList { session, list, .. } => {
                    self.lists.insert(*session, list.clone());
                }
                _ => {}
            }
        }
        self.log.extend(effects.iter().cloned());
        self.open.extend(effects);
    }

    /// Presses keys by their names, separated by spaces.
    pub(crate) fn keys(&mut self, names: &str) {
        for name in names.split_whitespace() {
            self.send(Msg::Key(name.parse().unwrap()));
        }
    }

    /// Types a text, key by key.
    pub(crate) fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Msg::Key(crate::tui::app::Key::plain(crossterm::event::KeyCode::Char(c))));
        }
    }

    /// Answers the oldest effect that wants an answer; `false` if none does.
    pub(crate) fn answer_one(&mut self) -> bool {
        while !self.open.is_empty() {
            let effect = self.open.remove(0);
            if let Some(answer) = self.answer(effect) {
                self.send(answer);
                return true;
            }
        }
        false
    }

    pub(crate) fn answer_all(&mut self) {
        while self.answer_one() {}
    }

    fn answer(&self, effect: Effect) -> Option<Msg> {
        Some(match effect {
            Effect::Ask { session, request, question } => {
                let answer = self.reply(session, question)?;
                Msg::Answer { session, request, answer }
            }
            _ => return None,
        })
    }

    /// The answer to a question; `None` for those that a test answers itself.
    fn reply(&self, session: SessionId, question: Query) -> Option<Result<Reply, Failure>> {
        Some(match question {
            Query::Fetch(need) => {
                let place = self.places.get(&session);
                let other = place.and_then(|place| self.others.get(place));
                let answer = match self.lists.get(&session) {
                    Some(list) if need == Need::Root => {
                        Ok(Answer::Manifest(Arc::clone(&list.document)))
                    }
                    _ => other.unwrap_or(&self.world).answer(&need),
                };
                answer.map(Reply::Content)
            }
            Query::Blob { descriptor, .. } => self.world.bytes(&descriptor.digest).map(|bytes| {
                let evidence = open(&bytes, &Stated::default()).map(Arc::new);
                Reply::Blob { is_json: is_json(&bytes), bytes, evidence }
            }),
            Query::Attest(coverage) => {
                let read = coverage.items().filter_map(|(row, item)| {
                    let bytes = self.world.bytes(&item.blob.as_ref()?.digest).ok()?;
                    let said = open(&bytes, &Stated::default()).map(Arc::new);
                    Some(Attached { row: Arc::new(row.clone()), item: item.clone(), said })
                });
                let (coverage, read) = (coverage.as_ref().clone(), read.collect());
                let attested = Attested { coverage, read, ..Attested::default() };
                Ok(Reply::Attested(Arc::new(attested)))
            }
            Query::Databases(images) => {
                let told = |(digest, _): (Digest, _)| (digest, Ok(self.databases.clone()));
                Ok(Reply::Databases(images.into_iter().map(told).collect()))
            }
            Query::Tags { page, .. } | Query::Repositories { page, .. } => {
                let at = page.map_or(0, |page| page.target.parse::<usize>().unwrap());
                let names = self.pages.get(at).cloned().unwrap_or_default();
                let next = (at + 1 < self.pages.len()).then(|| NextPage::at((at + 1).to_string()));
                Ok(Reply::Names(Page { names, next }))
            }
            Query::Behind { question, .. } => {
                let name = question.reference.familiar();
                let digest = Digest::sha256(name.as_bytes());
                let cell = |at: usize| match at {
                    0 => Cell::Gets { platform: "linux/amd64".to_owned(), digest: digest.clone() },
                    _ => Cell::Nothing("no match for platform in manifest: not found".to_owned()),
                };
                let whole = Behind {
                    digest: digest.clone(),
                    cells: (0..question.hosts.len()).map(cell).collect(),
                    platforms: Vec::new(),
                    missing: Vec::new(),
                };
                match name.contains("gone") {
                    true => Err(Failure::new(Class::NotFound, &name, "no such tag")),
                    false => Ok(Reply::Behind(Box::new(whole))),
                }
            }
            Query::Head { tag, .. } => {
                let missing =
                    || Failure::new(Class::NotFound, &tag, "no such tag").with_status(404);
                self.heads.get(&tag).ok_or_else(missing).map(|digest| {
                    let (digest, media_type) = (digest.clone(), MediaType::OciIndex);
                    Reply::Head(Head {
                        digest,
                        media_type,
                        size: Some(700),
                        sent: crate::oci::Sent::Unknown,
                    })
                })
            }
            Query::TagSize { tag, .. } => {
                let missing =
                    || Failure::new(Class::NotFound, &tag, "no such tag").with_status(404);
                self.sizes.get(&tag).cloned().ok_or_else(missing).map(Reply::TagSize)
            }
            Query::Evidence { facts, .. } => {
                let facts = match &self.seen {
                    Some(seen) => facts.with_seen(seen),
                    None => *facts,
                };
                Ok(Reply::Facts(Box::new(facts)))
            }
            Query::Learn(want) => {
                let world = self.worlds.get(&want.from.familiar()).unwrap_or(&self.world);
                world.answer(&want.need).map(Reply::Content)
            }
            Query::SubjectsOf { from, manifest } => {
                let world = self.worlds.get(&from.familiar()).unwrap_or(&self.world);
                let blobs = manifest.manifest.descriptors();
                let said = blobs.filter_map(|blob| {
                    open(&world.bytes(&blob.digest).ok()?, &Stated::default()).ok()
                });
                let subjects = said.flat_map(|it| it.subjects.clone());
                Ok(Reply::Subjects(subjects.filter_map(|it| it.digest()).collect()))
            }
            Query::Weigh(weighing) => Ok(Reply::Effects(weighing.answer())),
            Query::LayOut(content) => Ok(Reply::LaidOut(Content::laid_out(content))),
            Query::Find(content, sought) => {
                let (content, at) = Content::search(content, &sought);
                Ok(Reply::Found { content, at })
            }
            Query::Gather(location) => self.gather(&location).map(Reply::Gathered),
            Query::Presence { question, .. } => {
                let known = self.target.get(&question).cloned();
                Ok(Reply::Presence(known.unwrap_or_else(|| match question {
                    Question::AtHand(blob, _) => Presence::There(blob.digest.clone()),
                    _ => Presence::Absent,
                })))
            }
            Query::Referrers { subject, .. } => {
                let referrers = self.world.referrers.get(&subject).cloned().unwrap_or_default();
                Ok(Reply::Referrers { found: referrers, loose: self.loose.clone() })
            }
            Query::Stored(kind) => self.stored.get(&kind).cloned().transpose().map(Reply::Stored),
            Query::Stock(kind) => Ok(Reply::Stock(self.stocked.get(&kind).cloned())),
            Query::Journal => Ok(Reply::Journal(self.journal.clone())),
            Query::Drafts(DraftOrder::List) => Ok(Reply::Drafts(self.kept.clone())),
            Query::Drafts(DraftOrder::Take(name)) => {
                let kept = self.kept.iter().find(|kept| kept.name == name);
                let gone = || Failure::new(Class::Local, "", "it is gone");
                kept.map(|kept| Reply::Draft(kept.text.clone())).ok_or_else(gone)
            }
            Query::Drafts(_) => Ok(Reply::Done),
            Query::Copy(_) => Ok(Reply::Copied("clipboard")),
            Query::Layer { layer, .. } => self.world.listing(&layer.digest).map(Reply::Listing),
            Query::Merge { layers, .. } => Ok(Reply::Files(Arc::new(Files::merge(layers)))),
            Query::File { task, .. } => Ok(Reply::File(self.world.file(&task.entry))),
            Query::SaveFile { task, to, overwrite, .. } => {
                let exists = self.disk.contains(&to) && !overwrite;
                Ok(if exists { Reply::Exists } else { Reply::Saved(task.entry.size) })
            }
            Query::SaveBytes { bytes, to, overwrite } => {
                let exists = self.disk.contains(&to) && !overwrite;
                Ok(if exists { Reply::Exists } else { Reply::Saved(bytes.len() as u64) })
            }
            Query::Blame(image) => {
                let read: Vec<_> = self.provenance.iter().cloned().collect();
                Ok(Reply::Blamed(Arc::new(Blame::of(&image.of, &read))))
            }
            Query::CompareFiles(_) => self.files_found.clone()?.map(Reply::Compared),
            Query::ComparePackages(_) => self.packages_found.clone()?.map(Reply::Packages),
            Query::CompareFile { change, .. } => Ok(Reply::Lines(vec![
                format!("--- a{}", change.path),
                "-old".into(),
                "+new".into(),
            ])),
            Query::SaveSession { .. }
            | Query::PlanTags(_)
            | Query::WriteTags(_)
            | Query::Pause(_)
            | Query::Prove { .. }
            | Query::Push { .. }
            | Query::FindUndo(_)
            | Query::Undo { .. } => {
                return None;
            }
        })
    }

    /// What was asked so far, the oldest question first.
    pub(crate) fn asked(&self) -> impl DoubleEndedIterator<Item = (SessionId, RequestId, &Query)> {
        self.log.iter().filter_map(|effect| match effect {
            Effect::Ask { session, request, question } => Some((*session, *request, question)),
            _ => None,
        })
    }

    /// The sentence that stays for a moment; empty if there is none.
    pub(crate) fn toast(&self) -> &str {
        self.state.cx.toast.as_ref().map_or("", |toast| &toast.text)
    }

    /// What was copied so far.
    pub(crate) fn copied(&self) -> impl DoubleEndedIterator<Item = &Clip> {
        self.asked().filter_map(|(.., question)| match question {
            Query::Copy(clip) => Some(clip),
            _ => None,
        })
    }

    /// What was to be done with the drafts that are kept.
    pub(crate) fn orders(&self) -> impl DoubleEndedIterator<Item = &DraftOrder> {
        self.asked().filter_map(|(.., question)| match question {
            Query::Drafts(order) => Some(order),
            _ => None,
        })
    }

    /// How often such a question was asked.
    pub(crate) fn count(&self, such: impl Fn(&Query) -> bool) -> usize {
        self.asked().filter(|(.., question)| such(question)).count()
    }

    /// Answers a question of a test's own.
    pub(crate) fn replies(
        &mut self,
        (session, request): (SessionId, RequestId),
        answer: Result<Reply, Failure>,
    ) {
        self.send(Msg::Answer { session, request, answer });
    }

    /// Tells a part of an answer.
    pub(crate) fn tells(&mut self, (session, request): (SessionId, RequestId), part: Part) {
        self.send(Msg::Part { session, request, part });
    }

    /// What a location names: another world's root, or this one's.
    fn gather(&self, location: &Location) -> Result<SourceRoot, Failure> {
        let world = self.worlds.get(&location.familiar()).unwrap_or(&self.world);
        let Answer::Manifest(document) = world.answer(&Need::Root)? else { panic!("no manifest") };
        let config = match &document.manifest {
            Manifest::Image(image) => {
                let descriptor = image.config.descriptor().unwrap();
                match world.answer(&Need::Config(Arc::clone(descriptor)))? {
                    Answer::Config(config) => Some(config),
                    _ => None,
                }
            }
            _ => None,
        };
        Ok(SourceRoot { location: location.clone(), document, config })
    }

    pub(crate) fn editor(&self) -> &Editor {
        match self.state.screen() {
            Screen::Editor(editor) => editor,
            other => panic!("no editor on top: {other:?}"),
        }
    }

    /// The draft used last.
    pub(crate) fn draft(&self) -> &OpenDraft {
        self.state.cx.drafts.current().unwrap()
    }

    pub(crate) fn explorer(&self) -> &Explorer {
        match self.state.screen() {
            Screen::Explorer(explorer) => explorer,
            other => panic!("no explorer on top: {other:?}"),
        }
    }

    /// What the explorer on top shows.
    pub(crate) fn shown(&self) -> &OpenedRef {
        self.state.cx.opened.get(self.explorer().id).unwrap()
    }

    /// What the view on top points at.
    pub(crate) fn pointed_at(&self) -> &OpenedRef {
        let at = self.state.screen().view().points_at().unwrap();
        self.state.cx.opened.get(at.id).unwrap()
    }

    /// The menu that lies over the view.
    pub(crate) fn menu(&self) -> &Menu {
        match &self.state.cx.overlay {
            Some(Overlay::Menu(menu)) => menu,
            other => panic!("no menu: {other:?}"),
        }
    }

    pub(crate) fn files(&self) -> &FilesView {
        match self.state.screen() {
            Screen::Files(view) => view,
            other => panic!("no files on top: {other:?}"),
        }
    }

    pub(crate) fn list(&self) -> &List {
        match self.state.screen() {
            Screen::List(list) => list,
            other => panic!("no list on top: {other:?}"),
        }
    }

    pub(crate) fn compared(&self) -> &CompareView {
        match self.state.screen() {
            Screen::Compare(view) => view,
            other => panic!("no comparison on top: {other:?}"),
        }
    }

    pub(crate) fn start(&self) -> &Start {
        match self.state.screen() {
            Screen::Start(start) => start,
            other => panic!("no start page on top: {other:?}"),
        }
    }

    /// The label of the node under the cursor.
    pub(crate) fn at_cursor(&self) -> String {
        self.shown().tree.words(self.explorer().cursor, &TimeZone::UTC).label
    }

    pub(crate) fn draw(&self, theme: &Theme) -> (Buffer, Drawn) {
        let (columns, rows) = self.state.cx.size;
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        let drawn = draw::draw(&self.state, theme, &mut buffer);
        (buffer, drawn)
    }

    /// Where the mouse hits what.
    pub(crate) fn spots(&self) -> Vec<(Rect, crate::tui::app::Spot)> {
        self.draw(&Theme::default()).1.spots
    }

    /// What the mouse hits at a column and a row.
    pub(crate) fn spot(&self, column: u16, row: u16) -> Option<crate::tui::app::Spot> {
        self.draw(&Theme::default()).1.at(column, row)
    }

    /// Presses the left button on the last place of the screen where this text is.
    pub(crate) fn click(&mut self, text: &str) {
        let (buffer, drawn) = self.draw(&Theme::default());
        let lines = lines(&buffer);
        let place = lines.iter().enumerate().rev().find_map(|(y, line)| {
            let column = crate::text::width(&line[..line.rfind(text)?]);
            drawn.at(u16::try_from(column).unwrap(), u16::try_from(y).unwrap())
        });
        let spot =
            place.unwrap_or_else(|| panic!("{text:?} cannot be clicked in:\n{}", self.screen()));
        self.send(Msg::Click(spot));
    }

    /// The screen as text.
    pub(crate) fn screen(&self) -> String {
        let (buffer, _) = self.draw(&Theme::default());
        lines(&buffer).iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    /// The screen as text, then the styles of each row as runs.
    pub(crate) fn picture(&self) -> String {
        let (buffer, _) = self.draw(&Theme::default());
        let mut out = self.screen();
        out.push_str("-- styles --\n");
        for y in 0..buffer.area.height {
            let mut runs: Vec<(u16, u16, String)> = Vec::new();
            for x in 0..buffer.area.width {
                let cell = buffer.cell((x, y)).unwrap();
                let style = style_name(cell);
                match runs.last_mut() {
                    Some((_, end, last)) if *last == style && *end == x => *end = x + 1,
                    _ if style.is_empty() => {}
                    _ => runs.push((x, x + 1, style)),
                }
            }
            if !runs.is_empty() {
                let runs: Vec<String> =
                    runs.iter().map(|(from, to, style)| format!("{from}-{to} {style}")).collect();
                writeln!(out, "{y:>2}: {}", runs.join(", ")).unwrap();
            }
        }
        out
    }
}

fn style_name(cell: &ratatui::buffer::Cell) -> String {
    use ratatui::style::Color;
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg).to_lowercase());
    }
    if !cell.modifier.is_empty() {
        words.push(format!("{:?}", cell.modifier).to_lowercase());
    }
    words.join("+")
}

fn lines(buffer: &Buffer) -> Vec<String> {
    (0..buffer.area.height)
        .map(|y| (0..buffer.area.width).map(|x| buffer.cell((x, y)).unwrap().symbol()).collect())
        .collect()
}
