//! Where an image is: the transports of containers-transports(5) that platy reads, and platy's own
//! for drafts.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::{Reference, ReferenceError};

/// An image in a registry, in a layout folder or in an archive; or a list that is a draft yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Location {
    /// `[docker://]reference`
    Registry(Reference),
    /// `oci:PATH[:name]`, an OCI image layout; the name is the annotation
    /// `org.opencontainers.image.ref.name`.
    Layout {
        /// The folder.
        path: PathBuf,
        /// The name in `index.json`; `None` for the index as a whole.
        name: Option<String>,
    },
    /// `oci-archive:PATH[:name]`, an OCI image layout in a tar file.
    OciArchive {
        /// The file.
        path: PathBuf,
        /// The name in `index.json`; `None` for the index as a whole.
        name: Option<String>,
    },
    /// `docker-archive:PATH[:reference|:@index]`, what `docker save` writes.
    DockerArchive {
        /// The file.
        path: PathBuf,
        /// A repository and tag in the archive, or `@` and a number; `None` for all.
        name: Option<String>,
    },
    /// `dir:PATH`, a manifest and its blobs as plain files, as skopeo writes them.
    Dir {
        /// The folder.
        path: PathBuf,
    },
    /// `./PATH`, `../PATH`, `/PATH` or a name that ends as archives do: a layout, a folder of
    /// `dir:` or an archive of either form, whichever it is.
    Path {
        /// The folder or file.
        path: PathBuf,
        /// A name in it, or `@` and a position.
        name: Option<String>,
    },
    /// `containers-storage:[[STORE]]NAME`, an image of podman, buildah or CRI-O on this machine.
    Store {
        /// What stands in brackets: `[DRIVER@]GRAPHROOT[+RUNROOT][:OPTIONS]`; `None` for the stores
        /// that `storage.conf` names.
        store: Option<String>,
        /// The image: a name, with a digest behind it if one is meant, or its ID.
        name: String,
    },
    /// `docker-daemon:NAME`, an image of a running engine, asked for on its API.
    Daemon {
        /// The image: a name, with a digest behind it if one is meant, or its ID.
        name: String,
    },
    /// `containerd:[NAMESPACE/]NAME`, an image of a running containerd, asked for on its socket.
    Containerd {
        /// The image, with its namespace before it if one was written: which of the two the first
        /// part is, only containerd can say.
        name: String,
    },
    /// `draft:NAME`, an unsaved draft: the reference that it is to be pushed to, or its name in
    /// platy's state folder.
    Draft(String),
}

/// Why a text names no image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LocationError {
    /// Not a reference to a registry either.
    Reference(ReferenceError),
    /// A transport that platy does not read.
    Transport(String),
    /// A transport without a path behind it.
    NoPath(String),
    /// A transport without the name of an image behind it.
    NoImage(String),
    /// `oci://` without a registry, or without a repository in it.
    NoRegistry(String),
    /// `draft:` without a name behind it.
    NoDraft,
}

/// Transports of containers-transports(5) that are not read; named so that the error is clear.
const UNREAD: [&str; 4] = ["ostree:", "sif:", "tarball:", "atomic:"];

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reference(error) => error.fmt(f),
            Self::Transport(name) => write!(
                f,
                "platy does not read {name} yet; copy the image to a layout first, for example \
                 with `skopeo copy {name}… oci:FOLDER`"
            ),
            Self::NoPath(name) => write!(f, "{name} needs a path behind it: {name}PATH[:NAME]"),
            Self::NoImage(name) => {
                write!(f, "{name} needs the name of an image behind it: {name}localhost/app:1")
            }
            Self::NoRegistry(text) => write!(
                f,
                "{text} names no repository of a registry: write oci://HOST/REPOSITORY, a host \
                 without a dot with its port"
            ),
            Self::NoDraft => write!(
                f,
                "{DRAFT} needs a name behind it: the reference that the draft is to be pushed to"
            ),
        }
    }
}

