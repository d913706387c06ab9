//! Names inside an archive, without ever touching the disk.

/// Why a name is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outside {
    /// It begins at the root of the disk.
    Absolute,
    /// It climbs above the root of the archive.
    Climbs,
}

/// The name of an entry without `.` and empty parts; `/a` is `a`, as nothing is unpacked (`pack`
/// writes absolute names, podman#8132). Any `..` is refused: no archiver writes one.
pub(super) fn entry_name(name: &str) -> Result<String, Outside> {
    if name.split('/').any(|part| part == "..") {
        return Err(Outside::Climbs);
    }
    hard_link(name.trim_start_matches('/'))
}

/// Where a hard link in the archive leads: its target is named from the archive's root.
pub(super) fn hard_link(target: &str) -> Result<String, Outside> {
    join("", target)
}

/// Where a symbolic link at `from` leads. A legacy Docker archive links `<id>/layer.tar` to
/// `../<other id>/layer.tar`.
pub(super) fn symbolic_link(from: &str, target: &str) -> Result<String, Outside> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    join(folder, target)
}

fn join(folder: &str, target: &str) -> Result<String, Outside> {
    if target.starts_with('/') {
        return Err(Outside::Absolute);
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Outside::Climbs)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_and_links() {
        for (name, expected) in [
            ("manifest.json", Ok("manifest.json")),
            ("./blobs//sha256/", Ok("blobs/sha256")),
            ("./", Ok("")),
            ("/srv/l.tar", Ok("srv/l.tar")),
            ("../x", Err(Outside::Climbs)),
            ("a/../b", Err(Outside::Climbs)),
        ] {
            assert_eq!(entry_name(name), expected.map(str::to_owned), "{name}");
        }
        for (from, target, expected) in [
            ("a/layer.tar", "../b/layer.tar", Ok("b/layer.tar")),
            ("a/layer.tar", "../c.tar", Ok("c.tar")),
            ("a/layer.tar", "other.tar", Ok("a/other.tar")),
            ("layer.tar", "../x", Err(Outside::Climbs)),
            ("a/b", "../../x", Err(Outside::Climbs)),
            ("a/b", "/etc/passwd", Err(Outside::Absolute)),
        ] {
            assert_eq!(symbolic_link(from, target), expected.map(str::to_owned), "{target}");
        }
    }

    proptest! {
        #[test]
        fn what_is_accepted_stays_inside(from in "[a./]{0,12}", target in "[a./]{0,12}") {
            let from = entry_name(&from).unwrap_or_default();
            let names = [entry_name(&target), hard_link(&target), symbolic_link(&from, &target)];
            for name in names.into_iter().flatten() {
                prop_assert!(!name.starts_with('/'));
                prop_assert!(!name.split('/').any(|part| part == ".."));
            }
        }
    }
}
