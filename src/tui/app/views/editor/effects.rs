//! Whom a push changes, in words.

use super::Keys;
use crate::text::{escape, plural, wrap};
use crate::tui::app::detail::{Line, Tone};
use crate::tui::app::drafts::OpenDraft;

/// The text of the effects' tab.
pub(super) fn tab(open: &OpenDraft, cells: usize, keys: &Keys) -> Vec<Line> {
    let say = |tone: Tone, text: &str| {
        let text = escape(text).into_owned();
        wrap(&text, cells).into_iter().map(|it| Line::of(tone, it)).collect::<Vec<_>>()
    };
    let Some(survey) = &open.survey else {
        return say(Tone::Muted, &keys.no_target());
    };
    if let Some(failure) = &survey.failure {
        return say(Tone::Danger, &failure.to_string());
    }
    if let Some(Err(failure)) = &survey.held {
        return say(Tone::Danger, &failure.to_string());
    }
    let Some(effects) = open.effects() else {
        let text = match survey.held {
            None => format!("asking what {} holds now", survey.target),
            Some(_) => "asking every engine on every machine".to_owned(),
        };
        return say(Tone::Muted, &text);
    };
    let mut lines = Vec::new();
    if let Some(Ok(None)) = &survey.held {
        let text =
            format!("{} does not exist yet, so every machine gets nothing now", survey.target);
        lines.extend(say(Tone::Muted, &text));
        lines.push(Line::default());
    }
    if effects.changes.is_empty() {
        lines.extend(say(Tone::Good, "no machine gets anything else than now"));
    }
    for effect in &effects.changes {
        lines.extend(say(Tone::Text, &effect.sentence()));
        let machines: Vec<&str> = effect.profiles.iter().map(|it| it.title).collect();
        let room = cells.saturating_sub(2);
        let machines = escape(&machines.join(", ")).into_owned();
        let machines = wrap(&machines, room).into_iter();
        lines.extend(machines.map(|it| Line::of(Tone::Muted, format!("  {it}"))));
    }
    if effects.unread > 0 {
        lines.push(Line::default());
        let text = format!(
            "{} of the matrix depend on documents that platy has not read",
            plural(effects.unread, "cell")
        );
        lines.extend(say(Tone::Warning, &text));
    }
    lines
}
