//! `platy self check`, and settings of this machine in `platy why`.

use std::fs;

use platy::sandbox::{Sandbox, SandboxOptions};
use tempfile::TempDir;

use crate::support::command::{PLATY, Ran, command, platy, run};

const SECRET: &str = "hunter2-hunter2";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start() -> Self {
        let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
        Self { sandbox: Sandbox::start(options).await.unwrap(), home: TempDir::new().unwrap() }
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replace("HOST", self.sandbox.host().as_str())).unwrap();
    }

    async fn run(&self, arguments: &str) -> Ran {
        let home = self.home.path().to_owned();
        let arguments = arguments.replace("HOST", self.sandbox.host().as_str());
        let run = move || {
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            platy(&home, &arguments)
        };
        tokio::task::spawn_blocking(run).await.unwrap()
    }
}

#[tokio::test]
async fn what_would_be_used_is_listed_without_secrets() {
    let lab = Lab::start().await;
    fs::create_dir(lab.home.path().join("run")).unwrap();
    // ann:hunter2-hunter2 and ben:hunter2-hunter2
    lab.write(
        "docker/config.json",
        r#"{"auths":{"HOST":{"auth":"YW5uOmh1bnRlcjItaHVudGVyMg=="}}}"#,
    );
    lab.write(
        "run/containers/auth.json",
        r#"{"auths":{"HOST/demo":{"auth":"YmVuOmh1bnRlcjItaHVudGVyMg=="}}}"#,
    );
    let ran = lab.run("self check HOST/demo/ten-platforms --json").await;
    let json = ran.json();
    let of = &json["credentials"]["for_the_reference"];
    assert!(of["used"].as_str().unwrap().contains("run/containers/auth.json"), "{of}");
    assert!(of["podman"] == of["used"], "{of}");
    assert!(of["docker"].as_str().unwrap().contains("docker/config.json"), "{of}");
    let families: Vec<&str> = json["mirrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["family"].as_str().unwrap())
        .collect();
    assert!(families.contains(&"containerd") && families.contains(&"containers"), "{families:?}");
    let text = lab.run("self check HOST/demo/ten-platforms").await;
    for out in [ran.text(), text.text(), ran.stderr, text.stderr.clone()] {
        assert!(!out.contains(SECRET) && !out.contains("aHVudGVy"), "{out}");
    }
    assert!(text.text().contains("docker sends entry"), "{}", text.text());
}

#[tokio::test]
async fn what_cannot_be_used_is_a_problem() {
    let lab = Lab::start().await;
    lab.write("docker/config.json", r#"{"credsStore":"nowhere"}"#);
    lab.write(
        "config/containers/registries.conf",
        "[registries.search]\nregistries=['docker.io']\n",
    );
    let ran = lab.run("self check --json").await;
    assert_eq!(ran.code, 1);
    let json = ran.json();
    let problems = json["problems"].to_string();
    assert!(problems.contains("docker-credential-nowhere is not on the PATH"), "{problems}");
    assert!(problems.contains("must be in v2 format but is in v1"), "{problems}");
}

// go.podman.io/image v5.42.1: a file in the first format stops every pull.
#[tokio::test]
async fn settings_that_stop_every_pull_are_the_answer() {
    let lab = Lab::start().await;
    lab.write(
        "config/containers/registries.conf",
        "[registries.search]\nregistries=['docker.io']\n",
    );
    let ran = lab.run("why HOST/demo/ten-platforms --engine podman").await;
    assert_eq!(ran.code, 1, "{}", ran.text());
    let told = "nothing can be pulled by podman, skopeo and CRI-O here";
    assert!(ran.text().contains(told) && ran.text().contains("is in v1"), "{}", ran.text());
    // Docker does not read that file.
    let docker = lab.run("why HOST/demo/ten-platforms --engine docker --json").await;
    assert_eq!(docker.code, 0, "{}", docker.text());
}

#[tokio::test]
async fn mirrors_are_listed_in_order_and_a_silent_one_keeps_agreement_away() {
    let lab = Lab::start().await;
    lab.write(
        "config/containers/registries.conf",
        "[[registry]]\nlocation='HOST'\n[[registry.mirror]]\nlocation='127.0.0.1:1/hub'\n\
         [[registry.mirror]]\nlocation='m.example'\npull-from-mirror='digest-only'\n",
    );
    let ran =
        lab.run("why HOST/demo/ten-platforms --engine podman --json --host linux/arm64").await;
    // Another machine has other settings.
    assert_eq!(ran.json()["mirrors"].as_array().unwrap().len(), 0);
    let ran = lab.run("why HOST/demo/ten-platforms --engine podman --json").await;
    let json = ran.json();
    let hosts = json["mirrors"][0]["hosts"].as_array().unwrap();
    assert_eq!(hosts[0]["address"], "https://127.0.0.1:1/v2/hub/demo/ten-platforms");
    assert!(hosts[0]["problem"].as_str().unwrap().contains("connection refused"), "{hosts:?}");
    assert!(hosts[1]["passed_by"].as_str().unwrap().contains("digest-only"), "{hosts:?}");
    assert_eq!(hosts[2]["registry_itself"], true);
    let rules: Vec<&str> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["rule"].as_str().unwrap())
        .collect();
    assert!(rules.contains(&"mirror-unanswered") && !rules.contains(&"agreement"), "{rules:?}");
    let text = lab.run("why HOST/demo/ten-platforms --engine podman --mirrors").await.text();
    assert!(text.contains("Asked by podman, skopeo and CRI-O\n"), "{text}");
    assert!(text.contains("  3. "), "{text}");
}

#[tokio::test]
async fn options_of_config_toml_hold_and_are_listed() {
    let lab = Lab::start().await;
    lab.write("config/platy/config.toml", "host = \"linux/arm64\"\nengine = \"podman\"\n");
    let why = lab.run("why HOST/demo/ten-platforms --json").await.json();
    assert_eq!(why["host"], "linux/arm64/v8", "{why}");
    let engines = why["engines"].as_array().unwrap();
    assert!(engines.len() == 1 && engines[0]["engine"] == "podman", "{engines:?}");
    let ran = lab.run("why HOST/demo/ten-platforms --host linux/amd64 --json").await;
    assert_eq!(ran.json()["host"], "linux/amd64");
    let listed = lab.run("self check --json").await.json();
    let given = serde_json::json!({ "host": "linux/arm64", "engine": "podman" });
    assert_eq!(listed["options"], given);
    assert!(lab.run("self check").await.text().contains("    engine = \"podman\"\n"));
}

/// What is wrong in any file of settings is said once, with its line and what to do.
#[tokio::test]
async fn every_file_of_settings_is_looked_at() {
    let lab = Lab::start().await;
    let own = "insecure = [\"old.lan\"]\n[alias]\nlan = \"registry.lan:5000\"\n[[command]]\n\
               name = \"scan\"\nkey = \"f9\"\nrun = \"scan {{digest}}\"\n";
    lab.write("config/platy/config.toml", own);
    let ran = lab.run("self check").await;
    let text = ran.text();
    for line in [
        "config.toml: read\n    insecure = [\"old.lan\"]\n    alias lan = \"registry.lan:5000\"\n    \
         command \"scan\" on f9: scan {{digest}}\n",
        "keys.toml: does not exist\n",
        "theme.toml: does not exist\n",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    for (file, wrong, said) in [
        (
            "keys.toml",
            "[explorer]\nreload = [\"f9\"]\n",
            "line 6: the key f9 of \"scan\" is reload's",
        ),
        ("keys.toml", "[explorer]\nreload = [\"y\"]\n", "line 2: the key y is given to both"),
        (
            "theme.toml",
            "sky = {}\n",
            "line 1: there is no meaning \"sky\": `sky = {}`; the meanings",
        ),
        ("config.toml", "paralel = 4\n", "line 1: unknown field `paralel`"),
    ] {
        lab.write(&format!("config/platy/{file}"), wrong);
        let ran = lab.run("self check").await;
        let text = ran.text();
        assert_eq!((ran.code, text.matches(said).count()), (1, 1), "{text}");
        assert!(text.contains("cannot be used (see Problems)"), "{text}");
        let problems = lab.run("self check --json").await.json()["problems"].to_string();
        assert!(problems.contains(&said.replace('"', "\\\"")), "{problems}");
        fs::remove_file(lab.home.path().join("config/platy").join(file)).unwrap();
    }
    // A file that config.toml names is said with the line that names it.
    lab.write("config/platy/config.toml", "timeout = 9\nca-file = [\"/nowhere.pem\"]\n");
    let said = "config.toml: line 2: `ca-file = [\"/nowhere.pem\"]` names";
    let ran = lab.run("inspect registry.example/app --timeout 1").await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("there is no such file, which "), "{}", ran.stderr);
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
    assert!(ran.stderr.contains("→ mend that line, or take it away"), "{}", ran.stderr);
    assert!(lab.run("self check").await.text().contains(said));
}

#[tokio::test]
async fn an_alias_is_a_reference_for_every_command() {
    let lab = Lab::start().await;
    let alias = format!("[alias]\nlan = \"{}\"\n", lab.sandbox.host());
    lab.write("config/platy/config.toml", &alias);
    let whole = lab.run("digest HOST/demo/ten-platforms").await;
    let short = lab.run("digest lan/demo/ten-platforms").await;
    assert_eq!((short.code, short.text()), (0, whole.text()));
    // What is printed names the whole.
    let inspected = lab.run("inspect lan/demo/ten-platforms --json").await.json();
    let host = lab.sandbox.host().to_string();
    assert_eq!(inspected["reference"], format!("{host}/demo/ten-platforms:latest"));
    assert_eq!(lab.run("repos lan --most 1 --json").await.json()["host"], host);
    let listed = lab.run("self check --json").await.json();
    assert_eq!(listed["options"]["alias"]["lan"], host);
    lab.write("config/platy/config.toml", "timeout = 30\n[alias]\noci = \"ghcr.io\"\n");
    let ran = lab.run("digest lan/demo/ten-platforms").await;
    assert_eq!(ran.code, 2);
    let said = "\"oci\" is not an alias: references begin with it";
    assert!(ran.stderr.contains(said) && ran.stderr.contains("line 3"), "{}", ran.stderr);
}

#[tokio::test]
async fn a_wrong_config_toml_is_said_with_its_line_before_anything_is_done() {
    let lab = Lab::start().await;
    lab.write("config/platy/config.toml", "timeout = 30\nparalel = 4\n");
    let ran = lab.run("why HOST/demo/ten-platforms").await;
    assert_eq!((ran.code, ran.text().as_str()), (2, ""));
    let said = "config.toml: line 2: unknown field `paralel`";
    assert!(ran.stderr.contains(said) && ran.stderr.contains(": `paralel = 4`"), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
    assert_eq!(lab.sandbox.requests().count(), 0);
    let check = lab.run("self check").await;
    assert!(check.code == 1 && check.text().contains(said), "{}", check.text());
    assert_eq!(lab.run("help keys").await.code, 0);
}

#[tokio::test]
async fn printed_signs_have_colours_where_they_are_wanted() {
    let lab = Lab::start().await;
    let colored = "\u{1b}[32m✓\u{1b}[0m ";
    // Into a pipe only if it is asked for.
    for (arguments, expected) in [
        ("check HOST/demo/ten-platforms", false),
        ("check HOST/demo/ten-platforms --color always", true),
        ("check HOST/demo/ten-platforms --color never", false),
    ] {
        let text = lab.run(arguments).await.text();
        assert_eq!(text.contains(colored), expected, "{arguments}: {text}");
        assert_eq!(text.contains('\u{1b}'), expected, "{arguments}: {text}");
    }
    lab.write("config/platy/config.toml", "color = \"always\"\n");
    assert!(lab.run("check HOST/demo/ten-platforms").await.text().contains(colored));
    let json = lab.run("check HOST/demo/ten-platforms --json").await;
    assert!(!json.text().contains('\u{1b}'));
    json.json();
}

/// docker/cli v29 asks a plugin what it is before it lists or runs it.
#[cfg(unix)]
#[tokio::test]
async fn docker_and_kubectl_find_a_plugin_by_its_name() {
    let lab = Lab::start().await;
    let named = |name: &str| {
        let path = lab.home.path().join(name);
        std::os::unix::fs::symlink(PLATY, &path).unwrap();
        path.display().to_string()
    };
    let (docker, kubectl) = (named("docker-platy"), named("kubectl-platy"));
    let reference = format!("{}/demo/ten-platforms", lab.sandbox.host());
    let home = lab.home.path().to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let ran = |program: &str, arguments: &[&str]| run(command(program, &home).args(arguments));
        [
            ran(&docker, &["docker-cli-plugin-metadata"]),
            ran(&docker, &["platy", "digest", &reference]),
            ran(&kubectl, &["digest", &reference]),
            ran(&docker, &["--context", "far", "platy", "digest", &reference]),
            ran(&docker, &["platy", "help", "tag"]),
            ran(&docker, &["platy", "tag", "--help"]),
            ran(&kubectl, &["help", "settings"]),
            ran(&kubectl, &["help", "insect"]),
        ]
    });
    let [metadata, by_docker, by_kubectl, options, help, own_help, page, unknown] =
        ran.await.unwrap();
    // What is named in help, pages and next steps can be typed as it is.
    assert_eq!(help.text(), own_help.text());
    for line in
        ["Usage: docker platy tag ", "\n  docker platy tag cp ghcr", "`docker platy undo` puts"]
    {
        assert!(help.text().contains(line), "{line}: {}", help.text());
    }
    let words: Vec<String> = page.text().split_whitespace().map(str::to_owned).collect();
    assert!(words.join(" ").contains("`kubectl platy help keys` has"), "{}", page.text());
    assert!(unknown.stderr.contains("`kubectl platy help inspect`"), "{}", unknown.stderr);
    let metadata = metadata.json();
    assert_eq!(metadata["SchemaVersion"], "0.1.0");
    assert!(["Vendor", "Version", "ShortDescription"].iter().all(|it| metadata[it].is_string()));
    assert!(by_docker.code == 0 && by_docker.text().starts_with("sha256:"), "{}", by_docker.stderr);
    assert_eq!(by_docker.text(), by_kubectl.text());
    assert_eq!(options.code, 2);
    assert!(
        options.stderr.contains("--context is an option of docker's own"),
        "{}",
        options.stderr
    );
}
