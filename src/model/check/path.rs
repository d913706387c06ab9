//! Paths inside an image, as commands and configs write them.

use crate::model::files::Path;

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

/// A Windows path as seen from a folder, with one backslash between them.
pub(super) fn join_windows(folder: &str, path: &str) -> String {
    let rooted = path.starts_with(['\\', '/']) || path.contains(':');
    if rooted {
        path.to_owned()
    } else {
        format!("{}\\{path}", folder.trim_end_matches(['\\', '/']))
    }
}

/// The last part.
pub(super) fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A Windows path as it is in a layer: below `Files`, without the drive, in small letters
/// because Windows does not tell them from capitals.
pub(super) fn windows(path: &str) -> Path {
    let path = path.replace('\\', "/");
    let path = match path.split_once(':') {
        Some((drive, rest)) if drive.len() == 1 => rest,
        _ => &path,
    };
    Path::from(format!("files/{}", normal(path).to_lowercase()).as_str())
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
        let exe = windows(r"C:\Program Files\App\app.EXE");
        assert_eq!(exe, "files/program files/app/app.exe".into());
        assert_eq!(base("/usr/bin/env"), "env");
        for (folder, path, expected) in [
            (r"C:\", "app.exe", r"C:\app.exe"),
            (r"C:\app\", r"bin\a.exe", r"C:\app\bin\a.exe"),
            ("c:/app", "a.exe", r"c:/app\a.exe"),
            (r"C:\app", r"D:\a.exe", r"D:\a.exe"),
            (r"C:\app", r"\a.exe", r"\a.exe"),
        ] {
            assert_eq!(join_windows(folder, path), expected);
        }
    }
}
