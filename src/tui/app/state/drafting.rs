//! Drafts from the explorer: starting one, adding to one, the page that lists them.

use super::{Overlay, Screen, State, ToastKind};
use crate::model::draft::{Base, Draft, Edit, Format, Material};
use crate::model::tree::NodeId;
use crate::oci::{Kind, Location, Manifest, MediaType};
use crate::text::plural;
use crate::tui::app::drafts::{Offered, learn_from, of_list};
use crate::tui::app::editor::{Editor, add};
use crate::tui::app::explorer::Explorer;
use crate::tui::app::{DraftOrder, Effect};

/// What the explorer has to add under its cursor.
struct Offer {
    edit: Edit,
    /// In words: `linux/arm64 with its attestation`.
    words: String,
}

impl State {
    /// Opens the list of the explorer as a draft; a single image becomes the first of a new list.
    pub(super) fn edit_list(&mut self) -> Vec<Effect> {
        let Some(explorer) = self.explorer_on_top() else { return Vec::new() };
        let Some(list) = list_at(explorer) else {
            return self.start_with_image();
        };
        let Some(document) = explorer.tree.node(list).and_then(|node| node.document()) else {
            return Vec::new();
        };
        let document = document.clone();
        let location = location_of(explorer, list);
        // The same list is not opened twice.
        let known = self.drafts.open.iter().find(|open| {
            let base = open.draft.base();
            base.is_some_and(|it| it.location == location && it.document.digest == document.digest)
        });
        if let Some(known) = known {
            let name = known.name.clone();
            self.say(ToastKind::Done, "this list is open as a draft already");
            return self.open_editor(&name);
        }
        let made = Base::new(location.clone(), document).and_then(Draft::of);
        let mut draft = match made {
            Ok(draft) => draft,
            Err(refused) => {
                self.say(ToastKind::Error, &refused.to_string());
                return Vec::new();
            }
        };
        learn_from(&mut draft, &explorer.tree, &location);
        let at = explorer.tree.ancestors(explorer.cursor).chain([explorer.cursor]);
        let digests: Vec<_> = at
            .filter_map(|id| explorer.tree.node(id)?.descriptor().map(|it| it.digest.clone()))
            .collect();
        let entry = draft
            .entries()
            .into_iter()
            .find(|entry| entry.descriptor.as_ref().is_some_and(|it| digests.contains(&it.digest)));
        let target = match location.reference() {
            Some(reference) if reference.tag.is_some() => {
                let mut plain = reference.clone();
                plain.digest = None;
                plain.familiar()
            }
            _ => String::new(),
        };
        let session = self.new_session();
        let name = self.drafts.add(session, draft, target, self.now);
        let effects = self.open_editor(&name);
        if let (Some(entry), Some(Screen::Editor(editor))) = (entry, self.screens.last_mut()) {
            editor.go_to(entry.id);
        }
        effects
    }

    fn start_with_image(&mut self) -> Vec<Effect> {
        let session = self.new_session();
        let name = self.drafts.add_empty(self.format_here(), session, self.now);
        let added = self.add_to(&name);
        if added.is_none() {
            self.drafts.close(&name, true);
            return Vec::new();
        }
        self.open_editor(&name)
    }

    /// Adds what is under the explorer's cursor to the draft used last, or starts one with it.
    pub(super) fn add_to_draft(&mut self) -> Vec<Effect> {
        let name = match self.drafts.current() {
            Some(current) => current.name.clone(),
            None => {
                let session = self.new_session();
                self.drafts.add_empty(self.format_here(), session, self.now)
            }
        };
        match self.add_to(&name) {
            Some(words) => {
                let open = self.drafts.get(&name);
                let (title, entries) =
                    open.map_or((String::new(), 0), |it| (it.title(), it.draft.len()));
                let text = format!(
                    "added {words} to the draft of {title}, now {}; {} shows it",
                    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") },
                    self.keymap.label(crate::tui::app::Action::Drafts).unwrap_or_default()
                );
                self.say(ToastKind::Done, &text);
            }
            None => {
                // A draft that was started for this holds nothing.
                let is_new = self.drafts.get(&name).is_some_and(|open| {
                    open.draft.base().is_none() && open.draft.edits().0.is_empty()
                });
                if is_new {
                    self.drafts.close(&name, true);
                }
            }
        }
        Vec::new()
    }

