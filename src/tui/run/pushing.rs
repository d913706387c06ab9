//! Pushes: they run beside the loop, say how far they are, and come to their end.

use std::collections::HashMap;
use std::time::Instant;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::{TICK, account};
use crate::model::draft::{Guard, Plan};
use crate::oci::{Class, Failure, Reference};
use crate::source::Sources;
use crate::tui::app::{Msg, SessionId};
use crate::work::push::{Board, Journal, NoUndo, Pace, Pushing, Undo, find_undo, run, undo};

/// The pushes under way.
pub(super) struct Pushes {
    sources: Sources,
    journal: Option<Journal>,
    results: mpsc::Sender<Msg>,
    boards: HashMap<SessionId, Board>,
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

    pub(super) fn begin(&mut self, session: SessionId, plan: Plan, guard: Guard) {
        let board = Board::new(&plan);
        self.boards.insert(session, board.clone());
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
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
                        let _ = results.send(Msg::Pushing { session, progress, rate, left }).await;
                    }
                }
            };
            let _ = results.send(Msg::Pushed { session, outcome: Box::new(outcome) }).await;
        });
    }

    pub(super) fn stop(&self, session: SessionId) {
        if let Some(board) = self.boards.get(&session) {
            board.cancel();
        }
    }

    pub(super) fn read_journal(&mut self) {
        let journal = self.journal.clone();
        let results = self.results.clone();
        self.spawn(async move {
            let entries = match &journal {
                Some(journal) => journal.entries().await,
                None => Ok(Vec::new()),
            };
            let message = match entries {
                Ok(entries) => Msg::Journal(entries),
                Err(failure) => Msg::Warning(failure.to_string()),
            };
            let _ = results.send(message).await;
        });
    }

    pub(super) fn find_undo(&mut self, reference: Reference) {
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
        let results = self.results.clone();
        self.spawn(async move {
            let found = match (sources.registry(), &journal) {
                (Ok(registry), Some(journal)) => find_undo(&registry, journal, &reference).await,
                (Err(failure), _) => Err(NoUndo::Failed(failure)),
                (_, None) => Err(NoUndo::Unknown),
            };
            let _ = results.send(Msg::UndoFound(Box::new(found))).await;
        });
    }

    pub(super) fn undo(&mut self, taken_back: Box<Undo>, force: bool) {
        let (sources, journal) = (self.sources.clone(), self.journal.clone());
        let results = self.results.clone();
        self.spawn(async move {
            let registry = match (sources.registry(), &journal) {
                (Ok(registry), Some(journal)) => Ok((registry, journal)),
                (Err(failure), _) => Err(failure),
                (_, None) => Err(Failure::new(Class::Local, "", "there is no journal")),
            };
            let message = match registry {
                Ok((registry, journal)) => {
                    let (tagged, result) = undo(&registry, journal, &taken_back, force).await;
                    Msg::Undone { undo: taken_back, tagged, stopped: result.err() }
                }
                Err(failure) => Msg::Warning(failure.to_string()),
            };
            let _ = results.send(message).await;
        });
    }

    fn spawn(&mut self, work: impl Future<Output = ()> + Send + 'static) {
        while self.tasks.try_join_next().is_some() {}
        self.tasks.spawn(work);
    }
}
