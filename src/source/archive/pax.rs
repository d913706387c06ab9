//! Extended headers (POSIX pax, "Extended Header File Format").

/// What an extended header says of the entry after it, as far as it matters here.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Extended {
    pub(super) path: Option<Vec<u8>>,
    pub(super) link: Option<Vec<u8>>,
    pub(super) size: Option<u64>,
}

/// Reads records of the form `LENGTH KEY=VALUE\n`; `None` where they are malformed. Values may
/// hold any byte, so records are told apart by their lengths and not by line ends.
pub(super) fn parse(mut records: &[u8]) -> Option<Extended> {
    let mut extended = Extended::default();
    while !records.is_empty() {
        let space = records.iter().take(20).position(|byte| *byte == b' ')?;
        let length: usize = str::from_utf8(records.get(..space)?).ok()?.parse().ok()?;
        let record = records.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        let (key, value) = (record.get(..equals)?, record.get(equals + 1..)?);
        match key {
            b"path" => extended.path = Some(value.to_vec()),
            b"linkpath" => extended.link = Some(value.to_vec()),
            b"size" => extended.size = Some(str::from_utf8(value).ok()?.parse().ok()?),
            _ => {}
        }
        records = records.get(length..)?;
    }
    Some(extended)
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
