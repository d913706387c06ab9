//! Drafts from the explorer: starting one, adding to one.

use std::sync::Arc;

use super::Explorer;
use crate::model::draft::{Base, Draft, Edit, Format, Material};
use crate::model::tree::NodeId;
use crate::oci::{
    ConfigDocument, Descriptor, Document, Entry, Kind, Location, Manifest, MediaType,
};
use crate::text::{age, plural};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::drafts::{Offered, along_words, learn_from, of_list};
use crate::tui::app::going::Opening;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use crate::tui::app::picking::add;
use crate::tui::app::view::Reason;
use crate::tui::app::{Action, DraftOrder, LeftDraft, OpenDraft};

/// What there is to add under the cursor.
struct Offer {
    edit: Edit,
    /// In words: `linux/arm64 with its attestation`.
    words: String,
}

/// Why nothing can be opened as a draft; `None` if something can.
pub(super) fn why_no_draft(open: &OpenedRef) -> Option<Reason> {
    if matches!(open.location, Location::Draft(_)) {
        let fact = "this is a draft already; only what is pushed can be taken into another";
        return Some(Reason::new(fact));
    }
    let root = open.tree.node(open.tree.root());
    match root.and_then(|root| root.document()) {
        None => Some(Reason::new("the reference is not loaded")),
        Some(document) => match &document.manifest {
            Manifest::Index(_) | Manifest::Image(_) => None,
            Manifest::Schema1(_) => Some(Reason::new("a schema 1 manifest cannot be in a list")),
            Manifest::Artifact(_) | Manifest::Unknown => {
                Some(Reason::new("this is neither list nor image"))
            }
        },
    }
}

/// Why nothing can be exported; `None` if something can.
pub(super) fn why_no_export(open: &OpenedRef, cursor: NodeId) -> Option<Reason> {
    why_no_draft(open).or_else(|| match list_at(open, cursor) {
        None => Some(Reason::new("only lists are made by other tools; this is a single image")),
        Some(list) => target_of(&location_of(open, list)).is_empty().then(|| {
            let next = "opens it as a draft, which can be given a target";
            Reason::new("it has no tag that scripts could write").then(Action::EditList, next)
        }),
    })
}

/// Where a list goes that was opened here, as it is typed: the tag that it has; empty without one.
fn target_of(location: &Location) -> String {
    match location.reference() {
        Some(reference) if reference.tag.is_some() => {
            let mut plain = reference.clone();
            plain.digest = None;
            plain.familiar()
        }
        _ => String::new(),
    }
}

/// Asks whether to go on with the draft of this list that was left unsaved, if there is one; a draft
/// of it that is open goes before.
fn left_of(list: &Location, cx: &Cx) -> Option<Menu> {
    let is_open = |open: &OpenDraft| open.draft.base().is_some_and(|base| base.location == *list);
    if cx.drafts.open.iter().any(is_open) {
        return None;
    }
    let name = list.familiar();
    let is_of_it = |left: &&LeftDraft| left.title.is_ok() && left.base.as_ref() == Some(&name);
    let left = cx.drafts.left.iter().find(is_of_it)?;
    let ago = age(&left.at.min(cx.now).to_string(), cx.now).unwrap_or_default();
    let edits = plural(left.edits, "edit");
    let facts = vec![format!("a draft of {name} with {edits} was left unsaved {ago}")];
    let another = "begin another; the list of drafts keeps this one";
    let answers = [MenuAnswer::Yes("go on with it"), MenuAnswer::No(another)];
    let title = "go on with the draft?";
    Some(Menu::question(Choosing::GoOn(left.name.clone()), title, facts, &answers))
}

impl Explorer {
    /// Opens the list of the explorer as a draft; a single image becomes the first of a new list.
    pub(super) fn edit_list(&self, cx: &mut Cx) {
        let Some(open) = cx.opened.get(self.id) else { return };
        match list_at(open, self.cursor) {
            Some(list) => match left_of(&location_of(open, list), cx) {
                Some(menu) => cx.overlay = Some(Overlay::Menu(Box::new(menu))),
                None => drop(self.open_list(list, cx)),
            },
            None => self.start_with_image(cx),
        }
    }

    /// Goes on with the draft that was left, or begins another, as was chosen.
    pub(super) fn went_on(&self, left: String, anew: bool, cx: &mut Cx) {
        let list = cx.opened.get(self.id).and_then(|open| list_at(open, self.cursor));
        match list.filter(|_| anew) {
            Some(list) => drop(self.open_list(list, cx)),
            None => cx.order(DraftOrder::Take(left)),
        }
    }

