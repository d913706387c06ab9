//! Registries that do TLS: how many connections are made, whatever was known of them, and servers
//! and ways that carry requests badly.

use std::collections::HashMap;
use std::fs;
use std::time::Duration;

use futures_util::future::join_all;
use platy::oci::{Descriptor, Digest, Manifest, MediaType, Reference, Repository};
use platy::sandbox::{Accounts, Auth, Fault, Grant, Rule, Sandbox, SandboxOptions, Tls};
use platy::source::{Options, Registry};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::fakes::tls;
use super::{options, registry};

const MANY: usize = 24;

/// A registry behind TLS with a list of many images, a host for its blobs, and a folder that
/// sessions share.
struct Far {
    sandbox: Sandbox,
    blobs: Sandbox,
    folder: TempDir,
    configs: Vec<Descriptor>,
}

impl Far {
    /// With these protocols (ALPN) of the registry and of the host of the blobs.
    async fn speaking(own: &[&[u8]], of_blobs: &[&[u8]]) -> Self {
        Self::new(Tls::new(tls(own)), Tls::new(tls(of_blobs))).await
    }

    async fn new(own: Tls, of_blobs: Tls) -> Self {
        Self::of(MANY, own, of_blobs).await
    }

    /// With so many images.
    async fn of(many: usize, own: Tls, of_blobs: Tls) -> Self {
        let accounts = Accounts::only([]).with_anonymous(Grant::pull("team/"));
        let start = |auth, tls| async move {
            let options = SandboxOptions { auth, tls: Some(tls), ..SandboxOptions::default() };
            Sandbox::start(options).await.unwrap()
        };
        let sandbox = start(Auth::bearer(accounts), own).await;
        let blobs = start(Auth::Open, of_blobs).await;
        let store = sandbox.store().repository("team/app");
        let image = |at: usize| {
            let layer = format!("layer {at}").into_bytes();
            store.image("linux", "arm64", &format!("v{at}")).layer(layer).push()
        };
        let images: Vec<Descriptor> = (0..many).map(image).collect();
        let mut configs = Vec::new();
        for image in &images {
            let manifest: Value =
                serde_json::from_slice(&store.manifest(image.digest.as_str()).unwrap()).unwrap();
            let digest: Digest = manifest["config"]["digest"].as_str().unwrap().parse().unwrap();
            let bytes = store.blob(&digest).unwrap();
            let media_type = MediaType::parse("application/vnd.oci.image.config.v1+json");
            let config = Descriptor::new(media_type, digest, bytes.len() as u64);
            blobs.store().repository("b").put_blob(bytes);
            let target = format!("https://{}/v2/b/blobs/{}", blobs.host(), config.digest);
            let path = format!("/v2/team/app/blobs/{}", config.digest);
            sandbox.faults().add(Rule::new(Fault::Redirect(target)).exact(&path));
            configs.push(config);
        }
        store.index().entries(images).push_tag("latest");
        Self { sandbox, blobs, folder: TempDir::new().unwrap(), configs }
    }

    fn session(&self) -> Registry {
        registry(Options {
            insecure: vec![self.sandbox.host().clone(), self.blobs.host().clone()],
            cache_dir: Some(self.folder.path().to_owned()),
            ..options()
        })
    }

    fn repository(&self) -> Repository {
        Repository { host: self.sandbox.host().clone(), path: "team/app".to_owned() }
    }

    fn latest(&self) -> Reference {
        self.repository().tagged("latest")
    }

    /// Reads the list, all its images at once, and all their configs at once, all of them right.
    async fn read(&self, session: &Registry) {
        let list = session.document(&self.latest(), None).await.unwrap();
        let Manifest::Index(index) = &list.manifest else { panic!("no index") };
        let images = index.entries.iter().map(|it| it.descriptor().unwrap());
        let read = join_all(images.map(async |image| {
            let at = self.repository().at(image.digest.clone());
            session.document(&at, Some(image)).await.unwrap()
        }));
        assert_eq!(read.await.len(), self.configs.len());
        let repository = self.repository();
        let read = self.configs.iter().map(|config| session.blob(&repository, config, 1 << 20));
        for (config, bytes) in self.configs.iter().zip(join_all(read).await) {
            assert_eq!(Digest::sha256(&bytes.unwrap()), config.digest);
        }
    }

