//! The manual and the README say what the program does.

use std::path::{Path, PathBuf};

use platy::oci::Class;
use platy::tui::app::{Keymap, keys_markdown};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

fn page(topic: &str) -> String {
    let path = root().join(format!("assets/manual/{topic}.md"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// All pages after one another.
fn manual() -> String {
    let files = std::fs::read_dir(root().join("assets/manual")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

/// What a page has between `<!-- name -->` and `<!-- /name -->`.
fn between(page: &str, name: &str) -> String {
    let (_, rest) = page.split_once(&format!("<!-- {name} -->\n")).unwrap();
    rest.split_once(&format!("\n<!-- /{name} -->")).unwrap().0.trim_end().to_owned()
}

#[test]
fn the_key_table_is_the_program_s() {
    let expected = keys_markdown(&Keymap::default());
    assert_eq!(between(&page("keys"), "keys"), expected.trim_end(), "paste this:\n{expected}");
}

#[test]
fn the_table_of_findings_is_the_program_s() {
    let expected = platy::model::diagnose::findings_markdown();
    let found = between(&page("findings"), "findings");
    assert_eq!(found, expected.trim_end(), "paste this:\n{expected}");
}

/// The options of a command, without those that clap gives to each.
fn options(command: &clap::Command) -> impl Iterator<Item = &str> {
    let all = command.get_arguments().filter_map(clap::Arg::get_long);
    all.filter(|option| !["help", "version"].contains(option))
}

#[test]
fn every_command_and_option_is_named() {
    let manual = manual();
    let command = platy::cli::whole();
    for subcommand in command.get_subcommands() {
        let name = format!("platy {}", subcommand.get_name());
        assert!(manual.contains(&name), "{name}");
        for option in options(subcommand) {
            assert!(manual.contains(&format!("--{option}")), "{name} --{option}");
        }
    }
    for option in options(&command) {
        assert!(manual.contains(&format!("--{option}")), "--{option}");
    }
}

#[test]
fn every_class_of_error_is_named() {
    let page = page("json");
    for class in Class::ALL {
        assert!(page.contains(&format!("`{}`", class.as_str())), "{class:?}");
    }
}

/// The targets of a text's links to files.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0))
        .filter(|target| !target.contains("://") && !target.starts_with('#'))
}

#[test]
fn what_is_linked_is_there() {
    let mut seen = 0;
    for (folder, text) in [("", readme()), ("assets/manual", manual())] {
        for target in links(&text) {
            assert!(root().join(folder).join(target).exists(), "{folder}: {target}");
            seen += 1;
        }
    }
    assert!(seen > 10);
}

#[test]
fn the_readme_is_short_and_names_every_page() {
    let readme = readme();
    assert!(readme.lines().count() <= 160);
    for file in std::fs::read_dir(root().join("assets/manual")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(readme.contains(&format!("(assets/manual/{name})")), "{name}");
    }
}

/// The gate runs the command that the README gives.
#[test]
fn the_gate_runs_the_readme_s_test_command() {
    let gate = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    let readme = readme();
    let commands: Vec<&str> =
        readme.lines().filter(|line| line.starts_with("cargo test")).collect();
    assert_eq!(commands.len(), 1);
    assert!(gate.lines().any(|line| line.starts_with(commands[0])), "{commands:?}");
}
