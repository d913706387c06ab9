//! Container engines asked on their sockets: three GETs of Docker's API, which podman speaks too
//! (docs.docker.com/reference/api/engine).

use std::path::Path;
use std::time::Duration;

use serde_json::{Map, Value};

use super::Socket;
use crate::model::diagnose::{Daemon, EngineKind, Fact, LocalCopy};
use crate::oci::{Digest, Platform, Reference};
use crate::source::engine::{Endpoint, Engine};

/// The longest wait for one engine, all three answers together.
const PATIENCE: Duration = Duration::from_secs(3);

/// What listens on a socket, and its copy of the reference. `None` if there is no socket.
pub(super) async fn daemon(socket: &Socket, reference: Option<&Reference>) -> Option<Fact<Daemon>> {
    let path = match &socket.at {
        Ok(path) if path.exists() => path,
        Ok(_) => return None,
        Err(why) => return Some(Fact::Missing(why.clone().into())),
    };
    let asked = tokio::time::timeout(PATIENCE, ask(path, socket.kind, reference)).await;
    let missing =
        |why: &str| Fact::Missing(format!("{} on {}: {why}", socket.kind, path.display()).into());
    Some(match asked {
        Ok(Ok(daemon)) => Fact::Known(daemon),
        Ok(Err(why)) => missing(&why),
        Err(_) => missing("no answer in time"),
    })
}

async fn ask(
    path: &Path,
    expected: EngineKind,
    reference: Option<&Reference>,
) -> Result<Daemon, String> {
    let client = Engine::at(&Endpoint::Unix(path.to_owned())).map_err(|it| it.detail)?;
    let version = object(&client, "/version").await?.ok_or("it has no version")?;
    let (info, copy) = tokio::join!(object(&client, "/info"), async {
        match reference {
            Some(reference) => match object(&client, &format!("/images/{reference}/json")).await {
                Ok(image) => Fact::Known(image.map(|image| local_copy(&image, reference))),
                Err(why) => Fact::Missing(why.into()),
            },
            None => Fact::Missing("the image is in no registry".into()),
        }
    });
    let text = |key: &str| text(&version, key);
    Ok(Daemon {
        kind: if is_podman(&version) { EngineKind::Podman } else { expected },
        socket: path.display().to_string(),
        version: text("Version"),
        os: text("Os"),
        architecture: text("Arch"),
        store: match info {
            Ok(Some(info)) => Fact::Known(store(&info)),
            Ok(None) => Fact::Missing("it does not say".into()),
            Err(why) => Fact::Missing(why.into()),
        },
        copy,
    })
}

/// A JSON object; `None` for 404.
async fn object(engine: &Engine, path: &str) -> Result<Option<Map<String, Value>>, String> {
    engine.object(path).await.map_err(|failure| failure.detail)
}

fn text(object: &Map<String, Value>, key: &str) -> String {
    object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Podman says so among its components.
fn is_podman(version: &Map<String, Value>) -> bool {
    let components = version.get("Components").and_then(Value::as_array);
    components.into_iter().flatten().any(|component| {
        component
            .get("Name")
            .and_then(Value::as_str)
            .is_some_and(|name| name.to_ascii_lowercase().contains("podman"))
    })
}

/// The storage driver, and whether it is a snapshotter of containerd (`DriverStatus`
/// `driver-type`, moby `daemon/containerd/service.go`).
fn store(info: &Map<String, Value>) -> String {
    let driver = text(info, "Driver");
    let status = info.get("DriverStatus").and_then(Value::as_array);
    let containerd = status.into_iter().flatten().any(|pair| {
        pair.get(0).and_then(Value::as_str) == Some("driver-type")
            && pair.get(1).and_then(Value::as_str).is_some_and(|it| it.contains("containerd"))
    });
    format!("{driver} ({})", if containerd { "containerd" } else { "graphdriver" })
}

fn local_copy(image: &Map<String, Value>, reference: &Reference) -> LocalCopy {
    let names = image.get("RepoDigests").and_then(Value::as_array);
    let digests: Vec<Digest> = names
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str()?.parse::<Reference>().ok())
        .filter(|name| name.repository == reference.repository)
        .filter_map(|name| name.digest)
        .collect();
    let mut platform =
        Platform::new(&text(image, "Os"), &text(image, "Architecture"), &text(image, "Variant"));
    platform.os_version = text(image, "OsVersion");
    LocalCopy { id: text(image, "Id"), digests, platform }
}