impl std::error::Error for LocationError {}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Helm and Flux write registries so.
        if let Some(registry) = text.strip_prefix("oci://") {
            if !has_host_and_path(registry) {
                return Err(LocationError::NoRegistry(text.to_owned()));
            }
            return registry.parse().map(Self::Registry).map_err(LocationError::Reference);
        }
        if let Some((path, name)) = as_path(text) {
            return Ok(Self::Path { path, name });
        }
        if let Some(path) = text.strip_prefix(DIR) {
            return match path {
                "" => Err(LocationError::NoPath(DIR.to_owned())),
                path => Ok(Self::Dir { path: PathBuf::from(path) }),
            };
        }
        if let Some(rest) = text.strip_prefix(STORE) {
            let (store, name) = match rest.strip_prefix('[').and_then(|it| it.split_once(']')) {
                Some((store, name)) => (Some(store.to_owned()), name),
                None => (None, rest),
            };
            // skopeo writes an ID with an at sign before it.
            let name = name.strip_prefix('@').unwrap_or(name);
            return match name {
                "" => Err(LocationError::NoImage(STORE.to_owned())),
                name => Ok(Self::Store { store, name: name.to_owned() }),
            };
        }
        if let Some(name) = text.strip_prefix(DAEMON) {
            let is_name = |text: &str| text.parse::<Reference>().map(|_| ());
            return match name {
                "" => Err(LocationError::NoImage(DAEMON.to_owned())),
                name if is_id(name) => Ok(Self::Daemon { name: name.to_owned() }),
                name => match is_name(name) {
                    Ok(()) => Ok(Self::Daemon { name: name.to_owned() }),
                    Err(error) => Err(LocationError::Reference(error)),
                },
            };
        }
        if let Some(name) = text.strip_prefix(CONTAINERD) {
            return match name.trim_matches('/') {
                "" => Err(LocationError::NoImage(CONTAINERD.to_owned())),
                _ => Ok(Self::Containerd { name: name.to_owned() }),
            };
        }
        for (transport, make) in FILES {
            if let Some(rest) = text.strip_prefix(transport) {
                let (path, name) = path_and_name(rest);
                if path.is_empty() {
                    return Err(LocationError::NoPath(transport.to_owned()));
                }
                return Ok(make(PathBuf::from(path), name.map(str::to_owned)));
            }
        }
        if let Some(name) = text.strip_prefix(DRAFT) {
            return match name {
                "" => Err(LocationError::NoDraft),
                name => Ok(Self::Draft(name.to_owned())),
            };
        }
        if let Some(transport) = UNREAD.iter().find(|transport| text.starts_with(**transport)) {
            return Err(LocationError::Transport((*transport).to_owned()));
        }
        text.parse().map(Self::Registry).map_err(LocationError::Reference)
    }
}

/// Whether a text begins with the host of a registry, and goes on.
fn has_host_and_path(text: &str) -> bool {
    let is_host = |host: &str| host.contains(['.', ':']) || host == "localhost";
    text.split_once('/').is_some_and(|(host, path)| is_host(host) && !path.is_empty())
}

/// How the names of archives end.
const ARCHIVES: [&str; 11] = [
    ".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz",
    ".platy",
];

/// Whether a path begins with a drive of Windows: `C:\images`, `C:/images`. No reference does.
fn is_on_a_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// A path and the name behind it, if one is there; the colon of a drive is the path's.
fn path_and_name(text: &str) -> (&str, Option<&str>) {
    let (drive, rest) = text.split_at(if is_on_a_drive(text) { "C:".len() } else { 0 });
    let Some((path, name)) = rest.split_once(':') else { return (text, None) };
    let (path, _) = text.split_at(drive.len() + path.len());
    (path, Some(name).filter(|name| !name.is_empty()))
}

