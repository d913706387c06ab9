//! Where images are copied to: a registry, or files on this machine.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::oci::{Location, Reference, is_digest_tag};

use super::Target;

/// A place that images are copied to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// A repository of a registry.
    Registry {
        /// The repository, and the tag: the one that was written, else `latest`.
        target: Target,
        /// Whether a tag was written.
        has_tag: bool,
    },
    /// A folder or a file.
    Files(Files),
}

/// A folder or a file that holds images.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// What it is.
    pub form: Form,
    /// Where it is.
    pub path: PathBuf,
    /// The name that the image gets in it, if one was written.
    pub name: Option<String>,
}

/// How files hold images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An OCI image layout.
    Layout,
    /// An OCI image layout in a tar file.
    OciArchive,
    /// The same with `manifest.json`, which `docker load` reads.
    DockerArchive,
    /// A manifest and its blobs as plain files.
    Dir,
}

/// How the names of tar files end that are compressed as a whole; those are not written.
const COMPRESSED: [&str; 9] =
    [".tar.gz", ".tgz", ".tar.zst", ".tzst", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz"];

impl Goal {
    /// The place that a text names: as sources are named. A path alone is a tar file if its name
    /// ends in `.tar`, else a layout.
    ///
    /// # Errors
    /// A sentence if nothing can be written there.
    pub fn parse(text: &str) -> Result<Self, String> {
        let location: Location = text.parse().map_err(|error| format!("{error}"))?;
        let files = |form, path, name| Ok(Self::Files(Files { form, path, name }));
        match location {
            Location::Registry(reference) => {
                Ok(Self::Registry { target: Target::of(&reference)?, has_tag: has_tag(text) })
            }
            Location::Layout { path, name } => files(Form::Layout, path, name),
            Location::OciArchive { path, name } => files(Form::OciArchive, path, name),
            Location::DockerArchive { path, name } => files(Form::DockerArchive, path, name),
            Location::Dir { path } => files(Form::Dir, path, None),
            Location::Path { path, name } => {
                let end = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                if COMPRESSED.iter().any(|ending| end.ends_with(ending)) {
                    return Err(format!(
                        "{}: platy writes no compressed archives, since layers are compressed \
                         already; write a name that ends in .tar",
                        path.display()
                    ));
                }
                let form = if end.ends_with(".tar") { Form::OciArchive } else { Form::Layout };
                files(form, path, name)
            }
            Location::Store { .. } => Err("platy changes no engine's store; copy to \
                                           oci-archive:FILE.tar and load that with `podman load`"
                .to_owned()),
            Location::Daemon { .. } => Err("platy changes no engine's store; copy to \
                                            oci-archive:FILE.tar and load that with `docker load`"
                .to_owned()),
            Location::Containerd { .. } => Err("platy changes no engine's store; copy to \
                                                oci-archive:FILE.tar and load that with `ctr \
                                                images import`"
                .to_owned()),
            Location::Draft(_) => Err(format!("{text} is a draft, and nothing is copied to those")),
        }
        .and_then(Self::checked)
    }

    fn checked(self) -> Result<Self, String> {
        match &self {
            Self::Files(Files { name: Some(name), .. }) if name.starts_with('@') => {
                Err(format!("{name} is a place in what is there already; write a name"))
            }
            Self::Files(Files { name: Some(name), .. }) if is_digest_tag(name) => {
                Err(format!("{name} is the name of what refers to an image; write another"))
            }
            _ => Ok(self),
        }
    }

    /// Whether a name was written for the image.
    #[must_use]
    pub fn has_name(&self) -> bool {
        match self {
            Self::Registry { has_tag, .. } => *has_tag,
            Self::Files(files) => files.name.is_some(),
        }
    }

    /// The place, where the image of this source keeps its name if none was written for it.
    ///
    /// # Errors
    /// A sentence if the source has no name, and the place needs one.
    pub fn keeping(&self, source: &Location) -> Result<Self, String> {
        let tag = tag_of(source);
        match self {
            Self::Registry { target, has_tag: false } => {
                let Some(tag) = tag else {
                    return Err(format!(
                        "{} has no tag that could be kept: write one behind the target",
                        source.familiar()
                    ));
                };
                let target = Target { repository: target.repository.clone(), tags: vec![tag] };
                Ok(Self::Registry { target, has_tag: true })
            }
            Self::Files(files) if files.name.is_none() && files.form != Form::Dir => {
                let own = own_name(source);
                let name = match files.form {
                    Form::DockerArchive => full_name(source).or(tag).or(own),
                    Form::Layout | Form::OciArchive | Form::Dir => own.or(tag),
                };
                Ok(Self::Files(Files { name, ..files.clone() }))
            }
            named => Ok(named.clone()),
        }
    }
}

impl Files {
    /// Where it is read.
    #[must_use]
    pub fn location(&self) -> Location {
        let (path, name) = (self.path.clone(), self.name.clone());
        match self.form {
            Form::Layout => Location::Layout { path, name },
            Form::OciArchive => Location::OciArchive { path, name },
            Form::DockerArchive => Location::DockerArchive { path, name },
            Form::Dir => Location::Dir { path },
        }
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registry { target, .. } => target.fmt(f),
            Self::Files(files) => files.location().fmt(f),
        }
    }
}

/// Whether a reference was written with a tag.
fn has_tag(text: &str) -> bool {
    text.rsplit('/').next().is_some_and(|last| last.contains(':'))
}

/// The name that an image has in a layout or an archive, which another one gives it too: any text,
/// as `org.opencontainers.image.ref.name` has it (OCI image-spec, `annotations.md`).
fn own_name(source: &Location) -> Option<String> {
    let name = source.name()?;
    (!name.starts_with('@') && !is_digest_tag(name)).then(|| name.to_owned())
}

