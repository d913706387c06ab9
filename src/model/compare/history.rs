//! Two histories side by side, as instructions of a Dockerfile.

use std::sync::Arc;

use super::align::{Block, align};
use crate::oci::{ConfigDocument, HistoryStep};

/// A step of one or both histories, in the order of the builds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryRow {
    /// The first side's step.
    pub a: Option<HistoryStep>,
    /// The second side's step.
    pub b: Option<HistoryStep>,
}

impl HistoryRow {
    /// Whether both sides have the very same step.
    #[must_use]
    pub fn is_same(&self) -> bool {
        self.a == self.b
    }

    /// Whether both sides have the same instruction, made at whatever time.
    #[must_use]
    pub fn is_same_instruction(&self) -> bool {
        match (&self.a, &self.b) {
            (Some(a), Some(b)) => (&a.created_by, a.empty) == (&b.created_by, b.empty),
            _ => false,
        }
    }
}

/// Aligns two histories by their instructions.
pub(super) fn rows<'a>(
    a: Option<&'a Arc<ConfigDocument>>,
    b: Option<&'a Arc<ConfigDocument>>,
) -> Vec<HistoryRow> {
    let steps = |config: Option<&'a Arc<ConfigDocument>>| {
        config.map_or(&[][..], |config| config.config.history.as_slice())
    };
    let (a, b) = (steps(a), steps(b));
    let keys = |steps: &'a [HistoryStep]| -> Vec<(Option<&'a str>, bool)> {
        steps.iter().map(|step| (step.created_by.as_deref(), step.empty)).collect()
    };
    let mut rows = Vec::with_capacity(a.len().max(b.len()));
    for block in align(&keys(a), &keys(b)) {
        match block {
            Block::Same { a: from_a, b: from_b, len } => {
                rows.extend((0..len).map(|at| HistoryRow {
                    a: a.get(from_a + at).cloned(),
                    b: b.get(from_b + at).cloned(),
                }));
            }
            Block::Differ { a: in_a, b: in_b } => {
                rows.extend(in_a.map(|at| HistoryRow { a: a.get(at).cloned(), b: None }));
                rows.extend(in_b.map(|at| HistoryRow { a: None, b: b.get(at).cloned() }));
            }
        }
    }
    rows
}

/// What made a layer as it would be in a Dockerfile: without the shell that Docker's classic
/// builder and BuildKit write before and behind it. On one line.
#[must_use]
pub fn instruction(created_by: &str) -> String {
    // A command may be as long as a config; a reading needs no more than this.
    const WORDS: usize = 120;
    let text = created_by.trim();
    let text = text.strip_suffix("# buildkit").unwrap_or(text).trim();
    // `|2 A=1 B=2 /bin/sh -c …`: build arguments before a classic RUN.
    let text = match (text.strip_prefix('|'), text.find("/bin/sh -c ")) {
        (Some(_), Some(at)) => text.get(at..).unwrap_or(text),
        _ => text,
    };
    let text = match text.strip_prefix("/bin/sh -c ") {
        Some(rest) => match rest.trim_start().strip_prefix("#(nop)") {
            Some(nop) => nop.trim().to_owned(),
            None => format!("RUN {}", rest.trim()),
        },
        None => match text.strip_prefix("RUN /bin/sh -c ") {
            Some(rest) => format!("RUN {}", rest.trim()),
            None => text.to_owned(),
        },
    };
    text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_read_as_a_dockerfile() {
        for (created_by, expected) in [
            ("/bin/sh -c #(nop)  CMD [\"/bin/sh\"]", "CMD [\"/bin/sh\"]"),
            ("/bin/sh -c #(nop) ADD file:ab in / ", "ADD file:ab in /"),
            ("/bin/sh -c apk add  curl", "RUN apk add curl"),
            ("|1 V=2 /bin/sh -c make", "RUN make"),
            ("RUN /bin/sh -c apk add curl # buildkit", "RUN apk add curl"),
            ("COPY server /app # buildkit", "COPY server /app"),
            ("ENV A=b", "ENV A=b"),
            ("bazel build //x", "bazel build //x"),
        ] {
            assert_eq!(instruction(created_by), expected, "{created_by}");
        }
    }

    fn config(steps: &[(&str, &str)]) -> Arc<ConfigDocument> {
        let history: Vec<_> = steps
            .iter()
            .map(|(by, at)| serde_json::json!({"created_by": by, "created": at}))
            .collect();
        let json = serde_json::json!({ "history": history }).to_string();
        Arc::new(ConfigDocument::parse(json.into(), crate::oci::Algorithm::Sha256).unwrap())
    }

    #[test]
    fn histories_align_by_instruction() {
        let a = config(&[("ADD", "1"), ("RUN x", "1"), ("CMD", "1")]);
        let b = config(&[("ADD", "1"), ("RUN y", "2"), ("CMD", "2")]);
        let found: Vec<_> = rows(Some(&a), Some(&b))
            .into_iter()
            .map(|row| {
                let by = |step: &Option<HistoryStep>| {
                    step.as_ref().map(|step| step.created_by.clone().unwrap())
                };
                (by(&row.a), by(&row.b), row.is_same(), row.is_same_instruction())
            })
            .collect();
        let by = |text: &str| Some(text.to_owned());
        assert_eq!(
            found,
            [
                (by("ADD"), by("ADD"), true, true),
                (by("RUN x"), None, false, false),
                (None, by("RUN y"), false, false),
                (by("CMD"), by("CMD"), false, true),
            ]
        );
        assert!(rows(None, None).is_empty());
    }
}
