//! Texts of a spec that act on a terminal or deceive the eye: quoted and escaped, the same texts for
//! every reader of YAML.

use crate::text::{escape, width};

/// The texts that were taken out of a spec before it is written, and what stands for each.
#[derive(Default)]
pub(super) struct Quoted(Vec<String>);

impl Quoted {
    /// Takes a text out if it must not be written as it is.
    pub(super) fn take(&mut self, text: &mut String) {
        if escape(text) != text.as_str() {
            let place = place(self.0.len());
            self.0.push(std::mem::replace(text, place));
        }
    }

    /// The YAML with all of them in it.
    pub(super) fn put_back(&self, mut yaml: String) -> String {
        // The last one first: no place is the beginning of another.
        for (number, text) in self.0.iter().enumerate().rev() {
            yaml = yaml.replace(&place(number), &quoted(text));
        }
        yaml
    }
}

fn place(number: usize) -> String {
    format!("quoted-text-{number}-of-platy")
}

/// A double-quoted scalar (YAML 1.2.2, 5.7).
fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        let mut one = [0; 4];
        let is_shown = width(c.encode_utf8(&mut one)) > 0;
        let is_harmless =
            is_shown && escape(c.encode_utf8(&mut one)) == *c.encode_utf8(&mut [0; 4]);
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if is_harmless => out.push(c),
            c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_harmless_and_the_same_text() {
        let nasty = "a\u{1b}[31m\u{7f}\u{9b}\u{202e}\u{200b}\u{feff}\u{2028}\u{e0041}e\u{301}\"\\ü";
        let mut texts = [nasty.to_owned(), "plain".to_owned(), "\u{202e}only".to_owned()];
        let mut taken = Quoted::default();
        texts.iter_mut().for_each(|text| taken.take(text));
        assert_eq!(texts[1], "plain");
        let yaml = taken.put_back(serde_saphyr::to_string(&texts).unwrap());
        assert!(yaml.lines().all(|line| escape(line) == line), "{yaml}");
        let read: Vec<String> = serde_saphyr::from_str(&yaml).unwrap();
        assert_eq!(read, [nasty, "plain", "\u{202e}only"]);
    }
}
