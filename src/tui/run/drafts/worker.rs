//! A thread that keeps drafts, one order after the other, so that no key waits for a disk and the
//! last text is the one that stays.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use tokio::sync::mpsc;

use super::Folder;
use crate::tui::app::{DraftOrder, Msg};

/// Takes orders; what it has not done when it is dropped is done before that ends.
#[derive(Debug)]
pub(in crate::tui::run) struct Drafts {
    orders: Option<Sender<DraftOrder>>,
    thread: Option<JoinHandle<()>>,
}

impl Drafts {
    pub(in crate::tui::run) fn new(folder: Folder, results: mpsc::Sender<Msg>) -> Self {
        let (orders, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("drafts".to_owned())
            .spawn(move || work(folder, &queue, &results));
        if let Err(error) = &thread {
            tracing::warn!(%error, "drafts are not kept");
        }
        Self { orders: Some(orders), thread: thread.ok() }
    }

    pub(in crate::tui::run) fn order(&self, order: DraftOrder) {
        if let Some(orders) = &self.orders {
            // Without its thread drafts are not kept, as the log says.
            let _ = orders.send(order);
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

fn work(mut folder: Folder, queue: &Receiver<DraftOrder>, results: &mpsc::Sender<Msg>) {
    for order in queue {
        let answer = match order {
            DraftOrder::List => Some(Msg::DraftsFound(folder.list())),
            DraftOrder::Take(name) => {
                let text = folder.take(&name);
                Some(Msg::DraftTaken { name, text })
            }
            DraftOrder::Save { name, text } => {
                let problem = folder.save(&name, &text).err();
                if let Some(problem) = &problem {
                    tracing::warn!(%problem, "a draft was not kept");
                }
                Some(Msg::DraftSaved { name, problem })
            }
            DraftOrder::Release(name) => {
                folder.release(&name);
                None
            }
            DraftOrder::Remove(name) => {
                folder.remove(&name);
                None
            }
        };
        if let Some(answer) = answer {
            // Never waits: at the end the loop takes nothing any more, and waits for this thread.
            let _ = results.try_send(answer);
        }
    }
}
