//! Which images of a list are taken into a draft.

use super::detail::{Line, Tone};
use super::drafts::Offered;
use super::menu_item::MenuItem;
use super::overlay::{Choosing, Menu};
use crate::model::draft::{Edit, EntryId};
use crate::oci::{Location, Platform};
use crate::text::{escape, plural};

/// The images of a list that are offered to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picking {
    /// The draft.
    pub draft: String,
    /// The images.
    pub offered: Vec<Offered>,
    /// The entry in whose place the image is put; `None` if images are added.
    pub replaces: Option<EntryId>,
}

impl Picking {
    /// A menu in which all images are marked.
    pub(super) fn to_add(draft: &str, from: &Location, offered: Vec<Offered>) -> Menu {
        let items = offered.iter().map(|it| MenuItem { mark: Some(true), ..item(it) }).collect();
        let title = format!("which images of {}", from.familiar());
        let picking = Self { draft: draft.to_owned(), offered, replaces: None };
        Menu::new(Choosing::Images(Box::new(picking)), title, items)
    }

    /// A menu for one image; the cursor is on the first of this platform.
    pub(super) fn to_replace(
        draft: &str,
        from: &Location,
        offered: Vec<Offered>,
        entry: EntryId,
        platform: Option<&Platform>,
    ) -> Menu {
        let same = offered.iter().position(|it| it.descriptor.platform.as_ref() == platform);
        let items = offered.iter().map(item).collect();
        let title = format!("which image of {} takes its place", from.familiar());
        let picking = Self { draft: draft.to_owned(), offered, replaces: Some(entry) };
        let menu = Menu::new(Choosing::Images(Box::new(picking)), title, items);
        Menu { cursor: same.unwrap_or(0), ..menu }
    }

    /// The edit, how many images and how many attestations it takes; `None` if nothing is marked.
    pub(super) fn edit(&self, menu: &Menu) -> Option<(Edit, usize, usize)> {
        if let Some(entry) = self.replaces {
            let taken = self.offered.get(menu.cursor)?;
            let attestations = taken.attestations.clone();
            let along = attestations.len();
            let edit = Edit::Replace { entry, with: taken.image.clone(), attestations };
            return Some((edit, 1, along));
        }
        let marked = self.offered.iter().zip(&menu.items).filter(|(_, it)| it.mark == Some(true));
        add(&marked.map(|(offered, _)| offered).collect::<Vec<_>>())
    }
}

fn item(offered: &Offered) -> MenuItem {
    let platform = offered.descriptor.platform.as_ref();
    let label = platform.map_or_else(|| "no platform".to_owned(), ToString::to_string);
    let mut note = Line::of(Tone::Muted, offered.descriptor.digest.short());
    if !offered.attestations.is_empty() {
        let words = format!("with {}", plural(offered.attestations.len(), "attestation"));
        note = note.with(Tone::Text, "  ").with(Tone::Muted, escape(&words).into_owned());
    }
    MenuItem { note, ..MenuItem::new(&label) }
}

/// The edit that adds images with their attestations, how many images, how many attestations.
pub(super) fn add(taken: &[&Offered]) -> Option<(Edit, usize, usize)> {
    let along = taken.iter().map(|it| it.attestations.len()).sum();
    let materials: Vec<_> = taken
        .iter()
        .flat_map(|it| std::iter::once(&it.image).chain(&it.attestations))
        .cloned()
        .collect();
    let edit = Edit::Add { materials, companions: Vec::new(), at: None };
    (!taken.is_empty()).then_some((edit, taken.len(), along))
}
