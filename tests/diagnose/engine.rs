//! A container engine on a Unix socket, as far as platy asks it.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use platy::model::diagnose::{EngineKind, Severity};
use platy::work::surroundings::Socket;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

use super::{Lab, find};

struct Engine {
    socket: PathBuf,
    task: JoinHandle<()>,
    _folder: TempDir,
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Engine {
    fn serving(router: Router) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("engine.sock");
        let listener = UnixListener::bind(&socket).unwrap();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { socket, task, _folder: folder }
    }

    /// Docker of this version, with an image for this architecture and digest.
    fn docker(version: &str, store: &str, image: Option<(String, &'static str, String)>) -> Self {
        let version = json!({
            "Version": version, "Os": "linux", "Arch": "amd64", "ApiVersion": "1.51",
            "Components": [{ "Name": "Engine" }],
        });
        let info = match store {
            "containerd" => json!({
                "Driver": "overlayfs",
                "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]],
            }),
            _ => json!({ "Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "extfs"]] }),
        };
        let images = move |Path(name): Path<String>| async move {
            let found = image.filter(|(known, ..)| name == format!("{known}/json"));
            found.map_or_else(
                || answer(404, &json!({ "message": "No such image" })),
                |(name, architecture, digest)| {
                    let repository = name.rsplit_once(':').unwrap().0.to_owned();
                    answer(
                        200,
                        &json!({
                            "Id": "sha256:0123", "Os": "linux", "Architecture": architecture,
                            "RepoDigests": [format!("{repository}@{digest}")],
                        }),
                    )
                },
            )
        };
        let router = Router::new()
            .route("/version", get(move || async move { answer(200, &version) }))
            .route("/info", get(move || async move { answer(200, &info) }))
            .route("/images/{*name}", get(images));
        Self::serving(router)
    }
}

fn answer(status: u16, body: &Value) -> Response {
    (StatusCode::from_u16(status).unwrap(), body.to_string()).into_response()
}

async fn lab(engine: &Engine) -> Lab {
    let mut lab = Lab::new().await;
    lab.around.sockets = vec![
        Socket { kind: EngineKind::Docker, at: Ok(engine.socket.clone()) },
        Socket { kind: EngineKind::Podman, at: Ok("/no/such/podman.sock".into()) },
    ];
    lab
}

const IMAGE: &str = "demo/ten-platforms:latest";

#[tokio::test]
async fn the_daemons_platform_store_and_copy_are_seen() {
    let sandbox = Lab::new().await;
    let digest = format!("sha256:{}", "0".repeat(64));
    let name = format!("{}/{IMAGE}", sandbox.sandbox.host());
    let engine = Engine::docker("28.0.1", "overlay2", Some((name, "amd64", digest.clone())));
    let mut lab = lab(&engine).await;
    // The same registry as the engine's copy names.
    lab.sandbox = sandbox.sandbox;

    let findings = lab.findings(IMAGE, "linux/arm64").await;
    let copy = find(&findings, "local-copy").unwrap();
    assert_eq!(copy.severity, Severity::Error);
    assert!(copy.evidence.join("\n").contains(&digest), "{copy:#?}");
    assert!(find(&findings, "client-and-daemon").is_some(), "{findings:#?}");
    let store = find(&findings, "image-store").unwrap();
    assert!(store.title.contains("overlay2 (graphdriver)"), "{store:#?}");
    assert!(find(&findings, "agreement").is_none());
}

#[tokio::test]
async fn an_engine_without_a_copy_says_nothing_of_it() {
    let engine = Engine::docker("29.7.2", "containerd", None);
    let lab = lab(&engine).await;
    let findings = lab.findings(IMAGE, "linux/amd64/v3").await;
    assert!(find(&findings, "local-copy").is_none(), "{findings:#?}");
    let store = find(&findings, "image-store").unwrap();
    assert!(store.next_step.contains("docker-c8d"), "{store:#?}");
    let good = find(&findings, "agreement").unwrap();
    assert!(!good.unknown.iter().any(|text| text.contains("engine")), "{good:#?}");
}

#[tokio::test]
async fn podman_is_known_by_what_it_says() {
    let version = json!({
        "Version": "5.6.0", "Os": "linux", "Arch": "arm64",
        "Components": [{ "Name": "Podman Engine" }],
    });
    let router = Router::new().route("/version", get(move || async move { answer(200, &version) }));
    let engine = Engine::serving(router);
    let facts = lab(&engine).await.facts(IMAGE, "linux/arm64").await;
    let daemon = facts.daemons[0].known().unwrap();
    assert_eq!((daemon.kind, daemon.version.as_str()), (EngineKind::Podman, "5.6.0"));
    assert!(daemon.store.missing().is_some());
    assert_eq!(daemon.copy.known(), Some(&None));
}

#[tokio::test]
async fn an_engine_that_does_not_answer_is_named_and_waited_for_briefly() {
    let hang = || async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        answer(200, &json!({}))
    };
    let engine = Engine::serving(Router::new().route("/version", get(hang)));
    let begun = Instant::now();
    let facts = lab(&engine).await.facts(IMAGE, "linux/arm64").await;
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(facts.daemons[0].missing().unwrap().contains("Docker on"), "{:?}", facts.daemons);
}

#[tokio::test]
async fn nonsense_and_silence_are_named_as_missing() {
    let nonsense = || async { answer(200, &json!("no object")) };
    let engine = Engine::serving(Router::new().route("/version", get(nonsense)));
    let facts = lab(&engine).await.facts(IMAGE, "linux/arm64").await;
    assert!(facts.daemons[0].missing().unwrap().contains("not a JSON object"));
    let nobody = Lab::new().await.facts(IMAGE, "linux/arm64").await;
    assert_eq!(nobody.daemons[0].missing(), Some("no engine listens on this machine"));
}
