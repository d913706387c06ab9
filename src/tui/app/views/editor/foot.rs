//! What is under the table: how many problems there are, and the one shown with its fix.

use crate::model::draft::{Problem, Severity};
use crate::text::{escape, plural, wrap};
use crate::tui::app::detail::{Line, Tone};

/// The most lines of one problem.
const MAX_LINES: usize = 3;

/// The lines; `fix` and `next` are the keys that mend it and that go to the next one.
pub(super) fn lines(
    problems: &[Problem],
    shown: Option<usize>,
    cells: usize,
    fix: &str,
    next: &str,
) -> Vec<Line> {
    if problems.is_empty() {
        return vec![Line::of(Tone::Good, "✓ ").with(Tone::Muted, "no problems")];
    }
    let errors = problems.iter().filter(|it| it.severity == Severity::Error).count();
    let warnings = problems.len() - errors;
    let mut counts = Vec::new();
    if errors > 0 {
        counts.push(plural(errors, "error"));
    }
    if warnings > 0 {
        counts.push(plural(warnings, "warning"));
    }
    let tone = if errors > 0 { Tone::Danger } else { Tone::Warning };
    let counts = Line::of(tone, counts.join(" · "));
    let Some(problem) = shown.and_then(|at| problems.get(at)) else {
        return vec![counts.with(Tone::Muted, format!("   {next} goes to the first one"))];
    };
    let number = shown.map_or(0, |at| at + 1);
    let place = match problems.len() {
        1 => String::new(),
        all => format!("   {number} of {all}; {next} goes to the next one"),
    };
    let mut lines = vec![counts.with(Tone::Muted, place)];
    let (sign, tone) = match problem.severity {
        Severity::Error => ("✗ ", Tone::Danger),
        Severity::Warning => ("! ", Tone::Warning),
    };
    let text = escape(&problem.sentence).into_owned();
    for (at, piece) in wrap(&text, cells.saturating_sub(2)).into_iter().take(MAX_LINES).enumerate()
    {
        let sign = if at == 0 { sign } else { "  " };
        lines.push(Line::of(tone, sign).with(Tone::Text, piece));
    }
    if let Some(mend) = &problem.fix {
        let label = escape(&mend.label).into_owned();
        lines.push(Line::of(Tone::Accent, format!("  {fix}  ")).with(Tone::Text, label));
    }
    lines
}
