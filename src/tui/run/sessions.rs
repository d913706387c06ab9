//! The tasks of whoever asks: they end with it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::{OnceCell, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use super::prove;
use crate::model::evidence::{Attested, Item, is_json};
use crate::model::tree::Need;
use crate::oci::{Assembled, Class, Failure, Location};
use crate::source::{Cache, Recalled, Source, Sources};
use crate::tui::app::detail::Content;
use crate::tui::app::{Msg, Part, Query, Reply, RequestId, SessionId};
use crate::work::attest::{self, MOST_EVIDENCE};
use crate::work::evidence;
use crate::work::fleet::Asker;
use crate::work::layers::Reader;
use crate::work::load::answer;
use crate::work::prove::Prover;
use crate::work::store::store_session;
use crate::work::surroundings::{Asking, Surroundings, gather};
use crate::work::tag_size::tag_size;

/// Who asks, and with which request: where the answer goes.
pub(super) type Address = (SessionId, RequestId);

/// A place, opened once and off the loop's thread: files may have to be read for it.
pub(super) type Place = Arc<OnceCell<Result<Arc<dyn Source>, Failure>>>;

/// Opens sources and answers questions; the answers come as messages.
pub(super) struct Sessions {
    pub(super) sources: Sources,
    /// Asks about the images of a fleet.
    asker: Asker,
    mirrors: Vec<String>,
    results: mpsc::Sender<Msg>,
    open: HashMap<SessionId, Session>,
}

#[derive(Default)]
struct Session {
    /// What it has open.
    own: Option<Opening>,
    /// Other places, opened once.
    places: HashMap<Location, Place>,
    tasks: JoinSet<()>,
    running: HashMap<RequestId, AbortHandle>,
}

/// A location and what it is opened as, once somebody asks for its content.
#[derive(Clone)]
pub(super) struct Opening {
    location: Location,
    place: Place,
}

impl Opening {
    fn new(location: Location) -> Self {
        Self { location, place: Place::default() }
    }

    /// The source; opened when it is asked for first.
    pub(super) async fn source(&self, sources: &Sources) -> Result<Arc<dyn Source>, Failure> {
        let open = || async {
            let (sources, location) = (sources.clone(), self.location.clone());
            let opened = tokio::task::spawn_blocking(move || sources.open(&location)).await;
            opened.unwrap_or_else(|_| Err(broke_off(&self.location.familiar())))
        };
        self.place.get_or_init(open).await.clone()
    }
}

impl Sessions {
    pub(super) fn new(sources: Sources, mirrors: Vec<String>, results: mpsc::Sender<Msg>) -> Self {
        let asker = Asker::new(sources.clone());
        Self { sources, asker, mirrors, results, open: HashMap::new() }
    }

    pub(super) fn open(&mut self, session: SessionId, location: Location) {
        self.open.entry(session).or_default().own = Some(Opening::new(location));
    }

    pub(super) fn open_list(&mut self, session: SessionId, location: Location, list: Assembled) {
        let source = self.sources.assembled(location.clone(), list);
        let place = Arc::new(OnceCell::new_with(Some(Ok(source))));
        self.open.entry(session).or_default().own = Some(Opening { location, place });
    }

    /// Ends everything that a session asked for.
    pub(super) fn close(&mut self, session: SessionId) {
        self.open.remove(&session);
    }

    /// Ends one request.
    pub(super) fn stop(&mut self, session: SessionId, request: RequestId) {
        let open = self.open.get_mut(&session);
        if let Some(task) = open.and_then(|open| open.running.remove(&request)) {
            task.abort();
        }
    }

