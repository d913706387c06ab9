//! What holds of any two sides.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tests::{image, index, made, of, one, part};
use super::*;
use crate::model::draft::{Base, Draft, Edit, EntryId, Mark, Material, Place};
use crate::model::world::World;

/// A choice of images and labels, small so that they meet often.
#[derive(Debug, Clone)]
struct Pick {
    image: u8,
    platform: u8,
    note: bool,
    attested: bool,
}

const PLATFORMS: [&str; 4] = ["linux/amd64", "linux/arm64", "linux/aarch64", "linux/s390x"];

fn pick() -> impl Strategy<Value = Pick> {
    (0_u8..4, 0_u8..4, any::<bool>(), any::<bool>())
        .prop_map(|(image, platform, note, attested)| Pick { image, platform, note, attested })
}

fn world(picks: &[Pick]) -> World {
    let mut world = World::default();
    let mut list = Vec::new();
    for pick in picks {
        let number = pick.image.to_string();
        let layers = [("base", 100), (number.as_str(), 10)];
        let config = json!({ "config": { "Env": [format!("N={number}")] } });
        let mut entry = made(&mut world, "linux/amd64", &layers, config);
        let (os, architecture) = PLATFORMS[usize::from(pick.platform)].split_once('/').unwrap();
        entry["platform"] = json!({ "os": os, "architecture": architecture });
        if pick.note {
            entry["annotations"] = json!({ "org.example": number });
        }
        let digest = entry["digest"].clone();
        list.push(entry);
        if pick.attested {
            list.push(world.attestation(&digest));
        }
    }
    world.set_index(list);
    world
}

fn mirrored(change: Change) -> Change {
    match change {
        Change::Added => Change::Removed,
        Change::Removed => Change::Added,
        other => other,
    }
}

/// The rows without their order, which follows the first side.
fn set(rows: &[EntryRow], mirror: bool) -> Vec<String> {
    let mut out: Vec<String> = rows
        .iter()
        .map(|row| {
            let place = |side: &Option<EntrySide>| side.as_ref().map(|it| it.position);
            let (mut a, mut b) = (place(&row.a), place(&row.b));
            let mut change = row.change;
            let (mut new, mut old) = (row.bytes.new, row.bytes.old);
            let mut fields: Vec<_> = row
                .fields
                .iter()
                .map(|it| {
                    let (a, b) = (&it.a, &it.b);
                    let (a, b) = if mirror { (b, a) } else { (a, b) };
                    format!("{} {a:?} {b:?}", it.path())
                })
                .collect();
            fields.sort();
            if mirror {
                (a, b) = (b, a);
                (new, old) = (old, new);
                change = mirrored(change);
            }
            let under = set(&row.attestations, mirror);
            format!("{a:?} {b:?} {change:?} {} {new:?} {old:?} {fields:?} {under:?}", row.moved)
        })
        .collect();
    out.sort();
    out
}

/// The rows as edits of a draft of the first side; the elements of the draft afterwards.
fn edited(a: &Part, rows: &[EntryRow], b: &Part) -> Vec<Value> {
    let base = Base::new("demo/app:1".parse().unwrap(), a.document.clone().unwrap()).unwrap();
    let mut draft = Draft::of(base).unwrap();
    let ids: Vec<EntryId> = draft.entries().iter().map(|it| it.id).collect();
    let theirs = b.json().unwrap()["manifests"].as_array().unwrap().clone();
    let mut places: Vec<(usize, EntryId)> = Vec::new();
    for row in rows.iter().flat_map(|row| std::iter::once(row).chain(&row.attestations)) {
        let known = row.a.as_ref().map(|it| ids[it.position]);
        let same = row.a.as_ref().map(|it| &it.digest) == row.b.as_ref().map(|it| &it.digest);
        match (known, &row.b) {
            (Some(id), Some(b)) if same => {
                for field in &row.fields {
                    draft.apply(edit_of(id, field)).unwrap();
                }
                places.push((b.position, id));
            }
            (known, b) => {
                if let Some(id) = known {
                    let remove = Edit::Remove { entries: vec![id], keep_attestations: true };
                    draft.apply(remove).unwrap();
                }
                let Some(b) = b else { continue };
                let material = Material {
                    from: "demo/app:2".parse().unwrap(),
                    descriptor: theirs[b.position].to_string(),
                    config: None,
                    filled: false,
                };
                let add = Edit::Add { materials: vec![material], companions: vec![], at: None };
                draft.apply(add).unwrap();
                let last = draft.entries().iter().rfind(|it| it.mark != Mark::Removed).unwrap().id;
                places.push((b.position, last));
            }
        }
    }
    places.sort_by_key(|(place, _)| *place);
    for (to, entry) in places {
        draft.apply(Edit::Move { entry, to }).unwrap();
    }
    let list: Value = serde_json::from_slice(&draft.document().bytes).unwrap();
    list["manifests"].as_array().unwrap().clone()
}

