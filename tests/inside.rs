//! `platy files`, `cat` and `extract`: an image from the inside. `platy repos`.

use std::fs;
use std::path::Path;

use platy::sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};
use tar::{EntryType, Header};
use tempfile::TempDir;

use crate::files::made::{Made, blob_path, digest_of};
use crate::support::command::{Ran, platy};

/// What a layer has: a name as the tar has it, its kind, and its content or its target.
type Member<'a> = (&'a str, EntryType, &'a str);

const FILE: EntryType = EntryType::Regular;
const FOLDER: EntryType = EntryType::Directory;
const SYMLINK: EntryType = EntryType::Symlink;
const HARD_LINK: EntryType = EntryType::Link;

/// A tar as no library would write it: names and targets may be anything.
fn layer(members: &[Member<'_>]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, kind, content) in members {
        let mut header = Header::new_ustar();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_mode(if name.contains("bin/") { 0o4755 } else { 0o644 });
        header.set_mtime(1_700_000_000);
        let mut bytes = content.as_bytes();
        if kind.is_symlink() || kind.is_hard_link() {
            header.as_old_mut().linkname[..content.len()].copy_from_slice(bytes);
            bytes = &[];
        }
        header.set_size(bytes.len() as u64);
        header.set_cksum();
        tar.append(&header, bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

/// A home with a layout `image` in it, of one list with one image of these layers.
struct Lab(TempDir);

impl Lab {
    fn new(layers: &[&[Member<'_>]]) -> Self {
        let layers: Vec<Vec<u8>> = layers.iter().map(|members| layer(members)).collect();
        let mut made = Made::new();
        let image = made.image_of("amd64", &layers);
        made.named(image, "1");
        let home = TempDir::new().unwrap();
        made.write_folder(&home.path().join("image"));
        Self(home)
    }

    fn ordinary() -> Self {
        Self::new(&[
            &[
                ("usr/bin/", FOLDER, ""),
                ("usr/bin/busybox", FILE, "program"),
                ("usr/bin/sh", HARD_LINK, "usr/bin/busybox"),
                ("bin", SYMLINK, "usr/bin"),
                ("etc/motd", FILE, "Welcome.\n"),
                ("etc/gone", FILE, "x"),
                ("etc/mtab", SYMLINK, "/proc/mounts"),
                ("dev/null", EntryType::Char, ""),
            ],
            &[
                ("etc/motd", FILE, "Welcome to the update.\n"),
                ("etc/.wh.gone", FILE, ""),
                ("etc/release", SYMLINK, "/usr/lib/release"),
                ("usr/lib/release", FILE, "ID=platy\x1b[2J\n"),
            ],
        ])
    }

    fn run(&self, command: &str) -> Ran {
        platy(self.0.path(), &command.split(' ').collect::<Vec<_>>())
    }

    fn at(&self, path: &str) -> std::path::PathBuf {
        self.0.path().join(path)
    }
}

/// All that lies in a folder, with its contents and targets.
fn tree(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        let name = path.strip_prefix(folder).unwrap().display().to_string();
        let facts = fs::symlink_metadata(&path).unwrap();
        if facts.is_dir() {
            open.extend(fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()));
            found.push(format!("{name}/"));
        } else if facts.is_symlink() {
            found.push(format!("{name} -> {}", fs::read_link(&path).unwrap().display()));
        } else {
            found.push(format!("{name} {}", fs::read_to_string(&path).unwrap().trim()));
        }
    }
    found.sort();
    found
}

#[test]
fn files_lists_what_the_layers_show_together() {
    let lab = Lab::ordinary();
    let ran = lab.run("files oci:image:1");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(
        ran.text(),
        "\
lrw-r--r--  0:0   -  2023-11-14 22:13  1  /bin -> usr/bin
d---------  -     -  -                 -  /dev
crw-r--r--  0:0   -  2023-11-14 22:13  1  /dev/null
d---------  -     -  -                 -  /etc
-rw-r--r--  0:0  23  2023-11-14 22:13  2  /etc/motd
lrw-r--r--  0:0   -  2023-11-14 22:13  1  /etc/mtab -> /proc/mounts
lrw-r--r--  0:0   -  2023-11-14 22:13  2  /etc/release -> /usr/lib/release
d---------  -     -  -                 -  /usr
drwsr-xr-x  0:0   -  2023-11-14 22:13  1  /usr/bin
-rwsr-xr-x  0:0   7  2023-11-14 22:13  1  /usr/bin/busybox
-rwsr-xr-x  0:0   7  2023-11-14 22:13  1  /usr/bin/sh = /usr/bin/busybox
d---------  -     -  -                 -  /usr/lib
-rw-r--r--  0:0  13  2023-11-14 22:13  2  /usr/lib/release
"
    );
    let paths = |command: &str| -> Vec<String> {
        let ran = lab.run(command);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let found = ran.json();
        assert_eq!(found["complete"], true);
        let files = found["files"].as_array().unwrap();
        files.iter().map(|it| it["path"].as_str().unwrap().to_owned()).collect()
    };
    // Links are followed on the way, and to a folder.
    assert_eq!(paths("files oci:image:1 /bin --json"), ["/usr/bin/busybox", "/usr/bin/sh"]);
    assert_eq!(paths("files oci:image:1 etc/mtab --json"), ["/etc/mtab"]);
    assert_eq!(paths("files oci:image:1 /bin/sh --json"), ["/usr/bin/sh"]);
    let top = ["/bin", "/dev", "/etc", "/usr"];
    assert_eq!(paths("files oci:image:1 --depth 1 --json"), top);
    let ran = lab.run("files oci:image:1 /usr/bin/sh --json --platform linux/amd64");
    let file = &ran.json()["files"][0];
    let expected = json!({
        "path": "/usr/bin/sh", "type": "hard link", "size": 7, "mode": "4755", "uid": 0, "gid": 0,
        "modified": "2023-11-14T22:13:20Z", "target": "/usr/bin/busybox",
        "digest": platy::oci::Digest::sha256(b"program"), "layer": 1,
    });
    assert_eq!(file, &expected);
}

#[test]
fn what_is_not_there_is_told_with_a_next_step() {
    let lab = Lab::ordinary();
    for (command, said) in [
        ("files oci:image:1 /etc/gone", "`platy files oci:image:1 /etc` lists what is there"),
        ("cat oci:image:1 /etc/mtab", "it leads to /proc/mounts, which the image does not have"),
        ("cat oci:image:1 /etc", "it is a folder, which has no content"),
        ("cat oci:image:1 /dev/null", "it is a character device, which has no content"),
        ("cat oci:image:1 ../etc", "leads out of the image"),
        ("cat oci:image:1 /etc/motd --platform linux/arm64", "it is for linux/amd64"),
        // The next step can be pasted as it is.
        (
            "cat oci:image:1 /etc/gone --platform linux/amd64",
            "`platy files oci:image:1 /etc --platform linux/amd64` lists what is there",
        ),
        ("extract oci:image:1 /no out", "the image has no such file"),
        ("extract oci:image:1 /dev/null out", "which has no content"),
        ("files a:b:c", "a:b:c"),
    ] {
        let ran = lab.run(command);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{command}");
        assert!(ran.stderr.contains(said), "{command}: {}", ran.stderr);
    }
    assert!(!lab.at("out").exists());
    let ran = lab.run("files oci:image:1 /no --json");
    assert_eq!(ran.json()["error"]["class"], "not_found");
}

#[test]
fn cat_prints_the_bytes_as_they_are() {
    let lab = Lab::ordinary();
    for (path, content) in [
        ("/etc/motd", "Welcome to the update.\n"),
        ("etc/release", "ID=platy\x1b[2J\n"),
        ("/bin/sh", "program"),
    ] {
        let ran = lab.run(&format!("cat oci:image:1 {path}"));
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{path}");
        assert_eq!(ran.text(), content);
    }
}

/// What a layer below holds does not count if the one above it cannot be read.
#[test]
fn a_layer_that_cannot_be_read_is_named() {
    let mut made = Made::new();
    let layers = [
        layer(&[("etc/motd", FILE, "old"), ("a", FILE, "a")]),
        layer(&[("etc/motd", FILE, "new")]),
        layer(&[("b", FILE, "b")]),
    ];
    let image = made.image_of("amd64", &layers);
    let manifest: Value =
        serde_json::from_slice(&made.files[&blob_path(&digest_of(&image))]).unwrap();
    made.files.remove(&blob_path(&digest_of(&manifest["layers"][1])));
    made.named(image, "1");
    let home = TempDir::new().unwrap();
    made.write_folder(&home.path().join("image"));
    let lab = Lab(home);
    assert_eq!(lab.run("cat oci:image:1 b").text(), "b");
    for command in ["cat oci:image:1 etc/motd", "cat oci:image:1 a", "extract oci:image:1 / out"] {
        let ran = lab.run(command);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{command}");
        assert!(ran.stderr.contains("layer 2 "), "{command}: {}", ran.stderr);
    }
    let ran = lab.run("files oci:image:1 --json");
    let found = ran.json();
    assert_eq!((ran.code, &found["complete"]), (1, &json!(false)));
    assert_eq!(found["unread"][0]["layer"], 2);
    assert!(ran.stderr.contains("layer 2 was not read"), "{}", ran.stderr);
    assert!(!lab.at("out").exists());
}

#[cfg(unix)]
#[test]
fn extract_writes_what_stays_inside() {
    use std::os::unix::fs::PermissionsExt as _;
    let lab = Lab::ordinary();
    let ran = lab.run("extract oci:image:1 / out");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(
        tree(&lab.at("out")),
        [
            "/",
            "bin -> usr/bin",
            "dev/",
            "etc/",
            "etc/motd Welcome to the update.",
            "etc/mtab -> ../proc/mounts",
            "etc/release -> ../usr/lib/release",
            "usr/",
            "usr/bin/",
            "usr/bin/busybox program",
            "usr/bin/sh program",
            "usr/lib/",
            "usr/lib/release ID=platy\x1b[2J",
        ]
    );
    let text = ran.text();
    assert!(text.contains("6 folders, 4 files (43 B), 3 symbolic links"), "{text}");
    assert!(text.contains("2 links had an absolute target and have a relative one here"), "{text}");
    assert!(text.contains("left out: /dev/null: a character device"), "{text}");
    let mode = |path: &str| fs::metadata(lab.at(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode("out/usr/bin/busybox") & 0o7100, 0o100);
    assert_eq!(mode("out/etc/motd") & 0o7111, 0);
    // Of a part, what leads to the rest is left out.
    let ran = lab.run("extract oci:image:1 /etc part --json");
    let found = ran.json();
    assert_eq!((ran.code, &found["to"]), (1, &json!("part/etc")));
    assert_eq!(tree(&lab.at("part")), ["/", "etc/", "etc/motd Welcome to the update."]);
    let left = found["left_out"].as_array().unwrap();
    let left: Vec<_> = left.iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(left, ["/etc/mtab", "/etc/release"]);
    // One file, by the name that was typed.
    let ran = lab.run("extract oci:image:1 /etc/release one --platform linux/amd64");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(tree(&lab.at("one")), ["/", "release ID=platy\x1b[2J"]);
}

#[test]
fn extract_writes_over_nothing() {
    let lab = Lab::ordinary();
    fs::create_dir_all(lab.at("out/etc")).unwrap();
    fs::create_dir(lab.at("empty")).unwrap();
    fs::write(lab.at("out/kept"), "kept").unwrap();
    fs::write(lab.at("file"), "kept").unwrap();
    for to in ["out", "file"] {
        let ran = lab.run(&format!("extract oci:image:1 / {to}"));
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("platy writes over nothing"), "{}", ran.stderr);
    }
    assert_eq!(tree(&lab.at("out")), ["/", "etc/", "kept kept"]);
    // An empty folder is taken.
    for (path, to) in [("/etc", "out"), ("/", "empty")] {
        let ran = lab.run(&format!("extract oci:image:1 {path} {to}"));
        assert_eq!(ran.code, 1, "{}", ran.stderr);
    }
    assert!(lab.at("out/etc/motd").exists() && lab.at("empty/etc/motd").exists());
    let ran = lab.run("extract oci:image:1 /etc out");
    assert_eq!(ran.code, 2);
    // Nothing but what was asked for is left behind.
    let mut names: Vec<String> = fs::read_dir(lab.0.path())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|name| !matches!(name.as_str(), "cache" | "state" | "config"))
        .collect();
    names.sort();
    assert_eq!(names, ["empty", "file", "image", "out"]);
}

/// Names with `..`, absolute names, files behind links: whatever a tar says, nothing is written
/// outside (the kinds of CVE-2018-15664, CVE-2019-14271, CVE-2001-1267).
#[cfg(unix)]
#[test]
fn nothing_is_written_outside() {
    let lab = Lab::new(&[
        &[
            ("../climbs", FILE, "x"),
            ("/etc/absolute", FILE, "inside"),
            ("a/../../climbs", FILE, "x"),
            ("out", SYMLINK, "../.."),
            ("out/through", FILE, "x"),
            ("link", SYMLINK, "/"),
            ("etc/up", SYMLINK, "../../../.."),
            ("etc/back", SYMLINK, "absolute/../../.."),
            ("hard", HARD_LINK, "../../etc/passwd"),
            ("pipe", EntryType::Fifo, ""),
        ],
        &[("link/below", FILE, "x"), ("etc/absolute", FILE, "replaced")],
    ]);
    let ran = lab.run("extract oci:image:1 / deep/er/to --json");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert_eq!(
        tree(&lab.at("deep")),
        [
            "/",
            "er/",
            "er/to/",
            "er/to/etc/",
            "er/to/etc/absolute replaced",
            "er/to/link/",
            "er/to/link/below x",
            // Through the link of its own layer, which stays at the image's root.
            "er/to/through x",
        ]
    );
    assert!(!lab.at("climbs").exists() && !lab.at("deep/climbs").exists());
    let found = ran.json();
    let left = found["left_out"].as_array().unwrap();
    let left: Vec<_> = left.iter().map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(left, ["/etc/back", "/etc/up", "/out", "/pipe"]);
}

#[test]
fn of_a_list_one_image_is_chosen() {
    let mut made = Made::new();
    let mut entry = |architecture: &str| {
        let mut image = made.image(architecture);
        image["platform"] = json!({ "os": "linux", "architecture": architecture });
        image
    };
    let entries = [entry("amd64"), entry("arm64")];
    let index =
        json!({ "schemaVersion": 2, "mediaType": crate::files::made::INDEX, "manifests": entries });
    let index = made.blob(crate::files::made::INDEX, index.to_string().as_bytes());
    made.named(index, "1");
    let home = TempDir::new().unwrap();
    made.write_folder(&home.path().join("image"));
    let lab = Lab(home);
    for command in ["files oci:image:1", "cat oci:image:1 x", "extract oci:image:1 / out"] {
        let ran = lab.run(command);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("--platform: linux/amd64, linux/arm64"), "{}", ran.stderr);
    }
    let ran = lab.run("cat oci:image:1 hello-arm64 --platform linux/arm64");
    assert_eq!((ran.code, ran.text().as_str()), (0, "hello"));
}

#[tokio::test(flavor = "multi_thread")]
async fn repos_lists_pages_up_to_a_bound() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    for number in 0..2500 {
        sandbox.store().repository(&format!("team/app-{number}")).put_blob("x");
    }
    let home = TempDir::new().unwrap();
    let host = sandbox.host().as_str().to_owned();
    let ran = platy(home.path(), &["repos", &host]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let text = ran.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2500);
    assert_eq!(lines[..3], ["team/app-0", "team/app-1", "team/app-2"]);
    let ran = platy(home.path(), &["repos", &host, "--most", "1500", "--json"]);
    let found = ran.json();
    assert_eq!((ran.code, &found["complete"]), (1, &json!(false)));
    assert_eq!(found["repositories"].as_array().unwrap().len(), 2000);
    assert!(ran.stderr.contains("--most N asks for more"), "{}", ran.stderr);
    for (words, said) in [
        (&["repos", "a/b"][..], "a/b is not a registry"),
        (&["repos", "127.0.0.1:1"], "127.0.0.1:1"),
    ] {
        let ran = platy(home.path(), words);
        assert_eq!((ran.code, ran.text().as_str()), (2, ""));
        assert!(ran.stderr.contains(said), "{}", ran.stderr);
    }
}
