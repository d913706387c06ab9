//! Looks for credentials as Docker and as containers' library do, and chooses between the two.

use super::credential::Credential;
use super::environment::Environment;
use super::search::Search;
use super::{of_containers, of_docker};
use crate::oci::Host;

/// The user's credentials, read anew each time: a login in another terminal counts at once.
pub(in crate::source) struct Keychain {
    environment: Environment,
}

/// What was found, and where.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) credential: Option<Credential>,
    /// Where the credential is from, in words.
    pub(super) origin: Option<String>,
    /// That the two libraries disagree, and who would send what.
    pub(super) disagreement: Option<String>,
    /// What exists and was read.
    pub(super) looked_at: Vec<String>,
    /// The files that do not exist.
    pub(super) missing: Vec<String>,
    /// What went wrong on the way, in words without secrets.
    pub(super) problems: Vec<String>,
}

impl Keychain {
    pub(in crate::source) fn new(environment: Environment) -> Self {
        Self { environment }
    }

    /// Looks for the credentials of a repository, or of a host as a whole.
    pub(super) async fn find(&self, host: &Host, path: Option<&str>) -> Found {
        let containers = of_containers::find(&self.environment, host, path).await;
        let docker = of_docker::find(&self.environment, host).await;
        let found = choose(containers, docker);
        match (&found.origin, &found.disagreement) {
            (Some(origin), Some(other)) => {
                tracing::info!("the credentials of {host} are from {origin}; {other}");
            }
            (Some(origin), None) => {
                tracing::info!("the credentials of {host} are from {origin}");
            }
            (None, _) => tracing::info!("there are no credentials for {host}"),
        }
        found
    }
}

