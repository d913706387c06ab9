//! Plans against answers made up for the purpose.

use std::sync::Arc;

use super::super::*;
use crate::model::tree::{Answer, Need};
use crate::oci::{Algorithm, Descriptor, Digest, Document, Location, MediaType};

/// An image manifest of a config and these layers, by size.
fn image(layers: &[u64]) -> Document {
    let blob = |kind: &str, size: u64| {
        let digest = Digest::sha256(&size.to_le_bytes());
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.{kind}","digest":"{digest}","size":{size}}}"#
        )
    };
    let layers: Vec<String> = layers.iter().map(|size| blob("layer.v1.tar", *size)).collect();
    let json = format!(
        r#"{{"schemaVersion":2,"config":{},"layers":[{}]}}"#,
        blob("config.v1+json", 7),
        layers.join(",")
    );
    Document::parse(json.into(), Some(&MediaType::OciManifest), Algorithm::Sha256).unwrap()
}

fn list(entries: &[&Document]) -> Document {
    let entries: Vec<String> = entries
        .iter()
        .map(|it| {
            format!(
                r#"{{"mediaType":"{}","digest":"{}","size":{}}}"#,
                it.media_type,
                it.digest,
                it.size()
            )
        })
        .collect();
    let json = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, entries.join(","));
    Document::parse(json.into(), Some(&MediaType::OciIndex), Algorithm::Sha256).unwrap()
}

fn draft(from: &str, images: &[&Document]) -> Draft {
    let mut draft = Draft::new(Format::Oci);
    let from: Location = from.parse().unwrap();
    let materials = images.iter().map(|it| Material::bare(from.clone(), it, None)).collect();
    draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
    draft
}

fn target() -> Target {
    Target::of(&"one.example/app:1".parse().unwrap()).unwrap()
}

/// Answers and reads until there is a plan; how often it went to the target.
fn settle(
    draft: &mut Draft,
    target: &Target,
    there: &[Question],
    documents: &[&Document],
) -> (Answers, usize) {
    let mut answers = Answers::default();
    for rounds in 0..10 {
        let missing = missing(draft, target, &answers);
        if missing.is_empty() {
            return (answers, rounds);
        }
        assert!(missing.failures.is_empty());
        for question in missing.questions {
            let presence = if there.contains(&question) {
                Presence::There(Digest::sha256(b"old"))
            } else {
                Presence::Absent
            };
            answers.insert(question, presence);
        }
        for want in missing.wants {
            let Need::Manifest(descriptor) = &want.need else { panic!() };
            let document = documents.iter().find(|it| it.digest == descriptor.digest).unwrap();
            draft.learn(&want, Ok(Answer::Manifest(Arc::new((*document).clone()))));
        }
    }
    panic!("no end of questions");
}

fn words(plan: &Plan) -> Vec<String> {
    let word = |it: &Step| match &it.action {
        Action::ManifestPresent(_) => "manifest present".to_owned(),
        Action::BlobPresent(blob) => format!("blob {} present", blob.size),
        Action::Mount { blob, from, .. } => format!("mount {} from {from}", blob.size),
        Action::Copy { blob, source } => format!("copy {} from {source}", blob.size),
        Action::PutManifest(document) => format!("put {}", document.kind().as_str()),
        Action::PutAttached { tag, .. } => format!("put attached {tag}"),
        Action::TagPresent { tag } => format!("{tag} present"),
        Action::PutList { tag } => format!("put list {}", tag.as_deref().unwrap_or("-")),
        Action::PutTag { tag } => format!("put tag {tag}"),
        Action::ReadBack { tag } => format!("read {}", tag.as_deref().unwrap_or("-")),
    };
    plan.steps.iter().map(|step| format!("{} {}", step.wave, word(step))).collect()
}

#[test]
fn children_in_the_same_repository_are_asked_for_once_and_nothing_is_read() {
    let images: Vec<Document> = (0..10).map(|n| image(&[n + 100])).collect();
    let images: Vec<&Document> = images.iter().collect();
    let mut draft = draft("one.example/app:old", &images);
    let there: Vec<Question> =
        images.iter().map(|it| Question::Manifest(it.digest.clone())).collect();
    let (answers, rounds) = settle(&mut draft, &target(), &there, &[]);
    assert_eq!(rounds, 1);
    let plan = plan(&draft, &target(), &answers, &Guard::Absent).unwrap();
    assert_eq!(plan.sums.manifests_present, 10);
    assert_eq!(words(&plan)[10..], ["1 put list 1", "2 read 1"]);
    assert_eq!(plan.list.digest, draft.document().digest);
    assert!(plan.conflict.is_none() && !plan.is_done());
}

