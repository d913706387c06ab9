//! A table of words of two parts: side by side where there is room, one above the other where
//! there is less, and in bands of columns where even that is too wide.

use crate::text::{pad, width};

/// Spaces between columns.
const GAP: usize = 2;

/// A cell: what it is, and beside or below it its mark of identity.
#[derive(Debug, Clone)]
pub(super) struct Word {
    upper: String,
    lower: String,
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: Word,
    pub(super) cells: Vec<Word>,
    /// What is behind the row.
    pub(super) mark: &'static str,
}

impl Word {
    pub(super) fn new(upper: &str, lower: &str) -> Self {
        Self { upper: upper.to_owned(), lower: lower.to_owned() }
    }
}

/// The widths of one column: of the upper and of the lower parts.
#[derive(Debug, Clone, Copy)]
struct Widths {
    head: usize,
    upper: usize,
    lower: usize,
}

impl Widths {
    fn of<'w>(head: &str, words: impl Iterator<Item = &'w Word>) -> Self {
        let head = width(head);
        words.fold(Self { head, upper: 0, lower: 0 }, |widest, word| Self {
            head,
            upper: widest.upper.max(width(&word.upper)),
            lower: widest.lower.max(width(&word.lower)),
        })
    }

    fn cells(self, beside: bool) -> usize {
        let words = if beside { self.upper + 1 + self.lower } else { self.upper.max(self.lower) };
        words.max(self.head) + GAP
    }
}

/// The table in at most `cells` a line, as far as one column goes in.
pub(super) fn table(head: &[&str], lines: &[Line], cells: usize) -> String {
    let name = Widths::of("", lines.iter().map(|line| &line.name));
    let columns: Vec<Widths> = head
        .iter()
        .enumerate()
        .map(|(at, head)| Widths::of(head, lines.iter().filter_map(|line| line.cells.get(at))))
        .collect();
    let total = |beside: bool| {
        name.cells(beside) + columns.iter().map(|it| it.cells(beside)).sum::<usize>() + 1
    };
    let beside = total(true) <= cells;
    let mut out = String::new();
    let mut first = 0;
    while first < columns.len() {
        let mut room = cells.saturating_sub(name.cells(beside) + 1);
        let fitting = columns.iter().skip(first).take_while(|column| {
            let wide = column.cells(beside);
            let fits = wide <= room;
            room = room.saturating_sub(wide);
            fits
        });
        let count = fitting.count().max(1);
        let band = Band { name, beside, first, count, columns: &columns };
        if first > 0 {
            out.push('\n');
        }
        band.write(head, lines, &mut out);
        first += count;
    }
    out
}

/// Columns that go side by side.
struct Band<'a> {
    name: Widths,
    beside: bool,
    first: usize,
    count: usize,
    columns: &'a [Widths],
}

impl Band<'_> {
    fn write(&self, head: &[&str], lines: &[Line], out: &mut String) {
        let titles: Vec<String> = head.iter().map(|title| (*title).to_owned()).collect();
        self.line("", &titles, "", out);
        for line in lines {
            let part = |pick: fn(&Word) -> &String| -> Vec<String> {
                line.cells.iter().map(|word| pick(word).clone()).collect()
            };
            if self.beside {
                let both: Vec<String> = line
                    .cells
                    .iter()
                    .zip(self.columns)
                    .map(|(word, column)| {
                        format!("{} {}", pad(&word.upper, column.upper), word.lower)
                    })
                    .collect();
                let name =
                    format!("{} {}", pad(&line.name.upper, self.name.upper), line.name.lower);
                self.line(&name, &both, line.mark, out);
            } else {
                self.line(&line.name.upper, &part(|word| &word.upper), line.mark, out);
                self.line(&line.name.lower, &part(|word| &word.lower), "", out);
            }
        }
    }

    fn line(&self, name: &str, cells: &[String], mark: &str, out: &mut String) {
        let mut line = pad(name, self.name.cells(self.beside));
        for (cell, column) in cells.iter().zip(self.columns).skip(self.first).take(self.count) {
            line.push_str(&pad(cell, column.cells(self.beside)));
        }
        line.push_str(mark);
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let cells = vec![Word::new("amd64", "33735bd63cf8"), Word::new("–", "")];
        vec![Line { name: Word::new("pi-4", "linux/arm64"), cells, mark: "≠" }]
    }

    #[test]
    fn it_takes_the_room_that_there_is() {
        let head = ["docker", "crane"];
        assert_eq!(
            table(&head, &lines(), 80),
            "                  docker              crane\n\
             pi-4 linux/arm64  amd64 33735bd63cf8  –      ≠\n"
        );
        assert_eq!(
            table(&head, &lines(), 40),
            "             docker        crane\n\
             pi-4         amd64         –      ≠\n\
             linux/arm64  33735bd63cf8\n"
        );
        assert_eq!(
            table(&head, &lines(), 30),
            "             docker\n\
             pi-4         amd64         ≠\n\
             linux/arm64  33735bd63cf8\n\
             \n\
             \x20            crane\n\
             pi-4         –      ≠\n\
             linux/arm64\n"
        );
    }
}
