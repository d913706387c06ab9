//! Plans run against the embedded registry: what arrives, what is guarded, and what is left when
//! anything on the way fails.

mod commands;
mod copying;
mod faults;
mod guarding;
mod losing;
mod stopping;
mod tagging;
mod undoing;

use std::time::Duration;

use platy::model::draft::{Draft, Edit, Format, Guard, Material, Plan, Target};
use platy::oci::{Descriptor, Digest, Failure, Location, Repository};
use platy::sandbox::{RepositoryStore, Sandbox, SandboxOptions, descriptor_json};
use platy::source::auth::Environment;
use platy::source::{Activity, Limits, Options, Registry, Sources};
use platy::work::push::{Board, Journal, Outcome, Pushing, prepare, run};
use tempfile::TempDir;

const LAYER: usize = 60_000;

/// A registry that is pushed to, one that images come from, and a journal.
struct Lab {
    target: Sandbox,
    other: Sandbox,
    sources: Sources,
    activity: Activity,
    journal: Journal,
    home: TempDir,
}

fn options(retries: u32) -> Options {
    Options {
        retries,
        backoff: Duration::from_millis(2),
        limits: Limits::default().at_least(Duration::from_secs(20)),
        environment: Environment::default(),
        ..Options::default()
    }
}

impl Lab {
    async fn new() -> Self {
        Self::with(SandboxOptions::default(), options(2)).await
    }

    async fn with(target: SandboxOptions, options: Options) -> Self {
        let home = TempDir::new().unwrap();
        let activity = Activity::default();
        Self {
            target: Sandbox::start(target).await.unwrap(),
            other: Sandbox::start(SandboxOptions::default()).await.unwrap(),
            sources: Sources::new(options, activity.clone()),
            activity,
            journal: Journal::at(home.path().join("state/platy/journal")),
            home,
        }
    }

    fn registry(&self) -> Registry {
        self.sources.registry().unwrap()
    }

    fn repository(&self) -> Repository {
        Repository { host: self.target.host().clone(), path: "team/app".to_owned() }
    }

    fn store(&self) -> RepositoryStore {
        self.target.store().repository("team/app")
    }

    fn goal(&self) -> Target {
        Target::of(&self.repository().tagged("latest")).unwrap()
    }

    /// Where the tag points.
    fn tag(&self) -> Option<Digest> {
        self.store().resolve("latest")
    }

    async fn prepare(&self, draft: &mut Draft, guard: &Guard) -> Result<Plan, Failure> {
        prepare(draft, &self.goal(), guard, &self.sources).await
    }

    async fn run(&self, plan: &Plan, guard: &Guard) -> Outcome {
        let pushing = Pushing { sources: &self.sources, journal: Some(&self.journal), guard };
        run(plan, pushing, &Board::new(plan)).await
    }

    /// Prepares and runs.
    async fn push(&self, draft: &mut Draft, guard: &Guard) -> Outcome {
        let plan = self.prepare(draft, guard).await.unwrap();
        self.run(&plan, guard).await
    }

    /// Puts some other list under the tag, whose children are there.
    fn old(&self) -> Digest {
        let entries = images(&self.store(), "old", 1);
        self.store().index().entries(entries).push_tag("latest").digest
    }

    /// The target has the list with all that hangs on it, byte for byte.
    #[track_caller]
    fn assert_whole(&self, draft: &Draft) {
        let (list, store) = (draft.document(), self.store());
        assert_eq!(self.tag().as_ref(), Some(&list.digest));
        assert_eq!(store.manifest("latest").unwrap(), list.bytes);
        self.assert_children(&list.digest);
    }

    /// Whatever the tag points at, all of it is there.
    #[track_caller]
    fn assert_children(&self, list: &Digest) {
        let store = self.store();
        let index: serde_json::Value =
            serde_json::from_slice(&store.manifest(list.as_str()).unwrap()).unwrap();
        for entry in index["manifests"].as_array().unwrap() {
            let bytes = store.manifest(entry["digest"].as_str().unwrap()).expect("a child");
            let image: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
            let blobs = image["layers"].as_array().unwrap().iter().chain([&image["config"]]);
            for blob in blobs {
                let digest = blob["digest"].as_str().unwrap().parse().unwrap();
                assert!(store.blob(&digest).is_some(), "a blob is missing");
            }
        }
    }
}

/// Images with two layers each, one of which all share.
fn images(store: &RepositoryStore, salt: &str, count: usize) -> Vec<Descriptor> {
    let layer =
        |text: String| text.into_bytes().into_iter().cycle().take(LAYER).collect::<Vec<u8>>();
    (0..count)
        .map(|number| {
            store
                .image("linux", "arm64", &format!("v{number}"))
                .layer(layer(format!("{salt} shared")))
                .layer(layer(format!("{salt} {number}")))
                .push()
        })
        .collect()
}

fn material(sandbox: &Sandbox, path: &str, entry: &Descriptor) -> Material {
    let from = Repository { host: sandbox.host().clone(), path: path.to_owned() };
    Material {
        from: Location::Registry(from.at(entry.digest.clone())),
        descriptor: descriptor_json(entry).to_string(),
        config: None,
        filled: false,
    }
}

/// A draft of these entries, taken from a repository.
fn draft(sandbox: &Sandbox, path: &str, entries: &[Descriptor]) -> Draft {
    let materials = entries.iter().map(|entry| material(sandbox, path, entry)).collect();
    let mut draft = Draft::new(Format::Oci);
    draft.apply(Edit::Add { materials, companions: Vec::new(), at: None }).unwrap();
    draft
}

fn unchanged(digest: Option<&Digest>) -> Guard {
    Guard::Unchanged(digest.cloned())
}
