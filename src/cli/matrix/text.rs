//! The matrix as text.

use super::COLUMNS;
use super::cell::{Cell, Row};
use super::table::{Line, Word, table};
use crate::cli::output::columns;
use crate::model::diagnose::End;
use crate::model::diagnose::Served;
use crate::model::select::{Host, Outcome};
use crate::oci::{Location, Platform};
use crate::text::{escape, plural};

/// The cells in a line where the output goes into a pipe.
const IN_A_PIPE: usize = 120;

/// The whole text.
pub(super) fn document(location: &Location, rows: &[Row], unread: usize) -> String {
    let differing = match rows.iter().filter(|row| row.differs).count() {
        0 => "the engines agree on every machine".to_owned(),
        1 => "≠ the engines differ on 1 machine".to_owned(),
        count => format!("≠ the engines differ on {count} machines"),
    };
    let mut out = format!(
        "{}   {} × {}   {differing}\n\n",
        escape(&location.to_string()),
        plural(rows.len(), "machine"),
        plural(COLUMNS.len(), "engine"),
    );
    let lines: Vec<Line> = rows.iter().map(line).collect();
    let head: Vec<&str> = COLUMNS.iter().map(|(_, title)| *title).collect();
    out.push_str(&table(&head, &lines, columns(IN_A_PIPE)));
    out.push('\n');
    if unread > 0 {
        let entries = match unread {
            1 => "1 entry was".to_owned(),
            count => format!("{count} entries were"),
        };
        out.push_str(&format!(
            "? {entries} not read: what is behind them is known by the list alone\n"
        ));
    }
    for legend in legends(rows) {
        out.push_str(&format!("{legend}\n"));
    }
    out
}

fn line(row: &Row) -> Line {
    Line {
        name: Word::new(row.profile.id, &row.host.platform().short()),
        cells: row
            .cells
            .iter()
            .map(|cell| match cell {
                Some(cell) => word(cell, &row.host),
                None => Word::new("", ""),
            })
            .collect(),
        mark: if row.differs { "≠" } else { "" },
    }
}

fn word(cell: &Cell, host: &Host) -> Word {
    let Some(pick) = &cell.pick else {
        let unknown = matches!(cell.fit, Served::Unknown(_));
        return Word::new(if unknown { "?" } else { "–" }, "");
    };
    let mut name = short(pick, host);
    match (&cell.outcome, &cell.fit) {
        (Outcome::Fails(_), _) => name.push('✗'),
        (_, Served::Wrong(_) | Served::Nothing(_)) => name.push('!'),
        (_, Served::Depending(_)) => name.push('?'),
        _ => {}
    }
    Word::new(&name, pick.digest.short())
}

/// What tells the platform from others on this machine: its system only if that is another
/// one, and of Windows the build.
fn short(pick: &End, host: &Host) -> String {
    if pick.is_index {
        return "index".to_owned();
    }
    let Some(platform) = &pick.platform else { return "unnamed".to_owned() };
    // On a Mac engines run Linux images.
    let same_os = platform.os == host.os() || (host.os() == "darwin" && platform.os == "linux");
    let build = platform.os_version.split('.').nth(2).filter(|_| platform.os == "windows");
    let text = match build {
        Some(build) if same_os && platform.architecture == host.architecture() => build.to_owned(),
        Some(build) if same_os => format!("{} {build}", platform.architecture),
        Some(build) => format!("{}/{} {build}", platform.os, platform.architecture),
        None if same_os => {
            let alone = Platform { os: String::new(), ..platform.clone() }.short();
            alone.strip_prefix("?/").unwrap_or(&alone).to_owned()
        }
        None => platform.short(),
    };
    escape(&text).into_owned()
}

fn legends(rows: &[Row]) -> Vec<&'static str> {
    let cells = || rows.iter().flat_map(|row| row.cells.iter().flatten());
    let mut legends = Vec::new();
    if cells().any(|cell| cell.pick.is_none() && !matches!(cell.fit, Served::Unknown(_))) {
        legends.push("– nothing is taken");
    }
    let fails = |cell: &Cell| matches!(cell.outcome, Outcome::Fails(_));
    if cells().any(fails) {
        legends
            .push("✗ it is picked, and then the engine fails on it (`platy why` says with what)");
    }
    if cells().any(|cell| matches!(cell.fit, Served::Depending(_))) {
        legends.push("? behind a platform: a layer is at another address, which may not answer");
    }
    if cells().any(|cell| {
        matches!(cell.fit, Served::Wrong(_) | Served::Nothing(_))
            && cell.pick.is_some()
            && !fails(cell)
    }) {
        legends.push("! it is taken, or tried to be, and is not for that machine or not all there");
    }
    if cells().any(|cell| matches!(cell.fit, Served::Unknown(_))) {
        legends.push("? not known: a document could not be read (`platy why` says which)");
    }
    legends.push("* crane asks for linux/amd64 on every machine unless told otherwise");
    legends.push("`platy why --host MACHINE --engine NAME REFERENCE` shows the evidence");
    legends
}
