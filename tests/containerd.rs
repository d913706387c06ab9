//! `containerd:NAME`, asked of a containerd that is played here; the live one is in `real`.

mod fake;
mod real;

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener as BlockingListener;
use std::path::Path;
use std::time::{Duration, Instant};

use platy::oci::Digest;

use crate::support::command::{PLATY, Ran, command, run};
use fake::{Containerd, How, NAME, PARTLY};

impl Containerd {
    fn run(&self, arguments: &[&str]) -> Ran {
        platy_at(self.home(), arguments)
    }

    fn digest(&self, image: &str) -> String {
        let ran = self.run(&["digest", image]);
        assert_eq!(ran.code, 0, "{image}: {}", ran.stderr);
        ran.text().trim().to_owned()
    }
}

/// Runs platy with the socket in a folder.
fn platy_at(home: &Path, arguments: &[&str]) -> Ran {
    run(command(PLATY, home).env("CONTAINERD_ADDRESS", home.join("c.sock")).args(arguments))
}

#[test]
fn an_image_is_read_by_every_name_from_the_disk_and_over_the_socket() {
    for how in [How::Disk, How::Socket] {
        let containerd = Containerd::new(how);
        let (list, hex) = (containerd.list(), containerd.list().hex().to_owned());
        for name in [
            "app:1",
            NAME,
            &format!("k8s.io/{NAME}"),
            "k8s.io/app:1",
            &format!("k8s.io/sha256:{hex}"),
            &hex[..12],
            &format!("app@{list}"),
        ] {
            assert_eq!(containerd.digest(&format!("containerd:{name}")), list.as_str(), "{name}");
        }
        let image = format!("containerd:k8s.io/{NAME}");
        let amd64 = ["--platform", "linux/amd64"];
        let json = containerd.run(&["inspect", "--json", &image]).json();
        assert_eq!(json["digest"], list.as_str());
        assert!(json["made_by_platy"].is_null(), "{json}");
        let raw = containerd.run(&["inspect", "--raw", &image]);
        assert_eq!(Digest::sha256(&raw.stdout), list);
        let config = containerd.run(&["config", &image, amd64[0], amd64[1]]);
        assert!(config.text().contains("/hello"), "{}", config.stderr);
        let file = containerd.run(&["cat", &image, "/hello.txt", amd64[0], amd64[1]]);
        assert_eq!(file.text(), "hello\n", "{}", file.stderr);
        let copy = containerd.run(&["copy", &image, "oci:out", "--yes", amd64[0], amd64[1]]);
        assert_eq!(copy.code, 0, "{}", copy.stderr);
        let layer = containerd.home().join("out").join(containerd.layer().layout_path());
        assert_eq!(Digest::sha256(&std::fs::read(layer).unwrap()), containerd.layer());
        let asked = containerd.asked();
        assert_eq!(asked.iter().any(|method| method.ends_with("Content/Read")), how == How::Socket);
        // Nothing but questions.
        let reads = ["/Get", "/List", "/Plugins", "/Info", "/Read"];
        assert!(asked.iter().all(|it| reads.iter().any(|end| it.ends_with(end))), "{asked:?}");
    }
}

#[test]
fn what_was_not_pulled_is_listed_and_not_here() {
    for how in [How::Disk, How::Socket] {
        let containerd = Containerd::new(how);
        let image = format!("containerd:k8s.io/{NAME}");
        let json = containerd.run(&["inspect", "--json", &image]).json().to_string();
        assert!(json.contains("not_here") && json.contains(containerd.away().as_str()), "{json}");
        let shown = containerd.run(&["inspect", &image]);
        assert!(shown.text().contains("listed, not here"), "{}", shown.text());
        let why = containerd.run(&["why", "--json", &image, "--platform", "linux/amd64"]).text();
        assert!(why.contains("partly-pulled") && why.contains("1 of 2 images"), "{why}");
        // What another namespace has on the same disk is not promised.
        let copy = containerd.run(&[
            "copy",
            "containerd:moby/docker.io/library/two:1",
            "oci:o",
            "--dry-run",
        ]);
        assert_eq!((copy.code, copy.text().as_str()), (2, ""), "{}", copy.stderr);
        assert!(copy.stderr.contains("does not have it in moby"), "{}", copy.stderr);
        // On the disk, and of another namespace.
        let other = containerd.run(&["digest", "containerd:moby/half:1"]);
        assert_eq!(other.code, 2, "{}", other.text());
        assert!(other.stderr.contains("does not have it in moby"), "{}", other.stderr);
    }
}

/// `ctr images pull` gets the manifests of all platforms, and the layers of one.
#[test]
fn a_manifest_without_its_layers_is_not_a_platform_that_is_here() {
    let containerd = Containerd::new(How::Socket);
    let image = format!("containerd:k8s.io/{PARTLY}");
    let shown = containerd.run(&["inspect", &image]);
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    let text = shown.text();
    let row = text.lines().find(|line| line.contains("linux/s390x")).unwrap();
    assert!(row.contains("1 of 1 layer listed, not here"), "{text}");
    let json = containerd.run(&["inspect", "--json", &image]).json().to_string();
    assert_eq!(json.matches("\"not_here\":true").count(), 1, "{json}");
    let why = containerd.run(&["why", "--json", &image, "--platform", "linux/amd64"]).text();
    assert!(why.contains("partly-pulled") && why.contains("1 of 2 images"), "{why}");
}

