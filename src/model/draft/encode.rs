//! From a state to bytes.

use super::Encoded;
use super::raw::quote;
use super::work::Work;

impl Work {
    /// The bytes of the list; those of `start` if nothing differs from it.
    pub(super) fn encoded(&self, start: &Self) -> &Encoded {
        self.encoded.get_or_init(|| match start.encoded.get() {
            Some(encoded) if self.reads_as(start) => encoded.clone(),
            _ => encode(self),
        })
    }
}

fn encode(work: &Work) -> Encoded {
    let mut text =
        String::with_capacity(256 + work.items.iter().map(|it| it.raw.len() + 1).sum::<usize>());
    text.push('{');
    for (number, (key, value)) in work.fields.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&quote(key));
        text.push(':');
        if key == "manifests" {
            entries(work, &mut text);
        } else {
            text.push_str(value);
        }
    }
    text.push('}');
    Encoded::new(work.media_type(), work.style.lay_out(&text).into())
}

fn entries(work: &Work, text: &mut String) {
    text.push('[');
    for (number, item) in work.items.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        text.push_str(&item.raw);
    }
    text.push(']');
}
