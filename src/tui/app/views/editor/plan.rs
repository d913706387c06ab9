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
            let missing =
                crate::model::draft::missing(&open.draft, &survey.target, &survey.answers);
            for (digest, failure) in missing.failures.iter().take(20) {
                let text = format!("{}: {}", digest.short(), failure.brief());
                lines.push(
                    Line::of(Tone::Danger, "✗ ").with(Tone::Text, escape(&text).into_owned()),
                );
            }
            if missing.is_hopeless() {
                let text = format!(
                    "there is no plan while these cannot be read; remove them, or {} asks again",
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
