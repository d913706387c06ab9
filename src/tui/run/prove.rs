//! Reads the programs of images for the screen, and says how far that is.

use std::sync::Arc;

use futures_util::{StreamExt as _, stream};
use tokio::sync::mpsc;

use super::TICK;
use crate::oci::Manifest;
use crate::tui::app::{Msg, Part, RequestId, SessionId, Unproven};
use crate::work::prove::Prover;

/// Sends a row for each image. Dropping the future ends the downloads.
pub(super) async fn run(
    prover: Prover,
    images: Vec<Unproven>,
    permits: usize,
    session: SessionId,
    request: RequestId,
    results: mpsc::Sender<Msg>,
) {
    let prover = &prover;
    let mut rows = stream::iter(images)
        .map(|unproven| async move {
            let Manifest::Image(image) = &unproven.document.manifest else { return None };
            let proven = prover.prove(unproven.claim, image, &unproven.config.config).await;
            Some((unproven.node, proven))
        })
        .buffer_unordered(permits.max(1));
    let mut told = 0;
    let mut tell = tokio::time::interval(TICK);
    loop {
        let part = tokio::select! {
            row = rows.next() => match row {
                Some(Some((image, proven))) => {
                    let failed = proven.has_failed();
                    Part::Proof { image, row: Arc::unwrap_or_clone(proven.row).into(), failed }
                }
                Some(None) => continue,
                None => return,
            },
            _ = tell.tick() => {
                let bytes = prover.bytes();
                if bytes == told {
                    continue;
                }
                told = bytes;
                Part::Bytes { received: bytes, total: 0 }
            }
        };
        if results.send(Msg::Part { session, request, part }).await.is_err() {
            // The loop has ended; nobody wants the result.
            return;
        }
    }
}
