//! Blobs that are elsewhere: the address is kept for a moment, for that blob, and gets no
//! credentials.

use futures_util::TryStreamExt as _;
use platy::oci::{Descriptor, MediaType};
use platy::sandbox::{Accounts, Auth, Fault, Rule, RuleId, Sandbox, SandboxOptions, User};
use platy::source::Options;
use platy::source::auth::Environment;
use tempfile::TempDir;

use super::{Lab, options, registry};

const CONTENT: &[u8] = b"0123456789";

/// A registry that wants a password, and the host where its blobs are.
struct Split {
    lab: Lab,
    elsewhere: Sandbox,
    blobs: Vec<Descriptor>,
    _config: TempDir,
}

impl Split {
    async fn new() -> Self {
        let accounts = Accounts::only([User::new("ann", "hunter2-hunter2")]);
        let sandbox = SandboxOptions { auth: Auth::bearer(accounts), ..SandboxOptions::default() };
        let mut lab = Lab::with(sandbox, options()).await;
        let config = TempDir::new().unwrap();
        let path = config.path().join("config.json");
        // ann:hunter2-hunter2
        let auths = format!(
            r#"{{"auths":{{"{}":{{"auth":"YW5uOmh1bnRlcjItaHVudGVyMg=="}}}}}}"#,
            lab.sandbox.host()
        );
        std::fs::write(&path, auths).unwrap();
        let environment = Environment { docker_config: Some(path), ..Environment::default() };
        lab.registry = registry(Options { environment, ..options() });
        // From here on it knows what the registry wants.
        lab.index(1);
        lab.registry.document(&lab.latest(), None).await.unwrap();
        let elsewhere = Sandbox::start(SandboxOptions::default()).await.unwrap();
        let store = elsewhere.store().repository("kept");
        let layer = MediaType::parse("application/vnd.oci.image.layer.v1.tar");
        let blobs = [CONTENT, b"another one"].map(|content| {
            let digest = store.put_blob(content);
            Descriptor::new(layer.clone(), digest, content.len() as u64)
        });
        Self { lab, elsewhere, blobs: blobs.to_vec(), _config: config }
    }

    /// Sends who asks for a blob elsewhere, with these headers.
    fn moves(&self, headers: &[(&str, &str)]) -> Vec<RuleId> {
        let rule = |blob: &Descriptor| {
            let host = self.elsewhere.host();
            let to = format!("http://{host}/v2/kept/blobs/{}?signature=x", blob.digest);
            let mut all = vec![("Location".to_owned(), to)];
            all.extend(
                headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
            );
            let fault = Fault::Answer { status: 307, headers: all, body: Vec::new() };
            self.lab.fault(Rule::new(fault).contains(blob.digest.as_str()))
        };
        self.blobs.iter().map(rule).collect()
    }

    /// Reads a part of a blob; the questions about blobs so far, here and there.
    async fn read(&self, which: usize, from: u64) -> (usize, usize) {
        let repository = self.lab.repository("team/app");
        let range = Some(from..from + 2);
        let stream = self.lab.registry.blob_stream(&repository, &self.blobs[which], range).await;
        let pieces: Vec<bytes::Bytes> = stream.unwrap().try_collect().await.unwrap();
        if which == 0 {
            let from = usize::try_from(from).unwrap();
            assert_eq!(pieces.concat(), CONTENT[from..from + 2]);
        }
        let about = |sandbox: &Sandbox| {
            sandbox.requests().all().iter().filter(|it| it.path.contains("/blobs/")).count()
        };
        (about(&self.lab.sandbox), about(&self.elsewhere))
    }
}

#[tokio::test]
async fn the_next_part_of_a_blob_is_asked_for_where_the_first_was() {
    let split = Split::new().await;
    split.moves(&[]);
    assert_eq!(split.read(0, 0).await, (1, 1));
    assert_eq!(split.read(0, 4).await, (1, 2));
    assert_eq!(split.read(0, 8).await, (1, 3));
    // Another blob is asked of the registry.
    assert_eq!(split.read(1, 0).await, (2, 4));
    let asked = split.lab.sandbox.requests().all();
    let told = asked.iter().filter(|it| it.header("authorization").is_some()).count();
    assert!(told >= 3, "the registry gets them");
    for asked in split.elsewhere.requests().all() {
        assert_eq!(asked.header("authorization"), None);
        assert_eq!(asked.query.as_deref(), Some("signature=x"));
    }
}

#[tokio::test]
async fn an_address_is_kept_as_long_as_the_registry_allows() {
    for (headers, kept) in [
        (&[("Cache-Control", "max-age=600")][..], true),
        (&[("Cache-Control", "private")], true),
        (&[("Cache-Control", "no-store")], false),
        (&[("Cache-Control", "no-cache")], false),
        (&[("Cache-Control", "max-age=0")], false),
        (&[("Cache-Control", "max-age=600"), ("Age", "600")], false),
    ] {
        let split = Split::new().await;
        split.moves(headers);
        assert_eq!(split.read(0, 0).await, (1, 1), "{headers:?}");
        let expected = if kept { (1, 2) } else { (2, 2) };
        assert_eq!(split.read(0, 4).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn an_address_that_does_not_hold_is_forgotten() {
    for status in [401, 403, 404, 410] {
        let split = Split::new().await;
        let rules = split.moves(&[]);
        assert_eq!(split.read(0, 0).await, (1, 1));
        // Once: the next address is a good one.
        split.elsewhere.faults().add(Rule::new(Fault::status(status)).contains("/kept/").once());
        assert_eq!(split.read(0, 4).await, (2, 3), "{status}");
        assert_eq!(split.read(0, 6).await, (2, 4), "{status}");
        // The host is gone, and the registry has the blob itself now.
        for rule in rules {
            split.lab.sandbox.faults().remove(rule);
        }
        split.lab.sandbox.store().repository("team/app").put_blob(CONTENT);
        let Split { lab, elsewhere, blobs, _config } = split;
        drop(elsewhere);
        let repository = lab.repository("team/app");
        let stream = lab.registry.blob_stream(&repository, &blobs[0], Some(2..4)).await.unwrap();
        let pieces: Vec<bytes::Bytes> = stream.try_collect().await.unwrap();
        assert_eq!(pieces.concat(), CONTENT[2..4]);
    }
}
