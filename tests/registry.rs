//! Registries as the fetch layer sees them: the embedded registry with its faults, and small
//! servers that break rules which it keeps.

mod carrying;
mod connecting;
mod deadlines;
pub(crate) mod fakes;
mod hinting;
mod leading;
mod listing;
mod login;
mod moving;
mod multiplexing;
mod proxied;
mod pushing;
mod reading;
mod referring;
mod repeating;
mod streaming;
mod trusting;
mod verifying;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use platy::oci::{Class, Descriptor, Failure, Host, Reference, Repository};
use platy::sandbox::{Rule, RuleId, Sandbox, SandboxOptions};
use platy::source::auth::Environment;
use platy::source::{Activity, Limits, Notice, Options, Registry};

/// A sandbox, and a registry handle that knows no credentials and does not wait long.
struct Lab {
    sandbox: Sandbox,
    registry: Registry,
    notices: Arc<Mutex<Vec<Notice>>>,
}

impl Lab {
    async fn new() -> Self {
        Self::with(SandboxOptions::default(), options()).await
    }

    async fn with(sandbox: SandboxOptions, options: Options) -> Self {
        let sandbox = Sandbox::start(sandbox).await.unwrap();
        let notices = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&notices);
        let activity = Activity::with_listener(move |notice| heard.lock().unwrap().push(notice));
        Self { sandbox, registry: Registry::new(options, activity).unwrap(), notices }
    }

    fn repository(&self, path: &str) -> Repository {
        Repository { host: self.sandbox.host().clone(), path: path.to_owned() }
    }

    /// Puts an index of so many images under `team/app:latest`.
    fn index(&self, images: usize) -> Descriptor {
        let store = self.sandbox.store().repository("team/app");
        let entries = (0..images).map(|number| {
            let variant = format!("v{number}");
            store
                .image("linux", "arm64", &variant)
                .layer(format!("layer {number}").into_bytes())
                .push()
        });
        store.index().entries(entries.collect::<Vec<_>>()).push_tag("latest")
    }

    fn latest(&self) -> Reference {
        self.repository("team/app").tagged("latest")
    }

    fn fault(&self, rule: Rule) -> RuleId {
        self.sandbox.faults().add(rule)
    }

    /// The requests so far, as `METHOD path status`.
    fn log(&self) -> Vec<String> {
        self.sandbox.requests().all().iter().map(ToString::to_string).collect()
    }

    fn retries(&self) -> Vec<(Class, Duration)> {
        let notices = self.notices.lock().unwrap();
        notices.iter().map(|Notice::Retrying { class, delay, .. }| (*class, *delay)).collect()
    }
}

/// Short waits, and nothing of the machine's own settings.
fn options() -> Options {
    Options {
        retries: 2,
        backoff: Duration::from_millis(2),
        limits: Limits::default().at_least(Duration::from_secs(20)),
        environment: Environment::default(),
        ..Options::default()
    }
}

fn registry(options: Options) -> Registry {
    Registry::new(options, Activity::default()).unwrap()
}

fn at(host: &Host) -> Reference {
    Repository { host: host.clone(), path: "team/app".to_owned() }.tagged("latest")
}

/// Asserts on class and on words that a failure's sentence must have.
#[track_caller]
fn assert_failure(failure: &Failure, class: Class, words: &[&str]) {
    let text = failure.to_string();
    assert_eq!(failure.class, class, "{text}");
    for word in words {
        assert!(text.contains(word), "{word:?} is missing in {text:?}");
    }
}
