//! `platy login`: a password is tried, and kept where Docker keeps it.

use std::fs::{self, File};
use std::io::Write as _;

use platy::sandbox::{Accounts, Auth, Sandbox, SandboxOptions, User};
use tempfile::TempDir;

use crate::support::command::{PLATY, Ran, command, run};

const PASSWORD: &str = "hunter2-hunter2";

struct Lab {
    sandbox: Sandbox,
    home: TempDir,
}

impl Lab {
    async fn start(auth: impl FnOnce(Accounts) -> Auth) -> Self {
        let accounts = Accounts::only([User::new("ann", PASSWORD)]);
        let options = SandboxOptions { auth: auth(accounts), ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let repository = sandbox.store().repository("team/app");
        repository.image("linux", "amd64", "").layer("x").push_tag("1");
        Self { sandbox, home: TempDir::new().unwrap() }
    }

    async fn run(&self, arguments: &str, typed: &str) -> Ran {
        let arguments = arguments.replace("HOST", self.sandbox.host().as_str());
        let stdin = self.home.path().join("typed");
        File::create(&stdin).unwrap().write_all(typed.as_bytes()).unwrap();
        let mut command = command(PLATY, self.home.path());
        command.args(arguments.split_whitespace()).stdin(File::open(stdin).unwrap());
        tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap()
    }

    async fn login(&self, password: &str) -> Ran {
        self.run("login HOST --username ann --password-stdin", &format!("{password}\n")).await
    }

    fn config(&self) -> Option<String> {
        fs::read_to_string(self.home.path().join("docker/config.json")).ok()
    }
}

#[tokio::test]
async fn a_password_is_kept_once_the_registry_accepts_it() {
    for auth in [Auth::Basic as fn(Accounts) -> Auth, Auth::bearer] {
        let lab = Lab::start(auth).await;
        let refused = lab.login("wrong").await;
        assert_eq!(refused.code, 2, "{}", refused.stderr);
        assert!(refused.stderr.contains("does not accept this name and password"), "{refused:?}");
        assert_eq!(lab.config(), None);
        assert_eq!(lab.run("digest HOST/team/app:1", "").await.code, 2);
        let done = lab.login(PASSWORD).await;
        assert_eq!(done.code, 0, "{}", done.stderr);
        assert!(done.text().contains("config.json keeps it"), "{}", done.text());
        assert!(done.stderr.contains("the file has the password unencrypted"), "{}", done.stderr);
        let kept = lab.config().unwrap();
        assert!(kept.contains(&format!("{:?}: {{", lab.sandbox.host().as_str())), "{kept}");
        assert_eq!(lab.run("digest HOST/team/app:1", "").await.code, 0);
        for said in [refused.text(), refused.stderr, done.text(), done.stderr] {
            assert!(!said.contains(PASSWORD) && !said.contains("wrong"), "{said}");
        }
    }
}

#[tokio::test]
async fn a_registry_that_asks_nobody_is_said_to() {
    let lab = Lab::start(|_| Auth::Open).await;
    let done = lab.login(PASSWORD).await;
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(done.stderr.contains("asks nobody for a password"), "{}", done.stderr);
}

#[tokio::test]
async fn credentials_of_another_file_that_go_before_are_named() {
    let lab = Lab::start(Auth::Basic).await;
    let folder = lab.home.path().join("run/containers");
    fs::create_dir_all(&folder).unwrap();
    // ann:old
    let entry = format!(
        "{{\"auths\":{{{:?}:{{\"auth\":\"YW5uOm9sZA==\"}}}}}}",
        lab.sandbox.host().as_str()
    );
    fs::write(folder.join("auth.json"), entry).unwrap();
    let done = lab.login(PASSWORD).await;
    assert_eq!(done.code, 0, "{}", done.stderr);
    let said = "platy goes on sending the credentials from";
    assert!(done.stderr.contains(said) && done.stderr.contains("auth.json"), "{}", done.stderr);
}

#[tokio::test]
async fn without_a_terminal_and_without_a_name_nothing_is_asked() {
    let lab = Lab::start(Auth::Basic).await;
    let ran = lab.run("login HOST", "ann\nhunter2\n").await;
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("--username and --password-stdin give both"), "{}", ran.stderr);
    let ran = lab.run("login HOST --username ann --password-stdin", "\n").await;
    assert!(ran.stderr.contains("a name and a password are needed"), "{}", ran.stderr);
    assert_eq!(lab.config(), None);
}
