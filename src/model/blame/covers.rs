//! Whether an action of a build writes a path, and from where it copies it.

use crate::model::evidence::FileAction;

/// What an action has to do with a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Covered {
    /// Whether it writes the path for certain, and not perhaps as a part of a folder.
    pub(super) is_certain: bool,
    /// The paths that the content may come from; none if that is not told.
    pub(super) sources: Vec<String>,
}

/// What an action has to do with a path (absolute, without links); `None`: nothing.
///
/// A file is copied to the target itself, or into it if it is a folder; of a folder the content is
/// copied (BuildKit 0.34, `solver/pb/ops.proto`, `FileActionCopy`).
pub(super) fn covers(action: &FileAction, path: &str) -> Option<Covered> {
    let target = clean(action.target.as_deref()?);
    let Some(source) = action.source.as_deref() else {
        let exactly = target == path;
        return exactly.then(|| Covered { is_certain: true, sources: Vec::new() });
    };
    let has_pattern = source.contains(['*', '?', '[']);
    let source = clean(source);
    if target == path {
        let sources = if has_pattern { Vec::new() } else { vec![source] };
        return Some(Covered { is_certain: true, sources });
    }
    let rest = match target.as_str() {
        "/" => path.strip_prefix('/')?,
        target => path.strip_prefix(target)?.strip_prefix('/')?,
    };
    if has_pattern {
        return Some(Covered { is_certain: false, sources: Vec::new() });
    }
    let name = source.rsplit('/').next().unwrap_or_default();
    let mut sources = Vec::new();
    if rest == name && !name.is_empty() {
        sources.push(source.clone());
    }
    sources.push(format!("{}/{rest}", source.trim_end_matches('/')));
    Some(Covered { is_certain: false, sources })
}

/// A path without dots, double slashes and a slash at its end.
pub(super) fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_writes_its_target_and_what_is_in_it() {
        for (source, target, path, certain, sources) in [
            ("/out/app", "/usr/bin/app", "/usr/bin/app", Some(true), &["/out/app"][..]),
            ("/out/app", "/usr/bin/", "/usr/bin/app", Some(false), &["/out/app", "/out/app/app"]),
            ("/out", "/", "/etc/motd", Some(false), &["/out/etc/motd"]),
            ("/", "/", "/etc/motd", Some(false), &["/etc/motd"]),
            ("/out/*", "/usr/", "/usr/a", Some(false), &[]),
            ("/out/app", "/usr/bin/app", "/usr/bin/apple", None, &[]),
            ("/out/app", "/usr/bin/app", "/usr/bin", None, &[]),
            ("./out/../x", "usr//a/", "/usr/a", Some(true), &["/x"]),
        ] {
            let action = FileAction {
                source: Some(source.to_owned()),
                target: Some(target.to_owned()),
                ..FileAction::default()
            };
            let found = covers(&action, path);
            assert_eq!(found.as_ref().map(|it| it.is_certain), certain, "{source} {target} {path}");
            assert_eq!(found.map(|it| it.sources).unwrap_or_default(), sources, "{path}");
        }
    }
}