    /// Answers a question. Every question gets an answer, unless it is stopped.
    pub(super) fn ask(&mut self, at: Address, question: Query) {
        let (session, request) = at;
        match question {
            Query::Fetch(need) => {
                let (own, sources) = (self.own(session), self.sources.clone());
                let results = self.results.clone();
                self.spawn(at, async move {
                    let source = own?.source(&sources).await?;
                    let recalled = async {
                        let known = if need == Need::Root { source.recall().await } else { None };
                        if let Some(Recalled { document, seen }) = known {
                            let part = Part::Recalled { document: Arc::new(document), seen };
                            let _ = results.send(Msg::Part { session, request, part }).await;
                        }
                    };
                    let answered = answer(source.as_ref(), &need);
                    let ((), answer) = futures_util::future::join(recalled, answered).await;
                    answer.map(Reply::Content)
                });
            }
            Query::Blob { of, descriptor } => {
                let (own, sources) = (self.own(of), self.sources.clone());
                self.spawn(at, async move {
                    let source = own?.source(&sources).await?;
                    let bytes = evidence::fetch(source.as_ref(), &descriptor).await?;
                    let stated = evidence::stated(&descriptor);
                    let evidence = evidence::opened(&bytes, stated).await.map(Arc::new);
                    let is_json = match &evidence {
                        Ok(evidence) => evidence.is_json,
                        Err(_) => {
                            let content = bytes.clone();
                            let checked = tokio::task::spawn_blocking(move || is_json(&content));
                            checked.await.unwrap_or_default()
                        }
                    };
                    Ok(Reply::Blob { bytes, is_json, evidence })
                });
            }
            Query::Attest(coverage) => {
                let (own, sources) = (self.own(session), self.sources.clone());
                self.spawn(at, async move {
                    let source = own?.source(&sources).await?;
                    let permits = sources.permits();
                    let coverage = Arc::unwrap_or_clone(coverage);
                    let has_blob = Item::has_blob;
                    let read =
                        attest::read(&source, &coverage, permits, MOST_EVIDENCE, has_blob).await;
                    let attested = Attested { coverage, read, ..Attested::default() };
                    Ok(Reply::Attested(Arc::new(attested)))
                });
            }
            Query::Databases(images) => {
                let (own, sources) = (self.own(session), self.sources.clone());
                let cache = self.sources.cache();
                self.spawn(at, async move {
                    let source = own?.source(&sources).await?;
                    let reader = Reader::new(source, cache);
                    Ok(Reply::Databases(attest::databases(&reader, images).await))
                });
            }
            Query::Prove { images, all } => {
                let (own, sources) = (self.own(session), self.sources.clone());
                let (results, cache) = (self.results.clone(), self.sources.cache());
                self.spawn(at, async move {
                    let source = own?.source(&sources).await?;
                    let prover = Prover::new(Reader::new(source, cache), all);
                    prove::run(prover, images, sources.permits(), session, request, results).await;
                    Ok(Reply::Proven)
                });
            }
            Query::Tags { repository, page } => {
                let sources = self.sources.clone();
                self.spawn(at, async move {
                    let registry = sources.registry()?;
                    registry.tags(&repository, page.as_ref()).await.map(Reply::Names)
                });
            }
            Query::Repositories { host, page } => {
                let sources = self.sources.clone();
                self.spawn(at, async move {
                    let registry = sources.registry()?;
                    registry.repositories(&host, page.as_ref()).await.map(Reply::Names)
                });
            }
            Query::Head { repository, tag } => {
                let sources = self.sources.clone();
                self.spawn(at, async move {
                    sources.registry()?.head(&repository.tagged(&tag)).await.map(Reply::Head)
                });
            }
            Query::TagSize { repository, tag, platform } => {
                let sources = self.sources.clone();
                self.spawn(at, async move {
                    let source = sources.open(&Location::Registry(repository.tagged(&tag)))?;
                    tag_size(source.as_ref(), &platform).await.map(Reply::TagSize)
                });
            }
            Query::SaveSession { session, to, overwrite } => self.spawn(at, async move {
                let to = Path::new(&to);
                if !overwrite && to.exists() {
                    return Ok(Reply::Exists);
                }
                store_session(to, &session).await.map(Reply::Saved)
            }),
            Query::Pause(time) => self.spawn(at, async move {
                tokio::time::sleep(time).await;
                Ok(Reply::Paused)
            }),
            Query::Stored(kind) => {
                let sources = self.sources.clone();
                self.spawn(at, async move { sources.local_images(kind).await.map(Reply::Stored) });
            }
            Query::Stock(kind) => {
                let sources = self.sources.clone();
                self.spawn(at, async move { sources.stocked(kind).await.map(Reply::Stock) });
            }
            Query::Behind { question, .. } => {
                let asker = self.asker.clone();
                self.spawn(at, async move {
                    asker.ask(&question).await.map(|behind| Reply::Behind(Box::new(behind)))
                });
            }
            Query::Evidence { location, facts, this_machine } => {
                let (sources, mirrors) = (self.sources.clone(), self.mirrors.clone());
                self.spawn(at, async move {
                    let around = match this_machine {
                        true => tokio::task::spawn_blocking(Surroundings::of_process).await.ok(),
                        false => None,
                    };
                    let registry = sources.registry().ok();
                    let asking = Asking {
                        registry: registry.as_ref().zip(location.reference()),
                        around: around.as_ref(),
                        mirrors: &mirrors,
                    };
                    Ok(Reply::Facts(Box::new(gather(asking, *facts).await)))
                });
            }
            // A large text, off the threads that must not wait.
            Query::LayOut(content) => self.spawn(at, async move {
                let laid_out = tokio::task::spawn_blocking(move || Content::laid_out(content));
                let laid_out = laid_out.await.map_err(|_| broke_off("the rest of the text"))?;
                Ok(Reply::LaidOut(laid_out))
            }),
            Query::Find(content, sought) => self.spawn(at, async move {
                let found = tokio::task::spawn_blocking(move || Content::search(content, &sought));
                let (content, at) = found.await.map_err(|_| broke_off("the search in the text"))?;
                Ok(Reply::Found { content, at })
            }),
            question @ (Query::Layer { .. }
            | Query::Merge { .. }
            | Query::File { .. }
            | Query::SaveFile { .. }
            | Query::SaveBytes { .. }
            | Query::Blame(_)
            | Query::CompareFiles(_)
            | Query::ComparePackages(_)
            | Query::CompareFile { .. }) => self.ask_layers(at, question),
            question => self.ask_for_draft(at, question),
        }
    }

