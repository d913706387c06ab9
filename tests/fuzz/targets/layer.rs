//! The walk over a layer: decompression, tar headers, names, links, holes.

#![no_main]

use std::io::Write as _;
use std::ops::{ControlFlow, Range};
use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{StreamExt as _, stream};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use platy::model::files::{Entry, Files, Limits};
use platy::work::layers::{Ask, Reader, Visitor};
use platy::oci::{
    Algorithm, Class, Descriptor, Digest, Document, Failure, Location, MediaType, Referrer,
};
use platy::source::{Answer, BlobStream, Source};
use tar::Header;
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_current_thread().build().expect("a runtime"));

const TYPES: [&str; 3] = [
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip",
    "application/vnd.oci.image.layer.v1.tar+zstd",
];

#[derive(Debug, Arbitrary)]
struct Input<'a> {
    packing: u8,
    /// How many bytes arrive at once.
    piece: u16,
    /// Whether the bytes are a tar that is made sound and packed, or the blob as it is.
    packed: bool,
    bytes: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let packing = usize::from(input.packing) % TYPES.len();
    let blob = match (input.packed, packing) {
        (false, _) => input.bytes.to_vec(),
        (true, 0) => sound(input.bytes),
        (true, 1) => {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(&sound(input.bytes)).expect("memory takes everything");
            packer.finish().expect("memory takes everything")
        }
        (true, _) => zstd::encode_all(&sound(input.bytes)[..], 1).expect("memory takes everything"),
    };
    let blob = Bytes::from(blob);
    let media_type = MediaType::parse(TYPES[packing]);
    let descriptor = Descriptor::new(media_type, Digest::sha256(&blob), blob.len() as u64);
    let piece = usize::from(input.piece).max(1);
    let source = Memory { location: "localhost:1/a:b".parse().expect("a location"), blob, piece };
    let limits =
        Limits { decompressed: 1 << 20, holes: 1 << 16, entries: 1000, ..Limits::default() };
    let reader = Reader::new(Arc::new(source), None).with_limits(limits);
    let walked = RUNTIME.block_on(reader.walk(&descriptor, Greedy::default(), &mut |_| ()));
    let listing = RUNTIME.block_on(reader.listing(&descriptor, &mut |_| ()));
    let (Ok(walked), Ok(listing)) = (walked, listing) else { return };
    assert_eq!(walked.listing.totals, listing.totals);
    let files = Files::merge(vec![Some(Arc::new(walked.listing)), Some(listing)]);
    let _ = (files.wasted(), files.dangling().len());
});

/// The bytes as a tar whose headers have the right checksums, so that what is in them is
/// looked at and not only refused.
fn sound(bytes: &[u8]) -> Vec<u8> {
    let mut tar = bytes.to_vec();
    tar.resize(tar.len().next_multiple_of(512), 0);
    let mut at = 0;
    while let Some(block) = tar.get_mut(at..at + 512) {
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let size = Header::from_byte_slice(block).entry_size();
        let content = usize::try_from(size.unwrap_or_default()).unwrap_or(usize::MAX);
        at = at.saturating_add(512).saturating_add(content.div_ceil(512).saturating_mul(512));
        at = at.min(tar.len());
    }
    tar
}

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

    fn stream<'a>(&'a self, _: &'a Descriptor, _: Option<Range<u64>>) -> Answer<'a, BlobStream> {
        let (blob, piece) = (self.blob.clone(), self.piece);
        Box::pin(async move {
            let pieces = stream::unfold(blob, move |mut rest| {
                let piece = rest.split_to(piece.min(rest.len()));
                async move { (!piece.is_empty()).then(|| (Ok(piece), rest)) }
            });
            // Every content is the right one.
            Ok(BlobStream::whole(pieces.boxed(), Algorithm::Sha256, |_, _| Ok(())))
        })
    }

    fn referrers<'a>(&'a self, _: &'a Digest) -> Answer<'a, Vec<Referrer>> {
        Box::pin(async { no() })
    }
}
