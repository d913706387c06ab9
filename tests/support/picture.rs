//! A terminal's screen as an SVG, and the text of such an SVG again.
//!
//! Every run of text says how long it is, so that columns stay columns whatever font a reader
//! has. Rules are drawn, not written: glyphs of neighbouring cells rarely touch.

use std::fmt::Write as _;

use vt100::{Cell, Color, Screen};

/// A cell in pixels; the font is as wide as most monospace fonts are at this size.
const CELL_WIDTH: f64 = 8.4;
const CELL_HEIGHT: f64 = 19.0;
const FONT_SIZE: u32 = 14;
/// From the line's top to the base of its letters.
const BASELINE: f64 = 14.0;
/// Around the cells.
const MARGIN: f64 = 12.0;
/// The window's bar.
const BAR: f64 = 30.0;

const FONTS: &str = "ui-monospace,'SF Mono','JetBrains Mono','Cascadia Mono',Menlo,Consolas,\
                     'DejaVu Sans Mono','Liberation Mono',monospace";

const BACKGROUND: Rgb = Rgb(0x17, 0x1a, 0x21);
const FOREGROUND: Rgb = Rgb(0xd3, 0xd7, 0xdf);
const WINDOW_BAR: &str = "#1f232c";
const WINDOW_EDGE: &str = "#323845";
const WINDOW_DOT: &str = "#454c5b";

/// The sixteen colours that have names.
const PALETTE: [Rgb; 16] = [
    Rgb(0x2a, 0x2f, 0x3a),
    Rgb(0xe8, 0x7d, 0x80),
    Rgb(0x9c, 0xc9, 0x8b),
    Rgb(0xe0, 0xc0, 0x80),
    Rgb(0x82, 0xaa, 0xe3),
    Rgb(0xc3, 0x9b, 0xdd),
    Rgb(0x74, 0xc5, 0xd0),
    Rgb(0xd3, 0xd7, 0xdf),
    Rgb(0x7f, 0x88, 0x99),
    Rgb(0xf2, 0x98, 0x9a),
    Rgb(0xb4, 0xdb, 0xa5),
    Rgb(0xf0, 0xd5, 0x9c),
    Rgb(0x9f, 0xc0, 0xef),
    Rgb(0xd6, 0xb4, 0xea),
    Rgb(0x94, 0xd8, 0xe1),
    Rgb(0xf2, 0xf4, 0xf8),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb(u8, u8, u8);

impl Rgb {
    fn of(color: Color, default: Self) -> Self {
        match color {
            Color::Default => default,
            Color::Rgb(r, g, b) => Self(r, g, b),
            Color::Idx(at @ 0..16) => PALETTE[usize::from(at)],
            Color::Idx(at @ 16..232) => {
                let level = |part: u8| if part == 0 { 0 } else { 55 + part * 40 };
                let cube = at - 16;
                Self(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
            Color::Idx(at) => {
                let gray = 8 + (at - 232) * 10;
                Self(gray, gray, gray)
            }
        }
    }

    /// Halfway to the background.
    fn dim(self) -> Self {
        let mix = |own: u8, behind: u8| own / 2 + behind / 2;
        Self(mix(self.0, BACKGROUND.0), mix(self.1, BACKGROUND.1), mix(self.2, BACKGROUND.2))
    }
}

impl std::fmt::Display for Rgb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: Rgb,
    paper: Rgb,
    bold: bool,
    italic: bool,
    underline: bool,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        let mut ink = Rgb::of(cell.fgcolor(), FOREGROUND);
        let mut paper = Rgb::of(cell.bgcolor(), BACKGROUND);
        if cell.dim() {
            ink = ink.dim();
        }
        if cell.inverse() {
            std::mem::swap(&mut ink, &mut paper);
        }
        Self { ink, paper, bold: cell.bold(), italic: cell.italic(), underline: cell.underline() }
    }
}

/// A piece of a line in one look.
struct Run {
    column: usize,
    cells: usize,
    text: String,
    look: Look,
}

/// The cells of a screen.
pub struct Picture {
    columns: usize,
    rows: Vec<Vec<Dot>>,
}

/// A cell of a screen.
struct Dot {
    text: String,
    /// How many cells it takes: none for the second half of a wide character.
    cells: usize,
    look: Look,
}

impl Picture {
    pub fn of(screen: &Screen) -> Self {
        let (rows, columns) = screen.size();
        let dot = |cell: &Cell| Dot {
            text: cell.contents().to_owned(),
            cells: match (cell.is_wide(), cell.is_wide_continuation()) {
                (true, _) => 2,
                (_, true) => 0,
                _ => 1,
            },
            look: Look::of(cell),
        };
        let row = |row| (0..columns).filter_map(|at| screen.cell(row, at).map(dot)).collect();
        Self { columns: usize::from(columns), rows: (0..rows).map(row).collect() }
    }

    /// Each row's text.
    pub fn lines(&self) -> Vec<String> {
        let blank =
            |dot: &Dot| if dot.text.is_empty() { " ".repeat(dot.cells) } else { dot.text.clone() };
        self.rows.iter().map(|row| row.iter().map(blank).collect()).collect()
    }

    /// Writes over what is in a row from a column on, in the look of what was there.
    pub fn overwrite(&mut self, row: usize, column: usize, text: &str) {
        for (dot, c) in self.rows[row][column..].iter_mut().zip(text.chars()) {
            dot.text = c.to_string();
        }
    }

    /// The SVG. `title` says what it shows, for those who do not see it.
    pub fn svg(&self, title: &str) -> String {
        svg(self, title)
    }
}

fn svg(picture: &Picture, title: &str) -> String {
    let (rows, columns) = (picture.rows.len(), picture.columns);
    let width = MARGIN * 2.0 + CELL_WIDTH * columns as f64;
    let height = BAR + MARGIN * 1.5 + CELL_HEIGHT * rows as f64;
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" \
         viewBox=\"0 0 {0} {1}\" role=\"img\">",
        number(width),
        number(height)
    ));
    line(format!("<title>{}</title>", entities(title)));
    line(format!(
        "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{BACKGROUND}\" \
         stroke=\"{WINDOW_EDGE}\"/>",
        number(width - 1.0),
        number(height - 1.0)
    ));
    line(format!(
        "<path d=\"M1 {BAR}V11a10 10 0 0 1 10-10H{}a10 10 0 0 1 10 10V{BAR}z\" \
         fill=\"{WINDOW_BAR}\"/>",
        number(width - 11.0)
    ));
    for dot in 0..3 {
        line(format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{WINDOW_DOT}\"/>",
            18 + dot * 18,
            number(BAR / 2.0)
        ));
    }
    line(format!("<g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\">"));
    for (at, row) in picture.rows.iter().enumerate() {
        papers(row).iter().for_each(|run| line(paper(run, at)));
    }
    for (at, row) in picture.rows.iter().enumerate() {
        runs(row).iter().for_each(|run| line(ink(run, at)));
    }
    line("</g>".to_owned());
    line("</svg>".to_owned());
    out
}