#[test]
fn another_repository_of_the_registry_is_mounted_without_questions() {
    let one = image(&[11, 12]);
    let two = image(&[12, 13]);
    let mut draft = draft("one.example/other:x", &[&one, &two]);
    let (answers, rounds) = settle(&mut draft, &target(), &[], &[&one, &two]);
    assert_eq!(rounds, 2, "once at the target, once where the manifests are");
    let plan = plan(&draft, &target(), &answers, &Guard::Nothing).unwrap();
    assert_eq!(
        words(&plan),
        [
            "0 mount 7 from one.example/other",
            "0 mount 11 from one.example/other",
            "0 mount 12 from one.example/other",
            "0 mount 13 from one.example/other",
            "1 put image",
            "1 put image",
            "2 put list 1",
            "3 read 1"
        ]
    );
    assert_eq!((plan.sums.mounted, plan.sums.mounted_bytes, plan.sums.copied), (4, 43, 0));
}

#[test]
fn between_registries_what_is_missing_is_copied() {
    let one = image(&[11, 12]);
    let mut draft = draft("two.example/other:x", &[&one]);
    let target = Target { tags: vec!["a".into(), "b".into()], ..target() };
    let there = [Question::Blob(Digest::sha256(&11_u64.to_le_bytes())), Question::Tag("a".into())];
    let (answers, rounds) = settle(&mut draft, &target, &there, &[&one]);
    assert_eq!(rounds, 3);
    let old = Digest::sha256(b"old");
    let guard = Guard::Unchanged(Some(old.clone()));
    let plan = plan(&draft, &target, &answers, &guard).unwrap();
    assert_eq!(
        words(&plan),
        [
            "0 copy 7 from two.example/other:x",
            "0 blob 11 present",
            "0 copy 12 from two.example/other:x",
            "1 put image",
            "2 put list a",
            "3 put tag b",
            "4 read a",
            "4 read b"
        ]
    );
    assert_eq!(plan.before, Some(old));
    assert_eq!((plan.sums.copied, plan.sums.copied_bytes, plan.sums.blobs_present), (2, 19, 1));
    assert_eq!(plan.sums.manifest_bytes, one.size());
}

#[test]
fn a_list_inside_a_list_goes_before_it_and_after_its_images() {
    let one = image(&[11]);
    let inner = list(&[&one]);
    let mut draft = draft("one.example/other:x", &[&inner, &one]);
    let (answers, _) = settle(&mut draft, &target(), &[], &[&inner, &one]);
    let plan = plan(&draft, &target(), &answers, &Guard::Nothing).unwrap();
    assert_eq!(words(&plan)[2..], ["1 put image", "2 put index", "3 put list 1", "4 read 1"]);
}

#[test]
fn a_layout_is_copied_and_what_is_gone_is_named() {
    let one = image(&[11]);
    let mut draft = draft("oci:layout", &[&one]);
    let all = missing(&draft, &target(), &Answers::default());
    assert_eq!(all.questions.len(), 2);
    let mut answers = Answers::default();
    for question in all.questions {
        answers.insert(question, Presence::Absent);
    }
    let all = missing(&draft, &target(), &answers);
    let [want] = all.wants.as_slice() else { panic!("{all:?}") };
    let gone = crate::oci::Failure::new(crate::oci::Class::NotFound, "x", "it is gone");
    draft.learn(want, Err(gone));
    let all = missing(&draft, &target(), &answers);
    assert!(all.is_hopeless());
    assert_eq!(plan(&draft, &target(), &answers, &Guard::Nothing), Err(all));
    let kinds: Vec<_> = draft.problems().iter().map(|it| it.kind).collect();
    assert!(kinds.contains(&ProblemKind::MissingChild));
}

/// Whoever asks for few requests asks the target for a small blob only if its source lacks it.
#[test]
fn a_place_is_asked_for_what_it_is_to_give_and_the_target_for_what_it_cannot() {
    let one = Arc::new(image(&[11, 1 << 20]));
    let [from, of]: [Location; 2] =
        ["oci:layout", "other.example/app:1"].map(|it| it.parse().unwrap());
    let parcel = |from: &Location| Parcel::whole(from, &one, Vec::new());
    let mut answers = Answers::default();
    let tag = Question::Tag("1".to_owned());
    answers.insert(tag, Presence::Absent);
    answers.insert(Question::Manifest(one.digest.clone()), Presence::Absent);
    let blobs: Vec<Arc<Descriptor>> = one.manifest.descriptors().cloned().collect();
    let [config, small, large] = blobs.as_slice() else { panic!() };
    let at_hand = |blob: &Arc<Descriptor>| Question::AtHand(Arc::clone(blob), from.clone());
    let at_target = |blob: &Arc<Descriptor>| Question::Blob(blob.digest.clone());
    let asked = |answers: &Answers| missing(&parcel(&from), &target(), answers).questions;
    assert_eq!(asked(&answers), [at_hand(config), at_hand(small), at_target(large)]);
    // A registry is not asked.
    assert_eq!(missing(&parcel(&of), &target(), &answers).questions, [at_target(large)]);
    answers.insert(at_target(large), Presence::Absent);
    answers.insert(at_hand(config), Presence::There(config.digest.clone()));
    let why = crate::oci::Failure::new(crate::oci::Class::NotFound, "x", "it lacks it");
    answers.insert(at_hand(small), Presence::Lacking(Arc::new(why)));
    assert_eq!(asked(&answers), [at_target(small), at_hand(large)]);
    answers.insert(at_hand(large), Presence::There(large.digest.clone()));
    for (presence, is_planned) in
        [(Presence::There(small.digest.clone()), true), (Presence::Absent, false)]
    {
        answers.insert(at_target(small), presence);
        let all = missing(&parcel(&from), &target(), &answers);
        assert_eq!((all.is_empty(), all.is_hopeless()), (is_planned, !is_planned), "{all:?}");
    }
}

