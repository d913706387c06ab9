//! What the command line does with arguments that are wrong, and with files that are not files.

use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::command::platy;

#[test]
fn a_reference_in_front_of_a_command_is_an_error() {
    let home = TempDir::new().unwrap();
    let ran = platy(home.path(), &["alpine", "inspect", "busybox"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("alpine is in front of the command"), "{}", ran.stderr);
}

#[test]
fn a_misspelt_command_gets_the_nearest() {
    let home = TempDir::new().unwrap();
    for (typed, meant) in [("inspct", "inspect"), ("digst", "digest"), ("chek", "check")] {
        let ran = platy(home.path(), &[typed, "alpine"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(&format!("did you mean `platy {meant}`?")), "{}", ran.stderr);
    }
    let ran = platy(home.path(), &["nothing-like-it", "alpine"]);
    assert!(!ran.stderr.contains("did you mean"), "{}", ran.stderr);
}

/// A word alone is an image's name too; what is nearly a command is not asked of Docker Hub.
#[test]
fn a_misspelt_command_alone_is_not_looked_up() {
    let home = TempDir::new().unwrap();
    for (typed, meant) in [("inspct", "inspect"), ("tgs", "tags"), ("INSPECTT", "inspect")] {
        let ran = platy(home.path(), &[typed]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains(&format!("did you mean `platy {meant}`?")), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("{typed}:latest")), "{}", ran.stderr);
    }
    // Official images, and names with a tag, a path or a host, are meant.
    for typed in ["crate", "composer", "fluentd", "nats", "inspct:1", "team/inspct"] {
        let ran = platy(home.path(), &[typed]);
        assert!(!ran.stderr.contains("did you mean"), "{typed}: {}", ran.stderr);
    }
}

#[test]
fn an_unknown_engine_gets_the_nearest_names() {
    let home = TempDir::new().unwrap();
    let ran = platy(home.path(), &["why", "127.0.0.1:1/app", "--engine", "contanerd"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("the nearest names are containerd,"), "{}", ran.stderr);
    assert!(ran.stderr.len() < 250, "{}", ran.stderr);
}

#[test]
fn errors_are_json_too_if_json_was_asked_for() {
    let home = TempDir::new().unwrap();
    let ran = platy(home.path(), &["tags", "127.0.0.1:1/app", "--json"]);
    assert_eq!(ran.code, 2);
    assert_eq!(ran.json()["error"]["class"], "unreachable");
    assert_eq!(ran.json()["complete"], false);
}

#[cfg(unix)]
#[test]
fn a_pipe_as_a_file_is_refused_at_once() {
    let home = TempDir::new().unwrap();
    let pipe = home.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let pipe = pipe.to_str().unwrap();
    for arguments in [
        ["--log", pipe, "digest", "127.0.0.1:1/app"],
        ["--ca-file", pipe, "digest", "127.0.0.1:1/app"],
    ] {
        let begin = Instant::now();
        let ran = platy(home.path(), &arguments);
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.stderr.contains("not a regular file"), "{}", ran.stderr);
        assert!(begin.elapsed() < Duration::from_secs(5), "{arguments:?}");
    }
}
