//! A thread that keeps drafts, one order after the other, so that no key waits for a disk and the
//! last text is the one that stays.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::Folder;
use crate::oci::{Class, Failure};
use crate::tui::app::{DraftOrder, Msg, Reply};
use crate::tui::run::sessions::{Address, answer_later};

/// Takes orders; what it has not done when it is dropped is done before that ends.
#[derive(Debug)]
pub(in crate::tui::run) struct Drafts {
    orders: Option<Sender<(Address, DraftOrder)>>,
    thread: Option<JoinHandle<()>>,
    results: mpsc::Sender<Msg>,
}

impl Drafts {
    pub(in crate::tui::run) fn new(folder: Folder, results: mpsc::Sender<Msg>) -> Self {
        let (orders, queue) = channel();
        let answers = results.clone();
        let thread = std::thread::Builder::new()
            .name("drafts".to_owned())
            .spawn(move || work(folder, &queue, &answers));
        if let Err(error) = &thread {
            tracing::warn!(%error, "drafts are not kept");
        }
        Self { orders: Some(orders), thread: thread.ok(), results }
    }

    pub(in crate::tui::run) fn order(&self, at: Address, order: DraftOrder) {
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send((at, order)).is_ok());
        if !sent {
            let failure = Failure::new(Class::Local, "", "drafts are not kept; the log says why");
            answer_later(&self.results, at, Err(failure));
        }
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(mut folder: Folder, queue: &Receiver<(Address, DraftOrder)>, results: &mpsc::Sender<Msg>) {
    for ((session, request), order) in queue {
        let done = match order {
            DraftOrder::List => Ok(Reply::Drafts(folder.list())),
            DraftOrder::Take(name) => folder.take(&name).map(Reply::Draft),
            DraftOrder::Save { name, text } => {
                folder.save(&name, &text).map(|()| Reply::Done).inspect_err(|problem| {
                    tracing::warn!(%problem, "a draft was not kept");
                })
            }
            DraftOrder::Release(name) => {
                folder.release(&name);
                Ok(Reply::Done)
            }
            DraftOrder::Remove(name) => {
                folder.remove(&name);
                Ok(Reply::Done)
            }
        };
        let answer = done.map_err(|why| Failure::new(Class::Local, "", why));
        // Once the loop has ended nobody wants it, and nothing waits.
        let _ = results.blocking_send(Msg::Answer { session, request, answer });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::{RequestId, SessionId};

    fn orders() -> [DraftOrder; 6] {
        let name = || "a".to_owned();
        [
            DraftOrder::List,
            DraftOrder::Save { name: name(), text: "text".to_owned() },
            DraftOrder::Release(name()),
            DraftOrder::Take(name()),
            DraftOrder::Remove(name()),
            DraftOrder::Take("never kept".to_owned()),
        ]
    }

    /// Every order gets its answer, in its turn, though the queue of answers has room for one only.
    #[tokio::test]
    async fn every_order_is_answered() {
        let dir = tempfile::tempdir().unwrap();
        let (results, mut answers) = mpsc::channel(1);
        let drafts = Drafts::new(Folder::at(dir.path().to_owned()), results);
        for (number, order) in (0..).zip(orders()) {
            drafts.order((SessionId(7), RequestId(number)), order);
        }
        for (number, order) in (0..).zip(orders()) {
            let Some(Msg::Answer { session, request, answer }) = answers.recv().await else {
                panic!("{order:?} has no answer");
            };
            assert_eq!((session, request), (SessionId(7), RequestId(number)), "{order:?}");
            match (order, answer) {
                (DraftOrder::List, answer) => assert_eq!(answer, Ok(Reply::Drafts(Vec::new()))),
                (DraftOrder::Take(name), Ok(answer)) => {
                    assert_eq!((name.as_str(), answer), ("a", Reply::Draft("text".to_owned())));
                }
                (DraftOrder::Take(name), Err(failure)) => {
                    assert_eq!(name, "never kept", "{failure:?}");
                }
                (order, answer) => assert_eq!(answer, Ok(Reply::Done), "{order:?}"),
            }
        }
    }

    /// At the end the answers that nobody takes hold nothing up, and what was ordered is done.
    #[test]
    fn the_end_waits_for_the_disk_and_not_for_answers() {
        let dir = tempfile::tempdir().unwrap();
        let (results, answers) = mpsc::channel(1);
        let drafts = Drafts::new(Folder::at(dir.path().to_owned()), results);
        for number in 0..9 {
            let order = DraftOrder::Save { name: format!("{number}"), text: "text".to_owned() };
            drafts.order((SessionId(7), RequestId(number)), order);
        }
        drop(answers);
        drop(drafts);
        assert_eq!(Folder::at(dir.path().to_owned()).list().len(), 9);
    }
}