#[test]
fn guards_hold_or_name_both_digests() {
    let one = image(&[11]);
    let draft = draft("one.example/app:x", &[&one]);
    let (old, other) = (Digest::sha256(b"old"), Digest::sha256(b"other"));
    let new = draft.document().digest.clone();
    let conflict = |found: Option<&Digest>, guard: &Guard| {
        let mut answers = Answers::default();
        let presence = found.map_or(Presence::Absent, |it| Presence::There(it.clone()));
        answers.insert(Question::Tag("1".into()), presence);
        let there = Presence::There(one.digest.clone());
        answers.insert(Question::Manifest(one.digest.clone()), there);
        let plan = plan(&draft, &target(), &answers, guard).unwrap();
        assert_eq!(plan.is_done(), found == Some(&new));
        plan.conflict.map(|conflict| conflict.to_string())
    };
    let unchanged = Guard::Unchanged(Some(old.clone()));
    for (found, guard, said) in [
        (Some(&old), &unchanged, None),
        (Some(&new), &unchanged, None),
        (None, &Guard::Unchanged(None), None),
        (None, &Guard::Absent, None),
        (Some(&old), &Guard::Is(old.clone()), None),
        (Some(&other), &Guard::Nothing, None),
        (None, &unchanged, Some("does not exist; it pointed at")),
        (Some(&other), &unchanged, Some("when the draft began")),
        (Some(&other), &Guard::Unchanged(None), Some("it did not exist when")),
        (Some(&other), &Guard::Absent, Some("it was not to exist")),
        (Some(&other), &Guard::Is(old.clone()), Some("it was to point at")),
    ] {
        let found = conflict(found, guard);
        match said {
            None => assert_eq!(found, None, "{guard:?}"),
            Some(said) => assert!(found.clone().is_some_and(|it| it.contains(said)), "{found:?}"),
        }
    }
}

#[test]
fn what_refers_to_an_image_is_pushed_with_it() {
    let one = image(&[11]);
    let signature = image(&[21]);
    let from: Location = "two.example/other:x".parse().unwrap();
    let mut draft = Draft::new(Format::Oci);
    let edit = Edit::Add {
        materials: vec![Material::bare(from.clone(), &one, None)],
        companions: vec![Companion {
            subject: one.digest.clone(),
            material: Material::bare(from, &signature, None),
            tag: None,
        }],
        at: None,
    };
    draft.apply(edit).unwrap();
    assert_eq!(draft.len(), 1);
    let (answers, _) = settle(&mut draft, &target(), &[], &[&one, &signature]);
    let made = plan(&draft, &target(), &answers, &Guard::Nothing).unwrap();
    assert_eq!(made.sums.manifests_put, 2);
    let entry = draft.entries()[0].id;
    draft.apply(Edit::Remove { entries: vec![entry], keep_attestations: false }).unwrap();
    assert!(draft.companions().is_empty());
}

#[test]
fn layers_that_no_registry_holds_are_named() {
    let layer = Descriptor::new(MediaType::OciConfig, Digest::sha256(b"c"), 1);
    let json = format!(
        r#"{{"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{0}","size":1}},
        "layers":[{{"mediaType":"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip","digest":"{0}","size":9,"urls":["https://x.example/l"]}}]}}"#,
        layer.digest
    );
    let stated = Some(&MediaType::OciManifest);
    let windows = Document::parse(json.into(), stated, Algorithm::Sha256).unwrap();
    let mut draft = draft("two.example/other:x", &[&windows]);
    let (answers, _) = settle(&mut draft, &target(), &[], &[&windows]);
    let made = plan(&draft, &target(), &answers, &Guard::Nothing).unwrap();
    assert_eq!((made.sums.copied, made.sums.copied_bytes), (1, 1));
    assert_eq!(made.notes.len(), 1);
}