fn x(column: usize) -> f64 {
    MARGIN + CELL_WIDTH * column as f64
}

fn y(row: usize) -> f64 {
    BAR + MARGIN * 0.5 + CELL_HEIGHT * row as f64
}

fn papers(row: &[Dot]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (column, dot) in row.iter().enumerate() {
        let look = dot.look;
        if look.paper == BACKGROUND {
            continue;
        }
        match runs.last_mut() {
            Some(run) if run.column + run.cells == column && run.look.paper == look.paper => {
                run.cells += 1;
            }
            _ => runs.push(Run { column, cells: 1, text: String::new(), look }),
        }
    }
    runs
}

fn paper(run: &Run, row: usize) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
        number(x(run.column)),
        number(y(row)),
        number(CELL_WIDTH * run.cells as f64),
        number(CELL_HEIGHT),
        run.look.paper
    )
}

/// What is in a row: runs of one look without two blanks in a row. What a font may not have
/// is alone, so that a stand-in of another width moves nothing else.
fn runs(row: &[Dot]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut blanks = 0;
    for (column, dot) in row.iter().enumerate().filter(|(_, dot)| dot.cells > 0) {
        let look = dot.look;
        if dot.text.trim().is_empty() && !look.underline {
            blanks += 1;
            continue;
        }
        let text = if dot.text.is_empty() { " " } else { &dot.text };
        let joins = |run: &&mut Run| {
            let near = blanks == 0 || (blanks == 1 && !look.underline);
            near && run.look == look && joins(&run.text, text)
        };
        match runs.last_mut().filter(joins) {
            Some(run) => {
                run.text.push_str(&" ".repeat(blanks));
                run.text.push_str(text);
                run.cells += blanks + dot.cells;
            }
            None => runs.push(Run { column, cells: dot.cells, text: text.to_owned(), look }),
        }
        blanks = 0;
    }
    runs
}

