//! Faults of this machine's files: whatever lies where platy reads or writes, a command ends within
//! seconds, says what is wrong, prints JSON if it was asked for, and replaces nothing but files.
#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::FileTypeExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use platy::sandbox::{Layer, Sandbox, SandboxOptions, TarFile};
use tempfile::TempDir;

use crate::support::command::{PLATY, Ran, command, run};

/// What a command may take that cannot go on.
const PROMPTLY: Duration = Duration::from_secs(5);

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let repository = sandbox.store().repository("app");
        let image = repository.image("linux", "amd64", "").layer("content").push();
        repository.index().entry(image).push_tag("latest");
        Self { sandbox, home: tempfile::tempdir().unwrap() }
    }

    fn name(&self) -> String {
        format!("{}/app:latest", self.sandbox.host())
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    /// Runs a shell's line with platy in `$0` and the image in `$1`.
    async fn shell(&self, line: &str) -> Ran {
        let mut shell: Command = command("sh", self.home.path());
        shell.args(["-c", line, PLATY, &self.name()]);
        let began = Instant::now();
        let ran = tokio::task::spawn_blocking(move || run(&mut shell)).await.unwrap();
        assert!(began.elapsed() < PROMPTLY * 3, "{line}: {:?}", began.elapsed());
        ran
    }
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

fn is_pipe(path: &Path) -> bool {
    fs::symlink_metadata(path).unwrap().file_type().is_fifo()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_is_a_pipe_or_locked_ends_undo_and_pushes() {
    let lab = Lab::start().await;
    let journal = lab.path("state/platy/journal/pushes.jsonl");
    let edit = "exec \"$0\" edit \"$1\" --annotation a=b --yes --json";
    for locked in [false, true] {
        let held = if locked {
            fs::remove_file(&journal).unwrap();
            let file = File::create(&journal).unwrap();
            file.lock().unwrap();
            Some(file)
        } else {
            pipe(&journal);
            None
        };
        let listed = lab.shell("exec \"$0\" undo --list --json").await;
        assert_eq!(listed.code, 2, "{}", listed.stderr);
        let word = if locked { "lock" } else { "not a regular file" };
        let message = listed.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains(word), "{message}");
        let before = lab.sandbox.store().repository("app").resolve("latest");
        let pushed = lab.shell(edit).await;
        assert_eq!(pushed.code, 2, "{}", pushed.stderr);
        assert!(pushed.stderr.contains("--no-journal"), "{}", pushed.stderr);
        pushed.json();
        assert_eq!(lab.sandbox.store().repository("app").resolve("latest"), before);
        assert_eq!(is_pipe(&journal), !locked);
        drop(held);
    }
}

/// Whatever a folder is for: what is in its place is named, and stays.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_place_of_a_folder_is_named() {
    let lab = Lab::start().await;
    let files = Layer::plain("COPY", &[TarFile::text("file", "text")]).unwrap();
    let repository = lab.sandbox.store().repository("app");
    repository.image("linux", "amd64", "").layer(files).push_tag("files");
    for (place, line) in [
        ("state", "undo --list"),
        ("state/platy", "undo --list"),
        ("state/platy/journal", "undo --list"),
        ("state", "edit \"$1\" --annotation a=b --yes"),
        ("cache", "cache info"),
        ("cache/platy", "cache info"),
        ("config", "digest \"$1\""),
        ("config/platy", "digest \"$1\""),
        ("log", "digest \"$1\" --log log/file"),
        ("out", "copy \"$1\" oci:out/below --yes"),
        ("out", "copy \"$1\" dir:out/below --yes"),
        ("out", "copy \"$1\" oci-archive:out/image.tar --yes"),
        ("out", "inspect oci:out/below"),
        ("out", "inspect out/image.tar"),
        ("out", "extract \"${1%:*}:files\" / out/below"),
        ("out", "man --folder out"),
    ] {
        for (what, word) in [("pipe", "a named pipe"), ("link", "a link that leads nowhere")] {
            // What is not there is not read.
            let reads = line.starts_with("undo") || line.starts_with("inspect");
            if what == "link" && (reads || place.starts_with("config") || place == "log") {
                continue;
            }
            let path = lab.path(place);
            match what {
                "pipe" => pipe(&path),
                _ => std::os::unix::fs::symlink("/nowhere/at/all", &path).unwrap(),
            }
            let ran = lab.shell(&format!("exec \"$0\" {line}")).await;
            assert_eq!(ran.code, 2, "{line}: {} {}", ran.text(), ran.stderr);
            let shown = if ["out", "log"].contains(&place) {
                place.into()
            } else {
                path.display().to_string()
            };
            let said = format!("{shown} is {word}, and not a folder: move it away");
            assert!(ran.stderr.contains(&said), "{line}: {}", ran.stderr);
            fs::remove_file(&path).unwrap();
            for made in ["state", "cache", "config"] {
                let _ = fs::remove_dir_all(lab.home.path().join(made));
            }
        }
    }
    pipe(&lab.path("out"));
    for (line, said) in [
        ("inspect oci:out", "it is a named pipe; an OCI layout is a folder"),
        ("copy \"$1\" oci:out --yes", "it is a named pipe and not a folder, and is left as it is"),
    ] {
        let ran = lab.shell(&format!("exec \"$0\" {line}")).await;
        assert!(ran.stderr.contains(said), "{line}: {}", ran.stderr);
    }
    assert!(is_pipe(&lab.path("out")));
}

