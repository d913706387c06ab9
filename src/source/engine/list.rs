//! What an engine has: `/images/json`.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Map, Value};

use super::api::Engine;
use super::place::{DockerPlace, Endpoint};
use crate::oci::{Class, Failure, LocalImage, Location, Platform, Stocked, chain_ids};
use crate::source::Activity;

/// The most images that are asked about for what they have in common with another.
const MOST: usize = 200;
/// The questions under way at once.
const AT_ONCE: usize = 8;

/// The engine of this machine; `None` if nothing says that there is one.
async fn engine(place: &DockerPlace) -> Result<Option<Engine>, Failure> {
    let place = place.clone();
    let found = tokio::task::spawn_blocking(move || {
        let endpoint = place.endpoint();
        match &endpoint {
            Ok(Endpoint::Unix(path)) if !place.is_named() && !path.exists() => None,
            Err(_) if !place.is_named() => None,
            _ => Some(endpoint),
        }
    });
    match found.await.ok().flatten() {
        None => Ok(None),
        Some(Ok(endpoint)) => Engine::at(&endpoint).map(Some),
        Some(Err(why)) => Err(Failure::new(Class::Local, "Docker", why)),
    }
}

/// The named images of the engine; `None` if there is no engine.
pub(in crate::source) async fn images(
    place: &DockerPlace,
    activity: &Activity,
) -> Result<Option<Vec<LocalImage>>, Failure> {
    let Some(engine) = engine(place).await? else { return Ok(None) };
    activity.request_sent();
    // API 1.47; ignored below.
    let listed = engine.array("/images/json?manifests=1").await?;
    Ok(Some(listed.iter().filter_map(Value::as_object).flat_map(of_entry).collect()))
}

/// What the images of the engine consist of; `None` if there is no engine.
pub(in crate::source) async fn stocked(
    place: &DockerPlace,
    activity: &Activity,
) -> Result<Option<Stocked>, Failure> {
    let Some(engine) = engine(place).await? else { return Ok(None) };
    activity.request_sent();
    let listed = engine.array("/images/json").await?;
    let ids = listed.iter().filter_map(|it| it.get("Id")?.as_str());
    let images: Vec<String> = ids.map(|id| format!("/images/{id}/json?manifests=1")).collect();
    let mut stocked = Stocked::default();
    let answers = ask_all(&engine, activity, images, &mut stocked).await?;
    let others = answers.iter().flat_map(untold_platforms).collect();
    ask_all(&engine, activity, others, &mut stocked).await?;
    Ok(Some(stocked))
}

/// Asks all of these, as far as they are not too many, and adds what the answers name.
async fn ask_all(
    engine: &Engine,
    activity: &Activity,
    paths: Vec<String>,
    stocked: &mut Stocked,
) -> Result<Vec<Map<String, Value>>, Failure> {
    stocked.left_out += paths.len().saturating_sub(MOST);
    let asked = paths.into_iter().take(MOST).map(|path| {
        let engine = engine.clone();
        activity.request_sent();
        async move { engine.object(&path).await }
    });
    // One that is removed meanwhile is not here.
    let answers = stream::iter(asked).buffer_unordered(AT_ONCE);
    let images: Vec<_> = answers.try_filter_map(async |it| Ok(it)).try_collect().await?;
    images.iter().for_each(|image| add(stocked, image));
    Ok(images)
}

/// The questions for those platforms of a list that are here and whose layers its answer does not
/// name: it names those of one, which is the host's, and none where that one is not here (moby
/// v2.0.0-beta.24; `platform` has API 1.49, below which such a question has the same answer again).
fn untold_platforms(image: &Map<String, Value>) -> Vec<String> {
    let Some(id) = image.get("Id").and_then(Value::as_str) else { return Vec::new() };
    let text =
        |of: &Value, key: &str| of.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let answer = Value::Object(image.clone());
    let told = image.get("RootFS").and_then(|it| it.get("Layers")).is_some();
    let is_told = |platform: &Value| {
        let keys = [
            ("os", "Os"),
            ("architecture", "Architecture"),
            ("variant", "Variant"),
            ("os.version", "OsVersion"),
        ];
        told && keys.into_iter().all(|(own, its)| text(platform, own) == text(&answer, its))
    };
    let platforms = images_here(image).filter_map(|it| it.get("ImageData")?.get("Platform"));
    let path = |platform: &Value| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("platform", &platform.to_string()).finish();
        format!("/images/{id}/json?{query}")
    };
    platforms.filter(|platform| !is_told(platform)).map(path).collect()
}

