//! `edit --rebase` and `create --join`: many writers, one list.

use crate::assemble::{Lab, platforms};
use crate::support::command::{PLATY, command};
use platy::sandbox::{Fault, Record, Rule};
use std::process::{Output, Stdio};

/// Architectures, one for each writer.
const ALL: [&str; 8] =
    ["amd64", "arm64", "386", "ppc64le", "riscv64", "s390x", "mips64le", "loong64"];

impl Lab {
    /// An image for each architecture, in a repository of its own under its name as the tag.
    fn parts(&self, architectures: &[&'static str]) {
        let repository = self.sandbox.store().repository("team/parts");
        for architecture in architectures {
            repository.image("linux", architecture, "").layer(*architecture).push_tag(architecture);
        }
    }

    /// Lets a writer for each architecture join the list at once.
    async fn join_all(&self, architectures: &[&str], target: &str) -> Vec<Output> {
        let writers: Vec<_> = architectures
            .iter()
            .map(|architecture| {
                // Each has a home of its own: they run on different machines.
                let home = self.home.path().join(architecture);
                std::fs::create_dir_all(&home).unwrap();
                let source = self.at(&format!("team/parts:{architecture}"));
                command(PLATY, &home)
                    .args(["create", target, &source, "--join", "--yes"])
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        let mut outputs = Vec::new();
        for writer in writers {
            let output = tokio::task::spawn_blocking(|| writer.wait_with_output());
            outputs.push(output.await.unwrap().unwrap());
        }
        outputs
    }

    fn sorted(&self, repository: &str, tag: &str) -> Vec<String> {
        let mut found = platforms(&self.list(repository, tag));
        found.sort();
        found
    }
}

fn expected(architectures: &[&str]) -> Vec<String> {
    let mut expected: Vec<String> = architectures.iter().map(|it| format!("linux/{it}")).collect();
    expected.sort();
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_end_with_all_entries() {
    // hertzg/rtl_433_docker, odoo-it/docker-odoo#39: one job for each platform, one list.
    let lab = Lab::start().await;
    let writers = &ALL[..3];
    lab.parts(writers);
    for output in lab.join_all(writers, &lab.at("team/app:1")).await {
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(lab.sorted("team/app", "1"), expected(writers));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "20 rounds of eight processes take minutes"]
async fn eight_processes_end_with_eight_entries_in_20_rounds() {
    let lab = Lab::start().await;
    lab.parts(&ALL);
    for round in 0..20 {
        let target = lab.at(&format!("team/app:{round}"));
        for output in lab.join_all(&ALL, &target).await {
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(0), "round {round}: {said}");
        }
        assert_eq!(lab.sorted("team/app", &round.to_string()), expected(&ALL), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_applied_again_when_the_tag_moved() {
    let lab = Lab::start().await;
    lab.parts(&ALL[..4]);
    let [first, mine, theirs, old] =
        [0, 1, 2, 3].map(|at| lab.at(&format!("team/parts:{}", ALL[at])));
    let app = lab.at("team/app:1");
    assert_eq!(lab.run(&["create", &app, &first, &old, "--yes"]).await.code, 0);
    // While the other's PUT of the list is held back, nothing keeps this one from writing; then the
    // other's arrives and overwrites it.
    let held = lab
        .sandbox
        .faults()
        .add(Rule::new(Fault::Hang).method("PUT".parse().unwrap()).contains("/manifests/1").once());
    // Else the PUT of the list before would be taken for this one's, and any other PUT would let the
    // other run into the fault.
    lab.sandbox.requests().clear();
    let rebase = [
        "edit",
        &app,
        "--add",
        &mine,
        "--remove",
        "linux/ppc64le",
        "--rebase",
        "--yes",
        "--json",
        "--timeout",
        "120",
    ];
    let (ours, ()) = tokio::join!(lab.run(&rebase), async {
        lab.sandbox
            .requests()
            .wait_for(|all| {
                let put = |it: &Record| it.method == "PUT" && it.path.ends_with("/manifests/1");
                all.in_flight() > 0 && all.all().iter().any(put)
            })
            .await;
        let other = lab.run(&["edit", &app, "--add", &theirs, "--yes"]).await;
        assert_eq!(other.code, 0, "{}", other.stderr);
        lab.sandbox.faults().remove(held);
    });
    assert_eq!(ours.code, 0, "{}", ours.stderr);
    // The held-back write took the other's entry away; whoever rebases puts in what is missing.
    let again = lab.run(&["edit", &app, "--add", &theirs, "--rebase", "--yes"]).await;
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert_eq!(lab.sorted("team/app", "1"), expected(&ALL[..3]));
    assert!(ours.json()["joined"]["tries"].as_u64().unwrap() >= 1, "{}", ours.text());
    // What is in already is not added twice, and nothing is written for it.
    let writes = lab.writes().len();
    let ran = lab.run(&["edit", &app, "--add", &mine, "--rebase", "--yes"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.text().contains("nothing to do"), "{}", ran.text());
    assert_eq!(lab.writes().len(), writes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_moves_between_the_look_and_the_push_is_joined_anew() {
    let lab = Lab::start().await;
    lab.parts(&ALL[..3]);
    let [first, mine, theirs] = [0, 1, 2].map(|at| lab.at(&format!("team/parts:{}", ALL[at])));
    let app = lab.at("team/app:1");
    assert_eq!(lab.run(&["create", &app, &first, "--yes"]).await.code, 0);
    // The image is asked for after the list was read, and before it is written.
    let held = lab
        .sandbox
        .faults()
        .add(Rule::new(Fault::Hang).contains("team/app/manifests/sha256:").once());
    lab.sandbox.requests().clear();
    let rebase = ["edit", &app, "--add", &mine, "--rebase", "--yes", "--json", "--timeout", "120"];
    let (ours, ()) = tokio::join!(lab.run(&rebase), async {
        lab.sandbox
            .requests()
            .wait_for(|all| {
                all.all().iter().any(|it| it.path.contains("team/app/manifests/sha256:"))
            })
            .await;
        let other = lab.run(&["edit", &app, "--add", &theirs, "--yes"]).await;
        assert_eq!(other.code, 0, "{}", other.stderr);
        lab.sandbox.faults().remove(held);
    });
    assert_eq!(ours.code, 0, "{}", ours.stderr);
    assert!(ours.stderr.contains("somebody else has written the tag"), "{}", ours.stderr);
    assert_eq!(ours.json()["joined"]["tries"], 2, "{}", ours.text());
    assert_eq!(lab.sorted("team/app", "1"), expected(&ALL[..3]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_joined_is_refused() {
    let lab = Lab::start().await;
    lab.parts(&ALL[..2]);
    let (one, other) = (lab.at("team/parts:amd64"), lab.at("team/parts:arm64"));
    // A single image is not a list, and is not replaced by one.
    let ran = lab.run(&["create", &one, &other, "--join", "--yes"]).await;
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    assert!(ran.stderr.contains("makes a list of it"), "{}", ran.stderr);
    for wrong in [&["--rebase"][..], &["--rebase", "--add", &one, "--force"]] {
        let ran = lab.run(&[&["edit", &other], wrong].concat()).await;
        assert_eq!(ran.code, 2, "{wrong:?}: {}", ran.stderr);
    }
    let target = lab.at("team/app:1");
    let ran = lab.run(&["create", &target, &one, "--join", "--dry-run"]).await;
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(lab.digest("team/app", "1"), None);
}
