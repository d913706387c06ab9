//! Where the parts of the why view are.

use ratatui::layout::Rect;

/// Cells left free on either side.
const MARGIN: u16 = 3;
/// Cells by which findings reach further to the right: so a digest and the sign behind it have a
/// line of their own on 80 columns.
const REACH: u16 = 2;
/// The least lines that the trace keeps, its titles and one free line over them included.
const LEAST_TRACE: u16 = 5;
/// The least lines of the trace beside which there is a sentence.
const LEAST_ROWS: u16 = 3;
/// The lines that the sentence under the trace takes, with a free line over it.
const SENTENCE: u16 = 4;

/// The least lines that the findings keep.
const LEAST_FINDINGS: u16 = 6;
/// The line over the findings, and the free one over that.
const FINDINGS_TITLE: u16 = 2;

/// A part of the why view that takes the keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhyPart {
    /// The trace.
    #[default]
    Trace,
    /// The findings.
    Findings,
}

/// The parts of the why view from top to bottom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Regions {
    /// The answer and what was looked for.
    pub head: Rect,
    /// The titles of the trace's columns; empty if there is no trace.
    pub titles: Rect,
    /// The lines of the trace.
    pub rows: Rect,
    /// The line under the cursor in full; empty if there is no room.
    pub sentence: Rect,
    /// How many findings there are, and what is still being asked.
    pub findings_title: Rect,
    /// The lines of the findings; empty if the trace has the room.
    pub findings: Rect,
}

impl Regions {
    /// The cells of a line in a body of this width.
    #[must_use]
    pub fn cells(body: Rect) -> usize {
        usize::from(body.width.saturating_sub(2 * MARGIN))
    }

    /// The cells of a line of the findings.
    #[must_use]
    pub fn finding_cells(body: Rect) -> usize {
        usize::from(body.width.saturating_sub(2 * MARGIN - REACH))
    }

    /// Shares the body out: the head gets what it needs. Trace and findings are one below the
    /// other if both have room; elsewhere the one with the keys has all of it, and of the
    /// findings one line says how many there are.
    #[must_use]
    pub fn of(body: Rect, head: usize, steps: usize, findings: usize, keys: WhyPart) -> Self {
        let area =
            Rect { x: body.x + MARGIN, width: body.width.saturating_sub(2 * MARGIN), ..body };
        let below = if steps == 0 { LEAST_FINDINGS } else { LEAST_TRACE + FINDINGS_TITLE };
        // A free line over the head.
        let y = area.y + 1.min(area.height);
        let room = area.bottom().saturating_sub(y);
        let height = lines(head).min(room.saturating_sub(below));
        let mut regions = Self { head: Rect { y, height, ..area }, ..Self::default() };
        let y = regions.head.bottom() + 1;
        let rest = Rect { y, height: area.bottom().saturating_sub(y), ..area };
        let whole_trace = lines(steps).saturating_add(1 + SENTENCE);
        let beside = rest.height.saturating_sub(lines(findings).saturating_add(FINDINGS_TITLE));
        let trace = whole_trace.min(beside.max(rest.height / 5 * 3));
        let both = trace >= whole_trace.min(1 + LEAST_ROWS + SENTENCE)
            && rest.height >= trace.saturating_add(FINDINGS_TITLE + LEAST_FINDINGS);
        if steps == 0 {
            regions.put_findings(rest);
        } else if both {
            regions.put_trace(Rect { height: trace, ..rest }, steps);
            let y = rest.y + trace + 1;
            regions.put_findings(Rect { y, height: area.bottom().saturating_sub(y), ..rest });
        } else if keys == WhyPart::Findings {
            regions.put_findings(rest);
        } else {
            let height = rest.height.saturating_sub(FINDINGS_TITLE);
            regions.put_trace(Rect { height, ..rest }, steps);
            if height > 0 {
                regions.findings_title = Rect { y: rest.bottom() - 1, height: 1, ..rest };
            }
        }
        regions
    }

    fn put_findings(&mut self, area: Rect) {
        self.findings_title = Rect { height: 1.min(area.height), ..area };
        let y = self.findings_title.bottom();
        let height = area.bottom().saturating_sub(y);
        self.findings = Rect { y, height, width: area.width + REACH, ..area };
    }

    fn put_trace(&mut self, area: Rect, steps: usize) {
        self.titles = Rect { height: 1.min(area.height), ..area };
        let y = self.titles.bottom();
        let room = area.bottom().saturating_sub(y);
        let sentence = if room >= SENTENCE + LEAST_ROWS { SENTENCE } else { 0 };
        self.rows = Rect { y, height: lines(steps).min(room - sentence.min(room)), ..area };
        if sentence > 0 {
            let y = self.rows.bottom() + 1;
            self.sentence = Rect { y, height: sentence - 1, ..area };
        }
    }
}

fn lines(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_stand_one_below_the_other_inside_the_body() {
        for height in 0..60 {
            for head in 0..20 {
                for steps in [0, 1, 7, 500] {
                    let body = Rect::new(0, 2, 80, height);
                    let keys = if height % 2 == 0 { WhyPart::Trace } else { WhyPart::Findings };
                    let it = Regions::of(body, head, steps, head * 3, keys);
                    let parts =
                        [it.head, it.titles, it.rows, it.sentence, it.findings_title, it.findings];
                    let mut free = body.y;
                    for part in parts.into_iter().filter(|part| part.height > 0) {
                        assert!(part.bottom() <= body.bottom(), "{it:?}");
                        assert!(part.y >= free, "{it:?}");
                        free = part.bottom();
                    }
                    if height >= 20 && keys == WhyPart::Findings && head <= 7 {
                        assert!(it.findings.height >= 6, "{it:?}");
                    }
                    assert!(it.titles.height == 0 || it.titles.y > it.head.bottom() - 1);
                    assert!(it.sentence.height == 0 || it.sentence.y > it.rows.bottom());
                }
            }
        }
    }
}
