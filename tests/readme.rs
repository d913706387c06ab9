//! The README says what the program does.

use std::path::Path;

use clap::CommandFactory as _;
use platy::cli::Args;
use platy::oci::Class;
use platy::tui::app::{Keymap, keys_markdown};

fn readme() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

#[test]
fn the_key_table_is_the_program_s() {
    let readme = readme();
    let (_, rest) = readme.split_once("<!-- keys -->\n").unwrap();
    let (table, _) = rest.split_once("\n<!-- /keys -->").unwrap();
    let expected = keys_markdown(&Keymap::default());
    assert_eq!(table.trim_end(), expected.trim_end(), "paste this:\n{expected}");
}

#[test]
fn the_table_of_findings_is_the_program_s() {
    let readme = readme();
    let (_, rest) = readme.split_once("<!-- findings -->\n").unwrap();
    let (table, _) = rest.split_once("\n<!-- /findings -->").unwrap();
    let expected = platy::model::diagnose::findings_markdown();
    assert_eq!(table.trim_end(), expected.trim_end(), "paste this:\n{expected}");
}

#[test]
fn every_command_and_option_is_named() {
    let readme = readme();
    let command = Args::command();
    for subcommand in command.get_subcommands() {
        let name = format!("platy {}", subcommand.get_name());
        assert!(readme.contains(&name), "{name}");
        for option in subcommand.get_arguments().filter_map(clap::Arg::get_long) {
            assert!(readme.contains(&format!("--{option}")), "{name} --{option}");
        }
    }
    for option in command.get_arguments().filter_map(clap::Arg::get_long) {
        assert!(readme.contains(&format!("--{option}")), "--{option}");
    }
}

#[test]
fn every_class_of_error_is_named() {
    let readme = readme();
    for class in Class::ALL {
        assert!(readme.contains(&format!("`{}`", class.as_str())), "{class:?}");
    }
}

#[test]
fn every_picture_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pictures: Vec<String> = readme()
        .split("](")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once(')')?.0.to_owned()))
        .filter(|path| path.starts_with("assets/"))
        .collect();
    assert!(!pictures.is_empty());
    for picture in pictures {
        assert!(root.join(&picture).exists(), "{picture}");
    }
}
