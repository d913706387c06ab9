//! How a layer is packed, by its first bytes; its media type is only a hint.

use crate::oci::Compression;

/// The largest window of zstd that is taken whatever follows (zstd's own default limit, which
/// levels up to 22 without `--long` do not exceed).
pub(super) const WINDOW: u64 = 128 << 20;
/// The largest window that engines take (`MaxWindowSize` of klauspost/compress 1.18, which
/// containerd, Docker and podman use).
pub(super) const LARGEST_WINDOW: u64 = 512 << 20;

/// A compression that a layer can have, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

impl Packing {
    /// By the first bytes of a layer.
    pub(super) fn sniff(begin: &[u8]) -> Self {
        let skippable = begin.get(1..4) == Some(&[0x2a, 0x4d, 0x18])
            && begin.first().is_some_and(|byte| byte & 0xf0 == 0x50);
        if begin.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if begin.starts_with(&ZSTD) || skippable {
            Self::Zstd
        } else if begin.starts_with(&[0xfd, b'7', b'z', b'X', b'Z', 0]) {
            Self::Xz
        } else if begin.starts_with(b"BZh") {
            Self::Bzip2
        } else {
            Self::Plain
        }
    }

    /// By a media type.
    pub(super) fn stated(compression: Compression) -> Self {
        match compression {
            Compression::None => Self::Plain,
            Compression::Gzip => Self::Gzip,
            Compression::Zstd => Self::Zstd,
        }
    }

    /// Its name, as media types have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Plain => "tar",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
        }
    }
}

const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The window that the first frame of zstd asks for, in bytes (RFC 8878, 3.1.1.1); `None` if the
/// bytes do not tell.
pub(super) fn window(begin: &[u8]) -> Option<u64> {
    let rest = begin.strip_prefix(&ZSTD)?;
    let (descriptor, rest) = rest.split_first()?;
    let (single, sizes) = (descriptor & 0x20 != 0, descriptor >> 6);
    if !single {
        let byte = rest.first()?;
        let base = 1_u64 << (10 + (byte >> 3));
        return Some(base + base / 8 * u64::from(byte & 7));
    }
    // One segment: the window is as large as the content.
    let dictionary = [0, 1, 2, 4].get(usize::from(descriptor & 3))?;
    let length = [1, 2, 4, 8].get(usize::from(sizes))?;
    let field = rest.get(*dictionary..dictionary + length)?;
    let mut bytes = [0; 8];
    bytes.get_mut(..field.len())?.copy_from_slice(field);
    let size = u64::from_le_bytes(bytes);
    Some(if *length == 2 { size + 256 } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_zstd_are_read_from_the_frame() {
        for (log, expected) in [(10, 1 << 10), (27, WINDOW), (28, 256 << 20), (29, LARGEST_WINDOW)]
        {
            let frame = [&ZSTD[..], &[0, (log - 10) << 3]].concat();
            assert_eq!(window(&frame), Some(expected));
        }
        assert_eq!(window(&[&ZSTD[..], &[0, 18 << 3 | 4]].concat()), Some((256 << 20) * 3 / 2));
        // One segment of 5, of 256 + 1 and of 2^29 bytes.
        assert_eq!(window(&[&ZSTD[..], &[0x20, 5]].concat()), Some(5));
        assert_eq!(window(&[&ZSTD[..], &[0x60, 1, 0]].concat()), Some(257));
        let long = [&ZSTD[..], &[0xa1, 9], &(1_u32 << 29).to_le_bytes()[..]].concat();
        assert_eq!(window(&long), Some(LARGEST_WINDOW));
        assert_eq!(window(&ZSTD), None);
        assert_eq!(window(b"tar"), None);
        let packed = zstd::encode_all(&[7; 1000][..], 1).unwrap();
        assert!(window(&packed).is_some_and(|it| it <= WINDOW), "{packed:?}");
    }
}