    /// Adds what is under the cursor; says in words what. `None`: it was not, and why was said.
    fn add_to(&mut self, name: &str) -> Option<String> {
        let explorer = match self.screens.last() {
            Some(Screen::Explorer(explorer)) => explorer.as_ref(),
            _ => return None,
        };
        let offer = match offer(explorer) {
            Ok(offer) => offer,
            Err(why) => {
                self.say(ToastKind::Warning, why);
                return None;
            }
        };
        let open = self.drafts.get_mut(name)?;
        learn_from(&mut open.draft, &explorer.tree, &explorer.location);
        if let Err(refused) = open.apply(offer.edit, self.now) {
            self.say(ToastKind::Error, &refused.to_string());
            return None;
        }
        Some(offer.words)
    }

    /// Why nothing can be opened as a draft; `None` where something can.
    pub(super) fn why_no_draft(explorer: &Explorer) -> Option<&'static str> {
        if matches!(explorer.location, Location::Draft(_)) {
            return Some("this is a draft already; only what is pushed can be taken into another");
        }
        let root = explorer.tree.node(explorer.tree.root());
        match root.and_then(|root| root.document()) {
            None => Some("the reference is not loaded"),
            Some(document) => match &document.manifest {
                Manifest::Index(_) | Manifest::Image(_) => None,
                Manifest::Schema1(_) => Some("a schema 1 manifest cannot stand in a list"),
                Manifest::Artifact(_) | Manifest::Unknown => Some("this is neither list nor image"),
            },
        }
    }

    /// Opens the editor of a draft.
    pub(super) fn open_editor(&mut self, name: &str) -> Vec<Effect> {
        self.drafts.use_now(name);
        // An editor of it that lies beneath comes up instead of a second one.
        self.screens.retain(|screen| match screen {
            Screen::Editor(editor) => editor.draft != name,
            _ => true,
        });
        if let Some(open) = self.drafts.get_mut(name)
            && open.survey.is_none()
            && let Ok(target) = crate::tui::app::editor::parse_target(&open.target)
        {
            open.look_at(target, false);
        }
        self.push(Screen::Editor(Box::new(Editor::new(name))))
    }

    /// Opens the page of drafts.
    pub(super) fn open_drafts(&mut self) -> Vec<Effect> {
        if matches!(self.screen(), Screen::Drafts(_)) {
            return Vec::new();
        }
        let mut effects = vec![Effect::Drafts(DraftOrder::List), Effect::Journal];
        effects.extend(self.push(Screen::Drafts(Box::default())));
        effects
    }

    /// How many drafts were left unsaved, and what shows them.
    #[must_use]
    pub fn left_words(&self) -> String {
        let keys = self.keymap.keys(crate::tui::app::Action::Drafts);
        // On the start page a letter would be typed.
        let typing = matches!(self.screen(), Screen::Start(_));
        let key = keys.iter().find(|key| !typing || key.character().is_none());
        let key = key.map_or_else(String::new, |key| format!("; {} shows them", key.label()));
        let count = plural(self.drafts.left.len(), "unsaved draft");
        match self.drafts.left.len() {
            1 => format!("{count} was left{}", key.replace("them", "it")),
            _ => format!("{count} were left{key}"),
        }
    }

    /// Opens the draft under the cursor of the page, or takes up one that was left.
    pub(super) fn open_draft_at_cursor(&mut self) -> Vec<Effect> {
        let Screen::Drafts(page) = self.screen() else { return Vec::new() };
        let Some(line) = self.drafts.lines(self.now).into_iter().nth(page.cursor) else {
            return Vec::new();
        };
        if line.open {
            return self.open_editor(&line.name);
        }
        if let Some(problem) = line.problem {
            self.say(ToastKind::Error, &problem);
            return Vec::new();
        }
        vec![Effect::Drafts(DraftOrder::Take(line.name))]
    }

    /// A draft that was left is this platy's now, or is not.
    pub(super) fn draft_taken(&mut self, name: &str, text: Result<String, String>) -> Vec<Effect> {
        let session = self.new_session();
        let taken = text.and_then(|text| self.drafts.take_up(name, &text, session, self.now));
        match taken {
            Ok(()) => self.open_editor(name),
            Err(why) => {
                self.say(ToastKind::Error, &format!("not opened: {why}"));
                vec![
                    Effect::Drafts(DraftOrder::Release(name.to_owned())),
                    Effect::Drafts(DraftOrder::List),
                ]
            }
        }
    }

    /// Asks whether to discard the draft under the cursor of the page; one that holds nothing to
    /// lose goes without a question.
    pub(super) fn discard_at_cursor(&mut self) -> Vec<Effect> {
        let Screen::Drafts(page) = self.screen() else { return Vec::new() };
        let Some(line) = self.drafts.lines(self.now).into_iter().nth(page.cursor) else {
            return Vec::new();
        };
        match self.drafts.get(&line.name) {
            Some(open) if !open.is_unsaved() => self.discard(&line.name),
            _ => {
                self.overlay = Some(Overlay::Discard { draft: line.name, at: 0 });
                Vec::new()
            }
        }
    }

    /// Ends a draft for good.
    pub(super) fn discard(&mut self, name: &str) -> Vec<Effect> {
        self.drafts.left.retain(|left| left.name != name);
        self.screens.retain(|screen| match screen {
            Screen::Editor(editor) => editor.draft != name,
            _ => true,
        });
        let session = self.drafts.get(name).map(|open| open.session);
        let order = match session {
            Some(_) => self.drafts.close(name, true),
            None => Some(DraftOrder::Remove(name.to_owned())),
        };
        let close = session.map(Effect::Close);
        close.into_iter().chain(order.map(Effect::Drafts)).collect()
    }

    /// The format that a new list gets: that of what becomes its first entry.
    fn format_here(&self) -> Format {
        let docker = self.explorer_on_top().is_some_and(|explorer| {
            let way = explorer.tree.ancestors(explorer.cursor).chain([explorer.cursor]);
            way.filter_map(|id| explorer.tree.node(id)?.document()).any(|it| {
                matches!(it.media_type, MediaType::DockerList | MediaType::DockerManifest)
            })
        });
        if docker { Format::Docker } else { Format::Oci }
    }

    fn explorer_on_top(&self) -> Option<&Explorer> {
        match self.screen() {
            Screen::Explorer(explorer) => Some(explorer),
            _ => None,
        }
    }
}

