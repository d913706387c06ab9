//! Where a table of contents lies in its layer.

use std::io::Read as _;
use std::ops::Range;

use flate2::bufread::GzDecoder;

use crate::oci::tarball::Walk;
use crate::oci::{Descriptor, Digest};

/// eStargz (containerd `stargz-snapshotter`, `docs/estargz.md`): the digest of the table's JSON.
const ESTARGZ_DIGEST: &str = "containerd.io/snapshot/stargz/toc.digest";
/// zstd:chunked (containers/storage, `pkg/chunked`): the digest of the packed table.
const CHUNKED_DIGEST: &str = "io.github.containers.zstd-chunked.manifest-checksum";
/// zstd:chunked: `offset:length:unpacked length:type`, of which only type 1 exists.
const CHUNKED_PLACE: &str = "io.github.containers.zstd-chunked.manifest-position";
/// An eStargz blob ends in an empty gzip member of this length, whose extra field says where the
/// table begins.
const FOOTER: u64 = 51;

/// A table of contents that a layer's descriptor announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::work::layers) struct Announced {
    /// What the table must hash to.
    pub(in crate::work::layers) digest: Digest,
    pub(in crate::work::layers) form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::work::layers) enum Form {
    /// JSON in a tar in a gzip member; the footer at these bytes tells where.
    EStargz { footer: Range<u64> },
    /// JSON in a zstd frame at these bytes.
    Chunked { table: Range<u64> },
}

impl Announced {
    /// What the descriptor announces; `None` for an ordinary layer.
    pub(in crate::work::layers) fn of(layer: &Descriptor) -> Option<Self> {
        let annotation = |key: &str| layer.annotations.get(key).map(String::as_str);
        if let Some(place) = annotation(CHUNKED_PLACE) {
            let mut numbers = place.split(':').map(|number| number.parse::<u64>().ok());
            let (start, length) = (numbers.next()??, numbers.next()??);
            let kind = numbers.nth(1)??;
            let table = start..start.checked_add(length)?;
            if kind != 1 || table.end > layer.size {
                return None;
            }
            let digest = annotation(CHUNKED_DIGEST)?.parse().ok()?;
            return Some(Self { digest, form: Form::Chunked { table } });
        }
        let digest = annotation(ESTARGZ_DIGEST)?.parse().ok()?;
        let footer = layer.size.checked_sub(FOOTER)?..layer.size;
        Some(Self { digest, form: Form::EStargz { footer } })
    }

    /// Whether the JSON of the table is what was announced, or its packed form.
    pub(in crate::work::layers) fn covers_json(&self) -> bool {
        matches!(self.form, Form::EStargz { .. })
    }
}

/// Where the table of an eStargz blob lies, as its footer says.
pub(in crate::work::layers) fn estargz_table(
    footer: &[u8],
    start: u64,
) -> Result<Range<u64>, String> {
    let extra = footer.get(12..38).ok_or("the footer is too short")?;
    let offset = extra
        .strip_prefix(b"SG\x16\0")
        .and_then(|field| field.strip_suffix(b"STARGZ"))
        .and_then(|hex| str::from_utf8(hex).ok())
        .and_then(|hex| u64::from_str_radix(hex, 16).ok())
        .ok_or("there is no eStargz footer at the end")?;
    if offset >= start {
        return Err("the footer points behind itself".to_owned());
    }
    Ok(offset..start)
}

/// The JSON in the gzip member of an eStargz table: the only file of a tar.
pub(in crate::work::layers) fn estargz_json(member: &[u8], cap: u64) -> Result<Vec<u8>, String> {
    let mut tar = Vec::new();
    GzDecoder::new(member)
        .take(cap)
        .read_to_end(&mut tar)
        .map_err(|error| format!("its gzip compression is damaged: {error}"))?;
    let mut walk = Walk::new(tar.as_slice());
    let member = walk.next().ok().flatten().ok_or("it is not a tar")?;
    let length = usize::try_from(member.stored).ok().filter(|it| *it <= tar.len());
    let mut json = vec![0; length.ok_or("it is cut off")?];
    walk.read(&mut json).map_err(|_| "it is cut off")?;
    Ok(json)
}

/// The JSON in the frame of a zstd:chunked table.
pub(in crate::work::layers) fn chunked_json(frame: &[u8], cap: u64) -> Result<Vec<u8>, String> {
    let damaged = |error: std::io::Error| format!("its zstd compression is damaged: {error}");
    let mut json = Vec::new();
    zstd::stream::read::Decoder::with_buffer(frame)
        .map_err(damaged)?
        .take(cap)
        .read_to_end(&mut json)
        .map_err(damaged)?;
    Ok(json)
}
