//! A layer without its compression, within limits.

use std::io::{self, Read};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;

use super::arriving::Arriving;
use super::sums::{Digesting, Sums};
use crate::model::files::Limits;
use crate::oci::tarball::{Input, Pieces};
use crate::oci::{Algorithm, Class, Compression, Digest, Failure, Hasher};
use crate::source::Recycled;

/// How much is decompressed at once, in bytes: a block of zstd.
pub(super) const CHUNK: usize = 128 << 10;

/// By which algorithm the digest of a layer without its compression is computed.
const DIFF_ID: Algorithm = Algorithm::Sha256;

/// The decompressed bytes of a layer, counted and hashed as they pass.
pub(super) struct Unpacked<'a> {
    decoder: Decoder<'a>,
    found: Compression,
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

enum Decoder<'a> {
    Plain(&'a mut Arriving),
    Gzip(Box<MultiGzDecoder<&'a mut Arriving>>),
    Zstd(zstd::stream::read::Decoder<'static, &'a mut Arriving>),
}

/// How a layer is packed, by its first bytes; the media type is only a hint.
fn sniff(begin: &[u8]) -> Result<Compression, &'static str> {
    let skippable = begin.get(1..4) == Some(&[0x2a, 0x4d, 0x18])
        && begin.first().is_some_and(|byte| byte & 0xf0 == 0x50);
    if begin.starts_with(&[0x1f, 0x8b]) {
        Ok(Compression::Gzip)
    } else if begin.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) || skippable {
        Ok(Compression::Zstd)
    } else if begin.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
        Err("xz")
    } else if begin.starts_with(b"BZh") {
        Err("bzip2")
    } else {
        Ok(Compression::None)
    }
}

impl<'a> Unpacked<'a> {
    pub(super) fn new(
        packed: &'a mut Arriving,
        subject: &'a str,
        limits: Limits,
    ) -> Result<Self, Failure> {
        let found = sniff(packed.peek(8)).map_err(|name| {
            let detail = format!("the layer is compressed with {name}, which is not read");
            Failure::new(Class::Unsupported, subject, detail)
        })?;
        let decoder = match found {
            Compression::None => Decoder::Plain(packed),
            Compression::Gzip => Decoder::Gzip(Box::new(MultiGzDecoder::new(packed))),
            Compression::Zstd => {
                let decoder =
                    zstd::stream::read::Decoder::with_buffer(packed).map_err(|error| {
                        Failure::new(Class::Local, subject, format!("zstd cannot begin: {error}"))
                    })?;
                Decoder::Zstd(decoder)
            }
        };
        Ok(Self {
            decoder,
            found,
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
    /// has it already where it is computed of what arrives.
    pub(super) fn digested(mut self, sums: &Sums) -> Self {
        let arriving = match &self.decoder {
            Decoder::Plain(plain) => plain.algorithm(),
            Decoder::Gzip(_) | Decoder::Zstd(_) => None,
        };
        if arriving != Some(DIFF_ID) {
            self.digesting = Some(sums.digest(Hasher::new(DIFF_ID)));
        }
        self
    }

    /// How the layer is packed.
    pub(super) fn found(&self) -> Compression {
        self.found
    }

    /// Reads to the end; the digest and the length of everything.
    pub(super) fn finish(mut self) -> Result<(Digest, u64), Failure> {
        self.skip(u64::MAX)?;
        let digest = match (self.digesting, self.decoder) {
            (Some(digesting), _) => digesting.finish(),
            (None, Decoder::Plain(plain)) => plain.digest(),
            (None, _) => None,
        };
        let digest = digest.ok_or_else(|| {
            Failure::new(Class::Cancelled, self.subject, "the computing of its digest broke off")
        })?;
        Ok((digest, self.out))
    }

    /// Decompresses the next chunk where there is none left; whether there is one.
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
            };
            match read {
                Ok(read) => return Ok(read),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let name = if self.found == Compression::Zstd { "zstd" } else { "gzip" };
                    let detail = format!("its {name} compression is damaged or cut off: {error}");
                    return Err(Failure::new(Class::Malformed, self.subject, detail)
                        .with_next("no engine can unpack this layer; build or push it anew"));
                }
            }
        }
    }

    fn check(&self) -> Result<(), Failure> {
        let taken = match &self.decoder {
            Decoder::Plain(plain) => plain.taken(),
            Decoder::Gzip(gzip) => gzip.get_ref().taken(),
            Decoder::Zstd(zstd) => zstd.get_ref().taken(),
        };
        let limits = &self.limits;
        let detail = if self.out > limits.decompressed {
            let limit = crate::text::bytes(limits.decompressed);
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
