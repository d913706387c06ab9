//! Drafts as a whole: properties of edits, and tables for what they report.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::oci::{self, Algorithm, Digest, Document, Location, MediaType, Platform};

pub(super) fn location(text: &str) -> Location {
    text.parse().unwrap()
}

pub(super) fn digest(n: usize) -> Digest {
    Digest::sha256(n.to_string().as_bytes())
}

/// An entry with fields that nobody knows, odd spellings and escapes.
pub(super) fn entry(n: usize, platform: &str) -> String {
    let (os, rest) = platform.split_once('/').unwrap();
    let (architecture, variant) = rest.split_once('/').unwrap_or((rest, ""));
    let variant =
        if variant.is_empty() { String::new() } else { format!(r#","variant":"{variant}""#) };
    format!(
        r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","x-unknown":{{"b":1.0,"a":[1e2,null]}},"digest":"{}","size":{},"platform":{{"architecture":"{architecture}","os":"{os}"{variant},"x":"\u0041\/"}}}}"#,
        digest(n),
        100 + n
    )
}

fn attestation(n: usize, of: usize) -> String {
    format!(
        r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":7,"annotations":{{"vnd.docker.reference.digest":"{}","vnd.docker.reference.type":"attestation-manifest"}},"platform":{{"architecture":"unknown","os":"unknown"}}}}"#,
        digest(n),
        digest(of)
    )
}

fn base(entries: &[String]) -> Base {
    base_of(&format!(
        r#"{{"schemaVersion":2,"x-top":{{"k":"\u00e9"}},"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{}],"annotations":{{"a":"b"}}}}"#,
        entries.join(",")
    ))
}

fn base_of(json: &str) -> Base {
    let bytes = Bytes::from(json.to_owned());
    let document = Document::parse(bytes, None, Algorithm::Sha256).unwrap();
    Base::new(location("example.com/app:1"), Arc::new(document)).unwrap()
}

pub(super) fn usual() -> Draft {
    Draft::of(base(&[
        entry(1, "linux/amd64"),
        entry(2, "linux/arm/v7"),
        attestation(3, 1),
        entry(4, "windows/amd64"),
    ]))
    .unwrap()
}

pub(super) fn material(n: usize, platform: &str) -> Material {
    Material {
        from: location("example.com/other:2"),
        descriptor: entry(n, platform),
        config: None,
        filled: false,
    }
}

pub(super) fn add(n: usize, platform: &str) -> Edit {
    Edit::Add { materials: vec![material(n, platform)], companions: Vec::new(), at: None }
}

fn marks(draft: &Draft) -> String {
    draft.entries().iter().map(|entry| entry.mark.sign()).collect()
}

pub(super) fn id(draft: &Draft, at: usize) -> EntryId {
    draft.entries().into_iter().filter(|it| it.position.is_some()).nth(at).unwrap().id
}

fn kinds(draft: &Draft) -> Vec<&'static str> {
    draft.problems().iter().map(|problem| problem.kind.as_str()).collect()
}

#[test]
fn a_list_left_unchanged_keeps_its_bytes() {
    let pretty = "{\n   \"schemaVersion\": 2,\n   \"manifests\": []\n}\n";
    let base = base_of(pretty);
    let digest = base.document.digest.clone();
    let mut draft = Draft::of(base).unwrap();
    assert_eq!(draft.document().bytes, pretty);
    draft.apply(add(1, "linux/amd64")).unwrap();
    assert_ne!(draft.document().digest, digest);
    assert!(draft.document().bytes.ends_with(b"\n   ]\n}\n"), "the style of the base is kept");
    let added = id(&draft, 0);
    draft.apply(Edit::Remove { entries: vec![added], keep_attestations: false }).unwrap();
    assert_eq!(draft.document().bytes, pretty, "nothing differs any more");
    assert!(!draft.is_changed());
}

#[test]
fn an_image_takes_its_attestations_along() {
    let mut draft = usual();
    let first = id(&draft, 0);
    assert_eq!(draft.entries()[2].attests, Some(first));
    draft.apply(Edit::Remove { entries: vec![first], keep_attestations: false }).unwrap();
    assert_eq!(marks(&draft), "- - ");
    assert_eq!(draft.len(), 2);
    draft.undo();
    draft.apply(Edit::Remove { entries: vec![first], keep_attestations: true }).unwrap();
    assert_eq!(marks(&draft), "-   ");
    assert!(kinds(&draft).contains(&"lonely_attestation"));
}

#[test]
fn marks_say_how_entries_stand_to_the_base() {
    let mut draft = usual();
    let (first, second) = (id(&draft, 0), id(&draft, 1));
    draft.apply(Edit::Move { entry: first, to: 3 }).unwrap();
    assert_eq!(marks(&draft), "   ↕");
    let value = "v6".to_owned();
    draft.apply(Edit::SetPlatform { entry: second, field: Field::Variant, value }).unwrap();
    draft.apply(add(9, "linux/s390x")).unwrap();
    assert_eq!(marks(&draft), "~  ↕+");
    assert!(draft.undo() && draft.undo() && draft.undo());
    assert!(!draft.undo());
    assert_eq!(marks(&draft), "    ");
    assert!(draft.redo());
    assert_eq!(marks(&draft), "   ↕");
    draft.apply(add(9, "linux/s390x")).unwrap();
    assert!(!draft.redo(), "a new edit forgets what was undone");
}

#[test]
fn a_field_is_set_and_nothing_else() {
    let mut draft = usual();
    let entry = id(&draft, 3);
    let set = |field, value: &str| Edit::SetPlatform { entry, field, value: value.to_owned() };
    draft.apply(set(Field::OsVersion, "10.0.20348.1")).unwrap();
    draft.apply(set(Field::OsFeatures, "win32k, x")).unwrap();
    let json = draft.entries()[3].json.clone();
    assert!(
        json.contains(
            r#""platform":{"architecture":"amd64","os":"windows","os.version":"10.0.20348.1","os.features":["win32k","x"],"x":"\u0041\/"}"#
        ),
        "{json}"
    );
    assert!(json.contains(r#""x-unknown":{"b":1.0,"a":[1e2,null]}"#));
    draft.apply(set(Field::OsVersion, "")).unwrap();
    draft.apply(set(Field::OsFeatures, "")).unwrap();
    assert!(!draft.is_changed(), "dropping both gives the base back");
    assert!(draft.apply(set(Field::Os, "a\u{1b}b")).is_err());
    let gone = Edit::Remove { entries: vec![entry], keep_attestations: false };
    draft.apply(gone.clone()).unwrap();
    assert_eq!(draft.apply(gone), Err(Refused::NoEntry));
}

#[test]
fn filling_from_a_config_keeps_what_the_config_does_not_say() {
    let mut draft = usual();
    let (arm, windows) = (id(&draft, 1), id(&draft, 3));
    let config = Platform::new("linux", "arm", "");
    draft.apply(Edit::FillFromConfig { entry: arm, config }).unwrap();
    assert!(!draft.is_changed());
    let mut config = Platform::new("windows", "amd64", "");
    config.os_version = "10.0.17763.1".into();
    draft.apply(Edit::FillFromConfig { entry: windows, config }).unwrap();
    assert_eq!(draft.entries()[3].platform().unwrap().to_string(), "windows(10.0.17763.1)/amd64");
    let config = Platform::new("linux", "s390x", "");
    draft.apply(Edit::FillFromConfig { entry: windows, config }).unwrap();
    assert_eq!(draft.entries()[3].platform().unwrap().to_string(), "linux/s390x");
}

#[test]
fn switching_the_format_names_what_is_lost() {
    let mut draft = usual();
    let entry = Place::Entry(id(&draft, 0));
    let (key, value) = ("k".to_owned(), Some("v".to_owned()));
    draft.apply(Edit::Annotate { on: entry, key, value }).unwrap();
    draft.apply(Edit::SetArtifactType(Some("a/b".into()))).unwrap();
    assert_eq!(
        losses(&draft, Format::Docker),
        [
            "the list's artifactType",
            "1 annotation of the list",
            "1 attestation",
            "1 annotation of entries"
        ]
    );
    draft.apply(Edit::SetFormat(Format::Docker)).unwrap();
    let document = draft.document();
    assert_eq!(document.media_type, MediaType::DockerList);
    let text = std::str::from_utf8(&document.bytes).unwrap();
    assert!(text.contains("manifest.list.v2+json") && !text.contains("annotations"), "{text}");
    assert!(text.contains(r#""x-top":{"k":"\u00e9"}"#), "unknown fields stay");
    let annotate = Edit::Annotate { on: Place::List, key: "a".into(), value: Some("b".into()) };
    assert_eq!(draft.apply(annotate), Err(Refused::Docker("annotations")));
    assert!(losses(&draft, Format::Oci).is_empty());
    draft.apply(Edit::SetFormat(Format::Oci)).unwrap();
    assert_eq!(draft.document().parse().unwrap().media_type, MediaType::OciIndex);
}

#[test]
fn several_edits_are_undone_as_one_and_refused_as_one() {
    let mut draft = usual();
    let bytes = draft.document().bytes.clone();
    let gone = Edit::Remove { entries: vec![EntryId(77)], keep_attestations: false };
    assert!(draft.apply(Edit::All(vec![add(8, "linux/386"), gone])).is_err());
    assert_eq!(draft.document().bytes, bytes);
    draft.apply(Edit::All(vec![add(8, "linux/386"), add(9, "linux/arm64")])).unwrap();
    assert_eq!(draft.len(), 6);
    draft.undo();
    assert_eq!(draft.document().bytes, bytes);
}

#[test]
fn replacing_an_image_replaces_its_attestations() {
    let mut draft = usual();
    let edit = Edit::Replace {
        entry: id(&draft, 0),
        with: material(11, "linux/amd64"),
        attestations: vec![Material { descriptor: attestation(12, 11), ..material(0, "a/b") }],
    };
    draft.apply(edit).unwrap();
    let document = draft.document().parse().unwrap();
    let oci::Manifest::Index(index) = document.manifest else { panic!() };
    let digests: Vec<_> =
        index.entries.iter().map(|entry| entry.descriptor().unwrap().digest.clone()).collect();
    assert_eq!(digests, [digest(11), digest(2), digest(4), digest(12)]);
    assert!(!kinds(&draft).contains(&"lonely_attestation"));
}

#[test]
fn entries_are_found_by_platform_digest_and_position() {
    let draft = usual();
    let find = |text: &str| -> Result<Vec<EntryId>, String> {
        draft.find(&text.parse::<Match>()?).map_err(|refused| refused.to_string())
    };
    let prefix = digest(2).hex()[..8].to_owned();
    for (text, expected) in [
        ("linux/*", vec![0, 1]),
        ("linux/arm", vec![1]),
        ("#3", vec![2]),
        (prefix.as_str(), vec![1]),
        (digest(4).as_str(), vec![3]),
    ] {
        let expected: Vec<EntryId> = expected.into_iter().map(EntryId).collect();
        assert_eq!(find(text), Ok(expected), "{text}");
    }
    for (text, sentence) in [
        ("#5", "there is no entry #5: the list has 4 entries"),
        (
            "linux/s390x",
            "no entry matches linux/s390x: the list has linux/amd64, linux/arm/v7, windows",
        ),
        ("#0", "not a position"),
        ("arm", "names no entry"),
        ("ab", "at least 4 digits"),
    ] {
        assert!(find(text).unwrap_err().contains(sentence), "{text}: {:?}", find(text));
    }
}

#[test]
fn every_problem_is_reported_at_once_and_fixes_mend() {
    let plain = |n: usize, rest: &str| {
        let digest = digest(n);
        let kind = "application/vnd.docker.distribution.manifest.v2+json";
        format!(r#"{{"mediaType":"{kind}","digest":"{digest}","size":5{rest}}}"#)
    };
    let platform = |os: &str, architecture: &str, variant: &str| {
        format!(
            r#","platform":{{"os":"{os}","architecture":"{architecture}","variant":"{variant}"}}"#
        )
    };
    let mut draft = Draft::new(Format::Oci);
    assert_eq!(kinds(&draft), ["empty"]);
    let mut windows = Platform::new("windows", "amd64", "");
    windows.os_version = "10.0.1.2".into();
    let materials: Vec<Material> = [
        (plain(1, ""), Some(Platform::new("linux", "amd64", ""))),
        (plain(2, &platform("linux", "x86_64", "")), None),
        (plain(3, &platform("linux", "sparc9", "")), None),
        (plain(4, &platform("linux", "arm", "7")), None),
        (plain(5, &platform("linux", "arm64", "v8")), Some(Platform::new("linux", "s390x", ""))),
        (plain(6, &platform("windows", "amd64", "")), Some(windows)),
        (plain(7, &platform("linux", "aarch64", "")), None),
        (attestation(8, 99), None),
    ]
    .into_iter()
    .map(|(descriptor, config)| Material { descriptor, config, ..material(0, "a/b") })
    .collect();
    draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
    assert_eq!(
        kinds(&draft),
        [
            "mixed_types",
            "no_platform",
            "unknown_platform",
            "unknown_platform",
            "unknown_variant",
            "config_disagrees",
            // Of two for arm64 the one whose config says s390x goes.
            "duplicate",
            "windows_version",
            "unknown_platform",
            "lonely_attestation"
        ]
    );
    assert!(!draft.is_sound());
    let mut steps = 0;
    while let Some(fix) = draft.problems().into_iter().find_map(|problem| problem.fix) {
        draft.apply(fix.edit).unwrap();
        steps += 1;
        assert!(steps < 20, "fixes come to an end: {:?}", draft.problems());
    }
    assert_eq!(kinds(&draft), ["unknown_platform"], "{:?}", draft.problems());
    assert_eq!(draft.format(), Format::Docker);
}

#[test]
fn of_two_for_one_platform_the_one_whose_config_disagrees_goes() {
    let image = |n: usize, config: &str| {
        let (os, architecture) = config.split_once('/').unwrap();
        let config = Some(Platform::new(os, architecture, ""));
        Material { descriptor: entry(n, "linux/arm64"), config, ..material(0, "a/b") }
    };
    for (configs, gone) in [
        (["linux/amd64", "linux/arm64"], 1),
        (["linux/arm64", "linux/amd64"], 2),
        (["linux/arm64", "linux/arm64"], 2),
        (["linux/amd64", "linux/amd64"], 2),
        // A part that a config leaves out is not a contradiction.
        (["linux/", "linux/amd64"], 2),
    ] {
        let mut draft = Draft::new(Format::Oci);
        let materials = configs.iter().zip(1..).map(|(config, n)| image(n, config)).collect();
        draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
        let problems = draft.problems();
        let found: Vec<_> =
            problems.iter().filter(|it| it.kind == ProblemKind::Duplicate).collect();
        assert_eq!(found.len(), 1, "{configs:?}");
        let fix = found[0].fix.clone().unwrap();
        assert!(found[0].sentence.starts_with(&format!("entry {gone} is for")), "{found:?}");
        draft.apply(fix.edit).unwrap();
        let left = draft.document().parse().unwrap();
        let oci::Manifest::Index(index) = &left.manifest else { panic!() };
        assert_eq!(index.entries[0].descriptor().unwrap().digest, digest(3 - gone), "{configs:?}");
    }
}

#[test]
fn diff_ids_that_do_not_fit_stop_a_push_and_a_config_without_any_does_not() {
    use crate::model::world::World;
    let mut world = World::default();
    let image = |world: &mut World, ids: &[&str]| {
        let ids: Vec<String> =
            ids.iter().map(|id| Digest::sha256(id.as_bytes()).to_string()).collect();
        let config = serde_json::json!({
            "os": "linux", "architecture": "amd64",
            "rootfs": { "type": "layers", "diff_ids": ids },
        });
        let config = world.put(&MediaType::OciConfig, &config);
        let layer = |n: u8| {
            let digest = Digest::sha256(&[n]);
            let kind = "application/vnd.oci.image.layer.v1.tar+gzip";
            serde_json::json!({ "mediaType": kind, "digest": digest.as_str(), "size": 1 })
        };
        let manifest = serde_json::json!({
            "schemaVersion": 2, "config": config, "layers": [layer(1), layer(2)],
        });
        let mut entry = world.put(&MediaType::OciManifest, &manifest);
        entry["platform"] = serde_json::json!({ "os": "linux", "architecture": "amd64" });
        Material { descriptor: entry.to_string(), ..material(0, "a/b") }
    };
    for (ids, fits, sound) in
        [(&["a", "b"][..], true, true), (&["a"], false, false), (&[], false, true)]
    {
        let mut draft = Draft::new(Format::Oci);
        let materials = vec![image(&mut world, ids)];
        draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
        while let Some(want) = draft.wanted().into_iter().next() {
            let answer = world.answer(&want.need);
            draft.learn(&want, answer);
        }
        assert_eq!(draft.is_sound(), sound, "{:?}", draft.problems());
        assert_eq!(kinds(&draft).contains(&"diff_ids"), !fits);
    }
}

#[test]
fn a_plan_says_what_changes_beside_the_entries() {
    let list = [entry(1, "linux/amd64"), attestation(2, 1), entry(3, "linux/arm64")];
    let mut draft = Draft::of(base(&list)).unwrap();
    assert_eq!(changes::changes(&draft), Vec::<String>::new());
    let annotate = |place, key: &str, value: Option<&str>| Edit::Annotate {
        on: place,
        key: key.to_owned(),
        value: value.map(str::to_owned),
    };
    draft.apply(annotate(Place::List, "org.example.a", Some("1"))).unwrap();
    draft.apply(annotate(Place::Entry(EntryId(2)), "org.example.b", Some("2"))).unwrap();
    assert_eq!(
        changes::changes(&draft),
        [
            "the annotation org.example.a of the list is set to 1",
            "the annotation org.example.b of entry 3 is set to 2",
        ]
    );
    draft.apply(Edit::Remove { entries: vec![EntryId(0)], keep_attestations: false }).unwrap();
    let said = changes::changes(&draft);
    assert_eq!(said.last().unwrap(), "an attestation falls away: that of linux/amd64");
    draft.undo();
    draft.apply(Edit::SetFormat(Format::Docker)).unwrap();
    let said = changes::changes(&draft);
    assert_eq!(said[0], "the list becomes a Docker manifest list; it was an OCI index");
    assert_eq!(said.last().unwrap(), "an attestation falls away: that of linux/amd64");
    // A new list was nothing before.
    let mut new = Draft::new(Format::Oci);
    new.apply(Edit::SetFormat(Format::Docker)).unwrap();
    assert_eq!(changes::changes(&new), Vec::<String>::new());
}

#[test]
fn what_the_base_has_already_does_not_stop_a_push() {
    let odd = r#"{"digest":7}"#.to_owned();
    let mut draft = Draft::of(base(&[entry(1, "linux/what"), odd])).unwrap();
    assert!(draft.problems().len() >= 2);
    assert!(draft.is_sound());
    draft.apply(add(2, "linux/what2")).unwrap();
    assert!(!draft.is_sound());
}

#[test]
fn effects_say_who_gets_what_instead() {
    let draft = Draft::of(base(&[entry(1, "linux/arm/v6"), entry(2, "linux/amd64")])).unwrap();
    let before = draft.base().unwrap().document.clone();
    assert_eq!(effects(&before, &(), &draft, "app:1"), Effects::default());
    let mut draft = draft;
    draft.apply(add(3, "linux/arm/v7")).unwrap();
    let found = effects(&before, &(), &draft, "app:1");
    let sentences: Vec<String> = found.changes.iter().map(Effect::sentence).collect();
    let whole = sentences.join("\n");
    assert!(
        whole.contains("linux/arm/v7 machines get linux/arm/v7 instead of linux/arm/v6"),
        "{whole}"
    );
    assert!(!whole.contains("linux/amd64"), "amd64 machines are not touched: {whole}");
}

#[test]
fn a_draft_comes_back_as_it_was_saved() {
    let mut draft = usual();
    draft.apply(add(9, "linux/s390x")).unwrap();
    let entry = id(&draft, 1);
    draft.apply(Edit::Move { entry, to: 0 }).unwrap();
    draft.apply(Edit::SetArtifactType(Some("a/b".into()))).unwrap();
    draft.undo();
    let mut restored = Draft::restore(&draft.save()).unwrap();
    assert_eq!(restored.document(), draft.document());
    assert_eq!(restored.entries(), draft.entries());
    assert_eq!(restored.base(), draft.base());
    assert!(restored.redo() && draft.redo());
    assert_eq!(restored.document(), draft.document());
    assert!(matches!(Draft::restore("{}"), Err(SaveError::Malformed(_))));
    assert_eq!(Draft::restore(r#"{"version":9}"#).unwrap_err(), SaveError::Version(9));
    let damaged = draft.save().replace("x-top", "y-top");
    assert!(matches!(Draft::restore(&damaged), Err(SaveError::Malformed(_))));
}

#[test]
fn a_bare_manifest_is_described_by_its_document_and_config() {
    let json = format!(
        r#"{{"schemaVersion":2,"config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":2}},"layers":[]}}"#,
        digest(5)
    );
    let stated = Some(&MediaType::OciManifest);
    let document = Document::parse(json.into(), stated, Algorithm::Sha256).unwrap();
    let mut config = Platform::new("windows", "amd64", "");
    config.os_version = "10.0.20348.1".into();
    config.os_features = vec!["win32k".into()];
    let from = location("example.com/a:windows");
    let mut gathered = Gathered::of(from, Arc::new(document.clone()));
    gathered.configs = [(document.digest.clone(), config)].into();
    let found = materials(&gathered, &Choice::default()).unwrap();
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert!(one.filled);
    assert_eq!(
        one.descriptor,
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":{},"platform":{{"architecture":"amd64","os":"windows","os.version":"10.0.20348.1","os.features":["win32k"]}}}}"#,
            document.digest,
            document.size()
        )
    );
    let only = Choice { platforms: vec!["linux/*".parse().unwrap()], attestations: true };
    let refused = materials(&gathered, &only).unwrap_err().to_string();
    assert_eq!(
        refused,
        "example.com/a:windows has no image for linux/*; it has windows(10.0.20348.1+win32k)/amd64"
    );
}

#[test]
fn chosen_platforms_come_with_their_attestations() {
    let base = base(&[
        entry(1, "linux/amd64"),
        entry(2, "linux/arm64"),
        attestation(3, 1),
        attestation(4, 2),
    ]);
    let gathered = Gathered::of(base.location.clone(), base.document.clone());
    let choose = |platforms: &[&str], attestations| {
        let platforms = platforms.iter().map(|it| it.parse().unwrap()).collect();
        let found = materials(&gathered, &Choice { platforms, attestations }).unwrap();
        found.into_iter().map(|it| it.descriptor).collect::<Vec<_>>()
    };
    assert_eq!(choose(&["linux/arm64"], true), [entry(2, "linux/arm64"), attestation(4, 2)]);
    assert_eq!(choose(&[], false), [entry(1, "linux/amd64"), entry(2, "linux/arm64")]);
    assert_eq!(choose(&[], true).len(), 4);
}
