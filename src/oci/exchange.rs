//! One request and its answer, as far as it is told where the time went.

use std::time::Duration;

use super::Class;
use crate::text::{cut_middle, plural, width};

/// One request and its answer. Nothing of it is a secret: headers, queries, users and passwords of
/// addresses are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// When it was sent, since the start.
    pub at: Duration,
    /// How long it waited for its turn before: so many requests were under way on that host.
    pub waited: Duration,
    /// The method.
    pub method: String,
    /// Scheme, host and port.
    pub origin: String,
    /// The path, without the query.
    pub path: String,
    /// The answer's status; `None` if none came.
    pub status: Option<u16>,
    /// What went wrong, if no answer came; `None` too if nobody waited for it any more.
    pub failed: Option<Class>,
    /// `HTTP/1.1` or `HTTP/2`; `None` if no answer came.
    pub protocol: Option<&'static str>,
    /// What a connection took that was made for this request; `None` if one was there, or another
    /// request made it.
    pub connected: Option<Connected>,
    /// From sending it to the head of its answer, connecting included.
    pub first_byte: Option<Duration>,
    /// From sending it to the end of what was read of its answer.
    pub total: Duration,
    /// The bytes of the body that were read.
    pub bytes: u64,
}

/// How many cells a table with the addresses in its last column needs.
const WIDE: usize = 148;
/// Where what it took begins, if there is no room for a table.
const INDENT: usize = 18;

/// What it took to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connected {
    /// Asking for the host's addresses; `None` for an address, or through a proxy that asks itself.
    pub dns: Option<Duration>,
    /// The handshake of TCP, and what a proxy on the way takes.
    pub tcp: Duration,
    /// The handshake of TLS; `None` without TLS, or if it could not be told from that of TCP.
    pub tls: Option<Duration>,
}

impl Exchange {
    /// What is over the columns of [`Exchange::row`].
    pub const HEAD: &'static str = "      at    wait     dns     tcp     tls   first   total       bytes  \
                                    protocol  connection  request (times in ms)";

    /// It as a line of a table; not escaped.
    #[must_use]
    pub fn row(&self) -> String {
        let connection = match (self.protocol, self.connected) {
            (_, Some(_)) => "new",
            (Some(_), None) => "used",
            (None, None) => "–",
        };
        let came = self.came();
        format!(
            "{:>8} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>11}  {:<8}  {:<10}  {came} {} {}{}",
            millis(Some(self.at)),
            millis(Some(self.waited)),
            millis(self.connected.and_then(|it| it.dns)),
            millis(self.connected.map(|it| it.tcp)),
            millis(self.connected.and_then(|it| it.tls)),
            millis(self.first_byte),
            millis(Some(self.total)),
            self.bytes,
            self.protocol.unwrap_or("–"),
            connection,
            self.method,
            self.origin,
            self.path,
        )
    }

    /// It as lines for so many cells, under what [`Exchange::head`] gives for them; not escaped. If
    /// the table is too wide, what was asked and how long it took goes first.
    #[must_use]
    pub fn lines(&self, cells: usize) -> Vec<String> {
        if cells >= WIDE {
            return vec![self.row()];
        }
        let at = millis(Some(self.at));
        let total = millis(Some(self.total));
        let asked = format!("{at:>8} {total:>7}  {} {} ", self.came(), self.method);
        let path = cut_middle(&self.path, cells.saturating_sub(width(&asked)));
        let mut parts = vec![self.origin.clone()];
        let mut part = |what: &str, time: Option<Duration>| {
            parts.extend(time.map(|time| format!("{what} {}", millis(Some(time)))));
        };
        part("wait", Some(self.waited).filter(|it| *it > Duration::from_micros(50)));
        part("dns", self.connected.and_then(|it| it.dns));
        part("tcp", self.connected.map(|it| it.tcp));
        part("tls", self.connected.and_then(|it| it.tls));
        part("first", self.first_byte);
        parts.push(format!("{} B", self.bytes));
        parts.extend(self.protocol.map(str::to_owned));
        let mut lines = vec![format!("{asked}{path}")];
        let mut line = format!("{:INDENT$}", "");
        for part in parts {
            let between = if width(&line) > INDENT { " · " } else { "" };
            if !between.is_empty() && width(&line) + width(between) + width(&part) > cells {
                lines.push(std::mem::replace(&mut line, format!("{:INDENT$}{part}", "")));
            } else {
                line.push_str(between);
                line.push_str(&part);
            }
        }
        lines.push(line);
        lines
    }

