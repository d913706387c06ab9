//! The tasks of each screen: they end with it.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use super::prove;
use crate::model::diagnose::Facts;
use crate::model::tree::Need;
use crate::oci::{Failure, Host, Location, Repository};
use crate::source::{Assembled, Cache, Source, Sources};
use crate::tui::app::detail::Content;
use crate::tui::app::{Msg, RequestId, SessionId, Unproven};
use crate::work::layers::Reader;
use crate::work::load::answer;
use crate::work::prove::Prover;
use crate::work::surroundings::{Asking, Surroundings, gather};

/// Opens sources and runs fetches; results come as messages.
pub(super) struct Sessions {
    pub(super) sources: Sources,
    mirrors: Vec<String>,
    results: mpsc::Sender<Msg>,
    pub(super) open: HashMap<SessionId, Session>,
}

#[derive(Default)]
pub(super) struct Session {
    source: Option<Result<Arc<dyn Source>, Failure>>,
    /// Other places, opened once.
    pub(super) places: HashMap<Location, Result<Arc<dyn Source>, Failure>>,
    tasks: JoinSet<()>,
    proving: Option<AbortHandle>,
}

impl Sessions {
    pub(super) fn new(sources: Sources, mirrors: Vec<String>, results: mpsc::Sender<Msg>) -> Self {
        Self { sources, mirrors, results, open: HashMap::new() }
    }

    pub(super) fn open(&mut self, session: SessionId, location: &Location) {
        let source = self.sources.open(location);
        self.open.entry(session).or_default().source = Some(source);
    }

    pub(super) fn share(&mut self, session: SessionId, with: SessionId) {
        let source = self.source(with);
        self.open.entry(session).or_default().source = source;
    }

    pub(super) fn open_list(&mut self, session: SessionId, location: Location, list: Assembled) {
        let source = self.sources.assembled(location, list);
        self.open.entry(session).or_default().source = Some(Ok(source));
    }

    /// Ends everything that a session asked for.
    pub(super) fn close(&mut self, session: SessionId) {
        self.open.remove(&session);
    }

    /// Lays out the rest of a large text, off the threads that must not wait.
    pub(super) fn lay_out(&mut self, session: SessionId, number: u64, mut content: Box<Content>) {
        self.spawn(session, async move {
            let laid_out = tokio::task::spawn_blocking(move || {
                content.grow(usize::MAX);
                content
            });
            match laid_out.await {
                Ok(content) => Msg::LaidOut { session, number, content },
                Err(_) => Msg::Warning("the rest of the text could not be laid out".to_owned()),
            }
        });
    }

    pub(super) fn fetch(&mut self, session: SessionId, request: RequestId, need: Need) {
        let Some(source) = self.open.get(&session).and_then(|it| it.source.clone()) else {
            return;
        };
        self.spawn(session, async move {
            let result = match source {
                Ok(source) => answer(source.as_ref(), &need).await,
                Err(failure) => Err(failure),
            };
            Msg::Fetched { session, request, need, result }
        });
    }

    pub(super) fn tags(
        &mut self,
        session: SessionId,
        repository: Repository,
        page: Option<String>,
    ) {
        let sources = self.sources.clone();
        self.spawn(session, async move {
            let result = match sources.registry() {
                Ok(registry) => registry.tags(&repository, page.as_deref()).await,
                Err(failure) => Err(failure),
            };
            Msg::Page { session, result }
        });
    }

    pub(super) fn repositories(&mut self, session: SessionId, host: Host, page: Option<String>) {
        let sources = self.sources.clone();
        self.spawn(session, async move {
            let result = match sources.registry() {
                Ok(registry) => registry.repositories(&host, page.as_deref()).await,
                Err(failure) => Err(failure),
            };
            Msg::Page { session, result }
        });
    }

    pub(super) fn head(&mut self, session: SessionId, repository: Repository, tag: String) {
        let sources = self.sources.clone();
        self.spawn(session, async move {
            let result = match sources.registry() {
                Ok(registry) => registry.head(&repository.tagged(&tag)).await,
                Err(failure) => Err(failure),
            };
            Msg::Head { session, tag, result }
        });
    }

    /// Reads the programs of images; a reading of the session that is under way ends.
    pub(super) fn prove(
        &mut self,
        session: SessionId,
        request: RequestId,
        images: Vec<Unproven>,
        all: bool,
    ) {
        let cache = self.sources.cache();
        let results = self.results.clone();
        let permits = self.sources.permits();
        let open = self.open.entry(session).or_default();
        let Some(Ok(source)) = open.source.clone() else { return };
        let prover = Prover::new(Reader::new(source, cache), all);
        let work = prove::run(prover, images, permits, session, request, results);
        let handle = open.tasks.spawn(work);
        if let Some(before) = open.proving.replace(handle) {
            before.abort();
        }
    }

    pub(super) fn stop_proving(&mut self, session: SessionId) {
        let proving = self.open.get_mut(&session).and_then(|open| open.proving.take());
        if let Some(proving) = proving {
            proving.abort();
        }
    }

    pub(super) fn evidence(
        &mut self,
        session: SessionId,
        location: Location,
        facts: Facts,
        this_machine: bool,
    ) {
        let (sources, mirrors) = (self.sources.clone(), self.mirrors.clone());
        self.spawn(session, async move {
            let around = this_machine.then(Surroundings::of_process);
            let registry = sources.registry().ok();
            let asking = Asking {
                registry: registry.as_ref().zip(location.reference()),
                around: around.as_ref(),
                mirrors: &mirrors,
            };
            let facts = Box::new(gather(asking, facts).await);
            Msg::Evidence { session, facts }
        });
    }

    /// The source that a session opened.
    pub(super) fn source(&self, session: SessionId) -> Option<Result<Arc<dyn Source>, Failure>> {
        self.open.get(&session)?.source.clone()
    }

    /// The cache on this machine's disk.
    pub(super) fn cache(&self) -> Option<Cache> {
        self.sources.cache()
    }

    /// Where results go.
    pub(super) fn results(&self) -> mpsc::Sender<Msg> {
        self.results.clone()
    }

    pub(super) fn spawn(
        &mut self,
        session: SessionId,
        work: impl Future<Output = Msg> + Send + 'static,
    ) {
        let results = self.results.clone();
        let tasks = &mut self.open.entry(session).or_default().tasks;
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            force_panic();
            let message = work.await;
            // The loop has ended; nobody wants the result.
            let _ = results.send(message).await;
        });
    }
}

/// In debug builds the tests can ask for a panic inside a task.
fn force_panic() {
    debug_assert!(std::env::var_os("PLATY_TEST_PANIC").is_none(), "a panic that a test asked for");
}
