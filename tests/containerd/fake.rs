//! A containerd with two namespaces: gRPC over HTTP/2 on a Unix socket, as far as platy asks it.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::{BufMut as _, Bytes};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{HeaderMap, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use platy::oci::Digest;
use prost::Message;
use serde_json::json;
use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::runtime::Runtime;

/// The image that is there in full for amd64, and listed for arm64.
pub(super) const NAME: &str = "docker.io/library/app:1";
/// The image of which amd64 is there, and of s390x the manifest without its layer.
pub(super) const PARTLY: &str = "docker.io/library/partly:1";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";

#[derive(Clone, Copy, PartialEq)]
pub(super) enum How {
    /// The content is on the disk.
    Disk,
    /// The content can be had over the socket only.
    Socket,
    /// Nothing is ever answered.
    Hanging,
}

pub(super) struct Containerd {
    home: TempDir,
    _runtime: Runtime,
    state: Arc<State>,
}

struct State {
    how: How,
    root: PathBuf,
    blobs: HashMap<Digest, Vec<u8>>,
    /// The names of a namespace, with what they stand for.
    images: BTreeMap<&'static str, Vec<(&'static str, Digest)>>,
    /// The content of `k8s.io` is all that there is; of `moby` this.
    of_moby: Vec<Digest>,
    list: Digest,
    layer: Digest,
    away: Digest,
    /// Chain IDs of layers that are unpacked.
    unpacked: Vec<Digest>,
    asked: Mutex<Vec<String>>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Named {
    #[prost(string, tag = "1")]
    name: String,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Descriptor {
    #[prost(string, tag = "1")]
    media_type: String,
    #[prost(string, tag = "2")]
    digest: String,
    #[prost(int64, tag = "3")]
    size: i64,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Image {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(map = "string, string", tag = "2")]
    labels: HashMap<String, String>,
    #[prost(message, optional, tag = "3")]
    target: Option<Descriptor>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Info {
    #[prost(string, tag = "1")]
    digest: String,
    #[prost(int64, tag = "2")]
    size: i64,
    #[prost(map = "string, string", tag = "5")]
    labels: HashMap<String, String>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Plugin {
    #[prost(string, tag = "1")]
    sort: String,
    #[prost(string, tag = "2")]
    id: String,
    #[prost(map = "string, string", tag = "5")]
    exports: HashMap<String, String>,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Read {
    #[prost(string, tag = "1")]
    digest: String,
    #[prost(int64, tag = "2")]
    offset: i64,
    #[prost(int64, tag = "3")]
    size: i64,
}

#[derive(Clone, PartialEq, Eq, Message)]
struct Part {
    #[prost(int64, tag = "1")]
    offset: i64,
    #[prost(bytes = "vec", tag = "2")]
    data: Vec<u8>,
}

/// Messages of one field, which is what the answers are.
#[derive(Clone, PartialEq, Message)]
struct One<T: Debug + Default + Message> {
    #[prost(message, optional, tag = "1")]
    it: Option<T>,
}

#[derive(Clone, PartialEq, Message)]
struct Many<T: Debug + Default + Message> {
    #[prost(message, repeated, tag = "1")]
    all: Vec<T>,
}

/// Messages, or the status and the words of a refusal.
type Answer = Result<Vec<Vec<u8>>, (u8, String)>;

impl State {
    fn new(how: How, root: PathBuf) -> Self {
        let mut blobs = HashMap::new();
        let mut put = |bytes: Vec<u8>| {
            let digest = Digest::sha256(&bytes);
            let size = bytes.len();
            blobs.insert(digest.clone(), bytes);
            (digest, size)
        };
        let (layer, layer_size) = put(tar());
        let config = json!({ "architecture": "amd64", "os": "linux",
            "config": { "Cmd": ["/hello"] },
            "rootfs": { "type": "layers", "diff_ids": [layer] } });
        let (config, config_size) = put(config.to_string().into_bytes());
        let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST,
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": config, "size": config_size },
            "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": layer, "size": layer_size }] });
        let (manifest, size) = put(manifest.to_string().into_bytes());
        let away = Digest::sha256(b"arm64");
        let entry = |digest: &Digest, size: usize, architecture: &str| {
            json!({ "mediaType": MANIFEST, "digest": digest, "size": size,
                "platform": { "architecture": architecture, "os": "linux" } })
        };
        let list = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [
            entry(&manifest, size, "amd64"), entry(&away, 500, "arm64"),
        ] });
        let (list, _) = put(list.to_string().into_bytes());
        // Of one platform the manifest and the config alone.
        let other = json!({ "architecture": "s390x", "os": "linux", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [Digest::sha256(b"layer")] } });
        let (other, other_size) = put(other.to_string().into_bytes());
        let bare = json!({ "schemaVersion": 2, "mediaType": MANIFEST,
            "config": { "mediaType": "application/vnd.oci.image.config.v1+json",
                "digest": other, "size": other_size },
            "layers": [{ "mediaType": "application/vnd.oci.image.layer.v1.tar",
                "digest": Digest::sha256(b"layer"), "size": 5 }] });
        let (bare, bare_size) = put(bare.to_string().into_bytes());
        let partly = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [
            entry(&manifest, size, "amd64"), entry(&bare, bare_size, "s390x"),
        ] });
        let (partly, _) = put(partly.to_string().into_bytes());
        let (altered, _) = put(b"{\"schemaVersion\":2}".to_vec());
        let size = blobs[&altered].len();
        blobs.insert(altered.clone(), vec![b' '; size]);
        if how == How::Disk {
            for (digest, bytes) in &blobs {
                let path = root.join(digest.layout_path());
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
            }
        }
        let two = "docker.io/library/two:1";
        let images = BTreeMap::from([
            ("k8s.io", vec![(NAME, list.clone()), (two, list.clone()), (PARTLY, partly)]),
            (
                "moby",
                vec![
                    (two, manifest.clone()),
                    ("docker.io/library/half:1", list.clone()),
                    ("docker.io/library/altered:1", altered.clone()),
                ],
            ),
        ]);
        let of_moby = vec![manifest, altered];
        let unpacked = vec![Digest::sha256(b"unpacked")];
        let asked = Mutex::default();
        Self { how, root, blobs, images, of_moby, list, layer, away, unpacked, asked }
    }

    fn image(&self, name: &str, digest: &Digest) -> Image {
        let bytes = &self.blobs[digest];
        let target = Descriptor {
            media_type: if *digest == self.list { INDEX } else { MANIFEST }.to_owned(),
            digest: digest.to_string(),
            size: i64::try_from(bytes.len()).unwrap(),
        };
        let labels = HashMap::from([("io.cri-containerd.image".to_owned(), "managed".to_owned())]);
        Image { name: name.to_owned(), labels, target: Some(target) }
    }

    fn answer(&self, method: &str, namespace: &str, message: &[u8]) -> Answer {
        let missing = |what: &str| Err((5, format!("{what} %22x%22: not found")));
        let images = self.images.get(namespace).map(Vec::as_slice).unwrap_or_default();
        let blob = |digest: &str| {
            let digest: Digest = digest.parse().unwrap();
            let held = namespace == "k8s.io" || self.of_moby.contains(&digest);
            self.blobs.get(&digest).filter(|_| held)
        };
        match method {
            "/containerd.services.namespaces.v1.Namespaces/List" => {
                let all = self.images.keys().map(|name| Named { name: (*name).to_owned() });
                Ok(vec![Many { all: all.collect() }.encode_to_vec()])
            }
            "/containerd.services.images.v1.Images/Get" => {
                let asked = Named::decode(message).unwrap().name;
                match images.iter().find(|(name, _)| **name == asked) {
                    Some((name, digest)) => {
                        Ok(vec![One { it: Some(self.image(name, digest)) }.encode_to_vec()])
                    }
                    None => missing("image"),
                }
            }
            "/containerd.services.images.v1.Images/List" => {
                let all = images.iter().map(|(name, digest)| self.image(name, digest)).collect();
                Ok(vec![Many { all }.encode_to_vec()])
            }
            "/containerd.services.introspection.v1.Introspection/Plugins" => {
                let root = ("root".to_owned(), self.root.display().to_string());
                let plugin = |sort: &str, id: &str, exports| Plugin {
                    sort: sort.to_owned(),
                    id: id.to_owned(),
                    exports,
                };
                let all = [
                    plugin("io.containerd.content.v1", "content", HashMap::from([root])),
                    plugin("io.containerd.snapshotter.v1", "zfs", HashMap::new()),
                    plugin("io.containerd.snapshotter.v1", "native", HashMap::new()),
                ];
                let asked = Named::decode(message).unwrap().name;
                let is_it = |plugin: &Plugin| asked == format!("type=={}", plugin.sort);
                let all = all.into_iter().filter(is_it).collect();
                Ok(vec![Many { all }.encode_to_vec()])
            }
            "/containerd.services.snapshots.v1.Snapshots/List" => {
                if Named::decode(message).unwrap().name != "native" {
                    return missing("snapshotter");
                }
                let all = self.unpacked.iter().map(|chain| Named { name: chain.to_string() });
                Ok(vec![Many { all: all.collect() }.encode_to_vec()])
            }
            "/containerd.services.content.v1.Content/List" => {
                let held =
                    |digest: &&Digest| namespace == "k8s.io" || self.of_moby.contains(digest);
                // As many answers as there is content: it comes in pieces.
                let all = self.blobs.keys().filter(held).map(|digest| {
                    let size = i64::try_from(self.blobs[digest].len()).unwrap();
                    let info = Info { digest: digest.to_string(), size, labels: HashMap::new() };
                    Many { all: vec![info] }.encode_to_vec()
                });
                Ok(all.collect())
            }
            "/containerd.services.content.v1.Content/Info" => {
                let digest = Named::decode(message).unwrap().name;
                let Some(bytes) = blob(&digest) else { return missing("content digest") };
                let size = i64::try_from(bytes.len()).unwrap();
                let info = Info { digest, size, labels: HashMap::new() };
                Ok(vec![One { it: Some(info) }.encode_to_vec()])
            }
            "/containerd.services.content.v1.Content/Read" => {
                let Read { digest, offset, size } = Read::decode(message).unwrap();
                let Some(bytes) = blob(&digest) else { return missing("content digest") };
                let offset = usize::try_from(offset).unwrap();
                let end = match usize::try_from(size).unwrap() {
                    0 => bytes.len(),
                    size => bytes.len().min(offset + size),
                };
                let parts = bytes[offset..end]
                    .chunks(700)
                    .map(|data| Part { offset: 0, data: data.to_vec() }.encode_to_vec());
                Ok(parts.collect())
            }
            _ => Err((12, format!("unknown method {method}"))),
        }
    }
}