    /// What is over the lines that [`Exchange::lines`] gives for so many cells.
    #[must_use]
    pub const fn head(cells: usize) -> &'static str {
        if cells >= WIDE { Self::HEAD } else { "      at   total  request (times in ms)" }
    }

    fn came(&self) -> String {
        match (self.status, self.failed) {
            (Some(status), _) => status.to_string(),
            (None, Some(class)) => class.as_str().to_owned(),
            (None, None) => "left".to_owned(),
        }
    }

    /// What all of them come to, in a line.
    #[must_use]
    pub fn sum(exchanges: &[Self], left_out: usize) -> String {
        let connections = exchanges.iter().filter(|it| it.connected.is_some()).count();
        let bytes: u64 = exchanges.iter().fold(0, |sum, it| sum.saturating_add(it.bytes));
        let mut line = format!(
            "{} over {}, {}",
            plural(exchanges.len() + left_out, "request"),
            plural(connections, "connection"),
            crate::text::bytes(bytes)
        );
        if left_out > 0 {
            line.push_str(&format!("; {left_out} of them are not listed"));
        }
        line
    }
}

fn millis(time: Option<Duration>) -> String {
    time.map_or_else(|| "–".to_owned(), |time| format!("{:.1}", time.as_secs_f64() * 1000.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_under_their_heads() {
        let ms = Duration::from_millis;
        let answered = Exchange {
            at: ms(3),
            waited: ms(0),
            method: "GET".to_owned(),
            origin: "https://a.example".to_owned(),
            path: "/v2/x/manifests/1".to_owned(),
            status: Some(200),
            failed: None,
            protocol: Some("HTTP/2"),
            connected: Some(Connected { dns: Some(ms(5)), tcp: ms(15), tls: Some(ms(25)) }),
            first_byte: Some(ms(90)),
            total: ms(91),
            bytes: 1234,
        };
        let refused = Exchange {
            status: None,
            failed: Some(Class::TimedOut),
            protocol: None,
            connected: None,
            first_byte: None,
            bytes: 0,
            ..answered.clone()
        };
        let rows = [Exchange::HEAD.to_owned(), answered.row(), refused.row()];
        let ends = |row: &String, column: &str| {
            let end = Exchange::HEAD.find(column).unwrap() + column.len();
            row.chars().take(end).collect::<String>().trim_end().to_owned()
        };
        for (column, values) in [
            ("at", ["3.0", "3.0"]),
            ("dns", ["5.0", "–"]),
            ("tcp", ["15.0", "–"]),
            ("tls", ["25.0", "–"]),
            ("first", ["90.0", "–"]),
            ("total", ["91.0", "91.0"]),
            ("bytes", ["1234", "0"]),
        ] {
            for (row, value) in rows[1..].iter().zip(values) {
                assert!(ends(row, column).ends_with(&format!(" {value}")), "{column}: {row}");
            }
        }
        assert!(rows[1].ends_with("new         200 GET https://a.example/v2/x/manifests/1"));
        assert!(rows[2].contains("timed_out GET"), "{}", rows[2]);
        assert_eq!(
            answered.lines(78),
            [
                "     3.0    91.0  200 GET /v2/x/manifests/1",
                "                  https://a.example · dns 5.0 · tcp 15.0 · tls 25.0",
                "                  first 90.0 · 1234 B · HTTP/2",
            ]
        );
        // Nothing is wider than there is room.
        for cells in 40..WIDE {
            let long =
                Exchange { path: "/v2/team/app/blobs/sha256:0123".repeat(9), ..answered.clone() };
            let lines = long.lines(cells);
            assert!(lines.iter().all(|line| width(line) <= cells), "{cells}: {lines:#?}");
            assert!(lines.concat().contains("HTTP/2"));
        }
        assert_eq!(answered.lines(150), [answered.row()]);
        assert_eq!(
            Exchange::sum(&[answered, refused], 3),
            "5 requests over 1 connection, 1.2 kB; 3 of them are not listed"
        );
    }
}
