//! The cache on disk: what is stored comes back, what was altered does not, and the cap holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use platy::oci::{Algorithm, Digest, Reference, Sent};
use platy::sandbox::{Sandbox, SandboxOptions};
use platy::source::auth::Environment;
use platy::source::cache::{Cache, Cleared};
use platy::source::{Activity, Options, Sources};
use tempfile::TempDir;

use crate::support::command::{PLATY, command, platy, run};

const MIB: u64 = 1 << 20;

fn content(text: &str) -> (Digest, Bytes) {
    (Digest::sha256(text.as_bytes()), Bytes::copy_from_slice(text.as_bytes()))
}

fn folder() -> (TempDir, Cache) {
    let dir = TempDir::new().unwrap();
    let cache = Cache::open(dir.path().join("platy"), MIB);
    (dir, cache)
}

fn file_of(cache_dir: &Path, digest: &Digest) -> PathBuf {
    cache_dir.join("blobs").join(digest.algorithm().name()).join(digest.hex())
}

/// Every file below a folder, links not followed.
fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

#[tokio::test]
async fn what_is_put_comes_back_whatever_the_algorithm() {
    let (_dir, cache) = folder();
    for algorithm in [Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512] {
        let bytes = Bytes::from_static(b"{\"manifests\":[]}");
        let digest = Digest::of(algorithm, &bytes);
        assert_eq!(cache.get(&digest).await, None);
        cache.put(&digest, &bytes).await;
        cache.put(&digest, &bytes).await;
        assert_eq!(cache.get(&digest).await, Some(bytes));
    }
    assert_eq!(cache.info().await.files, 3);
}

#[tokio::test]
async fn nothing_is_on_the_disk_before_the_first_write() {
    let (dir, cache) = folder();
    let (digest, bytes) = content("x");
    assert_eq!(cache.get(&digest).await, None);
    assert_eq!(cache.info().await.files, 0);
    assert_eq!(cache.clear().await, Cleared { files: 0, bytes: 0 });
    assert!(!dir.path().join("platy").exists());
    cache.put(&digest, &bytes).await;
    assert!(dir.path().join("platy").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, cache) = folder();
    let (digest, bytes) = content("x");
    cache.put(&digest, &bytes).await;
    let file = file_of(&dir.path().join("platy"), &digest);
    for (path, mode) in
        [(dir.path().join("platy"), 0o700), (dir.path().join("platy/blobs"), 0o700), (file, 0o600)]
    {
        let found = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", path.display());
    }
}

#[tokio::test]
async fn what_does_not_match_or_is_too_large_is_not_stored() {
    let (_dir, cache) = folder();
    let (digest, _) = content("this");
    cache.put(&digest, &Bytes::from_static(b"that")).await;
    let large = Bytes::from(vec![0; (MIB / 8 + 1) as usize]);
    cache.put(&Digest::sha256(&large), &large).await;
    assert_eq!(cache.info().await.files, 0);
    let largest = large.slice(1..);
    cache.put(&Digest::sha256(&largest), &largest).await;
    assert_eq!(cache.info().await.bytes, MIB / 8);
}

#[tokio::test]
async fn an_altered_file_is_a_miss_and_heals() {
    let (dir, cache) = folder();
    let (digest, bytes) = content("good");
    let path = file_of(&dir.path().join("platy"), &digest);
    for altered in [&b"evil"[..], b"", b"good and more"] {
        cache.put(&digest, &bytes).await;
        fs::write(&path, altered).unwrap();
        assert_eq!(cache.get(&digest).await, None);
        assert!(!path.exists());
        cache.put(&digest, &bytes).await;
        assert_eq!(cache.get(&digest).await.as_ref(), Some(&bytes));
    }
}

