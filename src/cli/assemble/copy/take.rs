//! What is taken of a source.

use std::sync::Arc;

use crate::cli::assemble::args::Taking;
use crate::cli::assemble::job::{Trouble, choice};
use crate::model::draft::{
    Attests, Base, Companion, Draft, Edit, EntryId, Format, Gathered, Parcel, losses, materials,
    subset,
};
use crate::oci::{Document, Failure, Location, Manifest, are_several};
use crate::source::Sources;
use crate::text::plural;
use crate::work::gather;
use crate::work::load::is_one;

/// Where something was read.
pub(in crate::cli::assemble) struct Origin {
    pub(super) source: Location,
    pub(super) root: Arc<Document>,
    /// Lists that the root names, as far as they were read.
    pub(super) nested: Vec<Arc<Document>>,
}

impl Origin {
    /// What was gathered there.
    pub(in crate::cli::assemble) fn of(gathered: &Gathered) -> Self {
        let (source, root) = (gathered.from.clone(), Arc::clone(&gathered.root));
        Self { source, root, nested: gathered.nested.values().cloned().collect() }
    }

    /// All lists that were read.
    pub(super) fn lists(&self) -> impl Iterator<Item = &Arc<Document>> {
        std::iter::once(&self.root).chain(&self.nested)
    }
}

/// What was read of sources, and what of it goes to one place.
pub(in crate::cli::assemble) struct Taken {
    /// Where it was read: one place, of what is copied.
    pub(in crate::cli::assemble) of: Vec<Origin>,
    pub(in crate::cli::assemble) parcel: Parcel,
    /// What refers to a source's list and stays behind, with the reason.
    pub(in crate::cli::assemble) left: Vec<(Companion, String)>,
    pub(in crate::cli::assemble) notes: Vec<String>,
    /// Whether it was looked for what refers to the image.
    pub(in crate::cli::assemble) looked: bool,
    /// Attestations whose entries do not say that they are.
    pub(in crate::cli::assemble) attests: Attests,
    /// Whether attestations go along.
    pub(in crate::cli::assemble) attestations: bool,
}

/// Each image by itself: a layout or an archive without a name stands for all that it names, if
/// these are several images, or if it has `enough` names.
pub(super) async fn each(
    sources: &Sources,
    locations: Vec<Location>,
    enough: usize,
) -> Result<Vec<Location>, Failure> {
    let mut each = Vec::new();
    for location in locations {
        let is_open = location.reference().is_none() && location.name().is_none();
        let names = match is_open {
            true => sources.open(&location)?.names().await?,
            false => Vec::new(),
        };
        let told: Vec<(&str, &crate::oci::Digest)> =
            names.iter().map(|(name, digest)| (name.as_str(), digest)).collect();
        // An image of an engine has its name already.
        let named: Option<Vec<Location>> =
            names.iter().map(|(name, _)| location.with_name(name)).collect();
        match named {
            Some(named) if are_several(&told) || told.len() >= enough => each.extend(named),
            _ => each.push(location),
        }
    }
    Ok(each)
}

/// Reads a source as far as what is taken of it needs.
pub(super) async fn take(
    sources: &Sources,
    source: Location,
    taking: &Taking,
    format: Option<Format>,
    permits: usize,
) -> Result<Taken, Trouble> {
    if matches!(source, Location::Draft(_)) {
        let said = format!("{source} is a draft; push it first, or copy what it is made of");
        return Err(Trouble::Said(said));
    }
    let choice = choice(taking);
    let is_whole =
        choice.platforms.is_empty() && choice.attestations && !taking.referrers && format.is_none();
    if is_whole {
        let root = Arc::new(sources.open(&source)?.root().await?);
        is_one(&source, &root)?;
        let parcel = Parcel::whole(&source, &root, Vec::new());
        let notes = made(&source, &root);
        return Ok(Taken {
            of: vec![Origin { source, root, nested: Vec::new() }],
            parcel,
            left: Vec::new(),
            notes,
            looked: false,
            attests: Attests::new(),
            attestations: true,
        });
    }
    let mut harvest = gather::harvest(sources, &source, &choice, taking.referrers, permits).await?;
    let root = Arc::clone(&harvest.gathered.root);
    let mut notes = made(&source, &root);
    notes.append(&mut harvest.notes);
    let companions = std::mem::take(&mut harvest.gathered.companions);
    let of_list = std::mem::take(&mut harvest.of_list);
    let of = vec![Origin::of(&harvest.gathered)];
    let attests = harvest.gathered.attests.clone();
    let (looked, attestations) = (taking.referrers, choice.attestations);
    let Manifest::Index(index) = &root.manifest else {
        if format.is_some() {
            return Err(Trouble::Said(format!(
                "{} is a single image, and --format makes a list of another type; images are \
                 copied byte for byte",
                source.familiar()
            )));
        }
        materials(&harvest.gathered, &choice)?;
        let parcel = Parcel::whole(&source, &root, companions);
        let left = Vec::new();
        return Ok(Taken { of, parcel, left, notes, looked, attests, attestations });
    };
    let subset = subset(&harvest.gathered, index, &choice)?;
    let mut draft = Draft::of(Base::new(source.clone(), Arc::clone(&root))?)?;
    gather::fill(&mut draft, harvest.read);
    if let Some(subset) = subset {
        let entries = draft.entries();
        let gone = |position: &usize| !subset.kept.contains(position);
        let entries: Vec<EntryId> = entries
            .iter()
            .filter(|entry| entry.position.as_ref().is_some_and(gone))
            .map(|entry| entry.id)
            .collect();
        draft.apply(Edit::Remove { entries, keep_attestations: true })?;
        if !subset.lifted.is_empty() {
            notes.push(format!(
                "{} of a nested list: in the new list it is an entry of its own",
                plural(subset.lifted.len(), "entry")
            ));
        }
        for (at, material) in subset.lifted {
            let (materials, companions) = (vec![material], Vec::new());
            draft.apply(Edit::Add { materials, companions, at: Some(at) })?;
        }
    }
    draft.apply(Edit::Add { materials: Vec::new(), companions, at: None })?;
    if let Some(format) = format.filter(|format| *format != draft.format()) {
        let lost = losses(&draft, format);
        if !lost.is_empty() {
            notes.push(format!("{format} has no place for {}", lost.join(", ")));
        }
        draft.apply(Edit::SetFormat(format))?;
    }
    let mut left = Vec::new();
    if draft.document().digest == root.digest {
        draft.apply(Edit::Add { materials: Vec::new(), companions: of_list, at: None })?;
    } else {
        let why = format!("it speaks of the whole list {}, which is another", root.digest.short());
        left.extend(of_list.into_iter().map(|companion| (companion, why.clone())));
    }
    let parcel = Parcel::of(&draft);
    Ok(Taken { of, parcel, left, notes, looked, attests, attestations })
}

/// That platy made what is copied, since the source holds none.
fn made(source: &Location, root: &Document) -> Vec<String> {
    let note = || {
        format!(
            "{} holds no manifest, so that platy made one: its digest is known to no registry",
            source.familiar()
        )
    };
    root.made.then(note).into_iter().collect()
}