    /// As [`Self::read`], in a session of its own; how many connections it made to the registry, and
    /// to the host of the blobs.
    async fn connections(&self) -> (usize, usize) {
        let before = (self.sandbox.connections(), self.blobs.connections());
        self.read(&self.session()).await;
        (self.sandbox.connections() - before.0, self.blobs.connections() - before.1)
    }

    fn hints(&self) -> Value {
        let text = fs::read_to_string(self.hints_file()).unwrap();
        serde_json::from_str(text.split_once('\n').unwrap().1).unwrap()
    }

    fn hints_file(&self) -> std::path::PathBuf {
        let name = Digest::sha256(self.sandbox.host().as_str().as_bytes());
        self.folder.path().join("hosts").join(name.hex())
    }

    fn write(&self, hints: &Value) {
        let host = self.sandbox.host();
        fs::write(self.hints_file(), format!("{host}\n{hints}")).unwrap();
    }
}

const HTTP2: &[&[u8]] = &[b"h2", b"http/1.1"];
const HTTP1: &[&[u8]] = &[b"http/1.1"];

/// The token is asked of the registry's own host here: over the connection that is there.
#[tokio::test(flavor = "multi_thread")]
async fn many_requests_to_an_unknown_host_make_one_connection() {
    let far = Far::speaking(HTTP2, HTTP2).await;
    assert_eq!(far.connections().await, (1, 1));
    let hints = far.hints();
    assert_eq!((&hints["http2"], &hints["blobs_http2"]), (&json!(true), &json!(true)), "{hints}");
    assert_eq!(far.connections().await, (1, 1), "known");
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http_1_each_request_makes_its_own_and_that_is_remembered() {
    let far = Far::speaking(HTTP1, HTTP1).await;
    let (own, of_blobs) = far.connections().await;
    assert!(own > 1 && of_blobs > 1, "{own}, {of_blobs}");
    let hints = far.hints();
    assert_eq!((&hints["http2"], &hints["blobs_http2"]), (&json!(false), &json!(false)), "{hints}");
    let (own, of_blobs) = far.connections().await;
    assert!(own > 1 && of_blobs > 1, "{own}, {of_blobs}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_word_about_the_protocol_misleads_nobody() {
    for (speaks, says) in [(HTTP1, true), (HTTP2, false)] {
        let far = Far::speaking(speaks, speaks).await;
        far.read(&far.session()).await;
        let right = far.hints();
        let mut wrong = right.clone();
        wrong["http2"] = json!(says);
        wrong["blobs_http2"] = json!(says);
        far.write(&wrong);
        far.read(&far.session()).await;
        assert_eq!(far.hints(), right, "said {says}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_request_at_a_time_is_enough() {
    let one = || Tls { streams: 1, ..Tls::new(tls(HTTP2)) };
    let far = Far::new(one(), one()).await;
    far.read(&far.session()).await;
}

/// Each connection takes seven requests: those that were not taken go over the next one, not each
/// over one of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_is_connected_to_once_more() {
    let leaving = || Tls { goes_away: Some(7), ..Tls::new(tls(HTTP2)) };
    let most = |requests: usize| requests.div_ceil(7) * 2;
    let far = Far::new(leaving(), leaving()).await;
    let (own, of_blobs) = far.connections().await;
    assert!(own > 1 && own <= most(2 * MANY + 4), "{own}");
    // Of blobs all are under way when it says so, and are answered.
    assert!(of_blobs <= most(MANY + 1), "{of_blobs}");
}

/// In the middle of 500 streams: what the server had taken is answered, the rest goes over the
/// next connection, and nothing is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_goes_away_among_500_requests_is_connected_to_a_few_times() {
    let leaving = || Tls { streams: 512, goes_away: Some(200), ..Tls::new(tls(HTTP2)) };
    let far = Far::of(500, leaving(), leaving()).await;
    let (own, of_blobs) = far.connections().await;
    // Not one for each of those that were not taken.
    assert!(own > 1 && own < 100, "{own}");
    assert!(of_blobs > 1 && of_blobs < 100, "{of_blobs}");
}

/// The token service answers later than the registry does all else: it is asked once, by those who
/// know the host and by those who do not, and everybody waits for its token.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_service_that_is_slower_than_its_registry_is_asked_once() {
    let far = Far::speaking(HTTP2, HTTP2).await;
    let late = Fault::Delay(Duration::from_millis(700));
    far.sandbox.faults().add(Rule::new(late).exact("/token"));
    for known in [false, true] {
        far.sandbox.requests().clear();
        far.read(&far.session()).await;
        let asked = far.sandbox.requests().all();
        let count = |is: &dyn Fn(&&platy::sandbox::Record) -> bool| asked.iter().filter(is).count();
        assert_eq!(count(&|it| it.path == "/token"), 1, "known: {known}");
        let refused = count(&|it| it.status == Some(401));
        assert!(refused <= 1, "known: {known}: {refused} were refused");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_reset_are_asked_for_again() {
    let far = Far::speaking(HTTP2, HTTP2).await;
    far.sandbox
        .faults()
        .add(Rule::new(Fault::DropConnection).contains("/manifests/sha256").times(9));
    far.blobs.faults().add(Rule::new(Fault::DropConnection).contains("/blobs/").times(9));
    assert_eq!(far.connections().await, (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_of_blobs_that_is_gone_is_said_and_its_hint_delays_nobody() {
    let far = Far::speaking(HTTP2, HTTP2).await;
    far.read(&far.session()).await;
    let Far { sandbox, blobs, folder, configs } = far;
    let gone = blobs.host().clone();
    drop(blobs);
    let blobs = Sandbox::start(SandboxOptions {
        tls: Some(Tls::new(tls(HTTP2))),
        ..SandboxOptions::default()
    })
    .await
    .unwrap();
    let far = Far { sandbox, blobs, folder, configs };
    let session = far.session();
    session.document(&far.latest(), None).await.unwrap();
    let failure = session.blob(&far.repository(), &far.configs[0], 1 << 20).await.unwrap_err();
    assert!(failure.to_string().contains(gone.as_str()), "{failure}");
    // The registry names another host now: that one is asked, and remembered.
    for config in &far.configs {
        let target = format!("https://{}/v2/b/blobs/{}", far.blobs.host(), config.digest);
        let path = format!("/v2/team/app/blobs/{}", config.digest);
        let bytes = far.sandbox.store().repository("team/app").blob(&config.digest).unwrap();
        far.blobs.store().repository("b").put_blob(bytes);
        far.sandbox.faults().clear();
        far.sandbox.faults().add(Rule::new(Fault::Redirect(target)).exact(&path));
        session.blob(&far.repository(), config, 1 << 20).await.unwrap();
    }
    assert_eq!(far.hints()["blobs"], format!("https://{}", far.blobs.host()));
}

/// A registry that stated limits is asked by HEAD from the first request on; one that states none
/// any more is asked as the others are.
#[tokio::test(flavor = "multi_thread")]
async fn whether_pulls_are_counted_is_remembered() {
    let far = Far::speaking(HTTP2, HTTP2).await;
    let limit = ("ratelimit-limit".parse().unwrap(), "100;w=21600".to_owned());
    let counts =
        far.sandbox.faults().add(Rule::new(Fault::Headers(vec![limit])).contains("/manifests/"));
    let look = async || {
        let digest = Digest::sha256(b"another");
        far.sandbox.requests().clear();
        far.session().look(&far.latest(), Some(&digest)).await.unwrap();
        let asked = far.sandbox.requests().all();
        let last = asked.iter().rfind(|it| it.path.contains("/manifests/")).unwrap();
        last.method.to_string()
    };
    let mut seen: HashMap<&str, String> = HashMap::new();
    seen.insert("unknown", look().await);
    seen.insert("counted", look().await);
    far.sandbox.faults().remove(counts);
    seen.insert("counts no more", look().await);
    seen.insert("forgotten", look().await);
    let expected =
        [("unknown", "GET"), ("counted", "HEAD"), ("counts no more", "HEAD"), ("forgotten", "GET")];
    assert_eq!(seen, expected.map(|(when, method)| (when, method.to_owned())).into());
}