/// One of the two: what containers' library finds in its own files goes first; what is in
/// Docker's own file is taken as Docker takes it, but for keys that only by their host fit. What
/// neither would send is not sent.
fn choose(containers: Search, docker: Search) -> Found {
    let take_docker = match (&containers.credential, &docker.credential) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(_), Some(_)) => containers.of_docker && docker.exact,
    };
    let differ = containers.credential != docker.credential;
    let says = |who: &str, search: &Search| match &search.origin {
        Some(origin) => format!("{who} would take {origin}"),
        None => format!("{who} would send none"),
    };
    let other = if take_docker { says("podman", &containers) } else { says("docker", &docker) };
    let taken = if take_docker { &docker } else { &containers };
    let (credential, origin) = (taken.credential.clone(), taken.origin.clone());
    let both = |one: &[String], two: &[String]| {
        let mut all = one.to_vec();
        for text in two {
            if !all.contains(text) {
                all.push(text.clone());
            }
        }
        all
    };
    Found {
        credential,
        origin,
        disagreement: differ.then_some(other),
        looked_at: both(&containers.looked_at, &docker.looked_at),
        missing: both(&containers.missing, &docker.missing),
        problems: both(&containers.problems, &docker.problems),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use base64::Engine as _;

    use super::super::credential::Secret;
    use super::*;
    use crate::source::mirrors::RegistriesPlaces;

    const HOST: &str = "127.0.0.1:5000";

    /// A name, files with their texts, and the user that is sent.
    type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

    /// A home folder with files, and helpers on the path: `ok` knows all hosts, `none` none.
    struct Home {
        folder: tempfile::TempDir,
        environment: Environment,
    }

    /// base64 of `NAME:x` for each `{NAME}` in a text, and the host for `H`.
    fn filled(text: &str) -> String {
        let mut out = String::new();
        for (at, part) in text.split(['<', '>']).enumerate() {
            if at % 2 == 1 {
                let pair = format!("{part}:x");
                out.push_str(&base64::engine::general_purpose::STANDARD.encode(pair));
            } else {
                out.push_str(&part.replace("HOST", HOST));
            }
        }
        out
    }

    impl Home {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let at = |name: &str| folder.path().join(name);
            fs::create_dir(at("bin")).unwrap();
            let mut environment = Environment {
                auth_files: ["run.json", "auth.json", "config.json"].map(at).into(),
                legacy_auth_file: Some(at(".dockercfg")),
                docker_config: Some(at("config.json")),
                registries: RegistriesPlaces {
                    main: vec![at("registries.conf")],
                    ..RegistriesPlaces::default()
                },
                path: at("bin").into(),
                ..Environment::default()
            };
            for (name, text) in files {
                if *name == "DOCKER_AUTH_CONFIG" {
                    environment.docker_auth = Some(Secret::new(filled(text)));
                } else {
                    fs::write(at(name), filled(text)).unwrap();
                }
            }
            #[cfg(unix)]
            {
                let ok = r#"{"Username":"helper","Secret":"x"}"#;
                let none = "credentials not found in native keychain";
                helper_program(&at("bin/docker-credential-ok"), &format!("echo '{ok}'"));
                helper_program(
                    &at("bin/docker-credential-none"),
                    &format!("echo '{none}'; exit 1"),
                );
            }
            Self { folder, environment }
        }

        fn find(&self) -> Found {
            let keychain = Keychain::new(self.environment.clone());
            let host = Host::parse(HOST).unwrap();
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(keychain.find(&host, Some("team/app")))
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }
    }

    /// Written by another process: a file that this one has open for writing, even in a child
    /// that another test is just starting, cannot be run.
    #[cfg(unix)]
    fn helper_program(path: &std::path::Path, script: &str) {
        use std::io::Write as _;
        let mut writer = std::process::Command::new("sh")
            .args(["-c", "cat > \"$0\" && chmod 755 \"$0\""])
            .arg(path)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let text = format!("#!/bin/sh\nread server\n{script}\n");
        writer.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(writer.wait().unwrap().success());
    }

    fn user(found: &Found) -> &str {
        match &found.credential {
            Some(Credential::Password { username, .. }) => username,
            Some(_) => "token",
            None => "nobody",
        }
    }

    // As docker/cli v29.9.3 and go.podman.io/image v5.42.1 send them.
    #[test]
    #[cfg(unix)]
    fn the_user_of_each_library_is_found() {
        let auths = |key: &str, user: &str| {
            format!("{{\"auths\":{{\"{key}\":{{\"auth\":\"<{user}>\"}}}}}}")
        };
        let of_host = |user: &str| auths("HOST", user);
        let (run, auth, config) = (of_host("run"), of_host("auth"), of_host("config"));
        let two_keys =
            r#"{"auths":{"http://HOST/v1/":{"auth":"<url>"},"HOST":{"auth":"<exact>"}}}"#;
        let store = r#"{"auths":{"HOST":{"auth":"<file>"}},"credsStore":"ok"}"#;
        let empty_helper = r#"{"credHelpers":{"HOST":"none"},"auths":{"HOST":{"auth":"<file>"}}}"#;
        let teams = r#"{"auths":{"HOST/other":{"auth":"<other>"},"HOST/team":{"auth":"<team>"}}}"#;
        let stray = r#"{"auths":{"HOST":{"auth":"<env>","email":"x"}}}"#;
        let helpers = "credential-helpers=['ok']";
        let rows: &[Row<'_>] = &[
            ("nothing", &[], "nobody"),
            ("the session's file", &[("run.json", &run), ("auth.json", &auth)], "run"),
            ("the user's file", &[("auth.json", &auth), ("config.json", &config)], "auth"),
            ("DOCKER_AUTH_CONFIG", &[("DOCKER_AUTH_CONFIG", &of_host("env"))], "env"),
            (
                "DOCKER_AUTH_CONFIG and a file",
                &[("DOCKER_AUTH_CONFIG", &of_host("env")), ("config.json", &config)],
                "env",
            ),
            (
                "DOCKER_AUTH_CONFIG with another key",
                &[("DOCKER_AUTH_CONFIG", &auths("https://HOST", "env")), ("config.json", &config)],
                "config",
            ),
            (
                "a stray field in DOCKER_AUTH_CONFIG",
                &[("DOCKER_AUTH_CONFIG", stray), ("config.json", &config)],
                "config",
            ),
            ("the exact key, auth.json", &[("auth.json", two_keys)], "exact"),
            ("the exact key, config.json", &[("config.json", two_keys)], "exact"),
            ("credsStore in auth.json", &[("auth.json", store)], "file"),
            ("credsStore in config.json", &[("config.json", store)], "helper"),
            ("credential-helpers", &[("registries.conf", helpers)], "helper"),
            (
                "credential-helpers before files",
                &[("registries.conf", helpers), ("auth.json", &auth)],
                "helper",
            ),
            (
                "credential-helpers with files",
                &[
                    ("registries.conf", "credential-helpers=['none','containers-auth.json']"),
                    ("auth.json", &auth),
                ],
                "auth",
            ),
            ("a helper that has nothing, config.json", &[("config.json", empty_helper)], "nobody"),
            ("a helper that has nothing, auth.json", &[("auth.json", empty_helper)], "nobody"),
            (
                "the next file after such a helper",
                &[("auth.json", empty_helper), ("config.json", &config)],
                "config",
            ),
            ("a key with a path", &[("config.json", &auths("HOST/v1", "v1"))], "v1"),
            ("such a key in auth.json", &[("auth.json", &auths("HOST/v1", "v1"))], "nobody"),
            ("the namespace's key", &[("auth.json", teams)], "team"),
            ("the namespace's key, config.json", &[("config.json", teams)], "team"),
            ("~/.dockercfg", &[(".dockercfg", r#"{"HOST":{"auth":"<legacy>"}}"#)], "legacy"),
            (
                "~/.dockercfg with a path",
                &[(".dockercfg", r#"{"HOST/v1/":{"auth":"<legacy>"}}"#)],
                "legacy",
            ),
            ("another port", &[("auth.json", &auths("127.0.0.1:5001", "x"))], "nobody"),
            ("the bare host", &[("config.json", &auths("127.0.0.1", "x"))], "nobody"),
            (
                "a broken auth.json ends podman's way",
                &[("auth.json", "{"), ("config.json", &config)],
                "config",
            ),
            (
                "registries.conf of version 1 ends it too",
                &[("registries.conf", "[registries.search]\nregistries=[]"), ("auth.json", &auth)],
                "nobody",
            ),
        ];
        for (name, files, expected) in rows {
            let home = Home::new(files);
            let found = home.find();
            assert_eq!(user(&found), *expected, "{name}: {found:?}");
            assert_eq!(found.origin.is_some(), found.credential.is_some(), "{name}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_disagreement_is_said_and_so_is_what_went_wrong() {
        let auth = r#"{"auths":{"HOST":{"auth":"<auth>"}}}"#;
        let config = r#"{"auths":{"HOST":{"auth":"<config>"}}}"#;
        let home = Home::new(&[("auth.json", auth), ("config.json", config)]);
        let found = home.find();
        let file = |name: &str| home.path(name).display().to_string();
        assert_eq!(found.origin, Some(format!("entry {HOST:?} of {}", file("auth.json"))));
        let other = format!("docker would take entry {HOST:?} of {}", file("config.json"));
        assert_eq!(found.disagreement, Some(other));
        assert_eq!(found.looked_at, [file("auth.json"), file("config.json")]);
        assert_eq!(found.missing, [file("run.json")]);

        let broken = r#"{"auths":{"HOST":{"auth":"c2VjcmV0"}},"credsStore":"absent"}"#;
        let found = Home::new(&[("config.json", broken)]).find();
        assert_eq!(user(&found), "nobody");
        assert_eq!(found.problems, ["docker-credential-absent is not on the PATH"]);
        assert_eq!(found.disagreement, None);
    }
}
