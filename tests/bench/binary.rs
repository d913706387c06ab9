//! The real program in a pseudo-terminal: its first picture, and how much memory it took.

use std::time::{Duration, Instant};

use platy::sandbox::Auth;
use tempfile::TempDir;

use crate::server::{DELAY, Server};
use crate::support::command::PLATY;
use crate::support::terminal::Terminal;
use crate::table::{Judged, Row, Values};

const COLUMNS: u16 = 120;
const ROWS: u16 = 40;
const STARTS: usize = 40;
/// The last word of the bottom line: what is drawn last.
const LAST_WORD: &str = "quit";

pub fn rows() -> Vec<Row> {
    let server = Server::start(Auth::Open);
    let ten = server.reference("demo/ten-platforms:latest");
    vec![
        first_frame("first frame, a reference", &[&ten], "demo/ten-platforms:latest"),
        first_frame("first frame, no reference", &[], "open an image"),
        first_frame("first frame, demo", &["demo"], "demo/ten-platforms"),
        tree_again(&server),
        memory(&server),
    ]
}

/// From the start of the process to its first whole picture.
fn first_frame(what: &str, arguments: &[&str], title: &str) -> Row {
    let mut values = Values::default();
    for _ in 0..STARTS {
        let home = TempDir::new().unwrap();
        let began = Instant::now();
        let mut terminal = Terminal::start(PLATY, arguments, home.path(), COLUMNS, ROWS);
        terminal.wait("the first frame", |screen| {
            let contents = screen.contents();
            contents.contains(title) && contents.contains(LAST_WORD)
        });
        values.push_time(began.elapsed());
        terminal.types("\u{3}");
        terminal.end();
    }
    Row {
        what: what.to_owned(),
        unit: "ms",
        values,
        bound: Some((Judged::Median, 30.0)),
        notes: format!("{STARTS} starts"),
    }
}

/// From the start of the process to the tree of a tag that was opened before. The registry answers
/// later than any bound, so that it is what is known.
fn tree_again(server: &Server) -> Row {
    let home = TempDir::new().unwrap();
    let reference = server.reference("demo/ten-platforms:latest");
    let start = || Terminal::start(PLATY, &[&reference], home.path(), COLUMNS, ROWS);
    let mut first = start();
    first.see("21 of 21 loaded");
    first.types("q");
    first.end();
    server.sandbox.faults().set_delay(Duration::from_secs(1));
    let mut values = Values::default();
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut terminal = start();
        terminal.wait("the tree", |screen| {
            let contents = screen.contents();
            contents.contains("linux/arm64") && contents.contains("checking")
        });
        values.push_time(began.elapsed());
        terminal.types("\u{3}");
        terminal.end();
    }
    server.sandbox.faults().set_delay(DELAY);
    Row {
        what: "first tree, the same tag again".to_owned(),
        unit: "ms",
        values,
        bound: Some((Judged::Median, 30.0)),
        notes: format!("{STARTS} starts"),
    }
}

/// The most memory that the program ever had, after it opened 500 entries to the last config.
fn memory(server: &Server) -> Row {
    let home = TempDir::new().unwrap();
    let requests = server.sandbox.requests();
    requests.clear();
    let reference = server.reference("demo/five-hundred:latest");
    let mut terminal = Terminal::start(PLATY, &[&reference], home.path(), COLUMNS, ROWS);
    server.runtime.block_on(
        requests.wait_for(|requests| requests.count() > 1000 && requests.in_flight() == 0),
    );
    terminal.see("501 of 501 loaded");
    let mut values = Values::default();
    values.push(peak_of(terminal.process_id()).unwrap_or(f64::NAN));
    terminal.types("q");
    terminal.end();
    Row {
        what: "peak memory, 500 entries".to_owned(),
        unit: "MB",
        values,
        bound: Some((Judged::Max, 60.0)),
        notes: format!("requests {}", requests.count()),
    }
}

/// The most memory that a process ever had, in MB; `None` on systems without /proc.
pub fn peak_of(process: u32) -> Option<f64> {
    memory_of(process, "VmHWM:")
}

/// What /proc says of a process's memory, in MB.
pub fn memory_of(process: u32, field: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}
