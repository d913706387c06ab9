//! Tags and repositories.
//!
//! ```text
//! / filter
//! latest      5b1c09d2a7e4   index    = 1.4, 1.4.2
//! 1.4.2       5b1c09d2a7e4   index    = latest, 1.4
//! ```

use ratatui::layout::Rect;

use super::chrome::{throbber, typed};
use super::{Meaning, Pen};
use crate::oci::{MediaType, digest_tag};
use crate::text::{age, bar, bytes, cut, escape, pad, width};
use crate::tui::app::{
    List, Listed, Moved, NameRow, SizeOf, Sizes, Spot, State, TagHead, is_digest_tag,
};

/// The cells of a size, of its bar, and of when an image was made.
const SIZE: usize = 8;
const BAR: usize = 32;
const MADE: usize = 30;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, list: &List) {
    let areas = list.areas();
    let area =
        Rect { x: areas.body.x + 1, width: areas.body.width.saturating_sub(2), ..areas.body };
    filter(pen, list, Rect { height: 1, ..area });
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let rows = list.rows();
    if rows.is_empty() {
        return empty(pen, state, list, body);
    }
    let longest = rows.iter().map(|row| width(&shown(row.name))).max().unwrap_or(0);
    let name_width = longest.clamp(16, usize::from(body.width).saturating_sub(44).max(16));
    for (at, row) in rows.iter().enumerate() {
        let line = Rect { y: body.y + u16::try_from(at).unwrap_or(0), height: 1, ..body };
        draw_row(pen, state, list, row, line, name_width);
        pen.spot(line, Spot::Line(list.top + at));
        if list.cursor == list.top + at {
            let bar = Rect { x: areas.body.x, width: areas.body.width, ..line };
            pen.paint(bar, Meaning::Selection);
        }
    }
}

fn filter(pen: &mut Pen<'_>, list: &List, area: Rect) {
    if list.filter.is_shown() {
        let x = pen.write(area, area.x, area.y, "/ ", Meaning::Key);
        typed(pen, area, x, &list.filter.input, list.filter.typing);
    } else {
        let note = match (&list.listed, list.sizes()) {
            (_, Some(sizes)) => {
                let platform = escape(&sizes.platform.to_string()).into_owned();
                format!("layers of the image for {platform}, packed; the newest image first")
            }
            (Listed::Tags(_), None) => {
                "newest version first; = is before other tags of the same digest".to_owned()
            }
            (Listed::Repositories { .. }, None) => {
                "as the registry's catalog lists them".to_owned()
            }
        };
        let note = cut(&note, area.width.into());
        pen.write(area, area.x, area.y, &note, Meaning::Muted);
    }
}

fn empty(pen: &mut Pen<'_>, state: &State, list: &List, body: Rect) {
    if list.is_loading(&state.cx) {
        let x = pen.write(body, body.x, body.y + 1, throbber(state.cx.ticks), Meaning::Accent);
        pen.write(body, x + 1, body.y + 1, "asking the registry", Meaning::Muted);
        return;
    }
    if let Some(failure) = &list.failure {
        let (first, meaning) = match failure.heading() {
            Some(title) => {
                pen.write(body, body.x, body.y + 1, title, Meaning::Danger);
                (3, Meaning::Text)
            }
            None => (1, Meaning::Danger),
        };
        let cells = usize::from(body.width);
        for (at, line) in crate::text::wrap(&escape(&failure.to_string()), cells)
            .iter()
            .take(usize::from(body.height.saturating_sub(first)))
            .enumerate()
        {
            let y = body.y + first + u16::try_from(at).unwrap_or(0);
            pen.write(body, body.x, y, line, meaning);
        }
        return;
    }
    let words = if list.filter.value().is_empty() { "nothing here" } else { "nothing matches" };
    pen.write(body, body.x, body.y + 1, words, Meaning::Muted);
}

