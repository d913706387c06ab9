//! Extended headers (POSIX pax, "Extended Header File Format") and the GNU sparse records in them
//! (GNU tar manual, "Storing Sparse Files").

use super::sparse::Map;

/// What an extended header says of the entry after it, as far as it matters here. An empty value
/// takes a record back, as in Go's `archive/tar`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
    pub(super) uid: Option<u64>,
    pub(super) gid: Option<u64>,
    /// In whole seconds.
    pub(super) mtime: Option<i64>,
    /// The file is stored without its holes; where they are, unless the map is before the
    /// content.
    pub(super) sparse: Option<Map>,
    /// The map is before the content.
    pub(super) sparse_map_follows: bool,
    pub(super) sparse_path: Option<Vec<u8>>,
    pub(super) sparse_size: Option<u64>,
}

/// Reads records of the form `LENGTH KEY=VALUE\n`; `None` if they are malformed. Values may
/// hold any byte, so records are told apart by their lengths and not by line ends.
pub(super) fn parse(mut records: &[u8]) -> Option<Extended> {
    let mut extended = Extended::default();
    while !records.is_empty() {
        let space = records.iter().take(20).position(|byte| *byte == b' ')?;
        let length: usize = number(records.get(..space)?)?;
        let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
        extended.take(key, value)?;
        records = records.get(length..)?;
    }
    Some(extended)
}

impl Extended {
    fn take(&mut self, key: &[u8], value: &[u8]) -> Option<()> {
        let text = || Some(value.to_vec()).filter(|it| !it.is_empty());
        match key {
            b"path" => self.path = text(),
            b"linkpath" => self.link = text(),
            b"size" => self.size = optional(value)?,
            b"uid" => self.uid = optional(value)?,
            b"gid" => self.gid = optional(value)?,
            b"mtime" => {
                let whole = value.split(|byte| *byte == b'.').next().unwrap_or_default();
                self.mtime = optional(whole)?;
            }
            b"GNU.sparse.name" => self.sparse_path = text(),
            b"GNU.sparse.size" | b"GNU.sparse.realsize" => self.sparse_size = optional(value)?,
            b"GNU.sparse.major" => self.sparse_map_follows = value == b"1",
            b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => self.add_to_map(value),
            b"GNU.sparse.map" => value.split(|byte| *byte == b',').for_each(|number| {
                self.add_to_map(number);
            }),
            _ => {}
        }
        if key.starts_with(b"GNU.sparse.") {
            self.sparse.get_or_insert_default();
        }
        Some(())
    }

    fn add_to_map(&mut self, digits: &[u8]) {
        match number(digits) {
            Some(number) => self.sparse.get_or_insert_default().add(number),
            None => self.sparse = Some(Map::damaged()),
        }
    }
}

/// `Some(None)` for an empty value, `None` for one that is not a number.
fn optional<T: std::str::FromStr>(value: &[u8]) -> Option<Option<T>> {
    if value.is_empty() { Some(None) } else { number(value).map(Some) }
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn records_are_told_apart_by_length() {
        let extended = parse(b"16 x=any\n\nthing\n10 path=a\n9 size=7\n14 linkpath=b\n").unwrap();
        assert_eq!(extended.path.as_deref(), Some(&b"a"[..]));
        assert_eq!(extended.link.as_deref(), Some(&b"b"[..]));
        assert_eq!(extended.size, Some(7));
        assert_eq!(parse(b"15 mtime=-12.5\n").unwrap().mtime, Some(-12));
        assert_eq!(parse(b"10 path=a\n8 path=\n").unwrap().path, None);
        let sparse = parse(b"22 GNU.sparse.major=1\n").unwrap();
        assert!(sparse.sparse.is_some() && sparse.sparse_map_follows);
        for bad in [
            &b"8 path=a\n"[..],
            b"path=a\n",
            b"0 a=\n",
            b"1 ",
            b"99 a=b\n",
            b"9 size=x\n",
            b"4 a\n",
        ] {
            assert_eq!(parse(bad), None, "{}", String::from_utf8_lossy(bad));
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = parse(&bytes);
        }
    }
}
