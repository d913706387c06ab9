//! From the network to the thread that unpacks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::Walked;
use super::arriving::Arriving;
use super::reader::Reader;
use super::visit::Visitor;
use super::walk::Task;
use crate::oci::{Class, Descriptor, Failure};

/// How many pieces may wait for the thread that unpacks. A piece has up to 128 KiB.
const DEPTH: usize = 8;

/// How far the reading of a layer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Compressed bytes so far.
    pub received: u64,
    /// Compressed bytes in all, as the descriptor says.
    pub total: u64,
}

impl Reader {
    /// Streams a layer and shows each entry to the visitor, until it has enough or the layer ends.
    /// Dropping the future ends the download.
    ///
    /// # Errors
    /// What the source fails with; `DigestMismatch` where the layer turns out to be another at its
    /// end: then nothing that the visitor saw is true. `Malformed` where it is no tar,
    /// `TooLarge` where it exceeds a limit, which is named.
    pub async fn walk<V: Visitor>(
        &self,
        layer: &Descriptor,
        visitor: V,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Walked<V>, Failure> {
        let mut stream = self.source.stream(layer, None).await?;
        let enough = Arc::new(AtomicBool::new(false));
        let task = Task {
            subject: layer.digest.to_string(),
            stated: layer.media_type.compression(),
            limits: self.limits,
            visitor,
            enough: Arc::clone(&enough),
        };
        let (sender, pieces) = mpsc::channel(DEPTH);
        let working = self.workers.run(move |_| task.run(Arriving::new(pieces)));
        let feeding = async move {
            let mut sender = Some(sender);
            let mut received = 0;
            while let Some(piece) = stream.next().await {
                let piece = piece?;
                received += piece.len() as u64;
                progress(Progress { received, total: layer.size });
                if let Some(open) = &sender
                    && open.send(piece).await.is_err()
                {
                    sender = None;
                }
                if sender.is_none() && enough.load(Ordering::Acquire) {
                    break;
                }
            }
            Ok(())
        };
        let (fed, walked) = futures_util::join!(feeding, working);
        // A failure of the source cuts the stream short, so it explains the other.
        fed?;
        walked.unwrap_or_else(|| {
            let detail = "the reading broke off";
            Err(Failure::new(Class::Cancelled, layer.digest.to_string(), detail))
        })
    }
}
