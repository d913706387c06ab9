//! The real binary in a pseudo-terminal: what a user does and sees.

use crate::support::command::{PLATY, platy};
use crate::support::terminal::Terminal;
use platy::sandbox::{Fault, Rule, Sandbox, SandboxOptions, TagDeletes};
use tempfile::TempDir;

const ENTER: &str = "\r";
const ESC: &str = "\u{1b}";
const DOWN: &str = "\u{1b}[B";
const CTRL_Z: &str = "\u{1a}";

fn demo(home: &TempDir, columns: u16, rows: u16) -> Terminal {
    let terminal = Terminal::start(PLATY, &["demo"], home.path(), columns, rows);
    terminal.see("demo/ten-platforms");
    terminal
}

/// Opens the ten-platform sample from the demo's start page.
fn open_ten_platforms(terminal: &mut Terminal) {
    terminal.types("ten-platforms");
    terminal.see("› ten-platforms");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.see("10 attestations");
    terminal.see("linux/riscv64");
}

#[test]
fn open_walk_search_copy_resize_quit() {
    let home = TempDir::new().unwrap();
    let mut terminal = demo(&home, 120, 40);
    open_ten_platforms(&mut terminal);

    terminal.types("jl");
    terminal.see("config");
    terminal.see("attestation");

    terminal.types("/");
    terminal.types("s390x");
    terminal.see("found");
    terminal.types(ENTER);
    terminal.see("match 1 of");

    terminal.types("y");
    // No display: the digest goes to the terminal, `sha256:` in base64.
    terminal.wait_for_bytes(b"\x1b]52;c;c2hhMjU2O");
    terminal.see("copied to the terminal (OSC 52): digest of linux/s390x");

    terminal.types("2");
    terminal.see("\"schemaVersion\": 2");

    terminal.resize(80, 24);
    terminal.see_no_more("\"schemaVersion\": 2");
    terminal.resize(50, 10);
    terminal.see("platy needs 60×15 cells");
    terminal.resize(120, 40);
    terminal.see("linux/s390x");

    terminal.types("?");
    terminal.see("open or close the node");
    terminal.types(ESC);
    terminal.see("linux/s390x");

    terminal.types("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.is_given_back());
}

#[test]
fn tags_of_the_demo_are_listed_and_opened() {
    let home = TempDir::new().unwrap();
    let mut terminal = demo(&home, 100, 30);
    open_ten_platforms(&mut terminal);
    terminal.types("t");
    terminal.see("newest version first");
    terminal.see("latest");
    terminal.types(ENTER);
    terminal.see("10 images");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_panic_in_a_task_gives_the_terminal_back() {
    let home = TempDir::new().unwrap();
    let environment = [("PLATY_TEST_PANIC", "1")];
    // The shell shows afterwards that the terminal is usable: echo and line mode are on.
    let script = format!("{PLATY} demo; echo code=$?; stty -a");
    let mut terminal =
        Terminal::start_with("sh", &["-c", &script], home.path(), &environment, 100, 30);
    terminal.see("demo/ten-platforms");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.see("code=101");
    terminal.end();
    assert!(terminal.is_given_back());
    let contents = terminal.contents();
    assert!(contents.contains("a panic that a test asked for"), "{contents}");
    assert!(contents.contains(" icanon") && contents.contains(" echo "), "{contents}");
}

#[test]
fn signals_give_the_terminal_back() {
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let home = TempDir::new().unwrap();
        let mut terminal = demo(&home, 80, 24);
        terminal.signal(signal);
        assert_eq!(terminal.end(), code, "{signal}");
        assert!(terminal.is_given_back(), "{signal}");
    }
}

#[test]
fn ctrl_z_stops_and_fg_goes_on() {
    let home = TempDir::new().unwrap();
    let prompt = [("PS1", "# ")];
    let mut terminal = Terminal::start_with("sh", &["-i"], home.path(), &prompt, 100, 30);
    terminal.types(&format!("{PLATY} demo\r"));
    terminal.see("demo/ten-platforms");
    terminal.types(CTRL_Z);
    terminal.see("Stopped");
    assert!(terminal.is_given_back());
    terminal.types("echo still=$((40 + 2))\r");
    terminal.see("still=42");
    terminal.types("fg\r");
    terminal.wait("platy again", |screen| {
        screen.alternate_screen() && screen.contents().contains("demo/ten-platforms")
    });
    terminal.types("\u{3}");
    // Not before the prompt is there: what is typed earlier may still go to platy.
    terminal.wait("the shell's prompt", |screen| {
        !screen.alternate_screen() && screen.contents().trim_end().ends_with("\n#")
    });
    terminal.types("exit\r");
    terminal.end();
    assert!(terminal.is_given_back());
}

#[test]
fn the_mouse_is_taken_and_given_away() {
    let home = TempDir::new().unwrap();
    let mut terminal = demo(&home, 100, 30);
    open_ten_platforms(&mut terminal);
    terminal
        .wait("the mouse", |screen| screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None);
    terminal.types("M");
    terminal
        .wait("no mouse", |screen| screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None);
    terminal.types("M");
    // A click on the fourth row of the tree (SGR encoding: button, column, row).
    terminal.types("\u{1b}[<0;12;6M");
    terminal.types("y");
    terminal.see("copied to the terminal");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn no_color_shows_no_colour() {
    let home = TempDir::new().unwrap();
    let environment = [("NO_COLOR", "1")];
    let mut terminal = Terminal::start_with(PLATY, &["demo"], home.path(), &environment, 100, 30);
    open_ten_platforms(&mut terminal);
    terminal.wait("no colours", |screen| {
        (0..30).all(|row| {
            (0..100).all(|column| {
                screen.cell(row, column).is_none_or(|cell| {
                    cell.fgcolor() == vt100::Color::Default
                        && cell.bgcolor() == vt100::Color::Default
                })
            })
        })
    });
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_without_utf8_gets_ascii_alone_from_every_command() {
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let home = TempDir::new().unwrap();
    let name = format!("{}/demo/ten-platforms", sandbox.host());
    let lacking = format!("{name}:lacking");
    let start = |locale: &str, arguments: &[&str]| {
        let environment = [("LANG", locale)];
        Terminal::start_with(PLATY, arguments, home.path(), &environment, 200, 1_000)
    };
    for (arguments, sign, ascii) in [
        (&["evidence", &name][..], "–", "  -  "),
        (&["digest", &lacking], "→", "\n  > "),
        (&["config", "--platform", "linux/amd64", &name], "·", " . "),
        (&["help", "references"], "sha256:…", "sha256:~"),
        (&["create", "--help"], "VALUE,…>", "VALUE,~>"),
    ] {
        let shown = ["C.UTF-8", "C"].map(|locale| {
            let mut terminal = start(locale, arguments);
            terminal.end();
            terminal.contents()
        });
        let [signs, plain] = &shown;
        assert!(signs.contains(sign), "{arguments:?}: {signs}");
        assert!(plain.is_ascii() && plain.contains(ascii), "{arguments:?}: {plain}");
    }
    // The line that says how long it takes is written over.
    sandbox.faults().add(Rule::new(Fault::Hang));
    start("C", &["digest", &name]).wait_for_bytes(b" . 0 B . ");
    sandbox.faults().clear();
    // Changes are lines of their own.
    let watch = start("C", &["watch", "--interval", "1s", &name]);
    watch.see("sha256:");
    let index = sandbox.store().repository("demo/ten-platforms");
    index.tag("latest", &index.image("linux", "amd64", "").layer("another").push().digest);
    watch.see(" > sha256:");
}

#[tokio::test(flavor = "multi_thread")]
async fn exact_bytes_do_not_steer_a_terminal() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let home = TempDir::new().unwrap();
    let repository = sandbox.store().repository("team/app");
    // JSON text has the control characters below U+0020 as `\u`, and the others as they are.
    let image =
        repository.image("linux", "amd64", "").label("a", "\u{9b}31mred\u{7f}").layer("x").push();
    let name = format!("{}/team/app@{}", sandbox.host(), image.digest);
    let mut terminal = Terminal::start(PLATY, &["config", "--raw", &name], home.path(), 200, 30);
    terminal.end();
    let shown = terminal.contents();
    assert!(shown.contains("\\x9b31mred\\x7f"), "{shown}");
    let ran = crate::support::command::platy(home.path(), &["config", "--raw", &name]);
    assert!(ran.text().contains("\u{9b}31mred\u{7f}"), "a pipe gets what is there");
}

#[test]
fn without_a_terminal_there_is_a_sentence() {
    let home = TempDir::new().unwrap();
    let ran = crate::support::command::platy(home.path(), &["alpine"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("platy inspect"), "{}", ran.stderr);
}

#[test]
fn files_of_layers_in_every_packing_are_shown_and_saved() {
    let home = TempDir::new().unwrap();
    let mut terminal = demo(&home, 120, 40);
    terminal.types("demo/packed:latest");
    terminal.see("› demo/packed:latest");
    terminal.types(ENTER);
    terminal.see("1 of 1 loaded");
    terminal.types("f");
    terminal.see("all 4 layers merged");
    terminal.see("wasted");
    terminal.types("/motd");
    terminal.types(ENTER);
    terminal.see("layer 3: RUN update tool");
    terminal.types(ENTER);
    terminal.see("Welcome to the update.");
    terminal.types(ESC);
    // Only the tree has this key: an escape is read alone before the next key comes.
    terminal.see("next layer");
    terminal.types("S");
    terminal.see("save to: motd");
    let to = home.path().join("saved");
    // The line that is suggested goes.
    terminal.types("\u{15}");
    terminal.types(to.to_str().unwrap());
    terminal.types(ENTER);
    terminal.see("saved 23 B");
    assert_eq!(std::fs::read_to_string(&to).unwrap(), "Welcome to the update.\n");
    terminal.types("q");
    terminal.end();
}

#[test]
fn a_list_is_edited_pushed_and_put_back() {
    let home = TempDir::new().unwrap();
    let mut terminal = demo(&home, 110, 30);
    open_ten_platforms(&mut terminal);
    terminal.see("21 of 21 loaded");
    terminal.types("e");
    terminal.see("unchanged · OCI");
    terminal.types("jx");
    terminal.see("1 removed");
    terminal.types("4");
    terminal.see("instead of");
    terminal.types("p");
    terminal.see("put        the list");
    terminal.see("[ Cancel ]");
    terminal.types("\t");
    terminal.see("[ Push ]");
    terminal.types(ENTER);
    terminal.see("and read back");
    terminal.types(ENTER);
    terminal.see("pushed · OCI");
    terminal.types(ESC);
    // The explorer beneath asked the tag again by itself.
    terminal.see("9 images");
    // What was replaced is a key away.
    terminal.types("D");
    terminal.see("undo the push");
    terminal.types("u");
    terminal.see("put it back");
    terminal.types("j");
    terminal.types(ENTER);
    terminal.see("put back: ");
    terminal.types(ESC);
    terminal.see("10 images");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.is_given_back());
}

#[test]
fn an_unsaved_draft_survives_the_end_of_the_program() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    let home = TempDir::new().unwrap();
    let kept = home.path().join("state/platy/drafts");
    let files = || {
        let entries = std::fs::read_dir(&kept).into_iter().flatten().flatten();
        entries.filter(|it| it.path().extension().is_some_and(|it| it == "json")).count()
    };

    let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), 100, 30);
    terminal.see("10 images");
    terminal.types("e");
    terminal.see("unchanged");
    terminal.types("jx");
    terminal.see("1 removed");
    // Against what it began with.
    terminal.types("=");
    terminal.see("compare the draft");
    terminal.types(ENTER);
    terminal.see("1 removed). With all of A");
    terminal.types(ESC);
    terminal.see("1 Entries");
    terminal.types("D");
    terminal.see("1 edit · ");
    terminal.see(" · kept");
    assert_eq!(files(), 1);
    // A second platy leaves it alone while the first one has it.
    let mut other = Terminal::start(PLATY, &[&reference], home.path(), 100, 30);
    other.see("10 images");
    other.types("D");
    other.see("no drafts");
    other.types("q");
    other.end();
    terminal.signal("KILL");
    terminal.end();

    let mut terminal = Terminal::start(PLATY, &[], home.path(), 100, 30);
    terminal.see("drafts left unsaved");
    // Below what was opened before.
    terminal.types(DOWN);
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.see("1 removed");
    terminal.types("u");
    terminal.see("unchanged");
    terminal.types("\u{3}");
    assert_eq!(terminal.end(), 0);
    assert_eq!(files(), 0, "nothing to keep");
}