/// The tag that a source has.
fn tag_of(source: &Location) -> Option<String> {
    let text = match source {
        Location::Registry(reference) => return reference.tag.clone(),
        Location::Daemon { name } | Location::Store { name, .. } => return engine_s(name)?.tag,
        // Its first part may be a namespace, which is not a part of the name.
        Location::Containerd { name } if name.contains('@') => return None,
        Location::Containerd { name } => name.rsplit('/').next()?.split_once(':')?.1,
        other => other.name()?,
    };
    let tag = text.rsplit_once(':').map_or(text, |(_, tag)| tag);
    let tagged = format!("localhost/a:{tag}").parse::<Reference>();
    tagged.is_ok().then(|| tag.to_owned())
}

/// The reference by which an engine has an image; `None` of an ID.
fn engine_s(name: &str) -> Option<Reference> {
    let is_id = name.len() >= SHORTEST_ID && name.bytes().all(|it| it.is_ascii_hexdigit());
    if is_id || name.starts_with("sha256:") { None } else { name.parse().ok() }
}

/// How many digits of an ID engines print.
const SHORTEST_ID: usize = 12;

/// The whole name that a source has: what `docker load` gives an image.
fn full_name(source: &Location) -> Option<String> {
    let full = |reference: &Reference| {
        let tag = reference.tag.as_deref()?;
        Some(reference.repository.tagged(tag).familiar())
    };
    match source {
        Location::Registry(reference) => full(reference),
        Location::Daemon { name } | Location::Store { name, .. } => full(&engine_s(name)?),
        other => {
            let name = other.name()?;
            let is_full = name.contains(':') || name.contains('/');
            (is_full && name.parse::<Reference>().is_ok()).then(|| name.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_its_name_says() {
        for (text, shown, has_name) in [
            ("localhost:5000/app", "localhost:5000/app:latest", false),
            ("localhost:5000/app:1", "localhost:5000/app:1", true),
            ("docker://alpine:3", "alpine:3", true),
            ("oci://ghcr.io/a/b", "ghcr.io/a/b:latest", false),
            ("oci:out", "oci:out", false),
            ("oci:out:1.0", "oci:out:1.0", true),
            ("oci-archive:a.tar:x", "oci-archive:a.tar:x", true),
            ("docker-archive:a.tar:app:1", "docker-archive:a.tar:app:1", true),
            ("dir:out", "dir:out", false),
            ("./out", "oci:./out", false),
            ("out/a.tar", "oci-archive:out/a.tar", false),
        ] {
            let goal = Goal::parse(text).unwrap();
            assert_eq!((goal.to_string().as_str(), goal.has_name()), (shown, has_name), "{text}");
        }
        let digest = format!("app@sha256:{}", "0".repeat(64));
        let tag = format!("oci:out:sha256-{}", "0".repeat(64));
        for (text, words) in [
            ("a.tar.gz", "no compressed archives"),
            ("draft:x", "is a draft"),
            ("oci:out:@0", "write a name"),
            (digest.as_str(), "names what is there already"),
            (tag.as_str(), "refers to an image"),
        ] {
            let problem = Goal::parse(text).unwrap_err();
            assert!(problem.contains(words), "{text}: {problem}");
        }
    }

    #[test]
    fn a_source_keeps_its_name() {
        let zero = "0".repeat(64);
        let by_digest = format!("x.example/a@sha256:{zero}");
        for (goal, source, expected) in [
            ("y.example/b", "x.example/a:1", Some("y.example/b:1")),
            ("y.example/b", "oci:layout:app:2", Some("y.example/b:2")),
            ("y.example/b:3", "x.example/a:1", Some("y.example/b:3")),
            ("y.example/b", by_digest.as_str(), None),
            ("y.example/b", "oci:layout", None),
            ("oci:out", "x.example/a:1", Some("oci:out:1")),
            ("oci:out", by_digest.as_str(), Some("oci:out")),
            ("oci:out", "dir:x", Some("oci:out")),
            ("docker-archive:o.tar", "x.example/a:1", Some("docker-archive:o.tar:x.example/a:1")),
            ("docker-archive:o.tar", "oci:layout:1", Some("docker-archive:o.tar:1")),
            ("dir:out", "x.example/a:1", Some("dir:out")),
            ("oci:out", "oci:in:v1.0+build.5", Some("oci:out:v1.0+build.5")),
            ("oci:out", "oci:in:a/db:8.0-x86", Some("oci:out:a/db:8.0-x86")),
            ("oci-archive:o.tar", "a.tar:a/db:8.0-x86", Some("oci-archive:o.tar:a/db:8.0-x86")),
            ("docker-archive:o.tar", "oci:in:v1+5", Some("docker-archive:o.tar:v1+5")),
            ("y.example/b", "oci:in:v1.0+build.5", None),
            ("oci:out", "oci:in:@0", Some("oci:out")),
            ("oci:out", "docker-daemon:a/b:1", Some("oci:out:1")),
            ("docker-archive:o.tar", "docker-daemon:a/b:1", Some("docker-archive:o.tar:a/b:1")),
            ("oci:out", "docker-daemon:0123456789ab", Some("oci:out")),
            ("y.example/b", "containers-storage:localhost/a:1", Some("y.example/b:1")),
            ("y.example/b", "containerd:k8s.io/x.example:5000/a:1", Some("y.example/b:1")),
            ("y.example/b", "containerd:k8s.io/x.example:5000/a", None),
        ] {
            let kept = Goal::parse(goal).unwrap().keeping(&source.parse().unwrap());
            let kept = kept.ok().map(|goal| goal.to_string());
            assert_eq!(kept.as_deref(), expected, "{goal} {source}");
        }
    }
}