fn tar() -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(6);
    header.set_mode(0o644);
    builder.append_data(&mut header, "hello.txt", &b"hello\n"[..]).unwrap();
    builder.into_inner().unwrap()
}

fn framed(messages: &[Vec<u8>]) -> Bytes {
    let mut bytes = Vec::new();
    for message in messages {
        bytes.put_u8(0);
        bytes.put_u32(u32::try_from(message.len()).unwrap());
        bytes.extend_from_slice(message);
    }
    bytes.into()
}

async fn answered(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<http_body_util::combinators::BoxBody<Bytes, Infallible>>, Infallible> {
    let (head, body) = request.into_parts();
    assert_eq!(head.headers["te"], "trailers");
    if state.how == How::Hanging {
        std::future::pending::<()>().await;
    }
    let message = body.collect().await.unwrap().to_bytes();
    let namespace = head.headers["containerd-namespace"].to_str().unwrap();
    let answer = state.answer(head.uri.path(), namespace, &message[5..]);
    state.asked.lock().unwrap().push(head.uri.path().to_owned());
    let mut response = Response::builder().header("content-type", "application/grpc");
    Ok(match answer {
        Ok(messages) => {
            let trailers = HeaderMap::from_iter([(
                hyper::header::HeaderName::from_static("grpc-status"),
                HeaderValue::from_static("0"),
            )]);
            let ends = async move { Some(Ok(trailers)) };
            let body = Full::new(framed(&messages)).with_trailers(ends);
            response.body(body.boxed()).unwrap()
        }
        // As Go's server does: the status alone, in the head.
        Err((status, words)) => {
            response =
                response.header("grpc-status", i32::from(status)).header("grpc-message", words);
            response.body(Full::default().boxed()).unwrap()
        }
    })
}

impl Containerd {
    pub(super) fn new(how: How) -> Self {
        let home = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let state = Arc::new(State::new(how, home.path().join("content")));
        let socket = home.path().join("c.sock");
        let listener = runtime.block_on(async { UnixListener::bind(socket).unwrap() });
        let served = Arc::clone(&state);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&served);
                let service = service_fn(move |request| answered(Arc::clone(&state), request));
                let builder = hyper::server::conn::http2::Builder::new(TokioExecutor::new());
                tokio::spawn(builder.serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { home, _runtime: runtime, state }
    }

    /// Writes a layout of an image with one layer into the home; the diff ID is the digest of `id`.
    pub(super) fn put_layout(&self, name: &str, id: &str) {
        let folder = self.home().join(name);
        let put = |bytes: &[u8]| {
            let digest = Digest::sha256(bytes);
            let path = folder.join(digest.layout_path());
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
            json!({ "mediaType": MANIFEST, "digest": digest, "size": bytes.len() })
        };
        let config = json!({ "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": { "type": "layers", "diff_ids": [Digest::sha256(id.as_bytes())] } });
        let mut config = put(config.to_string().as_bytes());
        config["mediaType"] = json!("application/vnd.oci.image.config.v1+json");
        let mut layer = put(b"not read");
        layer["mediaType"] = json!("application/vnd.oci.image.layer.v1.tar+gzip");
        let manifest = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config,
            "layers": [layer] });
        let manifest = put(manifest.to_string().as_bytes());
        let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
        std::fs::write(folder.join("index.json"), index.to_string()).unwrap();
        std::fs::write(folder.join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    }

    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(super) fn list(&self) -> Digest {
        self.state.list.clone()
    }

    pub(super) fn layer(&self) -> Digest {
        self.state.layer.clone()
    }

    pub(super) fn away(&self) -> Digest {
        self.state.away.clone()
    }

    /// The methods that were called since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().drain(..).collect()
    }
}
