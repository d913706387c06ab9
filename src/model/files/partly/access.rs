//! Who may execute a file.

use serde::{Deserialize, Serialize};

use crate::model::files::Entry;

/// The permissions and the owner of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Permissions (`0o777`).
    mode: u16,
    uid: u32,
    gid: u32,
}

/// As whom a process runs, as far as it is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct User {
    /// Its number.
    pub uid: Option<u32>,
    /// The number of its group.
    pub gid: Option<u32>,
}

impl Access {
    /// Of an entry; on Windows what its name ends with tells whether it runs.
    pub(super) fn of(entry: &Entry, windows: bool) -> Self {
        let name = entry.path.name().unwrap_or_default();
        let mode = if windows {
            if name.to_ascii_lowercase().ends_with(b".exe") { 0o777 } else { 0 }
        } else {
            entry.mode & 0o777
        };
        let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        Self {
            mode: u16::try_from(mode).unwrap_or_default(),
            uid: number(entry.uid),
            gid: number(entry.gid),
        }
    }

    /// Whether somebody may run it: root may then, too.
    #[must_use]
    pub fn runs(self) -> bool {
        self.mode & 0o111 != 0
    }

    /// Why this user may not run it; `None` if he may, or if that is not known (Linux
    /// `path_resolution(7)`, "Permissions").
    #[must_use]
    pub fn refuses(self, user: User) -> Option<String> {
        let mode = self.mode;
        if !self.runs() {
            return Some(format!("nobody may execute it: its mode is {mode:04o}"));
        }
        self.lacks(user, 0, "execute it")
    }

    /// Why this user may not read a script, which its interpreter has to.
    #[must_use]
    pub fn hides(self, user: User) -> Option<String> {
        self.lacks(user, 2, "read it, as its interpreter must")
    }

    /// Why this user may not enter a folder, whose path is shown so.
    #[must_use]
    pub fn closes(self, user: User, folder: &str) -> Option<String> {
        self.lacks(user, 0, &format!("enter {folder}"))
    }

    /// Whether everybody may run it, or enter it.
    pub(super) fn is_open(self) -> bool {
        self.mode & 0o111 == 0o111
    }

    /// Why this user lacks a permission, by the place of its bit among three.
    fn lacks(self, user: User, place: u16, what: &str) -> Option<String> {
        let uid = user.uid.filter(|uid| *uid != 0)?;
        let Self { mode, uid: owner, gid: group } = self;
        let bit = |shift: u16| mode >> (shift + place) & 1 == 1;
        let allowed = if uid == owner {
            bit(6)
        } else {
            match user.gid {
                Some(gid) if gid == group => bit(3),
                // Further groups may be his.
                _ => bit(0) || bit(3),
            }
        };
        (!allowed).then(|| {
            format!("user {uid} may not {what}: its mode is {mode:04o}, its owner {owner}:{group}")
        })
    }
}

impl User {
    /// The user that a config names: `root`, a number, `UID:GID`. The numbers of other names are
    /// in the image's files, which are not asked. Without a name it is root.
    #[must_use]
    pub fn of(name: Option<&str>) -> Self {
        let number = |text: &str| match text {
            "root" | "" => Some(0),
            text => text.parse().ok(),
        };
        let (user, group) = name
            .unwrap_or_default()
            .split_once(':')
            .map_or_else(|| (name.unwrap_or_default(), None), |(user, group)| (user, Some(group)));
        Self { uid: number(user), gid: group.and_then(number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_execute_what() {
        for (mode, owner, user, refused) in [
            (0o644, (0, 0), None, true),
            (0o644, (0, 0), Some("0"), true),
            (0o755, (0, 0), Some("1000"), false),
            (0o700, (0, 0), Some("1000"), true),
            (0o700, (1000, 1000), Some("1000:1000"), false),
            (0o700, (0, 0), None, false),
            // Root may as soon as anybody may.
            (0o100, (5, 5), Some("root"), false),
            (0o010, (5, 7), Some("5:7"), true),
            (0o750, (0, 7), Some("1000:7"), false),
            (0o710, (0, 7), Some("1000:8"), false),
            (0o700, (0, 7), Some("1000:8"), true),
            // Whose number is not known.
            (0o700, (0, 0), Some("nginx"), false),
            (0o640, (0, 0), Some("nginx"), true),
        ] {
            let access = Access { mode, uid: owner.0, gid: owner.1 };
            let found = access.refuses(User::of(user));
            assert_eq!(found.is_some(), refused, "{mode:o} {owner:?} {user:?}: {found:?}");
        }
        // dash 0.5.12 says of such a script: "cannot open /run: Permission denied".
        for (mode, user, refused) in
            [(0o711, Some("1000"), true), (0o755, Some("1000"), false), (0o711, None, false)]
        {
            let access = Access { mode, uid: 0, gid: 0 };
            assert_eq!(access.hides(User::of(user)).is_some(), refused, "{mode:o} {user:?}");
        }
    }
}