#[test]
fn a_name_in_several_namespaces_has_to_be_told_apart() {
    let containerd = Containerd::new(How::Disk);
    let tag = containerd.run(&["digest", "containerd:two:1"]);
    assert_eq!(tag.code, 2);
    let both = "containerd:k8s.io/docker.io/library/two:1, containerd:moby/docker.io/library/two:1";
    assert!(tag.stderr.contains(both), "{}", tag.stderr);
    let own = run(command(PLATY, containerd.home())
        .env("CONTAINERD_ADDRESS", format!("unix://{}", containerd.home().join("c.sock").display()))
        .env("CONTAINERD_NAMESPACE", "k8s.io")
        .args(["digest", "containerd:two:1"]));
    assert_eq!(own.text().trim(), containerd.list().as_str(), "{}", own.stderr);
}

#[test]
fn what_is_not_there_is_said_with_the_nearest_names() {
    let containerd = Containerd::new(How::Disk);
    for (name, words) in [
        ("ap:1", &["none of its namespaces (k8s.io, moby)", "the nearest: k8s.io/docker.io"][..]),
        ("k8s.io/ap:1", &["the namespace k8s.io has no image ap:1", NAME]),
    ] {
        let ran = containerd.run(&["inspect", &format!("containerd:{name}")]);
        assert_eq!(ran.code, 2);
        for word in words {
            assert!(ran.stderr.contains(word), "{name}: {}", ran.stderr);
        }
    }
    let target = containerd.run(&["copy", "containerd:app:1", "containerd:b:1", "--yes"]);
    assert!(target.stderr.contains("ctr images import"), "{}", target.stderr);
    let tags = containerd.run(&["tags", "containerd:app:1"]);
    assert!(tags.stderr.contains("no other name"), "{}", tags.stderr);
    let altered = containerd.run(&["digest", "containerd:moby/altered:1"]);
    assert!(altered.stderr.contains("hash to"), "{}", altered.stderr);
}

#[test]
fn what_a_pull_would_fetch_is_what_is_not_here() {
    let containerd = Containerd::new(How::Socket);
    let image = format!("containerd:k8s.io/{NAME}");
    let amd64 = ["--platform", "linux/amd64"];
    let copy = containerd.run(&["copy", &image, "oci:out:1", "--yes", amd64[0], amd64[1]]);
    assert_eq!(copy.code, 0, "{}", copy.stderr);
    let here = |arguments: &[&str]| {
        let json = containerd.run(arguments).json();
        let stores = json["here"].as_array().unwrap().clone();
        stores.into_iter().find(|store| store["store"] == "containerd").unwrap()
    };
    let all = here(&["inspect", "--json", "--here", "oci:out:1"]);
    assert!(all["error"].is_null(), "{all}");
    let first = &all["images"][0];
    assert_eq!((&first["missing_bytes"], &first["layers"][0]), (&0.into(), &true.into()));
    let picked = here(&["why", "--json", "--here", "oci:out:1", "--host", "linux/amd64"]);
    assert_eq!(picked["images"][0]["digest"], first["digest"]);
    let shown = containerd.run(&["inspect", "--here", "oci:out:1"]);
    assert!(shown.text().contains("all of it is here"), "{}", shown.text());
    // A layer that is unpacked and whose blob is gone: by the chain ID, which of one layer is its
    // diff ID.
    containerd.put_layout("gone", "unpacked");
    let unpacked = here(&["inspect", "--json", "--here", "oci:gone"]);
    let image = &unpacked["images"][0];
    assert_eq!((&image["layers"][0], &image["config"]), (&true.into(), &false.into()), "{image}");
    let gone = Containerd::new(How::Hanging);
    let late = run(command(PLATY, containerd.home())
        .env("CONTAINERD_ADDRESS", gone.home().join("c.sock"))
        .args(["inspect", "--here", "oci:out:1"]));
    assert!(late.code == 0 && late.text().contains("did not answer in 5 s"), "{}", late.text());
}

#[test]
fn a_socket_that_is_no_containerd_is_said() {
    let home = tempfile::tempdir().unwrap();
    let absent = platy_at(home.path(), &["inspect", "containerd:app:1"]);
    assert_eq!(absent.code, 2);
    assert!(absent.stderr.contains("CONTAINERD_ADDRESS"), "{}", absent.stderr);
    let listener = BlockingListener::bind(home.path().join("c.sock")).unwrap();
    let answering = std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    let other = platy_at(home.path(), &["inspect", "containerd:app:1"]);
    assert!(other.stderr.contains("is it containerd's socket?"), "{}", other.stderr);
    answering.join().unwrap();
    // Nobody listens any more.
    let gone = platy_at(home.path(), &["inspect", "containerd:app:1"]);
    assert!(gone.stderr.contains("does not listen there"), "{}", gone.stderr);
}

#[test]
#[ignore = "needs a user that is not root: root may use any socket"]
fn a_socket_without_permission_says_who_may() {
    let home = tempfile::tempdir().unwrap();
    let socket = home.path().join("c.sock");
    let _listener = BlockingListener::bind(&socket).unwrap();
    std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o000)).unwrap();
    let ran = platy_at(home.path(), &["inspect", "containerd:app:1"]);
    assert!(ran.stderr.contains("may not use the socket"), "{}", ran.stderr);
}

#[test]
fn a_containerd_that_hangs_is_given_up_after_five_seconds() {
    let containerd = Containerd::new(How::Hanging);
    let began = Instant::now();
    let ran = containerd.run(&["digest", "containerd:app:1"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("did not answer in 5 s"), "{}", ran.stderr);
    assert!(began.elapsed() >= Duration::from_secs(5), "{:?}", began.elapsed());
}