/// A text that is a path whatever exists, and the name behind it.
fn as_path(text: &str) -> Option<(PathBuf, Option<String>)> {
    let begins = ["./", "../", "/"].iter().any(|begin| text.starts_with(begin));
    let begins = begins || is_on_a_drive(text);
    let (path, name) = path_and_name(text);
    let ends = ARCHIVES.iter().any(|end| path.ends_with(end));
    let dots = matches!(path, "." | "..");
    (begins || ends || dots).then(|| (PathBuf::from(path), name.map(str::to_owned)))
}

/// The transport of plain files.
const DIR: &str = "dir:";
/// The transport of podman's, buildah's and CRI-O's stores.
const STORE: &str = "containers-storage:";
/// The transport of engines that are asked on their API.
const DAEMON: &str = "docker-daemon:";
/// The transport of containerd's images.
const CONTAINERD: &str = "containerd:";
/// The transport of drafts.
const DRAFT: &str = "draft:";

/// Whether a text is an image's ID, whole, with or without its algorithm.
fn is_id(text: &str) -> bool {
    let hex = text.strip_prefix("sha256:").unwrap_or(text);
    hex.len() == 64 && hex.bytes().all(|it| it.is_ascii_hexdigit())
}

type Make = fn(PathBuf, Option<String>) -> Location;

const FILES: [(&str, Make); 3] = [
    ("oci:", |path, name| Location::Layout { path, name }),
    ("oci-archive:", |path, name| Location::OciArchive { path, name }),
    ("docker-archive:", |path, name| Location::DockerArchive { path, name }),
];

impl Location {
    /// The name as people write it; for a registry the familiar form.
    #[must_use]
    pub fn familiar(&self) -> String {
        match self {
            Self::Registry(reference) => reference.familiar(),
            other => other.to_string(),
        }
    }