    /// The answer to a question that only others are asked.
    pub(super) fn not_for_sessions(&mut self, at: Address, question: &Query) {
        let kind = format!("{question:?}");
        let kind: String = kind.chars().take_while(|c| c.is_alphanumeric()).collect();
        let failure = Failure::new(Class::Malformed, kind, "nobody answers this question");
        self.spawn(at, async move { Err(failure) });
    }

    /// What a session opened.
    pub(super) fn own(&self, session: SessionId) -> Result<Opening, Failure> {
        let own = self.open.get(&session).and_then(|open| open.own.clone());
        own.ok_or_else(|| Failure::new(Class::Cancelled, "", "unknown session: it was closed"))
    }

    /// A place that a session looks at; each is opened once for it.
    pub(super) fn place(&mut self, session: SessionId, location: &Location) -> Opening {
        let places = &mut self.open.entry(session).or_default().places;
        let place = Arc::clone(places.entry(location.clone()).or_default());
        Opening { location: location.clone(), place }
    }

    /// The cache on this machine's disk.
    pub(super) fn cache(&self) -> Option<Cache> {
        self.sources.cache()
    }

    /// Tells what requests took so far.
    pub(super) fn tell_requests(&self) {
        let (exchanges, left_out) = self.sources.timings().exchanges();
        let results = self.results.clone();
        // The loop that asked cannot wait for room in its own queue.
        tokio::spawn(async move { results.send(Msg::Requests { exchanges, left_out }).await });
    }

    /// Where results go.
    pub(super) fn results(&self) -> mpsc::Sender<Msg> {
        self.results.clone()
    }