#[tokio::test]
async fn a_tag_is_remembered_apart_from_others() {
    let (_dir, cache) = folder();
    let [one, two] = ["localhost:5000/a/b:1", "localhost:5000/a:b-1"]
        .map(|text| text.parse::<Reference>().unwrap());
    let (first, _) = content("first");
    let (second, _) = content("second");
    assert_eq!(cache.known_tag(&one).await, None);
    cache.remember_tag(&one, &first, &Sent::Unknown).await;
    cache.remember_tag(&two, &second, &Sent::Unknown).await;
    assert_eq!(cache.known_tag(&one).await, Some((first.clone(), Sent::Unknown)));
    assert_eq!(cache.known_tag(&two).await, Some((second.clone(), Sent::Unknown)));
    cache.remember_tag(&one, &second, &Sent::Unknown).await;
    assert_eq!(cache.known_tag(&one).await, Some((second.clone(), Sent::Unknown)));
    // The type with which it was sent is kept as it came.
    for sent in [Sent::Untyped, Sent::new(Some("application/json; charset=utf-8"))] {
        cache.remember_tag(&one, &second, &sent).await;
        assert_eq!(cache.known_tag(&one).await, Some((second.clone(), sent)));
    }
    // The digest beside a tag plays no part; without a tag there is nothing to remember.
    let both = format!("localhost:5000/a/b:1@{first}").parse().unwrap();
    assert_eq!(cache.known_tag(&both).await, cache.known_tag(&one).await);
    let untagged: Reference = format!("localhost:5000/a@{first}").parse().unwrap();
    cache.remember_tag(&untagged, &first, &Sent::Unknown).await;
    assert_eq!(cache.known_tag(&untagged).await, None);
}

#[tokio::test]
async fn an_altered_tag_is_a_miss() {
    let (dir, cache) = folder();
    let reference: Reference = "alpine:3.20".parse().unwrap();
    let (digest, _) = content("x");
    for altered in ["", "docker.io/library/alpine:3.20\nsha256:12\n", "\u{0}"] {
        cache.remember_tag(&reference, &digest, &Sent::Unknown).await;
        let file = files_below(&dir.path().join("platy/tags")).pop().unwrap();
        fs::write(file, altered).unwrap();
        assert_eq!(cache.known_tag(&reference).await, None, "{altered:?}");
    }
}

#[tokio::test]
async fn the_cap_holds_and_what_was_used_last_stays() {
    let (_dir, cache) = folder();
    let blob = |number: u8| {
        let bytes = Bytes::from(vec![number; 64 << 10]);
        (Digest::sha256(&bytes), bytes)
    };
    let (favourite, bytes) = blob(0);
    cache.put(&favourite, &bytes).await;
    for number in 1..100 {
        let (digest, bytes) = blob(number);
        cache.put(&digest, &bytes).await;
        assert!(cache.get(&favourite).await.is_some(), "gone after {number}");
        assert!(cache.info().await.bytes <= MIB);
    }
    assert!(cache.get(&blob(99).0).await.is_some());
    assert_eq!(cache.get(&blob(1).0).await, None);
}

#[tokio::test]
async fn a_folder_that_others_filled_is_brought_under_the_cap() {
    let (dir, cache) = folder();
    let large = Cache::open(dir.path().join("platy"), 64 * MIB);
    for number in 0..4_u8 {
        let bytes = Bytes::from(vec![number; MIB as usize]);
        large.put(&Digest::sha256(&bytes), &bytes).await;
    }
    let (digest, bytes) = content("small");
    cache.put(&digest, &bytes).await;
    assert!(cache.info().await.bytes <= MIB);
    assert_eq!(cache.get(&digest).await, Some(bytes));
}

