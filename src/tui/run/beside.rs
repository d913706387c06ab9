//! Work beside the loop that asks nobody: large texts, waiting, and keeping what was loaded.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::sessions::{Address, Sessions, broke_off};
use crate::model::session::Session;
use crate::tui::app::Reply;
use crate::tui::app::detail::{Content, Sought};
use crate::work::store::store_session;

impl Sessions {
    /// Lays out a long text to its end, off the threads that must not wait.
    pub(super) fn lay_out(&mut self, at: Address, content: Arc<Content>) {
        self.spawn(at, async move {
            let laid_out = tokio::task::spawn_blocking(move || Content::laid_out(content));
            let laid_out = laid_out.await.map_err(|_| broke_off("the rest of the text"))?;
            Ok(Reply::LaidOut(laid_out))
        });
    }

    /// Looks for something in a long text.
    pub(super) fn find(&mut self, at: Address, content: Arc<Content>, sought: Sought) {
        self.spawn(at, async move {
            let found = tokio::task::spawn_blocking(move || Content::search(content, &sought));
            let (content, at) = found.await.map_err(|_| broke_off("the search in the text"))?;
            Ok(Reply::Found { content, at })
        });
    }

    /// Answers when so much time has gone.
    pub(super) fn pause(&mut self, at: Address, time: Duration) {
        self.spawn(at, async move {
            tokio::time::sleep(time).await;
            Ok(Reply::Paused)
        });
    }

    /// Keeps what was loaded in a file.
    pub(super) fn save_session(
        &mut self,
        at: Address,
        session: Box<Session>,
        to: String,
        overwrite: bool,
    ) {
        self.spawn(at, async move {
            let to = Path::new(&to);
            if !overwrite && to.exists() {
                return Ok(Reply::Exists);
            }
            store_session(to, &session).await.map(Reply::Saved)
        });
    }
}
