//! A page of Markdown as blocks.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A part of a page. Text keeps its marks of code (`` ` ``); other marks are dropped, and of a link
/// its text is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Block {
    /// A heading of this level, from 1.
    Heading(usize, String),
    /// A paragraph in one line.
    Paragraph(String),
    /// A point of a list.
    Point(String),
    /// Lines that keep their breaks.
    Code(Vec<String>),
    /// A table: its head and its rows.
    Table(Vec<String>, Vec<Vec<String>>),
}

/// Reads a page. Pictures and HTML comments are left out.
pub(super) fn blocks(markdown: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        reader.read(event);
    }
    reader.blocks
}

/// A row of a table as a term and what belongs to it; from the third column on with the column's
/// name.
pub(super) fn term(head: &[String], row: &[String]) -> Option<(String, String)> {
    let (term, rest) = row.split_first()?;
    let mut parts = Vec::new();
    for (number, cell) in rest.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        match head.get(number + 1) {
            Some(name) if number > 0 => parts.push(format!("{name}: {cell}")),
            _ => parts.push(cell.clone()),
        }
    }
    Some((term.clone(), parts.join("; ")))
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    text: String,
    head: Vec<String>,
    row: Vec<String>,
    rows: Vec<Vec<String>>,
    /// How many pictures and lists the reader is inside of.
    pictures: usize,
    lists: usize,
}

impl Reader {
    fn read(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Image { .. }) => self.pictures += 1,
            Event::End(TagEnd::Image) => self.pictures = self.pictures.saturating_sub(1),
            _ if self.pictures > 0 => {}
            Event::Start(Tag::List(_)) => self.lists += 1,
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                self.text.clear();
            }
            Event::Text(text) => self.text.push_str(&text),
            Event::Code(code) => {
                self.text.push('`');
                self.text.push_str(&code);
                self.text.push('`');
            }
            Event::SoftBreak | Event::HardBreak => self.text.push(' '),
            Event::End(end) => self.end(end),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(level) => {
                let text = self.take();
                self.blocks.push(Block::Heading(level as usize, text));
            }
            TagEnd::Paragraph | TagEnd::Item if self.lists > 0 => {
                let text = self.take();
                self.push(text, Block::Point);
            }
            TagEnd::Paragraph => {
                let text = self.take();
                self.push(text, Block::Paragraph);
            }
            TagEnd::List(_) => self.lists = self.lists.saturating_sub(1),
            TagEnd::CodeBlock => {
                let lines = self.text.lines().map(str::to_owned).collect();
                self.text.clear();
                self.blocks.push(Block::Code(lines));
            }
            TagEnd::TableCell => {
                let cell = self.take();
                self.row.push(cell);
            }
            TagEnd::TableHead => self.head = std::mem::take(&mut self.row),
            TagEnd::TableRow => self.rows.push(std::mem::take(&mut self.row)),
            TagEnd::Table => {
                let head = std::mem::take(&mut self.head);
                self.blocks.push(Block::Table(head, std::mem::take(&mut self.rows)));
            }
            _ => {}
        }
    }

    fn take(&mut self) -> String {
        std::mem::take(&mut self.text).trim().to_owned()
    }

    fn push(&mut self, text: String, block: fn(String) -> Block) {
        if !text.is_empty() {
            self.blocks.push(block(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_block_is_read() {
        let page = "# A `title`\n\nOne\ntwo **three** [four](x.md).\n\n![no](p.svg)\n\n<!-- keys -->\n\
                    | a | b |\n|---|---|\n| `x` | **y** |\n| z | |\n<!-- /keys -->\n\n- one\n  more\n\
                    - two\n\n```sh\nplaty x\n  y\n```\n";
        let words = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            blocks(page),
            [
                Block::Heading(1, "A `title`".to_owned()),
                Block::Paragraph("One two three four.".to_owned()),
                Block::Table(words(&["a", "b"]), vec![words(&["`x`", "y"]), words(&["z", ""])]),
                Block::Point("one more".to_owned()),
                Block::Point("two".to_owned()),
                Block::Code(words(&["platy x", "  y"])),
            ]
        );
    }
}