    pub(super) fn spawn(
        &mut self,
        (session, request): Address,
        work: impl Future<Output = Result<Reply, Failure>> + Send + 'static,
    ) {
        let results = self.results.clone();
        let open = self.open.entry(session).or_default();
        while open.tasks.try_join_next().is_some() {}
        open.running.retain(|_, task| !task.is_finished());
        let task = open.tasks.spawn(async move {
            force_panic();
            let answer = work.await;
            // The loop has ended; nobody wants the result.
            let _ = results.send(Msg::Answer { session, request, answer }).await;
        });
        open.running.insert(request, task);
    }
}

/// Answers from the loop's own thread, which empties the queue and must not wait for room in it.
pub(super) fn answer_later(
    results: &mpsc::Sender<Msg>,
    (session, request): Address,
    answer: Result<Reply, Failure>,
) {
    let results = results.clone();
    tokio::spawn(async move {
        let _ = results.send(Msg::Answer { session, request, answer }).await;
    });
}

/// Work on another thread came to no end: the program is ending.
pub(super) fn broke_off(what: &str) -> Failure {
    Failure::new(Class::Cancelled, what, "it broke off")
}

/// In debug builds the tests can ask for a panic inside a task.
fn force_panic() {
    debug_assert!(std::env::var_os("PLATY_TEST_PANIC").is_none(), "a panic that a test asked for");
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::tree::Need;
    use crate::oci::{Descriptor, Digest, MediaType};
    use crate::source::{Activity, Options};
    use crate::tui::app::{FileTask, ImageLayers};

    fn layer() -> Arc<Descriptor> {
        Arc::new(Descriptor::new(MediaType::parse("x/y"), Digest::sha256(b"x"), 1))
    }

    /// Everything that needs what a session has open.
    fn questions(of: SessionId) -> Vec<Query> {
        let task = || {
            let path = crate::model::files::Path::parse(b"a").unwrap();
            let kind = crate::model::files::Kind::File;
            let (size, mode, uid, gid, mtime) = (1, 0o644, 0, 0, 0);
            let entry = crate::model::files::Entry {
                path,
                kind,
                size,
                mode,
                uid,
                gid,
                mtime,
                digest: None,
            };
            FileTask { layer: layer(), entry }
        };
        let change = || crate::model::files::FileChange {
            path: crate::model::files::Path::parse(b"a").unwrap(),
            sign: crate::model::files::FileSign::Added,
            a: None,
            b: None,
        };
        let side = || ImageLayers { session: of, layers: vec![Some(layer())] };
        vec![
            Query::Fetch(Need::Root),
            Query::Prove { images: Vec::new(), all: false },
            Query::Layer { of, number: 0, layer: layer() },
            Query::File { of, task: task(), cap: 10 },
            Query::SaveFile { of, task: task(), to: "a".to_owned(), overwrite: false },
            Query::Blob { of, descriptor: layer() },
            Query::CompareFiles(Box::new([side(), side()])),
            Query::CompareFile { sides: Box::new([side(), side()]), change: Box::new(change()) },
        ]
    }

    /// Whoever asks about what is not open, or is not any more, gets an answer that says so.
    #[tokio::test]
    async fn an_unknown_session_is_an_answer() {
        let (results, mut answers) = mpsc::channel(32);
        let sources = Sources::new(Options::default(), Activity::default());
        let mut sessions = Sessions::new(sources, Vec::new(), results);
        let closed = SessionId(7);
        sessions.open(closed, Location::Registry("registry.example/a:1".parse().unwrap()));
        sessions.close(closed);
        for of in [SessionId(1), closed] {
            for (at, question) in questions(of).into_iter().enumerate() {
                let asked = (SessionId(9), RequestId(at as u64));
                let session = if matches!(question, Query::Fetch(_) | Query::Prove { .. }) {
                    of
                } else {
                    asked.0
                };
                sessions.ask((session, asked.1), question.clone());
                let said = tokio::time::timeout(Duration::from_secs(30), answers.recv()).await;
                let Some(Msg::Answer { session: to, request, answer }) = said.unwrap() else {
                    panic!("{question:?}");
                };
                assert_eq!((to, request), (session, asked.1));
                let failure = answer.unwrap_err();
                assert!(failure.detail.starts_with("unknown session"), "{question:?}: {failure:?}");
            }
        }
    }
}
