//! What differs between two JSON documents, line by line as they are laid out.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::text::{cut, wrap};
use crate::tui::app::detail::{Line, Tone, laid_out};

/// Unchanged lines beside a change.
const CONTEXT: usize = 3;
/// Of texts with more lines a longer search for the smallest difference is given up for a coarser
/// one. The search in shorter ones ends soon enough, and finds the same on every machine.
const MOST_TIME: Duration = Duration::from_millis(4);
const SHORT: usize = 1000;

/// The lines that differ, with what is around them.
pub(super) fn lines(old: &[u8], new: &[u8], cells: usize) -> Vec<Line> {
    let (old, new) = (laid_out(old), laid_out(new));
    let mut config = TextDiff::configure();
    if old.lines().count() + new.lines().count() > SHORT {
        config.timeout(MOST_TIME);
    }
    let diff = config.diff_lines(&old, &new);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        if !lines.is_empty() {
            lines.push(Line::of(Tone::Muted, "⋯"));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let (sign, tone) = match change.tag() {
                ChangeTag::Equal => ("  ", Tone::Muted),
                ChangeTag::Delete => ("- ", Tone::Danger),
                ChangeTag::Insert => ("+ ", Tone::Good),
            };
            let text = change.value().trim_end_matches('\n');
            let room = cells.saturating_sub(2).max(8);
            if change.tag() == ChangeTag::Equal {
                lines.push(Line::of(tone, sign).with(tone, cut(text, room)));
                continue;
            }
            let indent = text.len() - text.trim_start_matches(' ').len();
            let hang = " ".repeat(indent.min(room / 2));
            let pieces = wrap(text.trim_start(), room - hang.len());
            for (at, piece) in pieces.into_iter().enumerate() {
                let sign = if at == 0 { sign } else { "  " };
                lines.push(Line::of(tone, sign).with(tone, format!("{hang}{piece}")));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown_with_its_surroundings() {
        let old = br#"{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8}"#;
        let new = br#"{"a":1,"b":2,"c":3,"d":4,"e":50,"f":6,"g":7,"h":8}"#;
        let shown: Vec<String> = lines(old, new, 40).iter().map(Line::text).collect();
        assert_eq!(
            shown,
            [
                "    \"b\": 2,",
                "    \"c\": 3,",
                "    \"d\": 4,",
                "-   \"e\": 5,",
                "+   \"e\": 50,",
                "    \"f\": 6,",
                "    \"g\": 7,",
                "    \"h\": 8"
            ]
        );
        assert!(lines(old, old, 40).is_empty());
    }
}
