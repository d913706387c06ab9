//! Whole configurations and the hosts that the real libraries ask with them, as go.podman.io/image
//! v5.42.1, containerd v2.4.2 and moby v2.0.0-beta.24 did (run, or read if it is said).

use std::fs;
use std::path::{Path, PathBuf};

use super::*;
use crate::model::route::Scheme;

/// The registry that is asked about.
const REGISTRY: &str = "127.0.0.1:5000";
/// A mirror of the tests, by its last digit.
const M: &str = "127.0.0.1:2152";

/// Folders as a machine has them, and the places in them.
struct Machine {
    folder: tempfile::TempDir,
    places: Places,
}

impl Machine {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        for (path, text) in files {
            let path = at(path);
            if text.is_empty() {
                fs::create_dir_all(path).unwrap();
                continue;
            }
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = text.replace("REG", REGISTRY).replace("M:", M);
            fs::write(path, text).unwrap();
        }
        let registries = RegistriesPlaces {
            main: ["home/registries.conf", "etc/registries.conf", "usr/registries.conf"]
                .map(at)
                .into(),
            must_exist: false,
            drop_ins: [
                "home/registries.conf.d",
                "etc/registries.rootful.conf.d",
                "etc/registries.conf.d",
                "usr/registries.rootful.conf.d",
                "usr/registries.conf.d",
            ]
            .map(at)
            .into(),
            last: None,
        };
        let places = Places {
            docker_configs: vec![at("etc/docker/daemon.json")],
            docker_certs: Some(at("etc/docker/certs.d")),
            hosts_dirs: vec![at("etc/containerd/certs.d"), at("etc/docker/certs.d")],
            registries,
        };
        Self { folder, places }
    }

    fn route(&self, family: Family, reference: &str) -> Route {
        routes(family, &self.places, &reference.parse().unwrap()).remove(0)
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

/// What is asked, in its order; `own` for the registry itself, `refused: …` instead if nothing is.
fn asked(route: &Route) -> Vec<String> {
    if let Some(why) = &route.refused {
        return vec![format!("refused: {why}")];
    }
    let hosts = route.hosts.iter().filter(|host| host.passed_by.is_none());
    hosts
        .map(|host| {
            if host.own {
                return "own".to_owned();
            }
            let door = &host.door;
            let port = door.host.as_str().strip_prefix(M).unwrap_or(door.host.as_str());
            format!("{port}{}/{}", door.api, door.path)
        })
        .collect()
}

/// A name, files with their texts, and what is asked.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);

fn check(family: Family, reference: &str, rows: &[Row<'_>]) {
    for (name, files, expected) in rows {
        let route = Machine::new(files).route(family, reference);
        let asked = asked(&route);
        assert_eq!(asked.len(), expected.len(), "{name}: {asked:?}");
        for (asked, expected) in asked.iter().zip(*expected) {
            match expected.strip_prefix("refused: ") {
                Some(why) => assert!(asked.contains(why), "{name}: {asked:?}"),
                None => assert_eq!(asked, expected, "{name}: {asked:?}"),
            }
        }
    }
}

#[test]
fn containerd_asks_what_hosts_toml_says() {
    const FILE: &str = "etc/containerd/certs.d/127.0.0.1:5000/hosts.toml";
    const FLAT: &str = "etc/containerd/certs.d/127.0.0.1_5000_/hosts.toml";
    const ALL: &str = "etc/containerd/certs.d/_default/hosts.toml";
    let image = "127.0.0.1:5000/jib/docker:1";
    check(
        Family::Containerd,
        image,
        &[
            ("nothing", &[], &["own"]),
            ("server only", &[(FILE, "server='http://M:1'")], &["1/v2/jib/docker"]),
            ("server is the registry", &[(FILE, "server='http://REG'")], &["own"]),
            (
                "one capability is not enough for a tag",
                &[(
                    FILE,
                    "[host.'http://M:1']\ncapabilities=['pull']\n[host.'http://M:2']\ncapabilities=['resolve']\n[host.'http://M:3']\ncapabilities=['pull','resolve']",
                )],
                &["3/v2/jib/docker", "own"],
            ),
            (
                "inline tables are not seen",
                &[(FILE, "[host]\n'http://M:1' = { capabilities=['pull','resolve'] }")],
                &["own"],
            ),
            (
                "dotted keys are not seen",
                &[(FILE, "host.'http://M:1'.skip_verify = true")],
                &["own"],
            ),
            (
                "one bad capability drops the file",
                &[(
                    FILE,
                    "server='http://M:9'\n[host.'http://M:1']\ncapabilities=['pull','resolve','referers']\n[host.'http://M:2']",
                )],
                &["own"],
            ),
            (
                "a text for a list drops it",
                &[(FILE, "[host.'http://M:1']\ncapabilities='pull'")],
                &["own"],
            ),
            (
                "an empty list is all",
                &[(FILE, "[host.'http://M:1']\ncapabilities=[]")],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "in any case",
                &[(FILE, "[host.'http://M:1']\ncapabilities=['Pull','Resolve']")],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "HOST_PORT_ goes before HOST:PORT",
                &[(FILE, "[host.'http://M:1']"), (FLAT, "[host.'http://M:2']")],
                &["2/v2/jib/docker", "own"],
            ),
            (
                "the first root that has the host",
                &[
                    (FILE, "[host.'http://M:1']"),
                    ("etc/docker/certs.d/127.0.0.1:5000/hosts.toml", "[host.'http://M:2']"),
                ],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "the second root if the first has none",
                &[("etc/docker/certs.d/127.0.0.1:5000/hosts.toml", "[host.'http://M:2']")],
                &["2/v2/jib/docker", "own"],
            ),
            (
                "a default of the first root goes before the second",
                &[
                    (ALL, "[host.'http://M:1']"),
                    ("etc/docker/certs.d/127.0.0.1:5000/hosts.toml", "[host.'http://M:2']"),
                ],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "paths",
                &[(
                    FILE,
                    "[host.'http://M:1/pre']\n[host.'http://M:2/pre/v2']\n[host.'http://M:3/pre']\noverride_path=true\n[host.'http://M:4/v2/pre']\noverride_path=true\n[host.'http://M:5/']\n[host.'http://M:6/v2hub']\noverride_path=true\n[host.'http://M:7']\noverride_path=true",
                )],
                &[
                    "1/pre/v2/jib/docker",
                    "2/pre/v2/jib/docker",
                    "3/pre/jib/docker",
                    "4/v2/pre/jib/docker",
                    "5/v2/jib/docker",
                    "6/v2hub/jib/docker",
                    "7/jib/docker",
                    "own",
                ],
            ),
            (
                "a table twice drops it",
                &[(FILE, "[host.'http://M:1']\n[host.'http://M:1']")],
                &["own"],
            ),
            (
                "a number for a duration drops it",
                &[(FILE, "[host.'http://M:1']\ndial_timeout=3")],
                &["own"],
            ),
            (
                "a duration",
                &[(FILE, "[host.'http://M:1']\ndial_timeout='3s'")],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "a folder without hosts.toml hides the default",
                &[("etc/containerd/certs.d/127.0.0.1:5000", ""), (ALL, "[host.'http://M:1']")],
                &["own"],
            ),
            ("the default", &[(ALL, "[host.'http://M:1']")], &["1/v2/jib/docker", "own"]),
            (
                "a header behind another host asks twice",
                &[(
                    FILE,
                    "[host.'http://M:1']\n[host.'http://M:2']\n[host.'http://M:1'.header]\nx='y'",
                )],
                &["1/v2/jib/docker", "2/v2/jib/docker", "1/v2/jib/docker", "own"],
            ),
            (
                "no scheme is HTTPS",
                &[(FILE, "[host.'mirror.example:5000']")],
                &["mirror.example:5000/v2/jib/docker", "own"],
            ),
            (
                "nobody may resolve",
                &[(FILE, "server='http://M:1'\ncapabilities=['push']")],
                &["refused: no resolve hosts: not found"],
            ),
            (
                "an authority that is not there",
                &[(FILE, "[host.'http://M:1']\nca='none.pem'")],
                &["refused: unable to read CA cert"],
            ),
        ],
    );
    let pinned = format!("127.0.0.1:5000/jib/docker@sha256:{}", "ab".repeat(32));
    check(
        Family::Containerd,
        &pinned,
        &[(
            "pull is enough for a digest",
            &[(
                FILE,
                "[host.'http://M:1']\ncapabilities=['pull']\n[host.'http://M:2']\ncapabilities=['resolve']",
            )],
            &["1/v2/jib/docker", "own"],
        )],
    );
}

#[test]
fn containerd_tells_a_mirror_what_it_stands_for_and_tries_https_first() {
    let text = "[host.'http://M:1']\nskip_verify=true\n[host.'http://m.example:80']\nskip_verify=true\n[host.'http://REG']\n";
    let machine = Machine::new(&[("etc/containerd/certs.d/127.0.0.1:5000/hosts.toml", text)]);
    let route = machine.route(Family::Containerd, "127.0.0.1:5000/a:1");
    let doors: Vec<_> =
        route.hosts.iter().map(|host| (host.door.scheme, host.door.ns.as_deref())).collect();
    assert_eq!(
        doors,
        [
            (Scheme::Unchecked, Some(REGISTRY)),
            (Scheme::Plain, Some(REGISTRY)),
            (Scheme::Plain, None),
            (Scheme::Tls, None),
        ]
    );
    assert!(route.hosts[3].own && route.hosts[2].own && !route.hosts[1].own);
}

#[test]
fn podman_asks_what_registries_conf_says() {
    const MAIN: &str = "etc/registries.conf";
    const DROP: &str = "etc/registries.conf.d/50.conf";
    const ONE: &str = "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:1'\n";
    const TWO: &str = "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:2'\n";
    const THREE: &str = "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:3'\n";
    check(
        Family::Containers,
        "127.0.0.1:5000/jib/docker:1",
        &[
            ("nothing", &[], &["own"]),
            ("a mirror", &[(MAIN, ONE)], &["1/v2/jib/docker", "own"]),
            (
                "a drop-in replaces the table",
                &[(MAIN, ONE), (DROP, TWO)],
                &["2/v2/jib/docker", "own"],
            ),
            (
                "a longer prefix wins",
                &[
                    (MAIN, ONE),
                    (
                        DROP,
                        "[[registry]]\nlocation='REG/jib'\n[[registry.mirror]]\nlocation='M:3/jib'",
                    ),
                ],
                &["3/v2/jib/docker", "own"],
            ),
            (
                "a drop-in blocks",
                &[(MAIN, ONE), (DROP, "[[registry]]\nlocation='REG'\nblocked=true")],
                &["refused: registry 127.0.0.1:5000 is blocked"],
            ),
            (
                "a blocked registry still has mirrors",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='REG'\nblocked=true\n[[registry.mirror]]\nlocation='M:1'",
                )],
                &["1/v2/jib/docker"],
            ),
            (
                "by digest and by tag only",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:1'\npull-from-mirror='digest-only'\n[[registry.mirror]]\nlocation='M:2'\npull-from-mirror='tag-only'\n[[registry.mirror]]\nlocation='M:3'",
                )],
                &["2/v2/jib/docker", "3/v2/jib/docker", "own"],
            ),
            (
                "all by digest only",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='REG'\nmirror-by-digest-only=true\n[[registry.mirror]]\nlocation='M:1'",
                )],
                &["own"],
            ),
            ("the vendor's file", &[("usr/registries.conf", ONE)], &["1/v2/jib/docker", "own"]),
            (
                "the administrator's replaces the vendor's",
                &[("usr/registries.conf", ONE), (MAIN, TWO)],
                &["2/v2/jib/docker", "own"],
            ),
            (
                "the user's replaces both",
                &[("usr/registries.conf", ONE), (MAIN, TWO), ("home/registries.conf", THREE)],
                &["3/v2/jib/docker", "own"],
            ),
            (
                "drop-ins go by name across folders",
                &[
                    ("usr/registries.conf.d/10.conf", TWO),
                    ("etc/registries.rootful.conf.d/20.conf", THREE),
                ],
                &["3/v2/jib/docker", "own"],
            ),
            (
                "a vendor's 50 beats the administrator's 40 and the user's main file",
                &[
                    ("home/registries.conf", ONE),
                    ("etc/registries.conf.d/40.conf", TWO),
                    ("usr/registries.conf.d/50.conf", THREE),
                ],
                &["3/v2/jib/docker", "own"],
            ),
            (
                "of one name, the administrator's",
                &[("etc/registries.conf.d/50.conf", TWO), ("usr/registries.conf.d/50.conf", THREE)],
                &["2/v2/jib/docker", "own"],
            ),
            ("other endings are not read", &[("etc/registries.conf.d/50.conf.bak", ONE)], &["own"]),
            (
                "a prefix with a tag",
                &[(MAIN, "[[registry]]\nprefix='REG/jib/docker:1'\nlocation='M:1/jib/docker'")],
                &["1/v2/jib/docker"],
            ),
            (
                "a bare host takes its ports, and its mirror gets the port",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='127.0.0.1'\n[[registry.mirror]]\nlocation='mirror.example'",
                )],
                &["mirror.example:5000/v2/jib/docker", "own"],
            ),
            (
                "a bare host whose mirror has a path",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='127.0.0.1'\n[[registry.mirror]]\nlocation='mirror.example/x'",
                )],
                &["refused: rewriting reference: invalid reference format"],
            ),
            (
                "a prefix without a location",
                &[(MAIN, "[[registry]]\nprefix='REG'\n[[registry.mirror]]\nlocation='M:1'")],
                &["refused: location is unset"],
            ),
            (
                "version 1",
                &[(MAIN, "[registries.search]\nregistries=['docker.io']")],
                &["refused: must be in v2 format but is in v1"],
            ),
            (
                "a slip in a drop-in",
                &[(MAIN, ONE), (DROP, "[[registry]]\nlocation=1")],
                &["refused: wrong type"],
            ),
            (
                "slashes at the end",
                &[(MAIN, "[[registry]]\nlocation='REG/'\n[[registry.mirror]]\nlocation='M:1/'")],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "two tables of one prefix",
                &[(
                    MAIN,
                    "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:1'\n[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:2'",
                )],
                &["1/v2/jib/docker", "own"],
            ),
            (
                "a prefix with another location",
                &[(MAIN, "[[registry]]\nprefix='REG/jib'\nlocation='inside.example/all'")],
                &["inside.example/v2/all/docker"],
            ),
            (
                "a location that is not a host",
                &[(MAIN, "[[registry]]\nprefix='REG'\nlocation='inside'")],
                &["refused: rewriting reference"],
            ),
        ],
    );
    let pinned = format!("127.0.0.1:5000/jib/docker@sha256:{}", "ab".repeat(32));
    check(
        Family::Containers,
        &pinned,
        &[(
            "by digest",
            &[(
                MAIN,
                "[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='M:1'\npull-from-mirror='digest-only'\n[[registry.mirror]]\nlocation='M:2'\npull-from-mirror='tag-only'",
            )],
            &["1/v2/jib/docker", "own"],
        )],
    );
    check(
        Family::Containers,
        "a.corp.example/x/y:1",
        &[(
            "a wildcard",
            &[(
                MAIN,
                "[[registry]]\nprefix='*.corp.example'\nlocation='corp.example/all'\n[[registry.mirror]]\nlocation='m.example'",
            )],
            &["m.example/v2/x/y", "corp.example/v2/all/x/y"],
        )],
    );
    check(
        Family::Containers,
        "alpine:1",
        &[(
            "Docker Hub",
            &[(
                MAIN,
                "[[registry]]\nlocation='docker.io'\n[[registry.mirror]]\nlocation='m.example/hub'\ninsecure=true",
            )],
            &["m.example/v2/hub/library/alpine", "own"],
        )],
    );
}