/// A draft is written a moment after an edit; the end of the program does not wait for that.
#[test]
fn the_last_edit_survives_every_signal() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    for (signal, code) in [("TERM", 143), ("HUP", 129), ("INT", 130)] {
        let home = TempDir::new().unwrap();
        let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), 100, 30);
        terminal.see("10 images");
        terminal.types("e");
        terminal.see("unchanged");
        terminal.types("jx");
        terminal.see("1 removed");
        terminal.types("jx");
        terminal.see("2 removed");
        terminal.signal(signal);
        assert_eq!(terminal.end(), code, "{signal}");
        let folder = std::fs::read_dir(home.path().join("state/platy/drafts")).unwrap();
        let kept = folder.flatten().find(|it| it.path().extension().is_some_and(|it| it == "json"));
        let text = std::fs::read_to_string(kept.expect(signal).path()).unwrap();
        let draft: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(draft["draft"]["edits"].as_array().unwrap().len(), 2, "{signal}: {text}");
    }
}

#[test]
fn a_command_says_how_long_it_has_been_waiting() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    let fault = sandbox.faults().add(Rule::new(Fault::Hang).contains("/manifests/"));
    let home = TempDir::new().unwrap();
    let mut terminal = Terminal::start(PLATY, &["inspect", &reference], home.path(), 100, 30);
    terminal.see("1 request · 0 B · ");
    terminal.signal("INT");
    terminal.end();
    sandbox.faults().remove(fault);
    // What is soon there is not spoken of, and the line leaves nothing behind.
    let mut terminal = Terminal::start(PLATY, &["inspect", &reference], home.path(), 100, 200);
    terminal.see("linux/riscv64");
    assert_eq!(terminal.end(), 0);
    assert!(!terminal.contents().contains("request"), "{}", terminal.contents());
}