fn joins(run: &str, next: &str) -> bool {
    let is_rule = |text: &str| text.starts_with(['─', '│']);
    match (is_rule(run), is_rule(next)) {
        (true, true) => !run.starts_with('│'),
        (false, false) => is_common(run) && is_common(next),
        _ => false,
    }
}

fn is_common(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() || matches!(c, '…' | '·' | '–' | '“' | '”' | '×' | '›'))
}

fn ink(run: &Run, row: usize) -> String {
    let (left, top) = (x(run.column), y(row));
    let length = CELL_WIDTH * run.cells as f64;
    let Look { ink, bold, italic, underline, .. } = run.look;
    let (middle, center) = (top + CELL_HEIGHT / 2.0, left + CELL_WIDTH / 2.0);
    if run.text.starts_with('─') {
        let (from, middle, length) = (number(left), number(middle), number(length));
        return format!("<path d=\"M{from} {middle}h{length}\" stroke=\"{ink}\"/>");
    }
    if run.text.starts_with('│') {
        let (center, top, length) = (number(center), number(top), number(CELL_HEIGHT));
        return format!("<path d=\"M{center} {top}v{length}\" stroke=\"{ink}\"/>");
    }
    let mut out = format!(
        "<text x=\"{}\" y=\"{}\" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\" \
         fill=\"{ink}\"",
        number(left),
        number(top + BASELINE),
        number(length)
    );
    for (set, attribute) in [
        (bold, "font-weight=\"700\""),
        (italic, "font-style=\"italic\""),
        (underline, "text-decoration=\"underline\""),
        (run.text.contains(' '), "xml:space=\"preserve\""),
    ] {
        if set {
            let _ = write!(out, " {attribute}");
        }
    }
    let _ = write!(out, ">{}</text>", entities(&run.text));
    out
}

fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

const ENTITIES: [(&str, &str); 4] =
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;")];

fn entities(text: &str) -> String {
    ENTITIES.iter().fold(text.to_owned(), |text, (plain, entity)| text.replace(plain, entity))
}

/// The lines of text in an SVG made here, columns and all, without its rules. Panics where the
/// SVG is not well formed.
pub fn text(svg: &str) -> Vec<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    let mut place = (0, 0);
    let mut rest = svg.trim_end();
    while let Some((before, after)) = rest.split_once('<') {
        if open.last() == Some(&"text") {
            write_at(&mut lines, place, before);
        }
        let (tag, after) = after.split_once('>').expect("a tag ends");
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "tags are closed in order");
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        if name == "text" {
            place = place_of(tag);
        }
        check_attributes(tag);
        if !tag.ends_with('/') {
            open.push(name);
        }
        assert_ne!(open.first().copied(), None, "everything is in the svg");
    }
    assert_eq!(rest, "", "nothing comes after the svg");
    assert!(open.is_empty(), "not closed: {open:?}");
    lines
}

/// An attribute is ` name="value"`, and occurs once.
fn check_attributes(tag: &str) {
    let mut names = Vec::new();
    let mut rest = tag.trim_end_matches('/').split_once(' ').map_or("", |(_, rest)| rest);
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=\"").expect("an attribute has a value");
        let (_, after) = value.split_once('"').expect("a value ends");
        assert!(!name.contains([' ', '"']) && !names.contains(&name), "{tag}");
        names.push(name);
        rest = after.trim_start();
    }
}

/// Row and column of a text.
fn place_of(tag: &str) -> (usize, usize) {
    let value = |name: &str| -> f64 {
        let (_, rest) = tag.split_once(&format!(" {name}=\"")).expect("a text has a place");
        rest.split('"').next().and_then(|text| text.parse().ok()).expect("a place is a number")
    };
    let row = (value("y") - BASELINE - y(0)) / CELL_HEIGHT;
    let column = (value("x") - x(0)) / CELL_WIDTH;
    (row.round() as usize, column.round() as usize)
}

fn write_at(lines: &mut Vec<String>, (row, column): (usize, usize), text: &str) {
    let text = ENTITIES
        .iter()
        .rev()
        .fold(text.to_owned(), |text, (plain, entity)| text.replace(entity, plain));
    if lines.len() <= row {
        lines.resize(row + 1, String::new());
    }
    let line = &mut lines[row];
    let filled = line.chars().count();
    line.extend(std::iter::repeat_n(' ', column.saturating_sub(filled)));
    line.push_str(&text);
}
