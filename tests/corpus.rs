//! The inputs kept for the fuzzers, read again, whole and damaged: no parser may panic.

use std::collections::BTreeSet;
use std::path::Path;

use platy::fuzz::TARGETS;

/// How many places of an input are damaged.
const PLACES: usize = 150;

fn fuzz_folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let files = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_parser_reads_its_corpus() {
    for target in TARGETS {
        let folder = fuzz_folder().join("corpus").join(target.name);
        let names = names_in(&folder);
        assert!(names.len() >= 2, "{}", target.name);
        for name in names {
            let input = std::fs::read(folder.join(&name)).unwrap();
            (target.read)(&input);
            let step = (input.len() / PLACES).max(1);
            for at in (0..input.len()).step_by(step) {
                (target.read)(&input[..at]);
                for byte in [0, b'"', b'\n', 0x80, 0xff] {
                    let mut damaged = input.clone();
                    damaged[at] = byte;
                    (target.read)(&damaged);
                }
            }
        }
    }
}

#[test]
fn every_parser_is_a_fuzz_target() {
    let manifest = std::fs::read_to_string(fuzz_folder().join("Cargo.toml")).unwrap();
    let folders = names_in(&fuzz_folder().join("corpus"));
    let names: BTreeSet<String> = TARGETS.iter().map(|target| target.name.to_owned()).collect();
    assert_eq!(folders, names);
    for name in names {
        assert!(manifest.contains(&format!("path = \"targets/{name}.rs\"")), "{name}");
        let file = fuzz_folder().join(format!("targets/{name}.rs"));
        let source = std::fs::read_to_string(file).unwrap();
        assert!(source.contains(&format!("platy::fuzz::read(\"{name}\", ")), "{name}");
    }
}
