//! A listing as text: a line each, as `ls -l` has it, with the layer.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::row::Row;
use crate::model::files::{FileId, Files};
use crate::text::{escape, moment, pad, width};

/// Permissions, owner and group, bytes, when it was modified, the layer, the path.
pub(super) fn lines<'a>(files: &'a Files, rows: &'a [FileId]) -> impl Iterator<Item = String> + 'a {
    let zone = TimeZone::system();
    let mut widths = [0; 5];
    for row in rows.iter().filter_map(|id| Row::of(files, *id)) {
        for (cell, most) in cells(&row, &zone).iter().zip(&mut widths) {
            *most = width(cell).max(*most);
        }
    }
    let rows = rows.iter().filter_map(|id| Row::of(files, *id));
    rows.map(move |row| line(&row, &cells(&row, &zone), widths))
}

fn line(row: &Row, cells: &[String; 5], widths: [usize; 5]) -> String {
    let mut out = String::new();
    for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Numbers end in one column.
        match at {
            2 | 4 => out += &format!("{cell:>width$}  "),
            _ => out += &format!("{}  ", pad(cell, width)),
        }
    }
    out += &row.path.shown();
    if let Some(target) = row.target() {
        let sign = if row.word() == "hard link" { "=" } else { "->" };
        out += &format!(" {sign} {}", escape(&target));
    }
    out
}

fn cells(row: &Row, zone: &TimeZone) -> [String; 5] {
    let entry = row.entry.as_ref();
    let of = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let modified = entry.and_then(|it| Timestamp::from_second(it.mtime).ok());
    [
        entry.map_or_else(|| "d---------".to_owned(), |it| it.permissions()),
        of(entry.map(|it| format!("{}:{}", it.uid, it.gid))),
        of(row.content.as_ref().map(|_| row.size().to_string())),
        of(modified.and_then(|it| moment(&it.to_string(), zone))),
        of(row.layer.map(|at| (at + 1).to_string())),
    ]
}
