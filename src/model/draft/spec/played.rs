//! What `push` makes of a spec, beside the list that is meant: played with the draft that `push`
//! fills.

use super::super::{
    Differences, Draft, Edit, Entry, Field, Format, Material, Severity, differences,
};

/// What a spec is pushed as.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// What the list has that is meant, and what is made lacks; and the other way round.
    pub(super) differ: Differences,
    /// Why `push` refuses it, in sentences.
    pub(super) refused: Vec<String>,
}

/// Plays the push of these entries, each with its number in the list, as a list of the draft's
/// format.
pub(super) fn play(draft: &Draft, images: &[(usize, &Entry)]) -> Played {
    let mut made = draft.same_knowledge();
    let mut refused = Vec::new();
    for (number, entry) in images {
        if let Err(why) = add(&mut made, draft, entry) {
            refused.push(format!("entry {number}: {why}"));
        }
    }
    if draft.format() == Format::Docker
        && let Err(why) = made.apply(Edit::SetFormat(Format::Docker))
    {
        refused.push(why.to_string());
    }
    let errors = made.problems().into_iter().filter(|it| it.severity == Severity::Error);
    refused.extend(errors.map(|problem| numbered(&problem.sentence, images)));
    let json = |draft: &Draft| serde_json::from_slice(&draft.document().bytes).unwrap_or_default();
    Played { differ: differences(&json(draft), &json(&made)), refused }
}

/// Adds an entry as `push` does: what its manifest and config say, then what the spec says.
fn add(made: &mut Draft, draft: &Draft, entry: &Entry) -> Result<(), String> {
    let Some(descriptor) = &entry.descriptor else { return Ok(()) };
    let (from, config) = (entry.from.as_ref().clone(), entry.config.clone());
    let material = match draft.known(&descriptor.digest) {
        Some(document) => Material::bare(from, document, config),
        None => Material { config, ..Material::of(from, descriptor) },
    };
    let edit = Edit::Add { materials: vec![material], companions: Vec::new(), at: None };
    made.apply(edit).map_err(|why| why.to_string())?;
    let (Some(id), Some(platform)) = (made.entries().last().map(|it| it.id), entry.platform())
    else {
        return Ok(());
    };
    let fields = Field::ALL.into_iter().map(|field| (field, field.value(platform)));
    let edits = fields
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| Edit::SetPlatform { entry: id, field, value })
        .collect();
    made.apply(Edit::All(edits)).map_err(|why| why.to_string())
}

/// A problem's sentence with the number that the entry has in the list that is meant: attestations
/// are not in a spec, so an entry may come earlier there.
fn numbered(sentence: &str, images: &[(usize, &Entry)]) -> String {
    let meant = || {
        let (number, rest) = sentence.strip_prefix("entry ")?.split_once(' ')?;
        let place = number.parse::<usize>().ok()?.checked_sub(1)?;
        Some(format!("entry {} {rest}", images.get(place)?.0))
    };
    meant().unwrap_or_else(|| sentence.to_owned())
}
