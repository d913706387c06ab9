//! XML, as much as JUnit's needs.

use crate::text::escape;

/// An element under construction.
#[derive(Debug)]
pub(in crate::cli) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    pub(in crate::cli) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    pub(in crate::cli) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    pub(in crate::cli) fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    pub(in crate::cli) fn child(mut self, child: Self) -> Self {
        self.children.push(child);
        self
    }

    pub(in crate::cli) fn children(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// The whole document.
    pub(in crate::cli) fn document(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(0, &mut out);
        out
    }

    fn write(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        out.push_str(&format!("{indent}<{}", self.name));
        for (name, value) in &self.attributes {
            out.push_str(&format!(" {name}=\"{}\"", safe(value)));
        }
        if self.text.is_empty() && self.children.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        if !self.text.is_empty() {
            let lines: Vec<String> = self.text.lines().map(safe).collect();
            out.push_str(&lines.join("\n"));
        }
        if !self.children.is_empty() {
            out.push('\n');
            for child in &self.children {
                child.write(depth + 1, out);
            }
            out.push_str(&indent);
        }
        out.push_str(&format!("</{}>\n", self.name));
    }
}

/// Text that may stand in an attribute and between tags. Control characters, which XML 1.0 cannot
/// hold at all, are shown as visible escapes, as everywhere.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escape(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // The two that are no characters.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_xml_is_escaped() {
        let element = Element::new("a")
            .with("b", "\"<&>'\u{1b}\n\u{fffe}")
            .child(Element::new("c").text("]]> & \u{0}\nnext"))
            .child(Element::new("d"));
        assert_eq!(
            element.document(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <a b=\"&quot;&lt;&amp;&gt;&apos;\\e\\n\u{fffd}\">\n\
             \u{20}\u{20}<c>]]&gt; &amp; \\x00\nnext</c>\n\
             \u{20}\u{20}<d/>\n\
             </a>\n"
        );
    }
}