#[test]
fn the_environment_s_files_count_alone_or_last() {
    let mirror = |name: &str| {
        format!("[[registry]]\nlocation='REG'\n[[registry.mirror]]\nlocation='{name}'")
    };
    let (drop, own) = (mirror("M:2"), mirror("M:3"));
    let files = [("etc/registries.conf.d/50.conf", drop.as_str()), ("own.conf", own.as_str())];
    let image = "127.0.0.1:5000/a:1";
    let mut alone = Machine::new(&files);
    alone.places.registries.main = vec![alone.at("own.conf")];
    alone.places.registries.must_exist = true;
    alone.places.registries.drop_ins = Vec::new();
    assert_eq!(asked(&alone.route(Family::Containers, image)), ["3/v2/a", "own"]);
    let mut last = Machine::new(&files);
    last.places.registries.last = Some(last.at("own.conf"));
    assert_eq!(asked(&last.route(Family::Containers, image)), ["3/v2/a", "own"]);
    last.places.registries.last = Some(last.at("none.conf"));
    let refused = last.route(Family::Containers, image).refused.unwrap();
    assert!(refused.ends_with("none.conf does not exist"), "{refused}");
}

#[test]
fn docker_asks_its_mirrors_for_docker_hub() {
    const FILE: &str = "etc/docker/daemon.json";
    const HOSTS: &str = "etc/docker/certs.d/docker.io/hosts.toml";
    let mirrors =
        r#"{"registry-mirrors":["http://M:1","https://m.example/hub/","https://m.example/v2"]}"#;
    check(
        Family::Docker,
        "alpine:1",
        &[
            ("nothing", &[], &["own"]),
            (
                "mirrors",
                &[(FILE, mirrors)],
                &[
                    "1/v2/library/alpine",
                    "m.example/hub/v2/library/alpine",
                    "m.example/v2/library/alpine",
                    "own",
                ],
            ),
            (
                "a file that dockerd refuses",
                &[(FILE, "{\"registry-mirrors\":[\"m.example\"]}")],
                &["refused: dockerd does not start"],
            ),
            // moby v2.0.0-beta.24, mergeLegacyConfig (read, not run).
            (
                "hosts.toml with a host",
                &[(FILE, mirrors), (HOSTS, "[host.'http://M:4']")],
                &["4/v2/library/alpine", "own"],
            ),
            (
                "hosts.toml with a server alone",
                &[
                    (FILE, r#"{"registry-mirrors":["http://M:1"]}"#),
                    (HOSTS, "server='https://s.example'"),
                ],
                &["1/v2/library/alpine", "s.example/v2/library/alpine"],
            ),
            (
                "containerd's folder",
                &[("etc/containerd/certs.d/docker.io/hosts.toml", "[host.'http://M:4']")],
                &["own"],
            ),
        ],
    );
    check(Family::Docker, "quay.io/a/b:1", &[("another registry", &[(FILE, mirrors)], &["own"])]);
}

#[test]
fn what_is_not_a_file_is_named_and_not_waited_for() {
    let machine = Machine::new(&[("etc/registries.conf", "")]);
    let refused = machine.route(Family::Containers, "a.example/b:1").refused.unwrap();
    assert!(refused.contains("it is not a regular file"), "{refused}");
    let folder = Path::new("etc/containerd/certs.d/a.example/hosts.toml");
    let machine = Machine::new(&[(folder.to_str().unwrap(), "")]);
    let refused = machine.route(Family::Containerd, "a.example/b:1").refused.unwrap();
    assert!(refused.contains("it is not a regular file"), "{refused}");
}

#[test]
fn a_mirror_that_the_user_names() {
    let reference = "docker.io/library/alpine:1".parse().unwrap();
    let at = |text: &str| named(text, &reference).map(|door| door.to_string());
    for (text, expected) in [
        ("m.example", "https://m.example/v2/library/alpine"),
        ("m.example/hub/", "https://m.example/v2/hub/library/alpine"),
        ("http://m.example:5000/proxy", "http://m.example:5000/v2/proxy/library/alpine"),
    ] {
        assert_eq!(at(text).as_deref(), Ok(expected));
    }
    for text in ["not a host", "ftp://m.example", "", "m.example:port"] {
        assert!(at(text).unwrap_err().ends_with("write HOST[:PORT][/PATH]"), "{text}");
    }
}
