//! A layer without its compression, within limits.

use std::io::{self, Read};

use ::bytes::Bytes;
use bzip2::bufread::MultiBzDecoder;
use lzma_rust2::XzReader;

use super::arriving::Arriving;
use super::members::{Behind, Members};
use super::packing::{self, LARGEST_WINDOW, Packing, WINDOW};
use super::sums::{Digesting, Sums};
use crate::model::files::Limits;
use crate::oci::tarball::{Input, Pieces};
use crate::oci::{Algorithm, Class, Digest, Failure, Hasher};
use crate::source::Recycled;
use crate::text::bytes;

/// How many bytes tell how a layer is packed, and the window of zstd.
const BEGIN: usize = 18;
/// The most memory for xz: what `xz -9` needs to decompress is 65 MiB.
const XZ_BYTES: u64 = 128 << 20;
const XZ_MEMORY: u32 = 128 << 10;

/// How much is decompressed at once, in bytes: a block of zstd.
pub(super) const CHUNK: usize = 128 << 10;

/// By which algorithm the digest of a layer without its compression is computed.
const DIFF_ID: Algorithm = Algorithm::Sha256;

/// The decompressed bytes of a layer, counted and hashed as they pass.
pub(super) struct Unpacked<'a> {
    decoder: Decoder<'a>,
    found: Packing,
    /// The window that zstd asks for, in bytes; 0 if it is not known.
    window: u64,
    void: bool,
    subject: &'a str,
    limits: Limits,
    /// Decompressed bytes so far.
    out: u64,
    digesting: Option<Digesting>,
    /// What was decompressed and not read yet.
    chunk: Bytes,
    buffers: Recycled,
    /// What went wrong behind it.
    failed: Option<Failure>,
}

/// What a layer without its compression comes to.
pub(super) struct Finished {
    pub(super) digest: Digest,
    /// Decompressed bytes.
    pub(super) length: u64,
    /// What follows the end of gzip.
    pub(super) behind: Option<Behind>,
    /// The window of zstd, if it is wider than what is taken everywhere.
    pub(super) wide: Option<u64>,
}

