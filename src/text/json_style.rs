//! The white space of a JSON document: found in one, kept in what is made of it.

use std::fmt::{self, Write};

/// How a document is laid out between its tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct JsonStyle {
    /// One level of indentation; `None` for everything on one line.
    indent: Option<String>,
    /// Whether the document ends with a line break.
    newline: bool,
}

impl JsonStyle {
    /// The style of a document.
    pub(crate) fn of(text: &str) -> Self {
        let newline = text.ends_with('\n');
        let inside = text.trim_start().strip_prefix('{').unwrap_or_default();
        let space: String = inside.chars().take_while(|c| c.is_ascii_whitespace()).collect();
        let indent = space.rsplit_once('\n').map(|(_, indent)| indent.to_owned());
        Self { indent, newline }
    }

    /// One level of indentation; `None` for everything on one line.
    pub(crate) fn indent(&self) -> Option<&str> {
        self.indent.as_deref()
    }

    /// Lays JSON out anew; every token keeps its text. The text must be JSON.
    pub(crate) fn lay_out(&self, json: &str) -> String {
        let mut out = String::with_capacity(json.len() + json.len() / 4);
        // Writing to a String cannot fail.
        let _ = self.write(json, &mut out);
        out
    }

    /// Whether JSON is laid out in this style, to the last byte.
    pub(crate) fn is_of(&self, json: &str) -> bool {
        let mut rest = Rest(json);
        self.write(json, &mut rest).is_ok() && rest.0.is_empty()
    }

    fn write(&self, json: &str, out: &mut impl Write) -> fmt::Result {
        let mut depth = 0_usize;
        let mut in_string = false;
        let mut escaped = false;
        // Whether the last token opened a level: an empty one stays on its line.
        let mut opened = false;
        for c in json.chars() {
            if in_string {
                out.write_char(c)?;
                in_string = escaped || c != '"';
                escaped = !escaped && c == '\\';
                continue;
            }
            match c {
                ' ' | '\n' | '\r' | '\t' => continue,
                '}' | ']' => {
                    depth = depth.saturating_sub(1);
                    if !opened {
                        self.line(out, depth)?;
                    }
                    opened = false;
                    out.write_char(c)?;
                    continue;
                }
                _ => {}
            }
            if opened {
                self.line(out, depth)?;
                opened = false;
            }
            out.write_char(c)?;
            match c {
                '"' => in_string = true,
                '{' | '[' => {
                    depth += 1;
                    opened = true;
                }
                ',' => self.line(out, depth)?,
                ':' if self.indent.is_some() => out.write_char(' ')?,
                _ => {}
            }
        }
        if self.newline {
            out.write_char('\n')?;
        }
        Ok(())
    }

    fn line(&self, out: &mut impl Write, depth: usize) -> fmt::Result {
        if let Some(indent) = &self.indent {
            out.write_char('\n')?;
            for _ in 0..depth {
                out.write_str(indent)?;
            }
        }
        Ok(())
    }
}

/// What is still to come of a text that is written a second time; anything else is an error.
struct Rest<'t>(&'t str);

impl Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_laid_out_in_its_own_style_is_unchanged() {
        for text in [
            r#"{"a":[],"b":{},"c":[1,{"d":"x\" ,:{"}],"e":1.50}"#,
            "{\n   \"a\": [],\n   \"b\": [\n      1,\n      {\n         \"c\": \"\\\\\"\n      }\n   ]\n}",
            "{\n\t\"a\": null\n}\n",
            "{}",
        ] {
            assert_eq!(JsonStyle::of(text).lay_out(text), text);
            assert!(JsonStyle::of(text).is_of(text));
        }
        for text in [
            "{\n  \"a\": 1,\n    \"b\": 2\n}",
            "{\n  \"a\": 1\n}\n\n",
            "{\n  \"a\": [1]\n}",
            r#"{"a": 1}"#,
            r#"{"a":1} "#,
        ] {
            assert_ne!(JsonStyle::of(text).lay_out(text), text);
            assert!(!JsonStyle::of(text).is_of(text), "{text}");
        }
        let pretty = JsonStyle::of("{\n  \"a\": 1\n}");
        assert_eq!(
            pretty.lay_out(r#"{"a":{"b":[1]}}"#),
            "{\n  \"a\": {\n    \"b\": [\n      1\n    ]\n  }\n}"
        );
        assert_eq!(JsonStyle::default().lay_out("{ \"a\" :\n [ 1 ] }"), r#"{"a":[1]}"#);
    }
}
