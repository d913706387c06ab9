//! A page as a man page.

use clap_mangen::roff::{Roff, roman};

use super::block::{Block, blocks, term};
use super::topic::Topic;

/// The page of a topic as roff, in section 7 (overviews and conventions).
pub(in crate::cli) fn man_page(topic: &Topic) -> String {
    let mut roff = Roff::new();
    let source = concat!("platy ", env!("CARGO_PKG_VERSION"));
    roff.control("TH", [&*format!("platy-{}", topic.name), "7", "", source, "platy"]);
    roff.control("SH", ["NAME"]);
    roff.text([roman(format!("platy-{} - {}", topic.name, topic.title()))]);
    roff.control("SH", ["DESCRIPTION"]);
    for block in blocks(topic.markdown).into_iter().skip(1) {
        match block {
            Block::Heading(_, title) => {
                roff.control("SH", [&*title.replace('`', "").to_uppercase()]);
            }
            Block::Paragraph(text) => {
                roff.control("PP", []).text([roman(text)]);
            }
            Block::Point(text) => {
                roff.control("IP", ["\\(bu", "2"]).text([roman(text)]);
            }
            Block::Code(lines) => {
                roff.control("PP", []).control("RS", ["4"]).control("nf", []);
                for line in lines {
                    roff.text([roman(line)]);
                }
                roff.control("fi", []).control("RE", []);
            }
            Block::Table(head, rows) => {
                for (term, text) in rows.iter().filter_map(|row| term(&head, row)) {
                    roff.control("TP", []).text([roman(term)]).text([roman(text)]);
                }
            }
        }
    }
    roff.render()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_page_is_taken_for_a_command_of_roff() {
        let topic =
            Topic { name: "x", markdown: "# T `x`\n\n.so a\\b\n\n'x\n\n- one\n\n```\n.a\n```\n" };
        let page = man_page(&topic);
        assert!(page.contains("\nplaty\\-x \\- T x\n"), "{page}");
        assert!(page.contains("\n\\&.so a\\\\b\n"), "{page}");
        assert!(page.contains(".IP \\(bu 2\none\n"), "{page}");
        assert!(page.contains(".nf\n\\&.a\n.fi\n"), "{page}");
    }
}