#[test]
fn settings_of_the_users_own_are_there_from_the_start() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/platy");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "keys = \"emacs\"\ntheme = \"dark\"\n").unwrap();
    std::fs::write(folder.join("keys.toml"), "[everywhere]\ntheme = [\"f6\"]\n").unwrap();
    let mut terminal = demo(&home, 100, 30);
    // Colour 117 of 256 is the dark theme's accent.
    terminal.wait_for_bytes(b"38;5;117");
    // F6 as xterm sends it; ctrl-n is one line down.
    terminal.types("\u{1b}[17~");
    terminal.see("for light backgrounds");
    terminal.types("\u{e}\r");
    terminal.see("the theme is light; theme = \"light\" in config.toml keeps it");
    terminal.wait_for_bytes(b"38;5;24");
}

/// What is told on a terminal is broken between words, commands never; a pipe gets a sentence a line.
#[test]
fn sentences_are_wrapped_where_the_terminal_ends() {
    let home = TempDir::new().unwrap();
    let terminal = Terminal::start(PLATY, &["insect"], home.path(), 44, 20);
    let screen = terminal.wait("the end", |screen| screen.contents().contains("latest"));
    let lines: Vec<String> = screen.contents().lines().map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "platy: insect is not a command; did you mean",
            "  `platy inspect`? The image of that name on",
            "  Docker Hub is insect:latest",
        ]
    );
    let ran = platy(home.path(), &["insect"]);
    assert_eq!((ran.code, ran.stderr.lines().count()), (2, 1), "{}", ran.stderr);
    // So is what is wrong with the arguments.
    let terminal = Terminal::start(PLATY, &["why", "a", "--theme", "x"], home.path(), 60, 20);
    let screen = terminal.wait("the end", |screen| screen.contents().contains("try '--help'"));
    let longest = screen.contents().lines().map(str::len).max();
    assert!(longest <= Some(60), "{}", screen.contents());
}

