//! Words that several views share.

use crate::model::draft::Format;
use crate::model::select::Engine;
use crate::text::{count, escape, width};
use crate::tui::app::cx::Cx;
use crate::tui::app::going::At;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::view::{Reason, Title};

/// Which versions an engine stands for.
pub(in crate::tui::app) fn about(engine: &Engine) -> String {
    format!("{}: {}", engine.id, engine.versions)
}

/// Why there is no pick to be shown of a reference; `None` if there is one.
pub(in crate::tui::app) fn nothing_offered(at: Option<At>, cx: &Cx) -> Option<Reason> {
    let open = cx.opened.get(at?.id)?;
    let none = open.picks().offer().is_none();
    none.then(|| Reason::new("nothing to choose from: the reference is not loaded"))
}

/// For which machine and engine picks are shown, as far as there is room beside the title; the
/// machine's platform and the engine always.
fn chosen(cx: &Cx, title: &str, room: usize) -> String {
    let room = room.saturating_sub(width(&escape(title)) + 3);
    let Some(named) = cx.choice.host() else { return String::new() };
    let engine = match cx.choice.request() {
        Some(request) => format!("{} --platform {request}", cx.choice.engine().short),
        None => cx.choice.engine().short.to_owned(),
    };
    let full = format!("{} · {engine}", named.words());
    let words = if width(&full) <= room { full } else { format!("{} · {engine}", named.host) };
    escape(&words).into_owned()
}

/// How what is shown compares with what the tag holds now, if that is to be said; then, as far as there
/// is room, for which machine and engine picks are shown.
pub(in crate::tui::app) fn shown(cx: &Cx, open: &OpenedRef, title: &str, room: usize) -> String {
    let Some(standing) = open.standing_words(&cx.zone) else { return chosen(cx, title, room) };
    let picks = chosen(cx, title, room.saturating_sub(width(&standing) + 3));
    let both = format!("{standing} · {picks}");
    let fits = !picks.is_empty() && width(&escape(title)) + 3 + width(&both) <= room;
    if fits { both } else { standing }
}

/// What a draft is called, and what its list is now, as far as there is room.
pub(in crate::tui::app) fn draft_title(
    cx: &Cx,
    name: &'static str,
    draft: &str,
    room: usize,
) -> Title {
    let Some(open) = cx.drafts.get(draft) else { return Title { name, ..Title::default() } };
    let title = open.title();
    let document = open.draft.document();
    let kind = match (open.draft.base(), open.draft.is_changed(), open.is_unsaved()) {
        (_, true, false) => "pushed",
        (None, ..) => "new list",
        (Some(_), true, _) => "changed",
        (Some(_), false, _) => "unchanged",
    };
    let format = match open.draft.format() {
        Format::Oci => "OCI",
        Format::Docker => "Docker list",
    };
    let entries = match open.draft.len() {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    let bytes = format!("{} bytes", count(document.size()));
    let digest = format!("sha256:{}", document.digest.short());
    // The digest last, so that all digests end in one column; the rest gives way before it.
    let parts = [kind, format, &entries, &bytes, &digest];
    let left = room.saturating_sub(width(&escape(&title)) + 3);
    let words = [&[][..], &[3], &[3, 1], &[3, 1, 2]].into_iter().map(|without| {
        let kept = parts.iter().enumerate().filter(|(at, _)| !without.contains(at));
        kept.map(|(_, part)| *part).collect::<Vec<&str>>().join(" · ")
    });
    let mut words: Vec<String> = words.collect();
    let shortest = words.pop().unwrap_or_default();
    let note = words.into_iter().find(|it| width(it) <= left).unwrap_or(shortest);
    Title { name, title, note }
}
