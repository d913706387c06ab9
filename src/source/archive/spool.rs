//! Archives that are compressed as a whole.

use std::fs::File;
use std::io::{self, Read, Write as _};

use bzip2::bufread::MultiBzDecoder;
use flate2::bufread::MultiGzDecoder;
use lzma_rust2::XzReader;

use crate::oci::{Class, Failure};
use crate::source::layout::io_failure;
use crate::source::workers::Stop;

/// How a file is compressed, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

/// The largest window of zstd, as a power of two: 512 MiB, as engines take it for layers
/// (klauspost/compress 1.18).
const ZSTD_WINDOW: u32 = 29;
/// The most memory for xz, in KiB: what `xz -9` needs to decompress is 65 MiB.
const XZ_MEMORY: u32 = 128 << 10;

impl Packing {
    /// Looks at the first bytes.
    pub(super) fn of(begin: &[u8]) -> Self {
        const XZ: &[u8] = &[0xfd, b'7', b'z', b'X', b'Z', 0];
        if begin.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if begin.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Self::Zstd
        } else if begin.starts_with(XZ) {
            Self::Xz
        } else if begin.starts_with(b"BZh") {
            Self::Bzip2
        } else {
            Self::Plain
        }
    }

    /// Its name, and the program that decompresses it.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Plain => ("tar", "tar"),
            Self::Gzip => ("gzip", "gunzip"),
            Self::Zstd => ("zstd", "zstd -d"),
            Self::Xz => ("xz", "xz -d"),
            Self::Bzip2 => ("bzip2", "bzip2 -d"),
        }
    }

    fn decoder<'a>(self, packed: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
        let packed = io::BufReader::with_capacity(64 << 10, packed);
        Ok(match self {
            Self::Plain => Box::new(packed),
            Self::Gzip => Box::new(MultiGzDecoder::new(packed)),
            Self::Zstd => {
                let mut decoder = zstd::stream::read::Decoder::with_buffer(packed)?;
                decoder.window_log_max(ZSTD_WINDOW)?;
                Box::new(decoder)
            }
            Self::Xz => Box::new(XzReader::new_mem_limit(packed, true, XZ_MEMORY)),
            Self::Bzip2 => Box::new(MultiBzDecoder::new(packed)),
        })
    }
}

/// Decompresses an archive into a temporary file without a name.
pub(super) fn spool(
    packing: Packing,
    packed: impl Read,
    subject: &str,
    limit: u64,
    stop: &Stop,
) -> Result<File, Failure> {
    let unwritten = |error: io::Error| {
        Failure::new(
            Class::Local,
            subject,
            format!("it cannot be decompressed into a temporary file: {error}"),
        )
        .with_next("make room in the temporary folder, or set TMPDIR to another")
    };
    let mut file = tempfile::tempfile().map_err(unwritten)?;
    let (name, program) = packing.words();
    let mut decoder = packing.decoder(packed).map_err(|error| io_failure(subject, &error))?;
    let mut buffer = vec![0; 256 << 10];
    let mut written: u64 = 0;
    loop {
        if stop.requested() {
            return Err(Failure::new(Class::Cancelled, subject, "the reading was given up"));
        }
        let read = match decoder.read(&mut buffer) {
            Ok(0) => return Ok(file),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if is_damage(&error) => {
                return Err(Failure::new(
                    Class::Malformed,
                    subject,
                    format!("its {name} compression is damaged or cut off: {error}"),
                )
                .with_next("get the file anew"));
            }
            Err(error) => return Err(io_failure(subject, &error)),
        };
        written += read as u64;
        if written > limit {
            return Err(Failure::new(
                Class::TooLarge,
                subject,
                format!("it decompresses to more than {}", crate::text::bytes(limit)),
            )
            .with_next(format!(
                "if you trust it, decompress it with `{program}` and open the result"
            )));
        }
        file.write_all(buffer.get(..read).unwrap_or_default()).map_err(unwritten)?;
    }
}

fn is_damage(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidData
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::Unsupported
            | io::ErrorKind::OutOfMemory
            // zstd has no other kind for what it cannot read.
            | io::ErrorKind::Other
    )
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packings_by_their_first_bytes() {
        for (begin, packing) in [
            (&gzip(b"x")[..], Packing::Gzip),
            (&[0x28, 0xb5, 0x2f, 0xfd, 0], Packing::Zstd),
            (b"BZh91AY", Packing::Bzip2),
            (b"manifest.json", Packing::Plain),
            (b"", Packing::Plain),
        ] {
            assert_eq!(Packing::of(begin), packing);
        }
    }

    #[test]
    fn several_members_are_one_file_and_the_limit_holds() {
        let packed = [gzip(&[1; 1000]), gzip(&[2; 1000])].concat();
        let spooled =
            |limit| spool(Packing::Gzip, &packed[..], "a.tar.gz", limit, &Stop::default());
        assert_eq!(spooled(2000).unwrap().metadata().unwrap().len(), 2000);
        assert_eq!(spooled(1999).unwrap_err().class, Class::TooLarge);
        let cut = &packed[..packed.len() - 4];
        let failure = spool(Packing::Gzip, cut, "a.tar.gz", 2000, &Stop::default()).unwrap_err();
        assert_eq!(failure.class, Class::Malformed);
        let mut damaged = packed.clone();
        damaged[12] ^= 0xff;
        let failure =
            spool(Packing::Gzip, &damaged[..], "a.tar.gz", 2000, &Stop::default()).unwrap_err();
        assert_eq!(failure.class, Class::Malformed);
    }
}
