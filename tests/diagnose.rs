//! Findings end to end: the sandbox's samples, mirrors, clients of other ages, engines' sockets.

#[cfg(unix)]
mod engine;
mod registries;
mod samples;

pub use samples::{OF_EVIDENCE, OF_REGISTRIES};

use std::time::Duration;

use platy::model::diagnose::{Facts, Finding, HostFacts, diagnose};
use platy::model::select::ENGINES;
use platy::model::tree::Tree;
use platy::oci::Location;
use platy::sandbox::{Sandbox, SandboxOptions};
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::load::{Wanted, whole};
use platy::work::surroundings::{Asking, Surroundings, gather};

/// A sandbox with the samples, and sources that know nothing of this machine.
struct Lab {
    sandbox: Sandbox,
    sources: Sources,
    /// Where "this machine" is looked at.
    around: Surroundings,
    mirrors: Vec<String>,
}

impl Lab {
    async fn new() -> Self {
        let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
        let sandbox = Sandbox::start(options).await.unwrap();
        let options = Options {
            retries: 0,
            backoff: Duration::from_millis(2),
            environment: Environment::default(),
            ..Options::default()
        };
        Self {
            sandbox,
            sources: Sources::new(options, Activity::default()),
            around: Surroundings::default(),
            mirrors: Vec::new(),
        }
    }

    /// The facts about a reference without its host, for this machine.
    async fn facts(&self, reference: &str, host: &str) -> Facts {
        let reference = format!("{}/{reference}", self.sandbox.host());
        let location: Location = reference.parse().unwrap();
        let source = self.sources.open(&location).unwrap();
        let wanted = Wanted { referrers_up_to: None, permits: 16 };
        let tree = whole(&source, Tree::default(), wanted).await;
        let host = host.parse().unwrap();
        let host = HostFacts { host, kernel: None, this_machine: true };
        let engines: Vec<_> = ENGINES.iter().collect();
        let facts = Facts::of_tree(&tree, &location, Some(host), None, &engines);
        let registry = self.sources.registry().unwrap();
        let asking = Asking {
            registry: location.reference().map(|reference| (&registry, reference)),
            around: Some(&self.around),
            mirrors: &self.mirrors,
        };
        gather(asking, facts).await
    }

    async fn findings(&self, reference: &str, host: &str) -> Vec<Finding> {
        diagnose(&self.facts(reference, host).await)
    }
}

fn find<'f>(findings: &'f [Finding], rule: &str) -> Option<&'f Finding> {
    findings.iter().find(|finding| finding.rule == rule)
}
