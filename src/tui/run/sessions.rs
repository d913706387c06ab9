//! The tasks of whoever asks: they end with it.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{OnceCell, mpsc};
use tokio::task::{AbortHandle, JoinSet};

use crate::oci::{Assembled, Class, Failure, Location};
use crate::source::{Cache, Source, Sources};
use crate::tui::app::{Msg, Reply, RequestId, SessionId};
use crate::work::fleet::Asker;

/// Who asks, and with which request: where the answer goes.
pub(super) type Address = (SessionId, RequestId);

/// A place, opened once and off the loop's thread: files may have to be read for it.
pub(super) type Place = Arc<OnceCell<Result<Arc<dyn Source>, Failure>>>;

/// Opens sources, and runs the work that answers questions; the answers come as messages.
pub(super) struct Sessions {
    pub(super) sources: Sources,
    /// Asks about the images of a fleet.
    pub(super) asker: Asker,
    pub(super) mirrors: Vec<String>,
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
    use crate::model::files::{Entry, FileChange, FileSign};
    use crate::model::tree::Need;
    use crate::oci::{Descriptor, Digest, MediaType};
    use crate::source::{Activity, Options};
    use crate::tui::app::{FileTask, ImageLayers};

    fn layer() -> Arc<Descriptor> {
        Arc::new(Descriptor::new(MediaType::parse("x/y"), Digest::sha256(b"x"), 1))
    }

    /// A question to what a session has open.
    type Ask = fn(&mut Sessions, Address, SessionId);

    fn task() -> FileTask {
        let path = crate::model::files::Path::parse(b"a").unwrap();
        let kind = crate::model::files::Kind::File;
        let (size, mode, uid, gid, mtime) = (1, 0o644, 0, 0, 0);
        let entry = Entry { path, kind, size, mode, uid, gid, mtime, digest: None };
        FileTask { layer: layer(), entry }
    }

    fn change() -> Box<FileChange> {
        let path = crate::model::files::Path::parse(b"a").unwrap();
        Box::new(FileChange { path, sign: FileSign::Added, a: None, b: None })
    }

    fn sides(of: SessionId) -> Box<[ImageLayers; 2]> {
        let side = || ImageLayers { session: of, layers: vec![Some(layer())] };
        Box::new([side(), side()])
    }

    /// Everything that needs what a session has open; some of it is asked by the session itself.
    const QUESTIONS: [(&str, Ask); 8] = [
        ("fetch", |it, (_, request), of| it.fetch((of, request), Need::Root)),
        ("prove", |it, (_, request), of| it.prove((of, request), Vec::new(), false)),
        ("layer", |it, at, of| it.list_layer(at, of, layer())),
        ("file", |it, at, of| it.read_file(at, of, task(), 10)),
        ("save a file", |it, at, of| it.save_file(at, of, task(), "a".to_owned(), false)),
        ("blob", |it, at, of| it.read_blob(at, of, layer())),
        ("compare files", |it, at, of| it.compare_files(at, &sides(of))),
        ("compare a file", |it, at, of| it.compare_file(at, &sides(of), change())),
    ];

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
            for (at, (name, ask)) in QUESTIONS.into_iter().enumerate() {
                let (asker, request) = (SessionId(9), RequestId(at as u64));
                ask(&mut sessions, (asker, request), of);
                let said = tokio::time::timeout(Duration::from_secs(30), answers.recv()).await;
                let Some(Msg::Answer { session, request: answered, answer }) = said.unwrap() else {
                    panic!("{name}");
                };
                assert!([asker, of].contains(&session) && answered == request, "{name}");
                let failure = answer.unwrap_err();
                assert!(failure.detail.starts_with("unknown session"), "{name}: {failure:?}");
            }
        }
    }
}
