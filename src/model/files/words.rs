//! What differs in a file, in words for text and screen.

use super::{Entry, FileChange, FileFact, FileSign, Kind};
use crate::text::{bytes, count, escape};

impl FileSign {
    /// The sign before the path: `+`, `~`, `-`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Added | Self::WrittenInB => "+",
            Self::Changed => "~",
            Self::Removed | Self::WrittenInA => "-",
        }
    }
}

impl FileChange {
    /// The facts of the change, harmless for a terminal.
    #[must_use]
    pub fn words(&self) -> String {
        match (&self.a, &self.b) {
            (Some(a), Some(b)) => {
                let facts = self.facts().into_iter().map(|fact| {
                    let (from, to) = (value(&a.entry, fact), value(&b.entry, fact));
                    if from.is_empty() {
                        fact.as_str().to_owned()
                    } else if from == to && fact == FileFact::Size {
                        let (from, to) = (count(a.entry.size), count(b.entry.size));
                        format!("{from} → {to} bytes")
                    } else {
                        format!("{from} → {to}")
                    }
                });
                let layers = match (a.layer + 1, b.layer + 1) {
                    (a, b) if a == b => format!("layer {a}"),
                    (a, b) => format!("layer {a} → {b}"),
                };
                facts.chain([layers]).collect::<Vec<_>>().join(" · ")
            }
            (Some(side), None) | (None, Some(side)) => {
                let entry = &side.entry;
                let size = if entry.kind == Kind::File { bytes(entry.size) } else { String::new() };
                let target = value(entry, FileFact::Target);
                let layer = format!("layer {}", side.layer + 1);
                let owner = value(entry, FileFact::Owner);
                let parts = [entry.permissions(), owner, size, target, layer];
                parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ")
            }
            (None, None) => "of a layer that was not read".to_owned(),
        }
    }
}

fn value(entry: &Entry, fact: FileFact) -> String {
    match fact {
        FileFact::Kind => entry.kind.word().to_owned(),
        FileFact::Size => bytes(entry.size),
        FileFact::Content => String::new(),
        FileFact::Mode => format!("{:04o}", entry.mode),
        FileFact::Owner => format!("{}:{}", entry.uid, entry.gid),
        FileFact::Target => match &entry.kind {
            Kind::Symlink(target) => format!("-> {}", escape(&target.text())),
            Kind::HardLink(target) => format!("= {target}"),
            Kind::CharacterDevice(major, minor) | Kind::BlockDevice(major, minor) => {
                format!("{major},{minor}")
            }
            _ => String::new(),
        },
    }
}

#[cfg(test)]
mod tests {
    use crate::model::files::diff;
    use crate::model::files::fixture::files;

    #[test]
    fn sizes_that_round_to_the_same_are_told_exactly() {
        let name = |length: usize| "x".repeat(length);
        for (a, b, expected) in [
            (17_000, 17_001, "17 000 → 17 001 bytes · layer 1"),
            (17_000, 18_000, "17 kB → 18 kB · layer 1"),
        ] {
            // A file of the fixture has the length of its name: a link gives both one name.
            let (a, b) =
                (format!("{} n={}", name(a), name(a)), format!("{} n={}", name(b), name(b)));
            let found = diff(&files(&[&a]), &files(&[&b]));
            let change = found.iter().find(|it| it.path == "n".into()).unwrap();
            assert_eq!(change.words(), expected);
        }
    }
}