fn draw_row(
    pen: &mut Pen<'_>,
    state: &State,
    list: &List,
    row: &NameRow<'_>,
    line: Rect,
    name_width: usize,
) {
    let marked = list.marked.as_deref() == Some(row.name);
    let name = pad(&shown(row.name), name_width);
    let meaning = if marked { Meaning::Match } else { Meaning::Text };
    let mut x = pen.write(line, line.x, line.y, &name, meaning) + 2;
    if marked {
        // As before a node in the tree, and in the margin, so that nothing moves.
        let margin = Rect { x: line.x.saturating_sub(1), width: line.width + 1, ..line };
        pen.write(margin, margin.x, line.y, "m", Meaning::Match);
    }
    if row.picked {
        let margin = Rect { x: line.x.saturating_sub(1), width: line.width + 1, ..line };
        pen.write(margin, margin.x, line.y, "×", Meaning::Accent);
    }
    if let Some(sizes) = list.sizes() {
        let place = Rect { x, width: line.right().saturating_sub(x), ..line };
        return draw_size(pen, state, sizes, row.name, place);
    }
    match row.head {
        None => {}
        Some(TagHead::Loading) => {
            pen.write(line, x, line.y, throbber(state.cx.ticks), Meaning::Accent);
        }
        Some(TagHead::Failed(failure)) => {
            pen.write(line, x, line.y, &escape(&failure.brief()), Meaning::Danger);
        }
        Some(TagHead::Known(head)) => {
            x = pen.write(line, x, line.y, head.digest.short(), Meaning::Muted) + 2;
            let kind = match digest_tag(row.name) {
                Some((what, _)) => what.as_str(),
                None => kind(&head.media_type),
            };
            x = pen.write(line, x, line.y, &pad(kind, 9), Meaning::Text) + 2;
            x = match row.moved {
                None => x,
                Some(Moved::New) => pen.write(line, x, line.y, "new", Meaning::Added) + 2,
                Some(Moved::Was(digest)) => {
                    let words = format!("was {}", digest.short());
                    pen.write(line, x, line.y, &words, Meaning::Changed) + 2
                }
            };
            if !row.same.is_empty() {
                let room = usize::from(line.right().saturating_sub(x));
                let same: Vec<String> = row.same.iter().map(|name| shown(name)).collect();
                let same = format!("= {}", same.join(", "));
                pen.write(line, x, line.y, &cut(&same, room), Meaning::Accent);
            }
        }
    }
}

/// The size of a tag's image, a bar of it, and when the image was made. The bar gives way first,
/// since it says the size once more.
fn draw_size(pen: &mut Pen<'_>, state: &State, sizes: &Sizes, tag: &str, line: Rect) {
    match sizes.of(tag) {
        None | Some(SizeOf::Waiting) => {}
        Some(SizeOf::Asked(_)) => {
            pen.write(line, line.x, line.y, throbber(state.cx.ticks), Meaning::Accent);
        }
        Some(SizeOf::Failed(failure)) => {
            let text = cut(&escape(&failure.brief()), line.width.into());
            pen.write(line, line.x, line.y, &text, Meaning::Danger);
        }
        Some(SizeOf::Known(it)) => {
            let size = format!("{:>SIZE$}  ", bytes(it.size));
            let mut x = pen.write(line, line.x, line.y, &size, Meaning::Text);
            let cells = usize::from(line.right().saturating_sub(x)).saturating_sub(MADE).min(BAR);
            let bar = pad(&bar(it.size, sizes.largest(), cells), cells);
            x = pen.write(line, x, line.y, &bar, Meaning::Muted) + 2;
            let made = it.made.as_deref().and_then(|made| age(made, state.cx.now));
            let mut words = made.unwrap_or_else(|| "no date".to_owned());
            // A list without the platform is measured by another one.
            let other = it.platform.as_ref().filter(|_| !it.is_for(&sizes.platform));
            if let Some(other) = other {
                words += &format!("  {}", escape(&other.short()));
            }
            let text = cut(&words, usize::from(line.right().saturating_sub(x)));
            pen.write(line, x, line.y, &text, Meaning::Muted);
        }
    }
}

/// A name as it is shown. A tag that is made of a digest (cosign's, the referrers' fallback) keeps
/// what tells it from its siblings: the beginning of the digest, and what is behind it.
fn shown(name: &str) -> String {
    match name.split_at_checked("sha256-".len() + 64) {
        Some((digest, suffix)) if is_digest_tag(name) => {
            let head = digest.get(.."sha256-".len() + 12).unwrap_or(digest);
            format!("{head}…{}", escape(suffix))
        }
        _ => escape(name).into_owned(),
    }
}

fn kind(media_type: &MediaType) -> &'static str {
    if media_type.is_index() {
        "index"
    } else if media_type.is_schema1() {
        "schema 1"
    } else if media_type.is_image_manifest() {
        "manifest"
    } else {
        "other"
    }
}
