//! Layers with a table of contents.

use super::*;
use crate::model::files::Files;
use crate::sandbox;
use crate::sandbox::TarFile;

fn files() -> Vec<TarFile> {
    let noise = |seed: u32| -> Vec<u8> {
        (0..30_000_u32).flat_map(|at| (at + seed).wrapping_mul(0x9e37_79b9).to_be_bytes()).collect()
    };
    vec![
        TarFile::Folder("app/".to_owned()),
        TarFile::program("app/server", noise(1)),
        TarFile::text("app/.wh.old", ""),
        TarFile::Symlink { path: "app/now".to_owned(), target: "server".to_owned() },
        TarFile::HardLink { path: "srv".to_owned(), target: "app/server".to_owned() },
        TarFile::text("app/notes", "first\n"),
        TarFile::text("app/empty", ""),
        TarFile::program("app/other", noise(2)),
    ]
}

fn made(layer: &sandbox::Layer) -> Layer {
    let made = super::layer(layer.bytes().clone(), Compression::None);
    Layer { descriptor: layer.descriptor(false), ..made }
}

fn both() -> [Layer; 2] {
    [
        made(&sandbox::Layer::estargz("", &files()).unwrap()),
        made(&sandbox::Layer::zstd_chunked("", &files()).unwrap()),
    ]
}

fn listing(layer: &Layer) -> Listing {
    Arc::unwrap_or_clone(run(layer.reader.listing(&layer.descriptor, &mut |_| ())).unwrap())
}

#[test]
fn a_table_says_the_same_as_the_layer_in_fewer_bytes() {
    for layer in both() {
        let table = listing(&layer);
        let bytes = layer.sent.swap(0, Ordering::Relaxed);
        assert_eq!((&table.way, &table.problems), (&Way::Table, &vec![]));
        assert!(bytes < layer.descriptor.size / 20, "{bytes} of {}", layer.descriptor.size);
        let mut streamed = layer.listing().unwrap();
        assert_eq!(streamed.problems, []);
        let is_index = |entry: &Entry| entry.path == "stargz.index.json".into();
        streamed.entries = streamed.entries.iter().filter(|it| !is_index(it)).collect();
        assert_eq!(table.entries, streamed.entries);
        let files = Files::merge(vec![Some(Arc::new(table))]);
        assert_eq!(files.sums(files.root()).entries, 7);
    }
}

#[test]
fn a_file_is_read_by_its_range() {
    for layer in both() {
        let listing = listing(&layer);
        for entry in listing.entries.iter().filter(|entry| entry.kind == Kind::File) {
            layer.sent.store(0, Ordering::Relaxed);
            let file = run(layer.reader.file(&layer.descriptor, &entry, 1 << 20)).unwrap();
            assert!(file.whole && file.verified, "{}", entry.path);
            let bytes = layer.sent.load(Ordering::Relaxed);
            assert!(bytes < layer.descriptor.size * 6 / 10, "{}: {bytes}", entry.path);
        }
        assert_eq!(layer.head("app/other", 4).unwrap().bytes.len(), 4);
        assert_eq!(layer.head("app/none", 4), None);
    }
}

#[test]
fn a_table_that_is_not_the_announced_one_is_not_used() {
    for mut layer in both() {
        for value in layer.descriptor.annotations.values_mut() {
            if value.starts_with("sha256:") {
                *value = Digest::sha256(b"another").to_string();
            }
        }
        let listing = listing(&layer);
        assert!(matches!(listing.way, Way::Whole { .. }));
        assert!(
            matches!(&listing.problems[..], [Problem::NoTable { problem }] if problem.contains("hash")),
            "{:?}",
            listing.problems
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_damaged_table_ends_in_an_answer(
        changes in proptest::collection::vec((1_usize..3000, any::<u8>()), 1..4),
        which in 0..2_usize,
        place in "[0-9]{1,20}:[0-9]{1,20}:9:1",
    ) {
        let layers = both();
        let layer = &layers[which];
        let mut blob = run(async {
            let mut pieces = layer.reader.source.stream(&layer.descriptor, None).await.unwrap();
            let mut bytes = Vec::new();
            while let Some(piece) = pieces.next().await {
                bytes.extend_from_slice(&piece.unwrap());
            }
            bytes
        });
        for (back, byte) in changes {
            let at = blob.len() - back;
            blob[at] = byte;
        }
        let mut damaged = super::layer(blob, Compression::None);
        damaged.descriptor.annotations = layer.descriptor.annotations.clone();
        let read = |layer: &Layer| run(layer.reader.listing(&layer.descriptor, &mut |_| ()));
        let _ = read(&damaged);
        for (key, value) in &mut damaged.descriptor.annotations {
            if key.ends_with("position") {
                *value = place.clone();
            }
        }
        let _ = read(&damaged);
    }
}