#[tokio::test(flavor = "multi_thread")]
async fn pipes_in_the_cache_and_as_its_key_are_left_alone() {
    let lab = Lab::start().await;
    let store = lab.sandbox.store().repository("app");
    let digest = store.resolve("latest").unwrap();
    let cached = lab.path(&format!("cache/platy/blobs/sha256/{}", digest.hex()));
    let key = lab.path("state/platy/cache.key");
    pipe(&cached);
    pipe(&key);
    let ran = lab.shell("exec \"$0\" check \"$1\" --json").await;
    ran.json();
    assert!(is_pipe(&cached) && is_pipe(&key));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_that_is_a_pipe_is_told_as_that() {
    let lab = Lab::start().await;
    pipe(&lab.path("folder/manifest.json"));
    let ran = lab.shell("exec \"$0\" inspect dir:folder").await;
    assert_eq!(ran.code, 2);
    for said in ["folder/manifest.json", "it is not a regular file"] {
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_written_is_not_called_unreadable() {
    let lab = Lab::start().await;
    fs::write(lab.path("file"), "text").unwrap();
    let ran = lab.shell("exec \"$0\" copy \"$1\" oci:file/below").await;
    assert_eq!(ran.code, 2);
    let said = "platy: failed on this machine\n";
    assert!(ran.stderr.starts_with(said) && !ran.stderr.contains("read"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_of_a_file_s_size_ends_no_command() {
    let lab = Lab::start().await;
    // On 9305aee the signal ended it (SIGXFSZ).
    let ran = lab.shell("ulimit -f 0; exec \"$0\" inspect \"$1\" --json").await;
    // What is printed goes to a pipe, which has no size.
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(ran.json()["kind"], "index");
    let log = lab.path("log");
    fs::write(&log, "").unwrap();
    let ran = lab.shell("ulimit -f 0; exec \"$0\" --log log inspect \"$1\" --json").await;
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "a log that cannot be written is silent");
}

#[tokio::test(flavor = "multi_thread")]
async fn too_little_room_for_threads_is_a_sentence() {
    let lab = Lab::start().await;
    // From what the loader needs up to what a run needs, in steps of a thread's stack.
    let mut said = 0;
    for megabytes in (16..120).step_by(2) {
        let line = format!("ulimit -v {}; exec \"$0\" undo --list", megabytes << 10);
        let ran = lab.shell(&line).await;
        if ran.stderr.contains("platy cannot start") {
            assert_eq!((ran.code, ran.stderr.lines().count()), (2, 1), "{}", ran.stderr);
            said += 1;
        }
    }
    assert!(said > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_few_files_that_may_be_open_are_a_sentence() {
    let lab = Lab::start().await;
    let mut said = 0;
    // From what the loader needs up to what a run needs. tokio alone ends the program at 6 and 7.
    for files in 5..16 {
        let ran = lab.shell(&format!("ulimit -n {files}; exec \"$0\" undo --list")).await;
        if ran.code == 0 {
            continue;
        }
        assert_eq!((ran.code, ran.stderr.lines().count()), (2, 1), "{files}: {}", ran.stderr);
        assert!(ran.stderr.contains("platy cannot start"), "{files}: {}", ran.stderr);
        said += 1;
    }
    assert!(said > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_json_gets_json_however_it_ends() {
    let lab = Lab::start().await;
    for line in [
        "inspect UPPER:latest",
        "why UPPER:latest",
        "why \"$1\" --engine none",
        "why \"$1\" --host a/b/c/d/e",
        "matrix UPPER:latest",
        "check UPPER:latest",
        "diff UPPER:latest \"$1\"",
        "diff \"$1\" \"$1\" --platform a/b/c/d/e",
        "tags UPPER",
        "edit \"$1\" --set '#9:os=linux' --yes",
        "create \"$1\" UPPER:latest --yes",
        "push nothing.yaml --yes",
        "export UPPER:latest",
        "undo UPPER",
        "undo",
        "undo \"$1\"",
        "wait UPPER:latest",
        "watch UPPER:latest",
        "fleet nothing.yaml",
        "inspect",
        "inspetc \"$1\"",
        "tags \"$1\" --parallel x",
    ] {
        let ran = lab.shell(&format!("exec \"$0\" {line} --json")).await;
        assert!(ran.code > 0, "{line}");
        assert!(ran.json().is_object(), "{line}");
        // A fleet's problems are in its JSON, each with its file.
        let problems = ran.json()["problems"].as_array().is_some_and(|it| !it.is_empty());
        assert!(!ran.stderr.is_empty() || problems, "{line}");
    }
}

/// A file of options that cannot be read ends every command but those that look at it.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_options_that_is_a_pipe_or_wrong_is_told_in_json_too() {
    let lab = Lab::start().await;
    let file = lab.path("config/platy/config.toml");
    pipe(&file);
    for (is_pipe, word) in [(true, "not a regular file"), (false, "config.toml")] {
        if !is_pipe {
            fs::remove_file(&file).unwrap();
            fs::write(&file, "nothing = 1").unwrap();
        }
        for line in ["inspect \"$1\"", "fleet x.yaml", "copy \"$1\" oci:out --yes"] {
            let ran = lab.shell(&format!("exec \"$0\" {line} --json")).await;
            assert_eq!(ran.code, 2, "{line}: {}", ran.stderr);
            let error = ran.json()["error"].clone();
            assert_eq!(error["class"], "local", "{line}: {error}");
            assert!(error["message"].as_str().unwrap().contains(word), "{line}: {error}");
        }
    }
}

/// Files that arguments name, to read and to write.
#[tokio::test(flavor = "multi_thread")]
async fn pipes_and_devices_that_arguments_name_end_in_a_sentence() {
    let lab = Lab::start().await;
    pipe(&lab.path("pipe"));
    for odd in ["pipe", "/dev/zero", "/dev/full"] {
        for line in [
            format!("exec \"$0\" matrix \"$1\" --html {odd}"),
            format!("exec \"$0\" evidence \"$1\" --key {odd}"),
            format!("exec \"$0\" evidence \"$1\" --certificate {odd}"),
            format!("exec \"$0\" fleet --merge {odd} --json"),
            format!("exec \"$0\" push {odd} --yes --json"),
            format!("echo \"$1\" > images.txt; exec \"$0\" fleet images.txt --allow {odd}"),
            format!("exec \"$0\" inspect \"$1\" --ca-file {odd} --json"),
            format!("exec \"$0\" inspect \"$1\" --log {odd} --json"),
        ] {
            let ran = lab.shell(&line).await;
            assert_eq!(ran.code, 2, "{line}: {} {}", ran.text(), ran.stderr);
            let said = format!("{}{}", ran.text(), ran.stderr);
            assert!(said.contains("regular file"), "{line}: {said}");
        }
    }
    for odd in ["pipe", "/dev/zero"] {
        // What cannot be read of a fleet is one of its problems.
        let ran = lab.shell(&format!("exec \"$0\" fleet {odd} --json")).await;
        let problems = ran.json()["problems"].to_string();
        assert!(problems.contains("regular file"), "{odd}: {problems}");
    }
    assert!(is_pipe(&lab.path("pipe")));
    // What the shell has opened is read.
    let ran = lab.shell("echo \"$1\" | \"$0\" fleet /dev/stdin --json").await;
    assert!(ran.text().contains(&lab.name()), "{} {}", ran.text(), ran.stderr);
    let text = "echo x | \"$0\" evidence \"$1\" --key /dev/stdin";
    let ran = lab.shell(text).await;
    assert!(!ran.stderr.contains("regular file"), "{}", ran.stderr);
}