fn edit_of(entry: EntryId, field: &FieldChange) -> Edit {
    let text = |value: &Option<Value>| value.as_ref().and_then(Value::as_str).map(str::to_owned);
    if let Some(key) = field.path().strip_prefix("annotations.") {
        let on = Place::Entry(entry);
        return Edit::Annotate { on, key: key.to_owned(), value: text(&field.b) };
    }
    let path = field.path();
    let name = path.strip_prefix("platform.").unwrap();
    let value = text(&field.b).unwrap_or_default();
    Edit::SetPlatform { entry, field: name.parse().unwrap(), value }
}

/// What the rows say of the second side, put together from the first side and the rows.
fn applied(a: &Part, rows: &[EntryRow], b: &Part) -> Vec<String> {
    let all: Vec<&EntryRow> =
        rows.iter().flat_map(|row| std::iter::once(row).chain(&row.attestations)).collect();
    let mut list: Vec<Option<String>> = vec![None; b.entries.len()];
    let element = |part: &Part, at: usize| part.json().unwrap()["manifests"][at].to_string();
    for row in all {
        let text = match (&row.a, &row.b, row.change) {
            (_, None, _) => continue,
            (Some(x), Some(y), Change::Same | Change::Reordered) => {
                // What is called the same is taken from the first side.
                assert_eq!(row.moved, row.change == Change::Reordered, "{x:?} {y:?}");
                element(a, x.position)
            }
            (_, Some(y), _) => element(b, y.position),
        };
        let place = list.get_mut(row.b.as_ref().unwrap().position).unwrap();
        assert_eq!(place.replace(text), None, "two rows for one place");
    }
    list.into_iter().map(Option::unwrap).collect()
}

proptest! {
    #[test]
    fn a_comparison_with_itself_is_empty(picks in prop::collection::vec(pick(), 0..6)) {
        let world = world(&picks);
        let found = of(&world, &world);
        prop_assert!(found.is_equal());
        prop_assert!(index(&found).is_equal(), "{:?}", index(&found));
        prop_assert_eq!(index(&found).bytes.new, Some(0));
    }

    #[test]
    fn swapping_the_sides_mirrors_the_rows(
        a in prop::collection::vec(pick(), 0..6),
        b in prop::collection::vec(pick(), 0..6),
    ) {
        let (a, b) = (world(&a), world(&b));
        let (there, back) = (of(&a, &b), of(&b, &a));
        prop_assert_eq!(set(&index(&there).entries, false), set(&index(&back).entries, true));
        prop_assert_eq!(there.is_equal(), back.is_equal());
        prop_assert_eq!(index(&there).bytes.new, index(&back).bytes.old);
    }

    #[test]
    fn the_rows_applied_to_the_first_side_give_the_second(
        a in prop::collection::vec(pick(), 0..6),
        b in prop::collection::vec(pick(), 0..6),
    ) {
        let (a, b) = (part(&world(&a)), part(&world(&b)));
        let found = compare(&a, &b);
        let wanted: Vec<String> = b.json().unwrap()["manifests"]
            .as_array()
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        prop_assert_eq!(applied(&a, &index(&found).entries, &b), wanted);
    }

    #[test]
    fn the_rows_as_edits_of_a_draft_of_the_first_side_give_the_second(
        a in prop::collection::vec(pick(), 0..6),
        b in prop::collection::vec(pick(), 0..6),
    ) {
        let (a, b) = (part(&world(&a)), part(&world(&b)));
        let found = compare(&a, &b);
        let wanted = b.json().unwrap()["manifests"].as_array().unwrap().clone();
        prop_assert_eq!(edited(&a, &index(&found).entries, &b), wanted);
    }

    #[test]
    fn layers_of_swapped_sides_mirror(
        a in prop::collection::vec(0_u8..5, 0..7),
        b in prop::collection::vec(0_u8..5, 0..7),
    ) {
        let build = |layers: &[u8]| {
            let names: Vec<String> = layers.iter().map(ToString::to_string).collect();
            let layers: Vec<(&str, u64)> = names.iter().map(|it| (it.as_str(), 1)).collect();
            part(&one(&layers, json!({})))
        };
        let (a, b) = (build(&a), build(&b));
        let rows = |a: &Part, b: &Part| -> Vec<(Option<usize>, Option<usize>)> {
            let found = compare(a, b);
            let number = |side: &Option<LayerSide>| side.as_ref().map(|it| it.number);
            let mut rows: Vec<_> =
                image(&found).layers.iter().map(|it| (number(&it.a), number(&it.b))).collect();
            rows.sort();
            rows
        };
        let mut mirrored: Vec<_> = rows(&b, &a).into_iter().map(|(a, b)| (b, a)).collect();
        mirrored.sort();
        prop_assert_eq!(rows(&a, &b), mirrored);
    }
}
