//! The tab of the plan.

use super::Keys;
use crate::text::{escape, wrap};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::drafts::OpenDraft;
use crate::tui::app::plan_words::{lines as lines_of, tags};

/// The text of the plan's tab.
pub(super) fn tab(open: &OpenDraft, cells: usize, keys: &Keys) -> Vec<Line> {
    let Some(survey) = &open.survey else {
        return vec![Line::of(Tone::Muted, keys.no_target())];
    };
    let mut lines = tags(open, cells);
    lines.push(Line::default());
    if let Some(failure) = &survey.failure {
        let text = escape(&failure.to_string()).into_owned();
        lines.extend(wrap(&text, cells).into_iter().map(|it| Line::of(Tone::Danger, it)));
        lines.push(Line::of(Tone::Muted, format!("{} asks again", keys.again)));
        return lines;
    }
    match open.plan(&open.guard()) {
        Some(plan) => lines.extend(lines_of(&plan, cells)),
        None => {
            let hindrances = open.hindrances();
            for failure in hindrances.iter().take(20) {
                let text = escape(&failure.to_string()).into_owned();
                for (at, piece) in wrap(&text, cells.saturating_sub(2)).into_iter().enumerate() {
                    let sign = if at == 0 { "✗ " } else { "  " };
                    lines.push(Line::of(Tone::Danger, sign).with(Tone::Text, piece));
                }
            }
            if !hindrances.is_empty() {
                let text = format!(
                    "there is no plan while these cannot be had; remove them, or {} asks again",
                    keys.again
                );
                lines.extend(wrap(&text, cells).into_iter().map(|it| Line::of(Tone::Muted, it)));
            } else {
                lines.push(Line::of(Tone::Muted, "asking what is there already"));
            }
        }
    }
    lines
}