/// The list under the cursor or nearest above it.
fn list_at(explorer: &Explorer) -> Option<NodeId> {
    let tree = &explorer.tree;
    let way = std::iter::once(explorer.cursor).chain(tree.ancestors(explorer.cursor));
    let is_list = |id: &NodeId| {
        let document = tree.node(*id).and_then(|node| node.document());
        document.is_some_and(|it| matches!(it.manifest, Manifest::Index(_)))
    };
    way.into_iter().find(is_list)
}

/// Where a node can be had: the reference itself, or the digest in its repository.
fn location_of(explorer: &Explorer, id: NodeId) -> Location {
    let node = explorer.tree.node(id);
    match (explorer.location.reference(), node.and_then(|node| node.digest())) {
        (Some(reference), Some(digest)) if id != explorer.tree.root() => {
            Location::Registry(reference.repository.at(digest.clone()))
        }
        _ => explorer.location.clone(),
    }
}

/// What can be added under the cursor.
fn offer(explorer: &Explorer) -> Result<Offer, &'static str> {
    let tree = &explorer.tree;
    let mut id = explorer.cursor;
    // From a config, a layer, an attestation to the image that it belongs to.
    loop {
        let node = tree.node(id).ok_or("there is nothing here")?;
        match node.kind() {
            Kind::Image | Kind::Index => break,
            Kind::Schema1 => return Err("a schema 1 manifest cannot stand in a list"),
            _ => id = node.parent.ok_or("only images and lists can be added")?,
        }
    }
    let node = tree.node(id).ok_or("there is nothing here")?;
    if let Some(document) = node.document()
        && matches!(document.manifest, Manifest::Index(_))
    {
        let all = of_list(&location_of(explorer, id), document);
        let all: Vec<&Offered> = all.iter().collect();
        let (edit, images, along) = add(&all).ok_or("the list has no entries")?;
        return Ok(Offer { edit, words: words(&plural(images, "image"), along) });
    }
    if let (Some(descriptor), Some(parent)) = (node.descriptor(), node.parent)
        && let Some(list) = tree.node(parent).and_then(|node| node.document())
    {
        let all = of_list(&location_of(explorer, parent), list);
        let one: Vec<&Offered> =
            all.iter().filter(|it| it.descriptor == *descriptor).take(1).collect();
        let name = tree.platform_of(id).map_or_else(|| "the entry".to_owned(), |it| it.to_string());
        let (edit, _, along) = add(&one).ok_or("this is no usable entry")?;
        return Ok(Offer { edit, words: words(&name, along) });
    }
    let document = node.document().ok_or("the image is not loaded")?;
    let config = tree.config_document(id).map(|it| it.config.platform.clone());
    if config.is_none() {
        return Err("its config is not loaded, so its platform is not known");
    }
    let material = Material::bare(explorer.location.clone(), document, config);
    let name = tree.platform_of(id).map_or_else(|| "the image".to_owned(), |it| it.to_string());
    Ok(Offer {
        edit: Edit::Add { materials: vec![material], companions: Vec::new(), at: None },
        words: format!("{name} (platform from its config)"),
    })
}

/// `3 images and their 2 attestations`
pub(super) fn words(images: &str, along: usize) -> String {
    match along {
        0 => images.to_owned(),
        1 => format!("{images} with its attestation"),
        more => format!("{images} with {more} attestations"),
    }
}
