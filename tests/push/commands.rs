//! `platy undo`, as a script runs it.

use serde_json::Value;

use super::{Lab, unchanged};
use crate::support::command::{Ran, platy};

impl Lab {
    fn undo(&self, arguments: &[&str]) -> Ran {
        platy(self.home.path(), &[&["undo"], arguments].concat())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_puts_a_tag_back() {
    let lab = Lab::new().await;
    let name = lab.repository().tagged("latest").familiar();
    let ran = lab.undo(&[&name, "--yes"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no push of"), "{}", ran.stderr);

    let old = lab.old();
    lab.push_new("new", &unchanged(Some(&old))).await;
    let new = lab.tag().unwrap();

    let listed = lab.undo(&["--list"]);
    assert_eq!(listed.code, 0);
    assert!(listed.text().contains(&format!("{} → {}", old.short(), new.short())));

    // Nothing is written without a word for it.
    let ran = lab.undo(&[&name]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--yes"), "{}", ran.stderr);
    let ran = lab.undo(&["--dry-run"]);
    assert_eq!(ran.code, 0);
    assert!(ran.text().contains(old.as_str()) && ran.text().contains(new.as_str()));
    assert_eq!(lab.tag(), Some(new.clone()));

    let json = lab.undo(&["--yes", "--json"]).json();
    assert_eq!(json["done"], true);
    assert_eq!(
        (json["before"].as_str(), json["after"].as_str()),
        (Some(new.as_str()), Some(old.as_str()))
    );
    assert_eq!(lab.tag(), Some(old.clone()));

    let listed = lab.undo(&["--list", "--json", &name]).json();
    let states: Vec<&str> =
        listed.as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["undo", "undone"]);
    assert_eq!(lab.undo(&[&name, "--yes"]).code, 2, "nothing is left to take back");
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_stops_where_somebody_else_has_written() {
    let lab = Lab::new().await;
    let old = lab.old();
    lab.push_new("new", &unchanged(Some(&old))).await;
    let theirs = lab.store().index().entries(super::images(&lab.store(), "x", 1)).push().digest;
    lab.store().tag("latest", &theirs);
    for arguments in [&["--yes"][..], &["--dry-run", "--json"], &["--yes", "--json"]] {
        let ran = lab.undo(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}: {}", ran.stderr);
        if arguments.contains(&"--json") {
            let json: Value = ran.json();
            assert!(json["conflict"].as_str().unwrap().contains(theirs.as_str()));
        }
    }
    assert_eq!(lab.tag(), Some(theirs));
    assert_eq!(lab.undo(&["--yes", "--force"]).code, 0);
    assert_eq!(lab.tag(), Some(old));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_was_not_there_is_not_deleted() {
    let lab = Lab::new().await;
    lab.push_new("new", &unchanged(None)).await;
    let ran = lab.undo(&["--yes"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did not exist before") && ran.stderr.contains("`platy tag rm "));
    assert_eq!(lab.undo(&["--yes", "--json"]).json()["nothing"], "was_absent");
    assert!(lab.tag().is_some());
}
