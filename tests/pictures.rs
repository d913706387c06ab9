//! The pictures of the README, made from the real program.
//!
//! `PLATY_PICTURES=1 cargo test --test integration pictures` draws assets/pictures/*.svg anew. Without the
//! variable the same sessions run, and the pictures must show what the program shows.

use std::path::Path;

use crate::support::command::PLATY;
use crate::support::picture::{self, Picture};
use crate::support::terminal::Terminal;
use tempfile::TempDir;

const ENTER: &str = "\r";
const ESCAPE: &str = "\u{1b}";
const DOWN: &str = "\u{1b}[B";

const HOST: &str = "127.0.0.1:";
/// The port in all pictures; the demo has another one each time.
const PORT: &str = "50000";
/// The seconds in all pictures.
const SECONDS: &str = "0.1 s";

#[test]
fn start() {
    let (_home, mut terminal) = demo(100, 28);
    terminal.types(&DOWN.repeat(3));
    terminal.see("provenance and SBOM under each image");
    show("start", "platy demo: the start page lists sample images", &terminal);
}

#[test]
fn explorer() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "ten-platforms", "21 of 21 loaded");
    terminal.types("jjl");
    terminal.see("layer 3");
    terminal.see("config says  linux/arm64");
    let title = "platy: the ten platforms of an image as a tree, one of them opened, and its \
                 summary beside the tree";
    show("explorer", title, &terminal);
}

#[test]
fn raw() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "ten-platforms", "21 of 21 loaded");
    terminal.types("2");
    terminal.see("\"schemaVersion\": 2");
    show("raw", "platy: the exact bytes of an index beside its tree, laid out", &terminal);
}

#[test]
fn layers() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "ten-platforms", "21 of 21 loaded");
    terminal.types("jl3");
    terminal.see("compressed, base first");
    show("layers", "platy: layers beside the build steps that made them", &terminal);
}

#[test]
fn tags() {
    let (_home, mut terminal) = demo(100, 28);
    open(&mut terminal, "demo/tags", "1 of 1 loaded");
    terminal.types("t");
    terminal.see("1 000 names");
    // Each letter's screen is waited for: what was asked for depends on what was shown.
    quiet(&terminal);
    terminal.types("/");
    for (letter, typed) in [("3", "/ 3"), (".", "/ 3."), ("1", "/ 3.1"), ("1", "/ 3.11")] {
        terminal.types(letter);
        terminal.see(typed);
        quiet(&terminal);
    }
    terminal.see("15 of 1 000 names");
    show("tags", "platy: a thousand tags narrowed by typing", &terminal);
}

#[test]
fn draft() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "ten-platforms", "21 of 21 loaded");
    terminal.types("e");
    terminal.see("unchanged · OCI");
    terminal.types("jjx");
    terminal.see("1 removed");
    // An edited platform, and a form open in another row.
    terminal.types("j\r");
    terminal.see("platform of entry");
    terminal.types("\t\t\u{15}v7\r");
    terminal.see("1 changed");
    terminal.types("n");
    terminal.see("fill from the config");
    terminal.types("\r\t\t");
    terminal.see("v5  v6  v7  v8");
    let title = "platy: a list as a draft: an entry removed, another edited in a form, and what is \
                 wrong with it under the table";
    show("draft", title, &terminal);
}

#[test]
fn why() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "ten-platforms", "21 of 21 loaded");
    terminal.types("w");
    terminal.see("looked for");
    quiet(&terminal);
    terminal.types("}");
    terminal.see("Apple silicon");
    let title = "platy: which entry an engine picks on a machine, and the verdict on every entry";
    show("why", title, &terminal);
}

#[test]
fn compare() {
    let (_home, mut terminal) = demo(128, 30);
    open(&mut terminal, "demo/compare:1", "7 of 7 loaded");
    terminal.types("=");
    terminal.see("compare with");
    terminal.types(&format!(":2{ENTER}"));
    terminal.see("entries differ");
    quiet(&terminal);
    terminal.types("]");
    terminal.see("linux/arm64/v8: 3 of 4 layers differ");
    let title = "platy: what differs between two tags, side by side: platforms, layers, config";
    show("compare", title, &terminal);
}

#[test]
fn broken() {
    let (_home, mut terminal) = demo(100, 24);
    open(&mut terminal, "demo/broken", "failed");
    terminal.types("jj");
    terminal.see("the registry does not have this manifest");
    show("broken", "platy: an entry that the registry does not have, and why", &terminal);
}

fn demo(columns: u16, rows: u16) -> (TempDir, Terminal) {
    let home = TempDir::new().unwrap();
    let terminal = Terminal::start(PLATY, &["demo"], home.path(), columns, rows);
    terminal.see("demo/ten-platforms");
    (home, terminal)
}

/// Opens the first sample that fits, and waits until what is said of a loaded image is seen.
fn open(terminal: &mut Terminal, name: &str, loaded: &str) {
    terminal.types(name);
    terminal.see(&format!("› {name}"));
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.see(loaded);
    // Picks are shown for one machine wherever the pictures are drawn.
    terminal.types("wH");
    terminal.see("for example");
    terminal.types(&format!("graviton{ENTER}"));
    terminal.see("AWS Graviton");
    terminal.types(ESCAPE);
    // The why page may say the same words.
    terminal.see_no_more("looked for");
    terminal.see(loaded);
}

/// Waits until nothing moves any more.
fn quiet(terminal: &Terminal) -> vt100::Screen {
    terminal.wait("everything loaded", |screen| {
        // The throbber is of the braille letters.
        !screen.contents().contains(|c| ('\u{2800}'..'\u{2900}').contains(&c))
    })
}

/// Draws the picture of what is shown when nothing moves any more, or compares it.
fn show(name: &str, title: &str, terminal: &Terminal) {
    let screen = quiet(terminal);
    let mut picture = Picture::of(&screen);
    settle(&mut picture);
    let svg = picture.svg(title);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/pictures/{name}.svg"));
    if std::env::var_os("PLATY_PICTURES").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &svg).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    let (shown, kept) = (comparable(&svg), comparable(&kept));
    assert_eq!(
        shown,
        kept,
        "{name}.svg shows something else; PLATY_PICTURES=1 draws it anew; the program shows:\n{}",
        shown.join("\n")
    );
}

/// Gives a picture the port and the seconds that all pictures have.
fn settle(picture: &mut Picture) {
    for (row, line) in picture.lines().iter().enumerate() {
        let column = |at: usize| line[..at].chars().count();
        for (at, host) in line.match_indices(HOST) {
            let port = line[at + host.len()..].chars().take_while(char::is_ascii_digit).count();
            assert_eq!(port, PORT.len(), "the demo's port takes as many cells as the pictures'");
            picture.overwrite(row, column(at + host.len()), PORT);
        }
        if let Some(at) = line.trim_end().strip_suffix(" s").and_then(|it| it.rfind("· ")) {
            picture.overwrite(row, column(at) + 2, SECONDS);
        }
    }
}

/// What a picture says, apart from ages, which go on after it was made, and from the number of
/// requests: what a screen that was left had asked for by then is a matter of time.
fn comparable(svg: &str) -> Vec<String> {
    let without_requests = |line: String| match line.split_once(" requests") {
        Some((before, after)) => {
            format!("{} requests{after}", before.trim_end_matches(|c: char| c.is_ascii_digit()))
        }
        None => line,
    };
    let without_age = |line: String| match line.strip_suffix(" ago").and_then(|it| it.rfind(" · "))
    {
        Some(at) => line[..at].to_owned(),
        None => line,
    };
    picture::text(svg).into_iter().map(without_age).map(without_requests).collect()
}
