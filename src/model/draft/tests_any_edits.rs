//! What holds after any edits.

use std::sync::Arc;

use proptest::prelude::*;

use super::tests::{add, id, location, material, usual};
use super::*;

/// What a user may do, with entries by number.
#[derive(Debug, Clone)]
enum Doing {
    Add(usize, usize),
    Remove(usize, bool),
    Move(usize, usize),
    Set(usize, usize, String),
    Annotate(Option<usize>, String, Option<String>),
    Type(Option<String>),
    Format(bool),
    Replace(usize, usize),
    Undo,
    Redo,
}

fn doing() -> impl Strategy<Value = Doing> {
    let text = "[a-z\"\\\\é\u{7}]{0,6}";
    prop_oneof![
        (0..90_usize, 0..6_usize).prop_map(|(n, at)| Doing::Add(n, at)),
        (0..8_usize, any::<bool>()).prop_map(|(at, keep)| Doing::Remove(at, keep)),
        (0..8_usize, 0..9_usize).prop_map(|(at, to)| Doing::Move(at, to)),
        (0..8_usize, 0..5_usize, "[a-z0-9,.]{0,6}").prop_map(|(at, f, v)| Doing::Set(at, f, v)),
        (proptest::option::of(0..8_usize), text, proptest::option::of(text))
            .prop_map(|(at, key, value)| Doing::Annotate(at, key, value)),
        proptest::option::of(text).prop_map(Doing::Type),
        any::<bool>().prop_map(Doing::Format),
        (0..8_usize, 0..90_usize).prop_map(|(at, n)| Doing::Replace(at, n)),
        Just(Doing::Undo),
        Just(Doing::Redo),
    ]
}

fn do_it(draft: &mut Draft, doing: &Doing) {
    let at = |draft: &Draft, at: usize| {
        let live: Vec<EntryId> =
            draft.entries().iter().filter(|it| it.position.is_some()).map(|it| it.id).collect();
        live.get(at % live.len().max(1)).copied()
    };
    let edit = match doing {
        Doing::Add(n, to) => Some(Edit::Add {
            materials: vec![material(100 + n, "linux/riscv64")],
            companions: Vec::new(),
            at: Some(*to),
        }),
        Doing::Remove(entry, keep) => {
            at(draft, *entry).map(|id| Edit::Remove { entries: vec![id], keep_attestations: *keep })
        }
        Doing::Move(entry, to) => at(draft, *entry).map(|entry| Edit::Move { entry, to: *to }),
        Doing::Set(entry, field, value) => at(draft, *entry).map(|entry| Edit::SetPlatform {
            entry,
            field: Field::ALL[*field],
            value: value.clone(),
        }),
        Doing::Annotate(entry, key, value) => {
            let on = entry.and_then(|entry| at(draft, entry)).map_or(Place::List, Place::Entry);
            Some(Edit::Annotate { on, key: key.clone(), value: value.clone() })
        }
        Doing::Type(value) => Some(Edit::SetArtifactType(value.clone())),
        Doing::Format(docker) => {
            Some(Edit::SetFormat(if *docker { Format::Docker } else { Format::Oci }))
        }
        Doing::Replace(entry, n) => at(draft, *entry).map(|entry| Edit::Replace {
            entry,
            with: material(200 + n, "linux/loong64"),
            attestations: Vec::new(),
        }),
        Doing::Undo => {
            draft.undo();
            None
        }
        Doing::Redo => {
            draft.redo();
            None
        }
    };
    if let Some(edit) = edit {
        // A refused edit is part of the play: it changes nothing.
        let before = draft.document().clone();
        if draft.apply(edit).is_err() {
            assert_eq!(draft.document(), &before);
        }
    }
}

/// The entries that an edit may change.
fn touched(draft: &Draft, edit: &Edit) -> Vec<EntryId> {
    match edit {
        Edit::Remove { entries, .. } => entries.clone(),
        Edit::Replace { entry, .. }
        | Edit::SetPlatform { entry, .. }
        | Edit::FillFromConfig { entry, .. }
        | Edit::Annotate { on: Place::Entry(entry), .. } => vec![*entry],
        // A manifest list holds fewer fields: every entry may lose some.
        Edit::SetFormat(Format::Docker) => draft.entries().iter().map(|it| it.id).collect(),
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn undo_after_any_edits_gives_the_bases_bytes(all in prop::collection::vec(doing(), 0..24)) {
        let mut draft = usual();
        let bytes = draft.document().bytes.clone();
        for doing in &all {
            do_it(&mut draft, doing);
        }
        let last = draft.document().bytes.clone();
        let mut steps = 0;
        while draft.undo() {
            steps += 1;
        }
        prop_assert_eq!(&draft.document().bytes, &bytes);
        for _ in 0..steps {
            draft.redo();
        }
        prop_assert_eq!(&draft.document().bytes, &last);
    }

    #[test]
    fn an_edit_never_alters_an_untouched_descriptor(all in prop::collection::vec(doing(), 1..24)) {
        let mut draft = usual();
        for doing in &all {
            let before = draft.entries();
            let count = draft.edits().1;
            do_it(&mut draft, doing);
            let (edits, now) = draft.edits();
            let touched = if now == count + 1 && !matches!(doing, Doing::Redo) {
                touched(&draft, &edits[now - 1])
            } else {
                continue;
            };
            for entry in draft.entries() {
                if let Some(old) = before.iter().find(|old| old.id == entry.id)
                    && !touched.contains(&entry.id)
                    && old.position.is_some()
                    && entry.position.is_some()
                {
                    prop_assert_eq!(&old.json, &entry.json);
                    let text = std::str::from_utf8(&draft.document().bytes).unwrap();
                    prop_assert!(text.contains(entry.json.as_ref()));
                }
            }
        }
    }

    #[test]
    fn encode_then_parse_is_the_identity(all in prop::collection::vec(doing(), 0..24)) {
        let mut draft = usual();
        for doing in &all {
            do_it(&mut draft, doing);
        }
        let document = draft.document();
        let again = Base::new(location("example.com/app:1"), Arc::new(document.parse().unwrap()));
        let again = Draft::of(again.unwrap()).unwrap();
        prop_assert_eq!(again.document(), document);
        let jsons = |draft: &Draft| -> Vec<Arc<str>> {
            draft.entries().into_iter().filter(|it| it.position.is_some()).map(|it| it.json).collect()
        };
        prop_assert_eq!(jsons(&again), jsons(&draft));
        prop_assert_eq!(again.annotations(), draft.annotations());
        // The same bytes come out if they are encoded anew.
        let mut touched = again.clone();
        touched.apply(add(1, "linux/386")).unwrap();
        let added = id(&touched, touched.len() - 1);
        touched.apply(Edit::Remove { entries: vec![added], keep_attestations: true }).unwrap();
        prop_assert_eq!(&touched.document().bytes, &document.bytes);
    }

    #[test]
    fn a_saved_draft_is_the_same_draft(all in prop::collection::vec(doing(), 0..16)) {
        let mut draft = usual();
        for doing in &all {
            do_it(&mut draft, doing);
        }
        let restored = Draft::restore(&draft.save()).unwrap();
        prop_assert_eq!(restored.document(), draft.document());
        prop_assert_eq!(restored.edits(), draft.edits());
    }

    #[test]
    fn restoring_never_panics(text in ".{0,200}") {
        let _ = Draft::restore(&text);
    }
}
