//! Finding an image: the namespaces, then the names that are meant.

use super::connection::{Connection, Question};
use super::messages::{
    GetImage, GotImage, Image, ListImages, ListNamespaces, ListedImages, ListedNamespaces,
};
use super::names::{Reading, by_digest, nearest, readings};
use crate::oci::{Class, Descriptor, Failure, MediaType};
use crate::source::short_name::candidates;

/// An image that was found.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) namespace: String,
    pub(super) name: String,
    /// What the name stands for.
    pub(super) root: Descriptor,
}

/// Asks for the image that a name stands for. `shown` is what was asked for, for messages.
pub(super) async fn find(
    connection: &Connection,
    shown: &str,
    written: &str,
    usual: Option<&str>,
) -> Result<Found, Failure> {
    let known = namespaces(connection).await?;
    for reading in readings(written, &known, usual) {
        let mut found = named(connection, &reading).await?;
        if found.is_empty() {
            found = identified(connection, &reading).await?;
        }
        if let Some(found) = the_one(shown, found)? {
            return Ok(found);
        }
    }
    Err(missing(connection, shown, written, &known, usual).await?)
}

/// The images that have one of the names that are meant, one of each namespace.
async fn named(connection: &Connection, reading: &Reading<'_>) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for namespace in &reading.namespaces {
        for name in candidates(reading.name) {
            let message = GetImage { name };
            let method = "containerd.services.images.v1.Images/Get";
            let question = Question { method, namespace, message: &message };
            match connection.ask::<GotImage>(question).await {
                Ok(GotImage { image: Some(image) }) => {
                    found.push(Found::of(namespace, &image)?);
                    break;
                }
                Err(failure) if failure.class != Class::NotFound => return Err(failure),
                _ => {}
            }
        }
    }
    Ok(found)
}

/// The images that are meant by their digests, one of each namespace.
async fn identified(connection: &Connection, reading: &Reading<'_>) -> Result<Vec<Found>, Failure> {
    let names = candidates(reading.name);
    let mut found = Vec::new();
    for namespace in &reading.namespaces {
        let images = images(connection, namespace).await?;
        if let Some(image) = by_digest(&images, reading.name, &names) {
            found.push(Found::of(namespace, image)?);
        }
    }
    Ok(found)
}

/// The names of the namespaces.
pub(super) async fn namespaces(connection: &Connection) -> Result<Vec<String>, Failure> {
    let method = "containerd.services.namespaces.v1.Namespaces/List";
    let question = Question { method, namespace: "default", message: &ListNamespaces {} };
    let listed: ListedNamespaces = connection.ask(question).await?;
    Ok(listed.namespaces.into_iter().map(|it| it.name).collect())
}

/// The images of a namespace.
pub(super) async fn images(
    connection: &Connection,
    namespace: &str,
) -> Result<Vec<Image>, Failure> {
    let method = "containerd.services.images.v1.Images/List";
    let question = Question { method, namespace, message: &ListImages {} };
    Ok(connection.ask::<ListedImages>(question).await?.images)
}

/// The only one that was found: several are one if they stand for the same.
fn the_one(shown: &str, found: Vec<Found>) -> Result<Option<Found>, Failure> {
    let differ = found.windows(2).any(|two| match two {
        [a, b] => a.root.digest != b.root.digest,
        _ => false,
    });
    if !differ {
        return Ok(found.into_iter().next());
    }
    let names: Vec<String> =
        found.iter().map(|it| format!("containerd:{}/{}", it.namespace, it.name)).collect();
    let detail = "several namespaces have an image of this name, and they are not the same";
    Err(Failure::new(Class::NotFound, shown, detail)
        .with_next(format!("name one of them: {}", names.join(", "))))
}

/// That there is no such image, with the names that are most like it.
async fn missing(
    connection: &Connection,
    shown: &str,
    written: &str,
    known: &[String],
    usual: Option<&str>,
) -> Result<Failure, Failure> {
    let looked = readings(written, known, usual).into_iter().next();
    let Some(looked) = looked else { return Ok(Failure::new(Class::NotFound, shown, "")) };
    let mut all = Vec::new();
    for namespace in &looked.namespaces {
        let names = images(connection, namespace).await?.into_iter().map(|image| image.name);
        // Kubernetes keeps each image under its ID too.
        all.extend(
            names
                .filter(|name| !name.starts_with("sha256:"))
                .map(|name| format!("{namespace}/{name}")),
        );
    }
    let detail = match looked.namespaces.as_slice() {
        [] => "containerd has no namespace, and so no image".to_owned(),
        [one] => format!("the namespace {one} has no image {}", looked.name),
        all => format!("none of its namespaces ({}) has such an image", all.join(", ")),
    };
    let names = nearest(all, looked.name);
    let next = match names.is_empty() {
        true => format!("the namespaces are: {}; containerd:NAMESPACE/NAME", known.join(", ")),
        false => format!("the nearest: {}", names.join(", ")),
    };
    Ok(Failure::new(Class::NotFound, shown, detail).with_next(next))
}

impl Found {
    pub(super) fn of(namespace: &str, image: &Image) -> Result<Self, Failure> {
        let shown = || format!("containerd:{namespace}/{}", image.name);
        let wrong = |why: String| {
            Failure::new(Class::Malformed, shown(), format!("what it stands for is wrong: {why}"))
                .with_next("get the image anew: `ctr images pull`, `nerdctl pull`, `crictl pull`")
        };
        let target = image.target.as_ref().ok_or_else(|| wrong("there is no descriptor".into()))?;
        let digest = target.digest.parse();
        let digest = digest.map_err(|why| wrong(format!("{:?}: {why}", target.digest)))?;
        let size = u64::try_from(target.size);
        let size = size.map_err(|_| wrong(format!("its size is {}", target.size)))?;
        let root = Descriptor::new(MediaType::parse(&target.media_type), digest, size);
        Ok(Self { namespace: namespace.to_owned(), name: image.name.clone(), root })
    }
}