/// The images of a list that are here.
fn images_here(image: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let manifests = image.get("Manifests").and_then(Value::as_array).into_iter().flatten();
    manifests.filter(|it| {
        let is = |key: &str, wanted: &Value| it.get(key) == Some(wanted);
        is("Available", &Value::Bool(true)) && is("Kind", &Value::from("image"))
    })
}

/// An element of the list: an image for each of its names.
fn of_entry(entry: &Map<String, Value>) -> Vec<LocalImage> {
    let names = entry.get("RepoTags").and_then(Value::as_array).into_iter().flatten();
    let names = names.filter_map(Value::as_str).filter(|name| !name.starts_with('<'));
    let platforms: Vec<Platform> = images_here(entry)
        .filter_map(|it| it.get("ImageData")?.get("Platform")?.as_object())
        .map(Platform::from_object)
        .collect();
    let size = entry.get("Size").and_then(Value::as_u64);
    let image = |name: &str| LocalImage {
        location: Location::Daemon { name: name.to_owned() },
        platforms: platforms.clone(),
        size,
    };
    names.map(image).collect()
}

/// The digests that an image's answer names as being here.
fn add(stocked: &mut Stocked, image: &Map<String, Value>) {
    let layers = image.get("RootFS").and_then(|it| it.get("Layers")?.as_array());
    let layers = layers.into_iter().flatten().map_while(|it| it.as_str()?.parse().ok());
    stocked.chains.extend(chain_ids(&layers.collect::<Vec<_>>()));
    let digest = |value: &Value, key: &str| value.get(key)?.as_str()?.parse().ok();
    // With a graphdriver the digest of the config, with the containerd store of what was pulled.
    stocked.digests.extend(image.get("Id").and_then(|id| id.as_str()?.parse().ok()));
    stocked.digests.extend(image.get("Descriptor").and_then(|it| digest(it, "digest")));
    let manifests = image.get("Manifests").and_then(Value::as_array).into_iter().flatten();
    let here = manifests.filter(|it| it.get("Available") == Some(&Value::Bool(true)));
    // Only what is there with its config and layers is "Available" (`CheckContentAvailable` of moby
    // v2.0.0-beta.24).
    stocked.whole.extend(here.filter_map(|it| digest(it, "ID")));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oci::Digest;

    #[test]
    fn an_element_is_an_image_for_each_name_with_what_is_here() {
        // `list-filtered.json` of Docker 29 (moby v2.0.0-beta.24), shortened.
        let manifest = |architecture: &str, kind: &str, here: bool| {
            json!({ "ID": Digest::sha256(architecture.as_bytes()), "Available": here, "Kind": kind,
                "ImageData": { "Platform": { "architecture": architecture, "os": "linux" } } })
        };
        let entry = json!({ "Id": Digest::sha256(b"i"), "RepoTags": ["a:1", "<none>:<none>"],
            "Size": 77, "Manifests": [manifest("amd64", "image", true),
                manifest("arm64", "image", false), manifest("s390x", "attestation", true)] });
        let images = of_entry(entry.as_object().unwrap());
        assert_eq!(images.len(), 1);
        assert_eq!(images[0].location.to_string(), "docker-daemon:a:1");
        let platforms: Vec<String> = images[0].platforms.iter().map(Platform::short).collect();
        assert_eq!((platforms, images[0].size), (vec!["linux/amd64".to_owned()], Some(77)));
        // The platform whose layers the answer names is not asked about again; if it names none,
        // all are that are here.
        let two = |layers: &str, architecture: &str| {
            let image = json!({ "Id": "sha256:1", "Os": "linux", "Architecture": architecture,
                "RootFS": { layers: [Digest::sha256(b"l")] }, "Manifests": [
                    manifest("amd64", "image", true), manifest("arm64", "image", true),
                    manifest("s390x", "image", false), manifest("x", "attestation", true)] });
            untold_platforms(image.as_object().unwrap())
        };
        let path = |architecture: &str| {
            format!(
                "/images/sha256:1/json?platform=%7B%22architecture%22%3A%22{architecture}%22%2C%22os%22%3A%22linux%22%7D"
            )
        };
        assert_eq!(two("Layers", "amd64"), [path("arm64")]);
        assert_eq!(two("none", ""), [path("amd64"), path("arm64")]);
        let mut stocked = Stocked::default();
        add(&mut stocked, entry.as_object().unwrap());
        assert!(stocked.whole.contains(&Digest::sha256(b"amd64")));
        assert!(!stocked.whole.contains(&Digest::sha256(b"arm64")));
    }
}
