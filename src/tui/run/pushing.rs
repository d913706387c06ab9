//! Pushes: they run beside the loop, say how far they are, and come to their end.

use std::collections::HashMap;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::sessions::Address;
use super::{TICK, account};
use crate::model::draft::{Guard, Plan};
use crate::model::push::{TagPlan, TagWish};
use crate::oci::{Class, Failure, Reference};
use crate::source::Sources;
use crate::tui::app::{Msg, Part, Reply};
use crate::work::push::{
    Board, Journal, NoUndo, Pace, Pushing, Undo, find_undo, plan_tags, run, undo, write_tags,
};

/// The pushes under way.
pub(super) struct Pushes {
    sources: Sources,
    journal: Option<Journal>,
    results: mpsc::Sender<Msg>,
    boards: HashMap<Address, Board>,
    tasks: JoinSet<()>,
}

impl Pushes {
    pub(super) fn new(
        sources: Sources,
        journal: Option<Journal>,
        results: mpsc::Sender<Msg>,
    ) -> Self {
        Self { sources, journal, results, boards: HashMap::new(), tasks: JoinSet::new() }
    }

    pub(super) fn begin(&mut self, at: Address, plan: Plan, guard: Guard) {
        let (session, request) = at;
        let board = Board::new(&plan);
        self.boards.insert(at, board.clone());
        let (sources, journal) = (self.sources.keeping(), self.journal.clone());
        let results = self.results.clone();
        let noted = account::note(session, &plan, &board);
        self.spawn(async move {
            let _noted = noted;
            let pushing = Pushing { sources: &sources, journal: journal.as_ref(), guard: &guard };
            let mut running = Box::pin(run(&plan, pushing, &board));
            let mut pace = Pace::default();
            let mut tick = tokio::time::interval(TICK);
            let outcome = loop {
                tokio::select! {
                    biased;
                    outcome = &mut running => break outcome,
                    _ = tick.tick() => {
                        let progress = board.progress();
                        let (moved, total) = progress.bytes();
                        pace.note(Instant::now(), moved);
                        let (rate, left) = (pace.rate(), pace.left(total.saturating_sub(moved)));
                        let part = Part::Pushing { progress, rate, left };
                        let _ = results.send(Msg::Part { session, request, part }).await;
                    }
                }
            };
            let answer = Ok(Reply::Pushed(Box::new(outcome)));
            let _ = results.send(Msg::Answer { session, request, answer }).await;
        });
    }

    pub(super) fn stop(&self, at: Address) {
        if let Some(board) = self.boards.get(&at) {
            board.cancel();
        }
    }

    pub(super) fn read_journal(&mut self, at: Address) {
        let journal = self.journal.clone();
        self.answer(at, async move {
            match &journal {
                Some(journal) => journal.entries().await.map(Reply::Journal),
                None => Ok(Reply::Journal(Vec::new())),
            }
        });
    }

    pub(super) fn find_undo(&mut self, at: Address, reference: Reference) {
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
        self.answer(at, async move {
            let found = match (sources.registry(), &journal) {
                (Ok(registry), Some(journal)) => find_undo(&registry, journal, &reference).await,
                (Err(failure), _) => Err(NoUndo::Failed(failure)),
                (_, None) => Err(NoUndo::Unknown),
            };
            Ok(Reply::Undo(Box::new(found)))
        });
    }

    pub(super) fn undo(&mut self, at: Address, taken_back: Box<Undo>, force: bool) {
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
        self.answer(at, async move {
            let registry = sources.registry()?;
            let none = || Failure::new(Class::Local, "", "there is no journal");
            let journal = journal.ok_or_else(none)?;
            let (tagged, result) = undo(&registry, &journal, &taken_back, force).await;
            Ok(Reply::Undone { tagged, stopped: result.err() })
        });
    }

    pub(super) fn plan_tags(&mut self, at: Address, wish: TagWish) {
        let sources = self.sources.clone();
        self.answer(at, async move {
            let plan = plan_tags(&sources.registry()?, &wish).await?;
            Ok(Reply::TagPlan(Box::new(plan)))
        });
    }

    pub(super) fn write_tags(&mut self, at: Address, plan: Box<TagPlan>) {
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
        self.answer(at, async move {
            let done = write_tags(&sources.registry()?, journal.as_ref(), &plan).await;
            Ok(Reply::TagsDone(Box::new(done)))
        });
    }

    fn answer(
        &mut self,
        (session, request): Address,
        work: impl Future<Output = Result<Reply, Failure>> + Send + 'static,
    ) {
        let results = self.results.clone();
        self.spawn(async move {
            let answer = work.await;
            let _ = results.send(Msg::Answer { session, request, answer }).await;
        });
    }

    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn(work);
    }
}
