//! The why view.

use ratatui::layout::Rect;

use super::{Meaning, Pen};
use crate::model::select::{Step, Verdict};
use crate::text::{cut, pad, width};
use crate::tui::app::detail::Line;
use crate::tui::app::{Spot, State, StepWords, Why};

const GAP: u16 = 3;
/// `◆ outranked`
const VERDICT: u16 = 11;
/// From this many columns on the short digest is beside the entry.
const WITH_DIGEST: u16 = 100;
const DIGEST: usize = 12;

pub(super) fn draw(pen: &mut Pen<'_>, state: &State, why: &Why) {
    let Some(open) = state.cx.opened.get(why.id) else { return };
    let regions = why.regions();
    lines(pen, regions.head, why.head());
    if regions.titles.height > 0 {
        let columns = TraceColumns::of(why, regions.titles);
        columns.titles(pen, regions.titles);
        let trace = open.picks().selection().map_or(&[][..], |it| it.trace.as_slice());
        let height = usize::from(regions.rows.height);
        for (at, step) in trace.iter().enumerate().skip(why.top).take(height) {
            let y = regions.rows.y + u16::try_from(at - why.top).unwrap_or(0);
            let line = Rect { y, height: 1, ..regions.rows };
            columns.row(pen, line, step);
            let bar = Rect { x: line.x.saturating_sub(2), width: line.width + 4, ..line };
            pen.spot(bar, Spot::Line(at));
            if why.cursor == at && !why.has_findings_keys() {
                pen.paint(bar, Meaning::Selection);
            }
        }
        if trace.len() > height {
            let last = (why.top + height).min(trace.len());
            let position = format!("{last}/{}", trace.len());
            pen.write_right(regions.titles, regions.titles.y, &position, Meaning::Muted);
        }
    }
    lines(pen, regions.sentence, why.sentence());
    findings(pen, why);
}

fn findings(pen: &mut Pen<'_>, why: &Why) {
    let (area, title) = (why.regions().findings, why.regions().findings_title);
    let all = why.findings.lines();
    let height = usize::from(area.height);
    if title.height > 0 {
        let heading = if why.has_findings_keys() { Meaning::Strong } else { Meaning::Muted };
        let mut x = pen.write(title, title.x, title.y, "findings", heading) + GAP;
        for span in why.findings.title().spans {
            x = pen.write(title, x, title.y, &span.text, span.tone.into());
        }
        if height > 0 && all.len() > height {
            let last = (why.findings.top + height).min(all.len());
            let position = format!("{last}/{}", all.len());
            pen.write_right(title, title.y, &position, Meaning::Muted);
        }
        let bar = Rect { x: title.x.saturating_sub(2), width: title.width + 4, ..title };
        pen.spot(bar, Spot::Finding(why.findings.cursor));
    }
    let shown = all.iter().enumerate().skip(why.findings.top);
    for (y, (at, (_, line))) in (area.top()..area.bottom()).zip(shown) {
        let row = Rect { y, height: 1, ..area };
        lines(pen, row, std::slice::from_ref(line));
        let bar = Rect { x: row.x.saturating_sub(2), width: row.width + 2, ..row };
        pen.spot(bar, Spot::Finding(at));
        if why.has_findings_keys() && why.findings.cursor == at {
            pen.paint(bar, Meaning::Selection);
        }
    }
}

fn lines(pen: &mut Pen<'_>, area: Rect, lines: &[Line]) {
    for (y, line) in (area.top()..area.bottom()).zip(lines) {
        let mut x = area.x;
        for span in &line.spans {
            x = pen.write(area, x, y, &span.text, span.tone.into());
        }
    }
}

/// Where the columns of the trace begin.
struct TraceColumns {
    entry: u16,
    entry_cells: usize,
    digest: Option<u16>,
    verdict: u16,
    because: u16,
}

impl TraceColumns {
    fn of(why: &Why, area: Rect) -> Self {
        let (number, entry) = why.columns();
        let number = u16::try_from(number).unwrap_or(4).min(12);
        // Platforms of Windows with a version are long, and whole where there is room at all.
        let entry_cells = entry.clamp(12, (usize::from(area.width) / 3).max(12));
        let entry = area.x + number + GAP;
        let mut next = entry + u16::try_from(entry_cells).unwrap_or(0) + GAP - 1;
        let digest = (area.width >= WITH_DIGEST).then_some(next);
        if digest.is_some() {
            next += DIGEST as u16 + GAP - 1;
        }
        Self { entry, entry_cells, digest, verdict: next, because: next + VERDICT + GAP - 1 }
    }

    fn titles(&self, pen: &mut Pen<'_>, area: Rect) {
        let mut titles = vec![(area.x, "#"), (self.entry, "entry"), (self.because, "because")];
        titles.push((self.verdict + 2, "verdict"));
        titles.extend(self.digest.map(|x| (x, "digest")));
        for (x, title) in titles {
            pen.write(area, x, area.y, title, Meaning::Muted);
        }
    }

    fn row(&self, pen: &mut Pen<'_>, line: Rect, step: &Step) {
        let words = StepWords::of(step);
        let (sign, meaning) = match step.verdict {
            Verdict::Picked => ("◆", Meaning::Strong),
            Verdict::Outranked => (" ", Meaning::Text),
            Verdict::Rejected | Verdict::Skipped => (" ", Meaning::Muted),
        };
        pen.write(line, line.x, line.y, &words.number, Meaning::Muted);
        let entry = pad(&cut(&words.entry, self.entry_cells), self.entry_cells);
        pen.write(line, self.entry, line.y, &entry, meaning);
        if let (Some(x), Some(digest)) = (self.digest, &step.digest) {
            pen.write(line, x, line.y, digest.short(), Meaning::Muted);
        }
        pen.write(line, self.verdict, line.y, sign, Meaning::Accent);
        pen.write(line, self.verdict + 2, line.y, words.verdict, meaning);
        let room = usize::from(line.right().saturating_sub(self.because));
        debug_assert!(width(words.verdict) + 2 <= usize::from(VERDICT));
        pen.write(line, self.because, line.y, &cut(&words.because, room), meaning);
    }
}
