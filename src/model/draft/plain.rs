//! Entries of which a draft need not know more than they say.

use std::collections::{HashMap, HashSet};

use crate::model::select::platforms::Normal;
use crate::oci::Digest;

use super::item::Item;
use super::work::Work;

/// The images that are as they were in the base, or were taken out of it, with a platform that no
/// other entry has.
pub(super) fn plain(start: &Work, work: &Work) -> HashSet<Digest> {
    let mut shared: HashMap<Machine, usize> = HashMap::new();
    for machine in work.items.iter().filter_map(|item| machine(item)) {
        *shared.entry(machine).or_default() += 1;
    }
    let is_alone = |item: &Item| {
        machine(item).is_some_and(|machine| shared.get(&machine).is_none_or(|count| *count == 1))
    };
    let changed: HashSet<_> = work
        .items
        .iter()
        .filter(|item| !start.items.iter().any(|it| it.id == item.id && it.raw == item.raw))
        .filter_map(|item| Some(&item.descriptor()?.digest))
        .collect();
    start
        .items
        .iter()
        .filter(|item| is_alone(item))
        .filter_map(|item| Some(&item.descriptor()?.digest))
        .filter(|digest| !changed.contains(digest))
        .cloned()
        .collect()
}

/// Operating system, architecture, variant, normalised; and of Windows the version, by which its hosts
/// choose.
type Machine = (String, String, String, String);

/// For which machines an entry says that it is.
fn machine(item: &Item) -> Option<Machine> {
    let platform = item.descriptor()?.platform.as_ref()?;
    let is_whole = !platform.os.is_empty() && !platform.architecture.is_empty();
    let normal = Normal::new(platform);
    let is_windows = normal.os == "windows";
    let lacks_version = is_windows && platform.os_version.is_empty();
    let version = if is_windows { normal.os_version } else { String::new() };
    // An attestation whose annotations were stripped is told by its manifest.
    let is_told = is_whole && !lacks_version && !platform.is_unknown();
    is_told.then_some((normal.os, normal.architecture, normal.variant, version))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use serde_json::{Value, json};

    use super::*;
    use crate::model::draft::{Base, Draft, Edit, Field};
    use crate::oci::{Algorithm, Document};

    fn digest(n: usize) -> Digest {
        Digest::sha256(n.to_string().as_bytes())
    }

    /// A draft of a list with an entry for each platform, `null` for none.
    fn draft(platforms: &[Value]) -> Draft {
        let entries: Vec<Value> = platforms
            .iter()
            .enumerate()
            .map(|(n, platform)| {
                json!({
                    "mediaType": "application/vnd.oci.image.manifest.v1+json",
                    "digest": digest(n),
                    "size": 7,
                    "platform": platform,
                })
            })
            .collect();
        let media_type = "application/vnd.oci.image.index.v1+json";
        let list = json!({ "schemaVersion": 2, "mediaType": media_type, "manifests": entries });
        let document = Document::parse(Bytes::from(list.to_string()), None, Algorithm::Sha256);
        let location = "example.com/app:1".parse().unwrap();
        Draft::of(Base::new(location, Arc::new(document.unwrap())).unwrap()).unwrap()
    }

    fn plain(draft: &Draft, of: usize) -> Vec<usize> {
        let plain = draft.plain();
        (0..of).filter(|n| plain.contains(&digest(*n))).collect()
    }

    #[test]
    fn an_entry_is_plain_if_it_says_by_itself_and_alone_what_it_is_for() {
        let platforms = [
            json!({ "os": "linux", "architecture": "amd64" }),
            json!(null),
            json!({ "os": "linux", "architecture": "" }),
            json!({ "os": "windows", "architecture": "amd64" }),
            json!({ "os": "windows", "architecture": "amd64", "os.version": "10.0.1.2" }),
            json!({ "os": "linux", "architecture": "arm64" }),
            // The same machine in other words.
            json!({ "os": "linux", "architecture": "aarch64", "variant": "v8" }),
            // Another release of Windows, and the same twice.
            json!({ "os": "windows", "architecture": "amd64", "os.version": "10.0.3.4" }),
            json!({ "os": "windows", "architecture": "arm64", "os.version": "10.0.3.4" }),
            json!({ "os": "windows", "architecture": "arm64", "os.version": "10.0.3.4" }),
            json!({ "os": "unknown", "architecture": "unknown" }),
        ];
        let mut draft = draft(&platforms);
        let all = platforms.len();
        assert_eq!(plain(&draft, all), [0, 4, 7]);
        let last = draft.entries()[6].id;
        draft.apply(Edit::Remove { entries: vec![last], keep_attestations: false }).unwrap();
        assert_eq!(plain(&draft, all), [0, 4, 5, 6, 7], "alone now, and taken out");
        let first = draft.entries().first().unwrap().id;
        let edit = Edit::SetPlatform {
            entry: first,
            field: Field::Architecture,
            value: "riscv64".to_owned(),
        };
        draft.apply(edit).unwrap();
        assert_eq!(plain(&draft, all), [4, 5, 6, 7], "changed");
    }
}