    /// Opens the list under the cursor as a draft, which then says how other tools make it.
    pub(super) fn export_list(&self, cx: &mut Cx) {
        let list = cx.opened.get(self.id).and_then(|open| list_at(open, self.cursor));
        let Some(name) = list.and_then(|list| self.open_list(list, cx)) else { return };
        if let Some(open) = cx.drafts.get_mut(&name) {
            open.exports = true;
        }
    }

    /// Opens a list as a draft; the name of the draft.
    fn open_list(&self, list: NodeId, cx: &mut Cx) -> Option<String> {
        let open = cx.opened.get(self.id)?;
        let document = open.tree.node(list).and_then(|node| node.document())?;
        let document = document.clone();
        let location = location_of(open, list);
        // The same list is not opened twice.
        let known = cx.drafts.open.iter().find(|it| {
            let base = it.draft.base();
            base.is_some_and(|it| it.location == location && it.document.digest == document.digest)
        });
        if let Some(known) = known {
            let name = known.name.clone();
            cx.say(ToastKind::Done, "this list is open as a draft already");
            cx.open(Opening::Draft(name.clone()));
            return Some(name);
        }
        let made = Base::new(location.clone(), document).and_then(Draft::of);
        let mut draft = match made {
            Ok(draft) => draft,
            Err(refused) => {
                cx.say(ToastKind::Error, &refused.to_string());
                return None;
            }
        };
        learn_from(&mut draft, &open.tree, &location);
        let at = open.tree.ancestors(self.cursor).chain([self.cursor]);
        let digests: Vec<_> = at
            .filter_map(|id| open.tree.node(id)?.descriptor().map(|it| it.digest.clone()))
            .collect();
        let entry = draft
            .entries()
            .into_iter()
            .find(|entry| entry.descriptor.as_ref().is_some_and(|it| digests.contains(&it.digest)));
        let target = target_of(&location);
        let session = cx.new_session();
        let name = cx.drafts.add(session, draft, target, cx.now);
        if let (Some(entry), Some(open)) = (entry, cx.drafts.get_mut(&name)) {
            open.go_to = Some(entry.id);
        }
        cx.open(Opening::Draft(name.clone()));
        Some(name)
    }

    fn start_with_image(&self, cx: &mut Cx) {
        let name = self.new_draft(cx);
        match self.add_to(&name, cx) {
            Some(_) => cx.open(Opening::Draft(name)),
            None => drop(cx.drafts.close(&name, true)),
        }
    }

    fn new_draft(&self, cx: &mut Cx) -> String {
        let format = cx.opened.get(self.id).map_or(Format::Oci, |open| self.format(open));
        let session = cx.new_session();
        cx.drafts.add_empty(format, session, cx.now)
    }

    /// Adds what is under the cursor to the draft used last, or starts one with it.
    pub(super) fn add_to_draft(&self, cx: &mut Cx) {
        let name = match cx.drafts.current() {
            Some(current) => current.name.clone(),
            None => self.new_draft(cx),
        };
        match self.add_to(&name, cx) {
            Some(words) => {
                let open = cx.drafts.get(&name);
                let (title, entries) =
                    open.map_or((String::new(), 0), |it| (it.title(), it.draft.len()));
                let text = format!(
                    "added {words} to the draft of {title}, now {}; {} shows it",
                    if entries == 1 { "1 entry".to_owned() } else { format!("{entries} entries") },
                    cx.key(Action::Drafts)
                );
                cx.say(ToastKind::Done, &text);
            }
            None => {
                // A draft that was started for this holds nothing.
                let is_new = cx.drafts.get(&name).is_some_and(|open| {
                    open.draft.base().is_none() && open.draft.edits().0.is_empty()
                });
                if is_new {
                    cx.drafts.close(&name, true);
                }
            }
        }
    }

    /// Adds what is under the cursor; says in words what. `None`: it was not, and why was said.
    fn add_to(&self, name: &str, cx: &mut Cx) -> Option<String> {
        let open = cx.opened.get(self.id)?;
        let offer = match offer(open, self.cursor) {
            Ok(offer) => offer,
            Err(why) => {
                cx.say(ToastKind::Warning, why);
                return None;
            }
        };
        let draft = cx.drafts.get_mut(name)?;
        learn_from(&mut draft.draft, &open.tree, &open.location);
        if let Err(refused) = draft.apply(offer.edit, cx.now) {
            cx.say(ToastKind::Error, &refused.to_string());
            return None;
        }
        Some(offer.words)
    }

    /// The format that a new list gets: that of what becomes its first entry.
    fn format(&self, open: &OpenedRef) -> Format {
        let way = open.tree.ancestors(self.cursor).chain([self.cursor]);
        let docker = way
            .filter_map(|id| open.tree.node(id)?.document())
            .any(|it| matches!(it.media_type, MediaType::DockerList | MediaType::DockerManifest));
        if docker { Format::Docker } else { Format::Oci }
    }
}

