//! Findings as text.

use crate::model::diagnose::Finding;
use crate::text::{escape, wrap};

/// A finding as text: the sentence, what was seen, what to do.
pub(super) fn write(finding: &Finding, cells: usize, out: &mut String) {
    line(finding.severity.sign(), &finding.title, cells, out);
    for seen in &finding.evidence {
        line("    ·", seen, cells, out);
    }
    for unknown in &finding.unknown {
        line("    ?", unknown, cells, out);
    }
    if !finding.next_step.is_empty() {
        line("    →", &finding.next_step, cells, out);
    }
}

/// A sign and a text that wraps under itself.
fn line(sign: &str, text: &str, cells: usize, out: &mut String) {
    let hang = sign.chars().count() + 1;
    for (at, piece) in wrap(&escape(text), cells.saturating_sub(hang)).iter().enumerate() {
        if at == 0 {
            out.push_str(&format!("{sign} {piece}\n"));
        } else {
            out.push_str(&format!("{:hang$}{piece}\n", ""));
        }
    }
}
