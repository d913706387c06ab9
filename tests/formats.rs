//! What platy wrote to disk at commit 9305aee is read by the platy of today, or read anew.
//!
//! `data/formats-9305aee` holds the folders of state and cache as that commit's own program left
//! them (2026-11-28): it inspected and checked a list of three images, pushed two tags, took one
//! push back, and was killed while a draft was open.

use std::fs;
use std::path::Path;

use platy::model::draft::Draft;
use platy::oci::Digest;
use platy::tui::app::KeptDraft;
use tempfile::TempDir;

use crate::support::command::{Ran, platy};

const DRAFT: &str =
    include_str!("data/formats-9305aee/state/platy/drafts/20261128-184353-4903c933-1.json");
const ROOT: &str = "sha256:64475b155445a5b1e96822bbb90a79c471492b87df8e472d34bb13868aa35faf";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

/// A home in which the old platy ran.
fn home() -> TempDir {
    let home = TempDir::new().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats-9305aee");
    copy(&data, home.path());
    home
}

fn digest(ran: &Ran) -> String {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    Digest::sha256(&ran.stdout).to_string()
}

#[test]
fn an_old_draft_is_gone_on_with() {
    let kept = KeptDraft {
        name: "old".to_owned(),
        text: DRAFT.to_owned(),
        at: "2026-11-28T18:44:00Z".parse().unwrap(),
    };
    assert_eq!(kept.title().unwrap(), "127.0.0.1:5005/team/app:3");
    let list = kept.list().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list.document.bytes).unwrap();
    assert_eq!(crate::assemble::platforms(&list), ["linux/arm/v7"]);
    let note = |list: &serde_json::Value| {
        list["manifests"][0]["annotations"]["org.example.note"].as_str().unwrap().to_owned()
    };
    assert_eq!(note(&list), "changed");
    // The edit behind the cursor was undone, and can be done again.
    let whole: serde_json::Value = serde_json::from_str(DRAFT).unwrap();
    let mut draft = Draft::restore(&whole["draft"].to_string()).unwrap();
    assert!(draft.redo() && !draft.redo());
    let again = serde_json::from_slice(&draft.document().bytes).unwrap();
    assert_eq!(note(&again), "changedorg.example.who=undone");
    assert!(draft.undo() && draft.undo() && draft.undo() && !draft.undo());
    let base = whole["draft"]["base"]["digest"].as_str().unwrap();
    assert_eq!(draft.document().digest.to_string(), base);
}

#[test]
fn an_old_draft_is_found_by_its_target() {
    let home = home();
    let printed = platy(home.path(), &["inspect", "--raw", "draft:127.0.0.1:5005/team/app:3"]);
    // What the old platy showed as the draft's digest.
    assert!(digest(&printed).starts_with("sha256:172dadf1018e"));
}

#[test]
fn an_old_journal_is_listed() {
    let home = home();
    let ran = platy(home.path(), &["undo", "--list", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let listed = ran.json();
    let pushes: Vec<[&str; 3]> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|it| ["id", "reference", "state"].map(|field| it[field].as_str().unwrap()))
        .collect();
    assert_eq!(
        pushes,
        [
            ["f6be44e7b2bbff50", "127.0.0.1:5005/team/app:2", "undo"],
            ["bcf18166571e0af6", "127.0.0.1:5005/team/app:2", "undone"],
            ["dfdf5a94d285c310", "127.0.0.1:5005/team/app:1", "done"],
            ["aa93b7deb4322007", "127.0.0.1:5005/team/app:2", "done"],
        ]
    );
    assert_eq!(listed[2]["before"], ROOT);
    assert!(listed[3]["before"].is_null(), "the tag was new");
}

/// Nothing answers at the reference: what is printed is what the old platy kept.
#[test]
fn an_old_cache_is_read() {
    let home = home();
    let name = format!("127.0.0.1:5005/team/app@{ROOT}");
    assert_eq!(digest(&platy(home.path(), &["inspect", "--raw", &name])), ROOT);
    // Kept bytes that do not have their digest are not content.
    let hex = ROOT.strip_prefix("sha256:").unwrap();
    fs::write(home.path().join("cache/platy/blobs/sha256").join(hex), "{}").unwrap();
    let ran = platy(home.path(), &["inspect", "--raw", &name]);
    assert_ne!(ran.code, 0, "{}", ran.text());
    assert!(ran.stdout.is_empty());
}
