//! The question before a push, on a terminal.

use super::{Lab, platforms};
use crate::support::command::PLATY;
use crate::support::terminal::Terminal;

/// Asks to put `:linux` and `:windows` under `:all`, and answers after `meanwhile`.
async fn ask(lab: Lab, more: &[&str], answer: &str, meanwhile: fn(&Lab)) -> (Lab, u32, String) {
    let mut arguments = vec!["create".to_owned()];
    arguments.extend(["all", "linux", "windows"].map(|tag| lab.at(&format!("app:{tag}"))));
    arguments.extend(more.iter().map(|it| (*it).to_owned()));
    let answer = answer.to_owned();
    tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut terminal = Terminal::start(PLATY, &arguments, lab.home.path(), 150, 40);
        terminal.wait_for_bytes(b"[y/N] ");
        meanwhile(&lab);
        terminal.types(&format!("{answer}\r"));
        let code = terminal.end();
        let contents = terminal.contents();
        (lab, code, contents)
    })
    .await
    .unwrap()
}

async fn lab() -> Lab {
    let lab = Lab::start().await;
    lab.hello("app");
    lab
}

/// Somebody else writes the tag.
fn moves(lab: &Lab) {
    let repository = lab.sandbox.store().repository("app");
    repository.tag("all", &repository.resolve("windows").unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn yes_pushes_and_anything_else_does_not() {
    let (lab, code, contents) = ask(lab().await, &[], "", |_| ()).await;
    assert_eq!(code, 1, "{contents}");
    assert!(contents.contains("nothing was pushed"), "{contents}");
    assert!(lab.writes().is_empty());
    let (lab, code, contents) = ask(lab, &[], "y", |_| ()).await;
    assert_eq!(code, 0, "{contents}");
    assert_eq!(platforms(&lab.list("app", "all")), ["linux/amd64", "windows/amd64"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_that_moved_meanwhile_stops_the_push_unless_forced() {
    let (lab, code, contents) = ask(lab().await, &[], "y", moves).await;
    assert_eq!(code, 1, "{contents}");
    let windows = lab.digest("app", "windows").unwrap();
    // The terminal's width wraps it.
    let contents = contents.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(contents.contains("it did not exist when the draft began"), "{contents}");
    assert!(contents.contains(&windows.hex()[..20]), "{contents}");
    assert!(lab.writes().is_empty());
    assert_eq!(lab.digest("app", "all"), Some(windows));
    let (lab, code, contents) = ask(lab, &["--force"], "yes", moves).await;
    assert_eq!(code, 0, "{contents}");
    assert_eq!(platforms(&lab.list("app", "all")), ["linux/amd64", "windows/amd64"]);
}