    /// The name in a layout or archive, if one was given.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Layout { name, .. }
            | Self::OciArchive { name, .. }
            | Self::DockerArchive { name, .. }
            | Self::Path { name, .. } => name.as_deref(),
            Self::Registry(_)
            | Self::Dir { .. }
            | Self::Store { .. }
            | Self::Daemon { .. }
            | Self::Containerd { .. }
            | Self::Draft(_) => None,
        }
    }

    /// One of the images in a layout or archive; `None` of what has no names.
    #[must_use]
    pub fn with_name(&self, name: &str) -> Option<Self> {
        let mut named = self.clone();
        match &mut named {
            Self::Layout { name: of, .. }
            | Self::OciArchive { name: of, .. }
            | Self::DockerArchive { name: of, .. }
            | Self::Path { name: of, .. } => *of = Some(name.to_owned()),
            Self::Registry(_)
            | Self::Dir { .. }
            | Self::Store { .. }
            | Self::Daemon { .. }
            | Self::Containerd { .. }
            | Self::Draft(_) => {
                return None;
            }
        }
        Some(named)
    }

    /// The registry reference, if this is one.
    #[must_use]
    pub fn reference(&self) -> Option<&Reference> {
        match self {
            Self::Registry(reference) => Some(reference),
            _ => None,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (transport, path, name) = match self {
            Self::Registry(reference) => return reference.fmt(f),
            Self::Draft(name) => return write!(f, "{DRAFT}{name}"),
            Self::Store { store: Some(store), name } => return write!(f, "{STORE}[{store}]{name}"),
            Self::Store { store: None, name } => return write!(f, "{STORE}{name}"),
            Self::Daemon { name } => return write!(f, "{DAEMON}{name}"),
            Self::Containerd { name } => return write!(f, "{CONTAINERD}{name}"),
            Self::Dir { path } => return write!(f, "{DIR}{}", path.display()),
            Self::Path { path, name } => {
                write!(f, "{}", path.display())?;
                return match name {
                    Some(name) => write!(f, ":{name}"),
                    None => Ok(()),
                };
            }
            Self::Layout { path, name } => ("oci", path, name),
            Self::OciArchive { path, name } => ("oci-archive", path, name),
            Self::DockerArchive { path, name } => ("docker-archive", path, name),
        };
        write!(f, "{transport}:{}", path.display())?;
        match name {
            Some(name) => write!(f, ":{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transports_are_read_as_containers_transports_writes_them() {
        for text in [
            "oci:/srv/layout",
            "oci:layout:1.0",
            "oci-archive:a.tar",
            "oci-archive:a.tar:v1",
            "docker-archive:a.tar:name:tag",
            "docker-archive:a.tar:@1",
            "draft:localhost:5000/a:1",
            "dir:/srv/image",
            "containers-storage:app:1",
            "docker-daemon:localhost:5000/app:1",
            "containerd:app:1",
            "containerd:k8s.io/registry.example:5000/app:1",
            "containers-storage:[vfs@/srv/store+/run/store]localhost/app:1",
            "./build/layout",
            "../layout:1.0",
            "/srv/image.tar.gz",
            "image.tar.zst:app:1",
            "build/image.tgz:@1",
            ".",
            r"C:\images\layout",
            r"C:\images\app.tar:app:1",
            "c:/images/app.tar",
            r"oci:C:\images\layout:1.0",
            r"docker-archive:D:/a.tar:@1",
        ] {
            assert_eq!(text.parse::<Location>().unwrap().to_string(), text);
        }
        // The colon of a drive is the path's; a folder of one letter has a name behind it as any other.
        for (text, path, name) in [
            (r"oci:C:\layout:1.0", r"C:\layout", Some("1.0")),
            (r"oci:C:\layout", r"C:\layout", None),
            ("oci:c:1.0", "c", Some("1.0")),
        ] {
            let layout = Location::Layout { path: path.into(), name: name.map(str::to_owned) };
            assert_eq!(text.parse::<Location>().unwrap(), layout);
        }
        assert_eq!(
            "oci:layout:".parse::<Location>().unwrap(),
            Location::Layout { path: "layout".into(), name: None }
        );
        assert_eq!("oci:".parse::<Location>(), Err(LocationError::NoPath("oci:".into())));
        let none = "containers-storage:[vfs@/srv/store]".parse::<Location>();
        assert_eq!(none, Err(LocationError::NoImage("containers-storage:".into())));
        let none = "containerd:/".parse::<Location>();
        assert_eq!(none, Err(LocationError::NoImage("containerd:".into())));
        assert_eq!("draft:".parse::<Location>(), Err(LocationError::NoDraft));
        let unread = "ostree:x".parse::<Location>();
        assert!(matches!(unread, Err(LocationError::Transport(_))));
        // What would be another question to the engine is not a name.
        for wrong in ["docker-daemon:../containers", "docker-daemon:a?b=c", "docker-daemon:a b"] {
            let found = wrong.parse::<Location>();
            assert!(matches!(found, Err(LocationError::Reference(_))), "{wrong}");
        }
        let id = format!("docker-daemon:{}", "0a".repeat(32));
        assert_eq!(id.parse::<Location>().unwrap().to_string(), id);
        for (text, is) in [
            ("./a", true),
            ("a.tar", true),
            ("a.platy", true),
            ("a.tar.b/c", false),
            ("a/b", false),
        ] {
            let found = text.parse::<Location>().unwrap();
            assert_eq!(matches!(found, Location::Path { .. }), is, "{text}");
        }
        for text in ["oci://ghcr.io", "oci://ghcr.io/", "oci://app", "oci://owner/app", "oci://"] {
            let found = text.parse::<Location>();
            assert_eq!(found, Err(LocationError::NoRegistry(text.to_owned())), "{text}");
        }
        let helm = "oci://ghcr.io/owner/chart:1".parse::<Location>().unwrap();
        assert_eq!(helm.to_string(), "ghcr.io/owner/chart:1");
        assert!(matches!("alpine".parse::<Location>(), Ok(Location::Registry(_))));
    }
}
