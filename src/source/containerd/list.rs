//! What containerd has: the images and the content of all namespaces.

use std::collections::{HashMap, HashSet};

use futures_util::StreamExt as _;

use super::connection::Connection;
use super::content::Remote;
use super::found::{Found, images as images_of, namespaces};
use super::messages::{ListContent, ListSnapshots, ListedContent, ListedSnapshots};
use super::place::ContainerdPlace;
use crate::oci::{
    Class, Descriptor, Digest, Document, Entry, Failure, LocalImage, Location, MAX_MANIFEST_READ,
    Manifest, Platform, Stocked,
};
use crate::source::Activity;
use crate::source::layout::{Piece, document_of};

/// The most images whose manifests are read.
const MOST: usize = 200;

/// The named images of all namespaces; `None` if there is no containerd.
pub(in crate::source) async fn images(
    place: &ContainerdPlace,
    activity: &Activity,
) -> Result<Option<Vec<LocalImage>>, Failure> {
    let Some(connection) = connected(place).await? else { return Ok(None) };
    let mut all = Vec::new();
    let mut count = 0;
    for namespace in namespaces(&connection).await? {
        let images = images_of(&connection, &namespace).await?;
        let remote =
            Remote { connection: connection.clone(), namespace, activity: activity.clone() };
        let here = remote.everything().await?;
        let mut looked_into = HashMap::new();
        for image in images {
            // Kubernetes keeps each image under its ID and its digest too.
            if image.name.starts_with("sha256:") || image.name.contains('@') {
                continue;
            }
            let found = Found::of(&remote.namespace, &image)?;
            count += usize::from(!looked_into.contains_key(&found.root.digest));
            if count <= MOST && !looked_into.contains_key(&found.root.digest) {
                let seen = look_into(&remote, &found.root, &here).await;
                looked_into.insert(found.root.digest.clone(), seen);
            }
            let seen = looked_into.get(&found.root.digest).cloned().unwrap_or_default();
            let name = format!("{}/{}", remote.namespace, image.name);
            all.push(LocalImage {
                location: Location::Containerd { name },
                platforms: seen.platforms,
                size: (seen.size > 0).then_some(seen.size),
            });
        }
    }
    Ok(Some(all))
}

/// The content of all namespaces; `None` if there is no containerd.
pub(in crate::source) async fn stocked(
    place: &ContainerdPlace,
    activity: &Activity,
) -> Result<Option<Stocked>, Failure> {
    let Some(connection) = connected(place).await? else { return Ok(None) };
    let mut stocked = Stocked::default();
    for namespace in namespaces(&connection).await? {
        let remote =
            Remote { connection: connection.clone(), namespace, activity: activity.clone() };
        stocked.digests.extend(remote.everything().await?.into_keys());
        stocked.chains.extend(remote.unpacked().await?);
    }
    Ok(Some(stocked))
}

/// A connection; `None` if there is no socket, and nobody said that there is one.
async fn connected(place: &ContainerdPlace) -> Result<Option<Connection>, Failure> {
    let place = place.clone();
    let socket = tokio::task::spawn_blocking(move || {
        place.sockets().into_iter().next().filter(|path| place.is_named() || path.exists())
    });
    match socket.await.ok().flatten() {
        Some(socket) => Connection::open(&socket).await.map(Some),
        None => Ok(None),
    }
}

impl Remote {
    /// All content of the namespace, with its size.
    async fn everything(&self) -> Result<HashMap<Digest, u64>, Failure> {
        let method = "containerd.services.content.v1.Content/List";
        let question = self.question(method, &ListContent {});
        self.activity.request_sent();
        let mut parts = self.connection.ask_for_many::<ListedContent>(question).await?;
        let mut all = HashMap::new();
        while let Some(part) = parts.next().await {
            for info in part?.info {
                if let Ok(digest) = info.digest.parse() {
                    all.insert(digest, u64::try_from(info.size).unwrap_or_default());
                }
            }
        }
        Ok(all)
    }
}

impl Remote {
    /// The chain IDs of the layers that are unpacked in the namespace, by whatever snapshotter.
    /// Kubernetes may have dropped what they were unpacked from (`discard_unpacked_layers`), and
    /// they are not fetched again.
    async fn unpacked(&self) -> Result<Vec<Digest>, Failure> {
        let mut chains = Vec::new();
        for plugin in self.plugins("io.containerd.snapshotter.v1").await? {
            let message = ListSnapshots { snapshotter: plugin.id };
            let method = "containerd.services.snapshots.v1.Snapshots/List";
            let question = self.question(method, &message);
            // A snapshotter that this machine cannot use is listed all the same, and refuses.
            let asked = self.connection.ask_for_many::<ListedSnapshots>(question).await;
            let Ok(mut parts) = asked else { continue };
            while let Some(Ok(part)) = parts.next().await {
                chains.extend(part.info.iter().filter_map(|it| it.name.parse::<Digest>().ok()));
            }
        }
        Ok(chains)
    }
}

/// What an image has of itself here.
#[derive(Debug, Clone, Default)]
struct Seen {
    platforms: Vec<Platform>,
    size: u64,
}

/// Reads the list and the manifests that are here; a platform is here if all its layers are.
async fn look_into(remote: &Remote, root: &Descriptor, here: &HashMap<Digest, u64>) -> Seen {
    let mut seen = Seen::default();
    let Ok(document) = read(remote, root).await else { return seen };
    let mut known = HashSet::from([root.digest.clone()]);
    seen.size = here.get(&root.digest).copied().unwrap_or_default();
    let entries: Vec<Descriptor> = match &document.manifest {
        Manifest::Index(index) => {
            index.entries.iter().filter_map(Entry::descriptor).map(|it| (**it).clone()).collect()
        }
        _ => vec![root.clone()],
    };
    for entry in entries.iter().filter(|entry| here.contains_key(&entry.digest)) {
        let Ok(document) = read(remote, entry).await else { continue };
        let content: Vec<&Digest> =
            document.manifest.descriptors().map(|descriptor| &descriptor.digest).collect();
        let is_whole = content.iter().all(|digest| here.contains_key(*digest));
        for digest in content.into_iter().chain([&entry.digest]) {
            if known.insert(digest.clone()) {
                let size = here.get(digest).copied().unwrap_or_default();
                seen.size = seen.size.saturating_add(size);
            }
        }
        let platform = entry.platform.clone().filter(|platform| !platform.is_unknown());
        seen.platforms.extend(platform.filter(|_| is_whole));
    }
    seen
}

async fn read(remote: &Remote, descriptor: &Descriptor) -> Result<Document, Failure> {
    if descriptor.size > MAX_MANIFEST_READ {
        return Err(Failure::new(Class::TooLarge, descriptor.digest.to_string(), "not read"));
    }
    let bytes = remote.whole(descriptor, MAX_MANIFEST_READ).await?;
    document_of(&Piece::memory(descriptor.digest.to_string(), bytes), descriptor)
}