/// The list under the cursor or nearest above it.
fn list_at(open: &OpenedRef, cursor: NodeId) -> Option<NodeId> {
    let tree = &open.tree;
    let way = std::iter::once(cursor).chain(tree.ancestors(cursor));
    let is_list = |id: &NodeId| {
        let document = tree.node(*id).and_then(|node| node.document());
        document.is_some_and(|it| matches!(it.manifest, Manifest::Index(_)))
    };
    way.into_iter().find(is_list)
}

/// Where a node can be had: the reference itself, or the digest in its repository.
fn location_of(open: &OpenedRef, id: NodeId) -> Location {
    let node = open.tree.node(id);
    match (open.location.reference(), node.and_then(|node| node.digest())) {
        (Some(reference), Some(digest)) if id != open.tree.root() => {
            Location::Registry(reference.repository.at(digest.clone()))
        }
        _ => open.location.clone(),
    }
}

/// Why what is under the cursor cannot be added to a draft; `None` if it can.
pub(super) fn why_not_added(open: &OpenedRef, node: NodeId) -> Option<Reason> {
    addable(open, node).err().map(Reason::new)
}

/// What can be added under the cursor. Each frame asks for it, so that no list is read for it.
enum Addable<'a> {
    /// All images of a list.
    List { id: NodeId, list: &'a Arc<Document> },
    /// An entry of a list.
    Entry { id: NodeId, descriptor: &'a Arc<Descriptor>, parent: NodeId, list: &'a Arc<Document> },
    /// An image that is in no list, for the platform of its config.
    Image { id: NodeId, document: &'a Arc<Document>, config: &'a Arc<ConfigDocument> },
}

fn addable(open: &OpenedRef, cursor: NodeId) -> Result<Addable<'_>, &'static str> {
    let tree = &open.tree;
    let mut id = cursor;
    // From a config, a layer, an attestation to the image that it belongs to.
    loop {
        let node = tree.node(id).ok_or("there is nothing here")?;
        match node.kind() {
            Kind::Image | Kind::Index => break,
            Kind::Schema1 => return Err("a schema 1 manifest cannot be in a list"),
            _ => id = node.parent.ok_or("only images and lists can be added")?,
        }
    }
    let node = tree.node(id).ok_or("there is nothing here")?;
    if let Some(list) = node.document()
        && let Manifest::Index(index) = &list.manifest
    {
        let mut entries = index.entries.iter().filter_map(Entry::descriptor);
        let has_images = entries.any(|it| !it.is_attestation());
        return has_images.then_some(Addable::List { id, list }).ok_or("the list has no entries");
    }
    if let (Some(descriptor), Some(parent)) = (node.descriptor(), node.parent)
        && let Some(list) = tree.node(parent).and_then(|node| node.document())
    {
        return Ok(Addable::Entry { id, descriptor, parent, list });
    }
    let document = node.document().ok_or("the image is not loaded")?;
    let config = tree.config_document(id);
    let config = config.ok_or("its config is not loaded, so its platform is not known")?;
    Ok(Addable::Image { id, document, config })
}

/// The same as an edit.
fn offer(open: &OpenedRef, cursor: NodeId) -> Result<Offer, &'static str> {
    let name = |id, unnamed: &str| {
        open.tree.platform_of(id).map_or_else(|| unnamed.to_owned(), |it| it.to_string())
    };
    match addable(open, cursor)? {
        Addable::List { id, list } => {
            let all = of_list(&location_of(open, id), list);
            let all: Vec<&Offered> = all.iter().collect();
            let (edit, images, along) = add(&all).ok_or("the list has no entries")?;
            Ok(Offer { edit, words: along_words(&plural(images, "image"), along) })
        }
        Addable::Entry { id, descriptor, parent, list } => {
            let all = of_list(&location_of(open, parent), list);
            let one: Vec<&Offered> =
                all.iter().filter(|it| it.descriptor == *descriptor).take(1).collect();
            let (edit, _, along) = add(&one).ok_or("this is not a usable entry")?;
            Ok(Offer { edit, words: along_words(&name(id, "the entry"), along) })
        }
        Addable::Image { id, document, config } => {
            let platform = config.config.platform.clone();
            let material = Material::bare(open.location.clone(), document, Some(platform));
            Ok(Offer {
                edit: Edit::Add { materials: vec![material], companions: Vec::new(), at: None },
                words: format!("{} (platform from its config)", name(id, "the image")),
            })
        }
    }
}
