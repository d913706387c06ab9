//! Which images of a list are taken into a draft.

use crate::model::draft::{Edit, EntryId};
use crate::oci::{Location, Platform};
use crate::tui::app::drafts::Offered;

/// The menu of a list's images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picking {
    /// The draft.
    pub draft: String,
    /// The list.
    pub from: Location,
    /// The images, each with whether it is marked.
    pub items: Vec<(Offered, bool)>,
    /// The line under the cursor.
    pub cursor: usize,
    /// The entry in whose place the image is put; `None` where images are added.
    pub replaces: Option<EntryId>,
}

impl Picking {
    /// A menu in which all images are marked.
    pub(in crate::tui::app) fn to_add(draft: &str, from: Location, offered: Vec<Offered>) -> Self {
        let items = offered.into_iter().map(|it| (it, true)).collect();
        Self { draft: draft.to_owned(), from, items, cursor: 0, replaces: None }
    }

    /// A menu for one image; the cursor is on the first of this platform.
    pub(in crate::tui::app) fn to_replace(
        draft: &str,
        from: Location,
        offered: Vec<Offered>,
        entry: EntryId,
        platform: Option<&Platform>,
    ) -> Self {
        let same = offered.iter().position(|it| it.descriptor.platform.as_ref() == platform);
        let items = offered.into_iter().map(|it| (it, false)).collect();
        let draft = draft.to_owned();
        Self { draft, from, items, cursor: same.unwrap_or(0), replaces: Some(entry) }
    }

    /// Marks the line under the cursor, or takes the mark away; where one image is asked for,
    /// marks are of no use.
    pub(in crate::tui::app) fn toggle(&mut self) {
        if self.replaces.is_none()
            && let Some((_, marked)) = self.items.get_mut(self.cursor)
        {
            *marked = !*marked;
        }
    }

    /// The edit, and what it comes to in words; `None` where nothing is marked.
    pub(in crate::tui::app) fn edit(&self) -> Option<(Edit, usize, usize)> {
        if let Some(entry) = self.replaces {
            let (taken, _) = self.items.get(self.cursor)?;
            let attestations = taken.attestations.clone();
            let along = attestations.len();
            return Some((
                Edit::Replace { entry, with: taken.image.clone(), attestations },
                1,
                along,
            ));
        }
        let taken: Vec<&Offered> =
            self.items.iter().filter(|(_, marked)| *marked).map(|(it, _)| it).collect();
        add(&taken)
    }
}

/// The edit that adds images with their attestations, how many images, how many attestations.
pub(in crate::tui::app) fn add(taken: &[&Offered]) -> Option<(Edit, usize, usize)> {
    let along = taken.iter().map(|it| it.attestations.len()).sum();
    let materials: Vec<_> = taken
        .iter()
        .flat_map(|it| std::iter::once(&it.image).chain(&it.attestations))
        .cloned()
        .collect();
    let edit = Edit::Add { materials, companions: Vec::new(), at: None };
    (!taken.is_empty()).then_some((edit, taken.len(), along))
}
