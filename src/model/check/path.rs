//! Paths inside an image.

/// `usr/bin/app` for `/usr/bin/./x/../app`: no leading slash, no empty parts, no `.` and `..`.
/// What would lead above the root stays at the root.
pub(super) fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A path as seen from a folder.
pub(super) fn join(folder: &str, path: &str) -> String {
    if path.starts_with('/') { path.to_owned() } else { format!("{folder}/{path}") }
}

/// The folder that a name is in; empty for the root.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The last part.
pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The folders above a name, the outermost first.
pub(super) fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

/// A Windows path as it stands in a layer: below `Files`, without the drive, in small letters
/// because Windows does not tell them from capitals.
pub(super) fn windows(path: &str) -> String {
    let path = path.replace('\\', "/");
    let path = match path.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => &path,
    };
    format!("files/{}", normal(path).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_normal() {
        for (path, expected) in [
            ("/usr//bin/./app", "usr/bin/app"),
            ("./usr/bin/../lib/x/", "usr/lib/x"),
            ("../../etc/passwd", "etc/passwd"),
            ("/", ""),
            ("", ""),
        ] {
            assert_eq!(normal(path), expected, "{path}");
        }
        assert_eq!(windows(r"C:\Program Files\App\app.EXE"), "files/program files/app/app.exe");
        assert_eq!(above("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
        assert_eq!(parent("a"), "");
        assert_eq!(base("/usr/bin/env"), "env");
    }
}
