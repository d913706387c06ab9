//! The pieces of a blob that is streamed, decoded where the other side encoded them unasked.

use std::io::Write as _;

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use reqwest::StatusCode;
use reqwest::header::CONTENT_ENCODING;

use crate::oci::{Class, Descriptor, Failure};
use crate::source::http::{Answer, Body};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// A blob's bytes as they come.
pub(super) struct Pieces {
    body: Body,
    encoding: Encoding,
    subject: String,
}

enum Encoding {
    /// What comes is the content.
    None,
    /// Said to be in gzip; whether that is the content's own gzip, its first bytes tell.
    Said {
        /// Whether the content is in gzip by its media type.
        own: bool,
    },
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
}

impl Pieces {
    /// The pieces of an answer with the content of this descriptor, or a part of it.
    ///
    /// `Content-Encoding: gzip` is sent by proxies that compress what passes, and by storage that
    /// calls a gzip file so. A length that is the descriptor's size, or a part that was asked for,
    /// is the content itself.
    pub(super) fn of(answer: Answer, descriptor: &Descriptor, subject: &str) -> Self {
        let said = answer.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
        let said = said.is_some_and(|it| matches!(it.trim(), "gzip" | "x-gzip" | "GZIP"));
        let as_sent = answer.status == StatusCode::PARTIAL_CONTENT
            || answer.length() == Some(descriptor.size);
        let encoding = match said && !as_sent {
            true => Encoding::Said { own: descriptor.media_type.as_str().ends_with("gzip") },
            false => Encoding::None,
        };
        Self { body: answer.into_body(), encoding, subject: subject.to_owned() }
    }

    /// The next piece; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let piece = self.body.next().await.map_err(|setback| *setback.failure)?;
            let broken = |error| {
                let detail = format!("it was sent in gzip, which is damaged: {error}");
                Failure::new(Class::Malformed, &self.subject, detail)
            };
            if let (Encoding::Said { own }, Some(first)) = (&self.encoding, &piece) {
                self.encoding = decoder(first, *own);
            }
            let Encoding::Gzip(decoder) = &mut self.encoding else { return Ok(piece) };
            match &piece {
                Some(piece) => decoder.write_all(piece).map_err(broken)?,
                None => decoder.try_finish().map_err(broken)?,
            }
            let content = std::mem::take(decoder.get_mut());
            if !content.is_empty() {
                return Ok(Some(content.into()));
            }
            if piece.is_none() {
                return Ok(None);
            }
        }
    }
}

/// How what begins so is encoded.
fn decoder(first: &[u8], own: bool) -> Encoding {
    let mut decoder = MultiGzDecoder::new(Vec::new());
    // The decoder hands on what it has when it is flushed.
    let read = decoder.write_all(first).and_then(|()| decoder.flush());
    if !first.starts_with(&GZIP) || read.is_err() {
        return Encoding::None;
    }
    let content: &[u8] = decoder.get_ref();
    let twice = content.starts_with(&GZIP) || content.starts_with(&ZSTD);
    match own && !twice {
        true => Encoding::None,
        false => Encoding::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
    }
}
