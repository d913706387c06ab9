//! The walk over a layer: decompression, tar headers, names, links. The first byte chooses how
//! the rest is packed and how it arrives.

#![no_main]

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use libfuzzer_sys::fuzz_target;
use platy::content::{Ask, Entry, Files, Limits, Reader, Visitor};
use platy::oci::{Class, Descriptor, Digest, Document, Failure, Location, MediaType, Referrer};
use platy::source::{Answer, BlobStream, Source};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

const TYPES: [&str; 3] = [
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
];

fuzz_target!(|data: &[u8]| {
    let Some((how, blob)) = data.split_first() else { return };
    let blob = Bytes::copy_from_slice(blob);
    let media_type = MediaType::parse(TYPES[usize::from(*how) % 3]);
    let descriptor = Descriptor::new(media_type, Digest::sha256(&blob), blob.len() as u64);
    let piece = 1 + (usize::from(*how) / 3) * 64;
    let source = Memory { location: "localhost:1/a:b".parse().expect("a location"), blob, piece };
    let limits = Limits { decompressed: 1 << 20, entries: 1000, ..Limits::default() };
    let reader = Reader::new(Arc::new(source), None).with_limits(limits);
    let walked =
        RUNTIME.block_on(reader.walk(&descriptor, Greedy::default(), &mut |_| ()));
    if let Ok(walked) = walked {
        let files = Files::merge(vec![Some(Arc::new(walked.listing))]);
        let _ = (files.wasted(), files.dangling().len());
    }
});

/// Reads the start of everything.
#[derive(Default)]
struct Greedy {
    read: u64,
}

impl Visitor for Greedy {
    fn entry(&mut self, _: &Entry) -> Ask {
        Ask::Read(64)
    }

    fn content(&mut self, _: &Entry, piece: &[u8]) -> ControlFlow<()> {
        self.read += piece.len() as u64;
        ControlFlow::Continue(())
    }
}

struct Memory {
    location: Location,
    blob: Bytes,
    piece: usize,
}

fn no<T>() -> Result<T, Failure> {
    Err(Failure::new(Class::Unsupported, "", "not here"))
}

impl Source for Memory {
    fn location(&self) -> &Location {
        &self.location
    }

    fn root(&self) -> Answer<'_, Document> {
        Box::pin(async { no() })
    }

    fn manifest<'a>(&'a self, _: &'a Descriptor) -> Answer<'a, Document> {
        Box::pin(async { no() })
    }

    fn blob<'a>(&'a self, _: &'a Descriptor, _: u64) -> Answer<'a, Bytes> {
        Box::pin(async { no() })
    }

    fn stream<'a>(
        &'a self,
        _: &'a Descriptor,
        _: Option<Range<u64>>,
    ) -> Answer<'a, BlobStream> {
        let (blob, piece) = (self.blob.clone(), self.piece);
        Box::pin(async move {
            let pieces = stream::unfold(blob, move |mut rest| {
                let piece = rest.split_to(piece.min(rest.len()));
                async move { (!piece.is_empty()).then(|| (Ok(piece), rest)) }
            });
            Ok(pieces.boxed())
        })
    }

    fn referrers<'a>(&'a self, _: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async { no() })
    }
}
