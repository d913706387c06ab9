//! The list that a draft makes: its exact bytes, or what differs from another list.

use super::{Keys, diff};
use crate::tui::app::detail::{self, Content, Line, Tone};
use crate::tui::app::drafts::OpenDraft;

/// What the preview shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Against {
    /// The JSON itself.
    #[default]
    Nothing,
    /// What differs from the base.
    Base,
    /// What differs from what the target's tag holds now.
    Tag,
}

impl Against {
    /// The next one, in a circle.
    #[must_use]
    pub(super) fn next(self) -> Self {
        match self {
            Self::Nothing => Self::Base,
            Self::Base => Self::Tag,
            Self::Tag => Self::Nothing,
        }
    }

    /// What the preview shows, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Nothing => "the exact list, laid out",
            Self::Base => "what differs from the base",
            Self::Tag => "what differs from what the tag holds now",
        }
    }
}

/// The text of the preview.
pub(super) fn content(open: &OpenDraft, against: Against, cells: usize, keys: &Keys) -> Content {
    let new = &open.draft.document().bytes;
    let say = |tone: Tone, text: String| Content::Lines(vec![Line::of(tone, text)]);
    let other = match against {
        Against::Nothing => return detail::json(new, cells),
        Against::Base => match open.draft.base() {
            Some(base) => &base.document,
            None => return say(Tone::Muted, "a new list: it has no base".to_owned()),
        },
        Against::Tag => match open.survey.as_ref().map(|survey| (survey, &survey.held)) {
            None => return say(Tone::Muted, keys.no_target()),
            Some((survey, None)) => {
                let tone = if survey.failure.is_some() { Tone::Danger } else { Tone::Muted };
                let text = match &survey.failure {
                    Some(failure) => crate::text::escape(&failure.to_string()).into_owned(),
                    None => format!("asking what {} holds", survey.target),
                };
                return say(tone, text);
            }
            Some((_, Some(Err(failure)))) => {
                return say(Tone::Danger, crate::text::escape(&failure.to_string()).into_owned());
            }
            Some((survey, Some(Ok(None)))) => {
                return say(Tone::Muted, format!("{} does not exist yet", survey.target));
            }
            Some((_, Some(Ok(Some(document))))) => document,
        },
    };
    let lines = diff::lines(&other.bytes, new, cells);
    if lines.is_empty() {
        let same = if other.bytes == *new { "the same bytes" } else { "white space only" };
        return say(Tone::Muted, format!("nothing differs: {same}"));
    }
    Content::Lines(lines)
}