#[tokio::test]
async fn clear_keeps_what_is_not_its_own() {
    let (dir, cache) = folder();
    let dir = dir.path().join("platy");
    let (digest, bytes) = content("mine");
    cache.put(&digest, &bytes).await;
    cache.remember_tag(&"alpine".parse().unwrap(), &digest, &Sent::Unknown).await;
    let foreign = [dir.join("notes.txt"), dir.join("blobs/sha256/notes.txt"), dir.join("tags/A")];
    for path in &foreign {
        fs::write(path, "foreign").unwrap();
    }
    let before = cache.info().await;
    assert_eq!(before.files, 2);
    assert_eq!(before.dir, dir);
    assert_eq!(before.cap, MIB);
    assert_eq!(cache.clear().await, Cleared { files: 2, bytes: before.bytes });
    assert_eq!(cache.info().await.bytes, 0);
    let mut left = files_below(&dir);
    left.sort();
    let mut expected = foreign.to_vec();
    expected.sort();
    assert_eq!(left, expected);
    // It goes on working.
    cache.put(&digest, &bytes).await;
    assert_eq!(cache.get(&digest).await, Some(bytes));
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_neither_followed_nor_removed() {
    use std::os::unix::fs::symlink;
    let (dir, cache) = folder();
    let outside = dir.path().join("outside");
    fs::create_dir_all(&outside).unwrap();
    let (digest, bytes) = content("outside");
    fs::write(outside.join(digest.hex()), &bytes).unwrap();
    let inside = dir.path().join("platy");
    fs::create_dir_all(inside.join("blobs/sha512")).unwrap();
    symlink(&outside, inside.join("blobs/sha256")).unwrap();
    symlink(outside.join(digest.hex()), inside.join("blobs/sha512").join("0".repeat(128))).unwrap();
    assert_eq!(cache.info().await.files, 0);
    assert_eq!(cache.clear().await.files, 0);
    assert!(outside.join(digest.hex()).exists());
}

#[tokio::test]
async fn a_stale_temporary_file_is_swept_and_a_fresh_one_stays() {
    let (dir, cache) = folder();
    let blobs = dir.path().join("platy/blobs/sha256");
    fs::create_dir_all(&blobs).unwrap();
    let [stale, fresh] = [".platy-a.tmp", ".platy-b.tmp"].map(|name| blobs.join(name));
    for path in [&stale, &fresh] {
        fs::write(path, "half").unwrap();
    }
    let old = SystemTime::now() - Duration::from_secs(7200);
    fs::File::options().write(true).open(&stale).unwrap().set_modified(old).unwrap();
    let (digest, bytes) = content("x");
    cache.put(&digest, &bytes).await;
    cache.info().await;
    assert!(!stale.exists());
    assert!(fresh.exists());
}

/// What the explorer shows at once is as old as the registry's last word, not as the last look.
#[tokio::test]
async fn a_tag_is_as_of_when_the_registry_last_confirmed_it() {
    let sandbox = Sandbox::start(SandboxOptions::default()).await.unwrap();
    let store = sandbox.store().repository("app");
    let image = store.image("linux", "amd64", "").layer("x").push_tag("1");
    let dir = TempDir::new().unwrap();
    let options = Options {
        cache_dir: Some(dir.path().to_owned()),
        environment: Environment::default(),
        ..Options::default()
    };
    let sources = Sources::new(options, Activity::default());
    let open = |name: &str| sources.open(&format!("{}/{name}", sandbox.host()).parse().unwrap());
    let source = open("app:1").unwrap();
    assert!(source.recall().await.is_none(), "it was never asked for");
    source.root().await.unwrap();
    assert_eq!(source.recall().await.unwrap().document.digest, image.digest);
    let tags = walk(&dir.path().join("tags"));
    assert_eq!(tags.len(), 1);
    let old = SystemTime::now() - Duration::from_secs(7200);
    let file = fs::File::options().write(true).open(&tags[0]).unwrap();
    file.set_modified(old).unwrap();
    let ago = async || {
        let seen = SystemTime::from(source.recall().await.unwrap().seen);
        SystemTime::now().duration_since(seen).unwrap_or_default().as_secs()
    };
    for _ in 0..2 {
        assert!(ago().await >= 7200, "looking at it confirms nothing");
    }
    sandbox.requests().clear();
    assert_eq!(source.recall().await.unwrap().document.digest, image.digest);
    assert_eq!(sandbox.requests().count(), 0);
    source.root().await.unwrap();
    assert!(ago().await < 7200, "one question does");
    // With a digest beside it, the tag must agree; a digest alone is never in doubt.
    for name in [format!("app:1@{}", image.digest), format!("app@{}", image.digest)] {
        assert!(open(&name).unwrap().recall().await.is_none(), "{name}");
    }
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files
}

#[tokio::test]
async fn a_place_that_cannot_be_written_is_harmless() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "not a folder").unwrap();
    let cache = Cache::open(file.join("platy"), MIB);
    let (digest, bytes) = content("x");
    let reference: Reference = "alpine".parse().unwrap();
    cache.put(&digest, &bytes).await;
    cache.remember_tag(&reference, &digest, &Sent::Unknown).await;
    assert_eq!(cache.get(&digest).await, None);
    assert_eq!(cache.known_tag(&reference).await, None);
    assert_eq!(cache.info().await.files, 0);
    assert_eq!(cache.clear().await.files, 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_folder_still_gives_what_it_holds() {
    use std::os::unix::fs::PermissionsExt as _;
    let (dir, cache) = folder();
    let (digest, bytes) = content("x");
    cache.put(&digest, &bytes).await;
    let blobs = dir.path().join("platy/blobs/sha256");
    fs::set_permissions(&blobs, fs::Permissions::from_mode(0o500)).unwrap();
    let (other, more) = content("y");
    cache.put(&other, &more).await;
    assert_eq!(cache.get(&digest).await, Some(bytes));
    fs::set_permissions(&blobs, fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_writers_and_readers_never_see_half_a_file() {
    let (dir, _) = folder();
    let path = dir.path().join("platy");
    let caches = [Cache::open(path.clone(), MIB), Cache::open(path.clone(), MIB)];
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..8_usize {
        let cache = caches[task % 2].clone();
        tasks.spawn(async move {
            for number in 0..40_u32 {
                let (digest, bytes) = content(&format!("{number}").repeat(1000));
                cache.put(&digest, &bytes).await;
                if let Some(found) = cache.get(&digest).await {
                    assert_eq!(found, bytes);
                }
                if task == 0 && number % 10 == 0 {
                    cache.clear().await;
                }
            }
        });
    }
    while let Some(result) = tasks.join_next().await {
        result.unwrap();
    }
    assert!(caches[0].info().await.bytes <= MIB);
    for file in files_below(&path) {
        assert!(!file.to_string_lossy().ends_with(".tmp"), "{}", file.display());
    }
}

#[tokio::test]
async fn clones_are_one_cache() {
    let (_dir, cache) = folder();
    let (digest, bytes) = content("x");
    cache.clone().put(&digest, &bytes).await;
    assert_eq!(cache.get(&digest).await, Some(bytes));
}

/// Real processes that fill one cache at once: each is right, nothing in the cache is damaged, and
/// whoever comes after asks for no blob.
#[tokio::test(flavor = "multi_thread")]
async fn processes_that_share_a_cache_are_all_right() {
    const PROCESSES: usize = 4;
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = Sandbox::start(options).await.unwrap();
    let home = TempDir::new().unwrap();
    let reference = format!("{}/demo/ten-platforms:latest", sandbox.host());
    let check = ["check", reference.as_str(), "--json"];
    let alone = TempDir::new().unwrap();
    let (own, words) = (alone.path().to_owned(), check.map(str::to_owned));
    let expected = tokio::task::spawn_blocking(move || {
        platy(&own, &words.each_ref().map(String::as_str)).json()
    });
    let expected = without_bytes(expected.await.unwrap());
    let together: Vec<_> = (0..PROCESSES)
        .map(|_| {
            let mut one = command(PLATY, home.path());
            one.args(check);
            tokio::task::spawn_blocking(move || run(&mut one))
        })
        .collect();
    for one in together {
        let ran = one.await.unwrap();
        assert_eq!(without_bytes(ran.json()), expected, "{}", ran.stderr);
    }
    let blobs = home.path().join("cache/platy/blobs");
    let kept = files_below(&blobs);
    assert!(kept.len() > 10, "{kept:?}");
    for file in &kept {
        let hex = file.file_name().unwrap().to_str().unwrap();
        assert_eq!(Digest::sha256(&fs::read(file).unwrap()).hex(), hex, "{}", file.display());
    }
    let asked = || {
        let all = sandbox.requests().all();
        all.iter().filter(|it| it.path.contains("/blobs/")).count()
    };
    let before = asked();
    let mut one = command(PLATY, home.path());
    one.args(check);
    let ran = tokio::task::spawn_blocking(move || run(&mut one)).await.unwrap();
    assert_eq!(without_bytes(ran.json()), expected, "{}", ran.stderr);
    assert_eq!(asked(), before);
}

/// A report without how much was downloaded for it, which the cache changes.
fn without_bytes(mut report: serde_json::Value) -> serde_json::Value {
    match &mut report {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !name.starts_with("bytes"));
            fields.values_mut().for_each(|value| *value = without_bytes(value.take()));
        }
        serde_json::Value::Array(values) => {
            values.iter_mut().for_each(|value| *value = without_bytes(value.take()));
        }
        _ => {}
    }
    report
}