#[test]
fn a_wrong_line_of_keys_toml_is_shown_as_it_is() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/platy");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("keys.toml"), "[everywhere]\nquit = [\"hyper-q\"]\n").unwrap();
    let terminal = Terminal::start(PLATY, &["demo"], home.path(), 240, 20);
    terminal.see("keys.toml: line 2: \"hyper-q\" is not the name of a key: `quit = [\"hyper-q\"]`");
}

#[test]
fn a_command_of_the_users_own_gets_the_terminal_and_gives_it_back() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/platy");
    std::fs::create_dir_all(&folder).unwrap();
    let command = "[[command]]\nname = \"say it\"\nkey = \"f9\"\nrun = \"read answer; echo \
                   got $answer of {{digest}}; exit 3\"\n";
    std::fs::write(folder.join("config.toml"), command).unwrap();
    let mut terminal = demo(&home, 120, 40);
    open_ten_platforms(&mut terminal);
    // F9 as xterm sends it.
    terminal.types("\u{1b}[20~");
    terminal.see("$ read answer; echo got $answer of sha256:");
    // What is typed is the program's now.
    terminal.types("q42\n");
    terminal.see("got q42 of sha256:");
    terminal.see("it ended with exit code 3; any key leads back to platy");
    terminal.types("q");
    terminal.see("10 attestations");
    terminal.types("?");
    terminal.types("G");
    terminal.see("Commands of config.toml");
    terminal.see("say it");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_key_that_is_taken_is_refused_with_the_action_that_has_it() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join("config/platy");
    std::fs::create_dir_all(&folder).unwrap();
    let command = "[[command]]\nname = \"scan\"\nkey = \"y\"\nrun = \"true\"\n";
    std::fs::write(folder.join("config.toml"), command).unwrap();
    let terminal = Terminal::start(PLATY, &["demo"], home.path(), 240, 20);
    terminal.see("config.toml: line 3: the key y of \"scan\" is copy-digest's: `key = \"y\"`;");

    let commands = ["scan", "sign"]
        .map(|name| format!("[[command]]\nname = \"{name}\"\nkey = \"f9\"\nrun = \"true\"\n"));
    std::fs::write(folder.join("config.toml"), commands.concat()).unwrap();
    let terminal = Terminal::start(PLATY, &["demo"], home.path(), 240, 20);
    terminal.see(
        "config.toml: line 7: the key f9 is given to \"scan\" and to \"sign\": `key = \"f9\"`;",
    );
}

