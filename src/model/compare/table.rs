//! Lines of a comparison in columns: both sides beside each other where they fit, else one under
//! the other.

use super::{Line, Sign};
use crate::text::{pad, width};

/// The most cells of a label that others are lined up behind.
const LABEL: usize = 32;
const INDENT: usize = 2;

/// The lines that are not folded away.
pub(super) fn table(lines: &[Line], cells: usize) -> Vec<String> {
    let mut shown = Vec::new();
    flatten(lines, 0, &mut shown);
    let label = |(line, depth): &(&Line, usize)| depth * INDENT + width(&line.label);
    let label = shown.iter().map(label).max().unwrap_or(0).min(LABEL);
    // What is longer than a third of the line is under it, so that the notes have room.
    let most = (cells.saturating_sub(label) / 3).max(24);
    let column = |side: fn(&Line) -> &String| {
        let widths = shown.iter().map(|(line, _)| width(side(line)));
        widths.filter(|cells| *cells <= most).max().unwrap_or(0)
    };
    let columns = Columns { label, a: column(|it| &it.a), b: column(|it| &it.b), cells };
    shown.into_iter().flat_map(|(line, depth)| columns.write(line, depth)).collect()
}

fn flatten<'a>(lines: &'a [Line], depth: usize, out: &mut Vec<(&'a Line, usize)>) {
    for line in lines {
        out.push((line, depth));
        if line.open {
            flatten(&line.children, depth + 1, out);
        }
    }
}

struct Columns {
    label: usize,
    a: usize,
    b: usize,
    cells: usize,
}

impl Columns {
    fn write(&self, line: &Line, depth: usize) -> Vec<String> {
        let indent = " ".repeat(depth * INDENT);
        let under = format!("{indent}    ");
        let head = format!("{indent}{} {}", line.sign.as_str(), line.label);
        let fits =
            width(&head) <= self.label + 2 && width(&line.a) <= self.a && width(&line.b) <= self.b;
        let mut out = Vec::new();
        if fits {
            let text = format!(
                "{}  {}  {}",
                pad(&head, self.label + 2),
                pad(&line.a, self.a),
                pad(&line.b, self.b)
            );
            if width(&text) + 2 + width(&line.note) <= self.cells || line.note.is_empty() {
                return vec![format!("{text}  {}", line.note).trim_end().to_owned()];
            }
            out.push(text.trim_end().to_owned());
            out.push(format!("{under}{}", line.note));
            return out;
        }
        out.push(format!("{head}  {}", line.note).trim_end().to_owned());
        for (sign, side) in [(Sign::Removed, &line.a), (Sign::Added, &line.b)] {
            if !side.is_empty() {
                out.push(format!("{under}{} {side}", sign.as_str()));
            }
        }
        out
    }
}
