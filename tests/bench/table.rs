//! What was measured, beside its bound.

use std::fmt;
use std::time::Duration;

/// Measured values, in one unit.
#[derive(Debug, Clone, Default)]
pub struct Values(Vec<f64>);

impl Values {
    pub fn push(&mut self, value: f64) {
        self.0.push(value);
    }

    pub fn push_time(&mut self, time: Duration) {
        self.push(time.as_secs_f64() * 1000.0);
    }

    pub fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    pub fn median(&self) -> f64 {
        self.at(0.5)
    }

    pub fn p99(&self) -> f64 {
        self.at(0.99)
    }

    pub fn max(&self) -> f64 {
        self.at(1.0)
    }

    /// The value that this part of all values does not exceed.
    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let at = (part * sorted.len() as f64).ceil() as usize;
        sorted.get(at.saturating_sub(1)).copied().unwrap_or(f64::NAN)
    }
}

/// Which figure the bound is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    Median,
    P99,
    Max,
}

/// One line of the table.
#[derive(Debug)]
pub struct Row {
    pub what: String,
    pub unit: &'static str,
    pub values: Values,
    pub bound: Option<(Judged, f64)>,
    pub notes: String,
}

impl Row {
    fn cells(&self) -> [String; 7] {
        let shown = |value: f64| {
            if value.is_nan() {
                "not measured".to_owned()
            } else if value < 10.0 {
                format!("{value:.2} {}", self.unit)
            } else {
                format!("{value:.1} {}", self.unit)
            }
        };
        // With few values the 99th percentile is the largest one.
        let many = self.values.0.len() >= 100;
        let (bound, ratio) = match self.bound {
            Some((judged, bound)) => {
                let (word, value) = match judged {
                    Judged::Median => ("median", self.values.median()),
                    Judged::P99 => ("p99", self.values.p99()),
                    Judged::Max => ("max", self.values.max()),
                };
                (format!("{word} {:.0} {}", bound.floor(), self.unit), value / bound)
            }
            None => (String::new(), f64::NAN),
        };
        [
            self.what.clone(),
            shown(self.values.median()),
            if many { shown(self.values.p99()) } else { String::new() },
            if self.values.0.len() > 1 { shown(self.values.max()) } else { String::new() },
            bound,
            if ratio.is_nan() { String::new() } else { format!("{ratio:.2}") },
            self.notes.clone(),
        ]
    }
}

/// All lines, by parts.
#[derive(Debug, Default)]
pub struct Table(Vec<(String, Vec<Row>)>);

impl Table {
    pub fn part(&mut self, title: &str, rows: Vec<Row>) {
        self.0.push((title.to_owned(), rows));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["", "median", "p99", "max", "bound", "ratio", ""].map(str::to_owned);
        let lines: Vec<[String; 7]> = std::iter::once(head)
            .chain(self.0.iter().flat_map(|(_, rows)| rows.iter().map(Row::cells)))
            .collect();
        let mut widths = [0; 7];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let mut lines = lines.iter();
        let mut write = |f: &mut fmt::Formatter<'_>| -> fmt::Result {
            let Some(cells) = lines.next() else { return Ok(()) };
            let mut text = String::new();
            for (at, (cell, width)) in cells.iter().zip(widths).enumerate() {
                if at == 0 || at == 6 {
                    text.push_str(&format!("{cell:<width$}  "));
                } else {
                    text.push_str(&format!("{cell:>width$}  "));
                }
            }
            writeln!(f, "  {}", text.trim_end())
        };
        write(f)?;
        for (title, rows) in &self.0 {
            writeln!(f, "{title}")?;
            for _ in rows {
                write(f)?;
            }
        }
        Ok(())
    }
}