#[test]
fn a_bookmark_is_there_the_next_time_and_a_tag_is_deleted_and_put_back() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options =
        SandboxOptions { samples: true, tag_deletes: TagDeletes::Tag, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    let home = TempDir::new().unwrap();
    let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), 100, 30);
    terminal.see("10 attestations");
    terminal.types("*");
    terminal.see("this is a bookmark now; the start page and T list it");
    // The last key before the end counts, too.
    terminal.types("**q");
    assert_eq!(terminal.end(), 0);
    let mut terminal = Terminal::start(PLATY, &[], home.path(), 100, 30);
    terminal.see("bookmarks");
    terminal.types(&format!("{DOWN}{ENTER}"));
    terminal.see("10 attestations");
    terminal.types("t");
    terminal.see("edge");
    terminal.types("x");
    terminal.see("Delete the tag?");
    terminal.types("j\r");
    terminal.types("!");
    terminal.see("latest is deleted; `platy undo");
    terminal.types(ESC);
    let platy = |arguments: &[&str]| platy(home.path(), arguments);
    assert_eq!(platy(&["digest", &reference]).code, 2);
    assert_eq!(platy(&["undo", &reference, "--yes"]).code, 0);
    assert_eq!(platy(&["digest", &reference]).code, 0);
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}

#[test]
fn a_session_is_kept_in_a_file_that_opens_without_its_registry() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    let home = TempDir::new().unwrap();
    let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), 140, 30);
    terminal.see("10 attestations");
    terminal.see("21 of 21 loaded");
    terminal.types("\u{1b}s");
    terminal.see("keep the session in: ./ten-platforms-latest.platy");
    terminal.types(ENTER);
    terminal.see("./ten-platforms-latest.platy, which platy opens offline");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
    let before = platy(home.path(), &["inspect", &reference, "--json"]).json();
    drop(sandbox);
    drop(runtime);
    let after =
        platy(home.path(), &["inspect", "ten-platforms-latest.platy", "--json", "--no-cache"]);
    assert_eq!(after.json()["digest"], before["digest"]);
    // The configs may not have come yet when it was kept.
    let entries = |of: &serde_json::Value| -> Vec<serde_json::Value> {
        let all = of["entries"].as_array().unwrap().iter();
        all.map(|it| {
            serde_json::json!([it["digest"], it["platform"], it["image"]["layers"][0]["digest"]])
        })
        .collect()
    };
    assert_eq!(entries(&after.json()), entries(&before));
    let mut terminal =
        Terminal::start(PLATY, &["ten-platforms-latest.platy"], home.path(), 140, 30);
    terminal.see("10 attestations");
    terminal.types("q");
    assert_eq!(terminal.end(), 0);
}
