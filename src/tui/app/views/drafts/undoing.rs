//! Pushes that can be taken back.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::model::push::{Entry, NoUndo, Stopped, Tagged, Undo};
use crate::oci::{Digest, Failure, Reference};
use crate::text::{age, escape};
use crate::tui::app::cx::{Cx, ToastKind};
use crate::tui::app::overlay::{Choosing, Menu, MenuAnswer, Overlay};
use crate::tui::app::{Query, Reply};

/// The last push of each tag, newest first, those that were taken back left out.
fn last_of_each(entries: &[Entry]) -> Vec<Entry> {
    let undone: HashSet<&str> = entries.iter().filter_map(|it| it.undoes.as_deref()).collect();
    let mut seen = HashSet::new();
    entries
        .iter()
        .rev()
        .filter(|it| it.undoes.is_none() && !undone.contains(it.id.as_str()))
        .filter(|it| seen.insert(it.reference.familiar()))
        .cloned()
        .collect()
}

/// `4b2841095e41 → 5b1c09d2a7e4 · 2 minutes ago`, harmless for a terminal.
#[must_use]
pub fn words(entry: &Entry, now: Timestamp) -> String {
    let before = entry.before.as_ref().map_or("new", |kept| kept.digest.short());
    let after = entry.given().map_or("deleted", Digest::short);
    let ago = age(&entry.time.to_string(), now).unwrap_or_default();
    escape(&format!("{before} → {after} · {ago}")).into_owned()
}

/// What would happen, in words; digests in them are whole.
fn facts(undo: &Undo) -> Vec<String> {
    let now = undo.now.as_ref().map_or_else(|| "does not exist".to_owned(), ToString::to_string);
    let mut lines = vec![
        format!("tag        {}", undo.entry.reference.familiar()),
        format!("tag now    {now}"),
        format!("tag after  {}", undo.list.digest),
    ];
    if let Some(conflict) = &undo.conflict {
        lines.push(format!("! {conflict}"));
    }
    lines
}

/// Takes what was asked about pushes.
pub(in crate::tui::app) fn answered(question: &Query, answer: Result<Reply, Failure>, cx: &mut Cx) {
    match (question, answer) {
        (_, Ok(Reply::Journal(entries))) => cx.drafts.pushes = last_of_each(&entries),
        (_, Ok(Reply::Undo(found))) => {
            cx.toast = None;
            match *found {
                Ok(undo) if cx.overlay.is_none() => ask(undo, cx),
                Ok(_) => {}
                Err(why) => cx.say(ToastKind::Warning, &refusal(&why)),
            }
        }
        (Query::Undo { undo, .. }, Ok(Reply::Undone { tagged, stopped })) => {
            undone(undo, &tagged, stopped, cx);
        }
        (Query::Journal, Err(failure)) => cx.say(ToastKind::Warning, &failure.to_string()),
        (_, Err(failure)) => cx.say(ToastKind::Error, &failure.to_string()),
        _ => {}
    }
}

/// Finds out what putting a tag back would do; the question comes with the answer.
pub(in crate::tui::app) fn find_undo(tag: &Reference, cx: &mut Cx) {
    cx.say(ToastKind::Done, &format!("asking {}", tag.familiar()));
    cx.ask(cx.drafts.session, Query::FindUndo(tag.clone()));
}

/// Asks whether a push is taken back.
fn ask(undo: Undo, cx: &mut Cx) {
    let again = if undo.conflict.is_some() { "put it back anyway" } else { "put it back" };
    let facts = facts(&undo);
    let what = Choosing::Undo(Box::new(undo));
    let title = "put the tag back to what it held before?";
    let menu = Menu::question(
        what,
        title,
        facts,
        &[MenuAnswer::No("leave it as it is"), MenuAnswer::Yes(again)],
    );
    cx.overlay = Some(Overlay::Menu(Box::new(menu)));
}

/// Takes a push back, as was asked for.
pub(in crate::tui::app) fn taken_back(undo: Box<Undo>, cx: &mut Cx) {
    let force = undo.conflict.is_some();
    cx.ask(cx.drafts.session, Query::Undo { undo, force });
}

/// How taking a push back went.
fn undone(undo: &Undo, tagged: &Tagged, stopped: Option<Stopped>, cx: &mut Cx) {
    let name = undo.entry.reference.familiar();
    match (tagged, stopped) {
        (Tagged::New, None) => {
            let text = format!("put back: {name} points at {}", undo.list.digest.short());
            cx.say(ToastKind::Done, &text);
        }
        (_, Some(Stopped::Failed { failure, .. })) => {
            cx.say(ToastKind::Error, &failure.to_string());
        }
        (_, Some(Stopped::Conflict(conflict))) => {
            cx.say(ToastKind::Error, &format!("not put back: {conflict}"));
        }
        _ => cx.say(ToastKind::Warning, &format!("{name} is not what it was; look at it")),
    }
    // What such a draft holds is not under the tag any more.
    let after = undo.entry.given();
    cx.drafts.open.iter_mut().filter(|it| it.pushed.as_ref() == after).for_each(|it| {
        it.pushed = None;
        it.touch(cx.now);
    });
    cx.ask(cx.drafts.session, Query::Journal);
    cx.look_again(&undo.entry.reference, &undo.list.digest);
}

/// Why a push cannot be taken back, in a sentence.
fn refusal(why: &NoUndo) -> String {
    match why {
        NoUndo::Unknown => "the journal has no such push any more".to_owned(),
        NoUndo::WasAbsent(entry) => format!(
            "{0} did not exist before the push; `platy tag rm {0}` deletes it",
            entry.reference.familiar()
        ),
        NoUndo::Already(entry) => {
            format!("{} holds already what it held before", entry.reference.familiar())
        }
        NoUndo::Failed(failure) => failure.to_string(),
    }
}
