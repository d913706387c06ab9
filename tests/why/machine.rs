//! What this machine adds to the answer, and what it does not.

use crate::support::command::{PLATY, command, run as run_command};

use super::{Lab, TEN};

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_s_default_is_not_a_fault_of_the_image() {
    let lab = Lab::start().await;
    // crane asks for linux/amd64 everywhere unless told otherwise; oras takes the whole index.
    for (arguments, code) in [
        ("--host pi-4 --engine crane", 0),
        ("--host pi-4 --engine docker --engine crane --engine oras", 0),
        ("--host pi-4 --engine crane --platform linux/arm64", 0),
        // What was asked for is a fault if it is not there.
        ("--host pi-4 --engine crane --platform linux/amd64", 1),
    ] {
        assert_eq!(lab.why(TEN, arguments).await.code, code, "{arguments}");
    }
    // What says nothing of the image comes last, behind what goes wrong.
    let missing = "--host riscv --engine docker --engine crane --engine oras";
    let text = lab.why("yorek/multiarch-hello-world:latest", missing).await.text();
    let signs: Vec<char> = text
        .lines()
        .filter_map(|line| line.chars().next().filter(|sign| "✓✗·".contains(*sign)))
        .take(3)
        .collect();
    assert_eq!(signs, ['✗', '·', '·'], "{text}");
    let matrix = lab.run("matrix", "yorek/multiarch-hello-world:latest", &["--json"]).await.json();
    let hosts = matrix["hosts"].as_array().unwrap();
    for host in hosts.iter().filter(|host| host["profile"] == "graviton") {
        let cell = |id: &str| {
            let cells = host["cells"].as_array().unwrap();
            cells.iter().find(|cell| cell["engine"] == id).unwrap()["pick"]["digest"].clone()
        };
        assert_ne!(cell("ggcr"), cell("docker-c8d"), "crane takes amd64");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn docker_s_default_platform_is_the_request_of_docker() {
    let lab = Lab::start().await;
    let reference = lab.reference(TEN);
    let home = lab.home.path().to_owned();
    let run = |arguments: &'static [&'static str]| {
        let (home, reference) = (home.clone(), reference.clone());
        tokio::task::spawn_blocking(move || {
            let arguments: Vec<&str> = ["why", &reference, "--json"]
                .into_iter()
                .chain(arguments.iter().copied())
                .collect();
            let mut platy = command(PLATY, &home);
            platy.args(arguments).env("DOCKER_DEFAULT_PLATFORM", "linux/s390x");
            run_command(&mut platy).json()
        })
    };
    let picked = |json: &serde_json::Value, id: &str| {
        let engines = json["engines"].as_array().unwrap();
        let engine = engines.iter().find(|it| it["engine"] == id).unwrap();
        engine["pick"]["platform"].as_str().unwrap_or_default().to_owned()
    };
    let json = run(&[]).await.unwrap();
    assert_eq!(json["docker_default_platform"], "linux/s390x");
    for engine in ["docker-c8d", "docker-28", "docker-c8d-local", "buildkit"] {
        assert_eq!(picked(&json, engine), "linux/s390x", "{engine}");
    }
    for engine in ["podman", "containerd-client-pull", "nerdctl", "ggcr"] {
        assert_ne!(picked(&json, engine), "linux/s390x", "{engine}");
    }
    // What is asked for goes before it, and another machine has not this environment.
    let asked = run(&["--platform", "linux/arm64"]).await.unwrap();
    assert_eq!(picked(&asked, "docker-c8d"), "linux/arm64/v8");
    let elsewhere = run(&["--host", "linux/riscv64"]).await.unwrap();
    assert_eq!(elsewhere["docker_default_platform"], serde_json::Value::Null);
}
