//! What platy wrote to disk at commit 9305aee is read by the platy of today, or read anew.

use std::fs;

use platy::model::draft::Draft;
use platy::tui::app::KeptDraft;
use tempfile::TempDir;

use crate::support::command::platy;

const DRAFT: &str = include_str!("data/formats-9305aee/draft.json");
const PUSHES: &str = include_str!("data/formats-9305aee/pushes.jsonl");

#[test]
fn an_old_draft_is_gone_on_with() {
    let kept = KeptDraft {
        name: "old".to_owned(),
        text: DRAFT.to_owned(),
        at: "2026-11-24T02:00:00Z".parse().unwrap(),
    };
    assert_eq!(kept.title().unwrap(), "registry.example/team/app:2");
    let list = kept.list().unwrap();
    let list: serde_json::Value = serde_json::from_slice(&list.document.bytes).unwrap();
    let platforms: Vec<String> = crate::assemble::platforms(&list);
    assert_eq!(platforms, ["linux/arm/v7", "linux/riscv64"]);
    assert_eq!(list["annotations"]["org.example.note"], "changed");
    // The edit behind the cursor was undone, and can be done again.
    let whole: serde_json::Value = serde_json::from_str(DRAFT).unwrap();
    let mut draft = Draft::restore(&whole["draft"].to_string()).unwrap();
    assert!(list["manifests"][0].get("annotations").is_none());
    assert!(draft.redo() && !draft.redo());
    let again = String::from_utf8(draft.document().bytes.to_vec()).unwrap();
    assert!(again.replace(' ', "").contains(r#""org.example.who":"undone""#), "{again}");
}

#[test]
fn an_old_journal_is_listed() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("state/platy/journal");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("pushes.jsonl"), PUSHES).unwrap();
    let ran = platy(home.path(), &["undo", "--list", "--json"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let listed = ran.json();
    let pushes = listed.as_array().unwrap();
    let times: Vec<&str> = pushes.iter().map(|it| it["time"].as_str().unwrap()).collect();
    // Newest first; the one that did not come about is left out.
    assert_eq!(
        times,
        ["2026-11-24T05:00:00Z", "2026-11-24T03:00:00Z", "2026-11-24T02:00:00.123456789Z"]
    );
    let states: Vec<&str> = pushes.iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["undo", "undone", "done"]);
}