enum Decoder<'a> {
    Plain(&'a mut Arriving),
    Gzip(Members<'a>),
    Zstd(zstd::stream::read::Decoder<'static, &'a mut Arriving>),
    Xz(Box<XzReader<&'a mut Arriving>>),
    Bzip2(Box<MultiBzDecoder<&'a mut Arriving>>),
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(
        packed: &'a mut Arriving,
        subject: &'a str,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let begin = packed.peek(BEGIN);
        let (found, window) = (Packing::sniff(begin), packing::window(begin).unwrap_or(0));
        let void = begin.is_empty();
        let mut limits = limits;
        let decoder = match found {
            Packing::Plain => Decoder::Plain(packed),
            Packing::Gzip => Decoder::Gzip(Members::new(packed)),
            Packing::Xz => Decoder::Xz(Box::new(XzReader::new_mem_limit(packed, true, XZ_MEMORY))),
            Packing::Bzip2 => Decoder::Bzip2(Box::new(MultiBzDecoder::new(packed))),
            Packing::Zstd => {
                let cannot = |error: io::Error| {
                    Failure::new(Class::Local, subject, format!("zstd cannot begin: {error}"))
                };
                let mut decoder =
                    zstd::stream::read::Decoder::with_buffer(packed).map_err(cannot)?;
                if window > LARGEST_WINDOW {
                    return Err(too_wide(subject, window));
                }
                if window > WINDOW {
                    // As long as less comes than that, less memory is used.
                    limits.decompressed = limits.decompressed.min(WINDOW);
                    decoder.window_log_max(LARGEST_WINDOW.ilog2()).map_err(cannot)?;
                }
                Decoder::Zstd(decoder)
            }
        };
        Ok(Self {
            decoder,
            found,
            window,
            void,
            subject,
            limits,
            out: 0,
            digesting: None,
            chunk: Bytes::new(),
            buffers: Recycled::default(),
            failed: None,
        })
    }

    /// The same with the digest of everything, which [`Unpacked::finish`] gives. What is not packed
    /// has it already if it is computed of what arrives.
    pub(super) fn digested(mut self, sums: &Sums) -> Self {
        let arriving = match &self.decoder {
            Decoder::Plain(plain) => plain.algorithm(),
            _ => None,
        };
        if arriving != Some(DIFF_ID) {
            self.digesting = Some(sums.digest(Hasher::new(DIFF_ID)));
        }
        self
    }

    /// How the layer is packed.
    pub(super) fn found(&self) -> Packing {
        self.found
    }

    /// Whether it has no bytes at all.
    pub(super) fn is_void(&self) -> bool {
        self.void
    }

    /// Reads to the end.
    pub(super) fn finish(mut self) -> Result<Finished, Failure> {
        self.skip(u64::MAX)?;
        let behind = match &self.decoder {
            Decoder::Gzip(gzip) => gzip.behind(),
            _ => None,
        };
        let wide = Some(self.window).filter(|window| *window > WINDOW);
        let digest = match (self.digesting, self.decoder) {
            (Some(digesting), _) => digesting.finish(),
            (None, Decoder::Plain(plain)) => plain.digest(),
            (None, _) => None,
        };
        let digest = digest.ok_or_else(|| {
            Failure::new(Class::Cancelled, self.subject, "the computing of its digest broke off")
        })?;
        Ok(Finished { digest, length: self.out, behind, wide })
    }

    /// Decompresses the next chunk if there is none left; whether there is one.
    fn refill(&mut self) -> Result<bool, Failure> {
        if !self.chunk.is_empty() {
            return Ok(true);
        }
        if let Some(failure) = self.failed.take() {
            return Err(failure);
        }
        let mut chunk = self.buffers.take(CHUNK);
        let mut filled = 0;
        while let Some(rest) = chunk.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.decode(rest) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(failure) => {
                    // What came before it is read first.
                    self.failed = Some(failure);
                    break;
                }
            }
        }
        self.chunk = self.buffers.lend(chunk).slice(..filled);
        self.out += filled as u64;
        self.check()?;
        if let Some(digesting) = &self.digesting {
            digesting.update(self.chunk.clone());
        }
        match self.failed.take_if(|_| filled == 0) {
            Some(failure) => Err(failure),
            None => Ok(filled > 0),
        }
    }

    fn decode(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            let read = match &mut self.decoder {
                Decoder::Plain(plain) => plain.read(buffer),
                Decoder::Gzip(gzip) => gzip.read(buffer),
                Decoder::Zstd(zstd) => zstd.read(buffer),
                Decoder::Xz(xz) => xz.read(buffer),
                Decoder::Bzip2(bzip2) => bzip2.read(buffer),
            };
            match read {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.failed(&error)),
            }
        }
    }

    /// Why it cannot be decompressed.
    fn failed(&self, error: &io::Error) -> Failure {
        let text = error.to_string();
        if self.found == Packing::Zstd && text.contains("too much memory") {
            // A later frame than the first.
            return self.too_large_for_memory();
        }
        if self.found == Packing::Xz && error.kind() == io::ErrorKind::OutOfMemory {
            let detail =
                format!("its xz compression needs more than {} of memory", bytes(XZ_BYTES));
            return Failure::new(Class::Unsupported, self.subject, detail);
        }
        let name = self.found.name();
        let detail = format!("its {name} compression is damaged or cut off: {text}");
        Failure::new(Class::Malformed, self.subject, detail)
            .with_next("no engine can unpack this layer; build or push it anew")
    }

    fn too_large_for_memory(&self) -> Failure {
        let size = if self.window > WINDOW { bytes(self.window) } else { "a later one".to_owned() };
        let detail = format!(
            "its zstd window ({size}) needs more memory than platy takes; engines unpack it"
        );
        Failure::new(Class::Unsupported, self.subject, detail)
    }

    fn check(&self) -> Result<(), Failure> {
        let taken = match &self.decoder {
            Decoder::Plain(plain) => plain.taken(),
            Decoder::Gzip(gzip) => gzip.taken(),
            Decoder::Zstd(zstd) => zstd.get_ref().taken(),
            Decoder::Xz(xz) => xz.inner().taken(),
            Decoder::Bzip2(bzip2) => bzip2.get_ref().taken(),
        };
        let limits = &self.limits;
        if self.window > WINDOW && self.out > limits.decompressed {
            return Err(self.too_large_for_memory());
        }
        let detail = if self.out > limits.decompressed {
            let limit = bytes(limits.decompressed);
            format!("it decompresses to more than {limit}")
        } else if self.out > limits.ratio_from && self.out / limits.ratio.max(1) > taken {
            format!(
                "it grows to more than {} times its size when decompressed, as a bomb does",
                limits.ratio
            )
        } else {
            return Ok(());
        };
        Err(Failure::new(Class::TooLarge, self.subject, detail)
            .with_next("this is far more than an image needs: do not trust this layer"))
    }
}

fn too_wide(subject: &str, window: u64) -> Failure {
    let (window, largest) = (bytes(window), bytes(LARGEST_WINDOW));
    let detail = format!("its zstd window has {window}; engines take at most {largest}");
    Failure::new(Class::Malformed, subject, detail)
        .with_next("compress the layer anew with a smaller window (zstd without --long)")
}

impl Pieces for Unpacked<'_> {
    fn piece(&mut self, most: u64) -> Result<Bytes, Failure> {
        if most == 0 || !self.refill()? {
            return Ok(Bytes::new());
        }
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        Ok(self.chunk.split_to(most.min(self.chunk.len())))
    }
}

impl Input for Unpacked<'_> {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize, Failure> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let part = self.piece(rest.len() as u64)?;
            if part.is_empty() {
                break;
            }
            if let Some(place) = rest.get_mut(..part.len()) {
                place.copy_from_slice(&part);
            }
            filled += part.len();
        }
        Ok(filled)
    }

    fn skip(&mut self, count: u64) -> Result<u64, Failure> {
        let mut skipped = 0;
        loop {
            let part = self.piece(count - skipped)?;
            if part.is_empty() {
                return Ok(skipped);
            }
            skipped += part.len() as u64;
        }
    }
}
