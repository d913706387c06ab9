//! Whether engines can read what platy could not.

use serde_json::Value;

use super::manifest::MOST_ENTRIES;
use super::{Class, go_text, json};

/// Why a verified document could not be parsed: [`Class::Unreadable`] if engines cannot read it
/// either, [`Class::Malformed`] if it is only more than platy reads.
///
/// Go's `encoding/json` (Go 1.26) decodes an object into a struct and refuses every other value but
/// `null`, which leaves it empty: a manifest without layers, a config without diff IDs.
#[must_use]
pub fn unread(bytes: &[u8]) -> Class {
    if let Ok(parsed) = json::parse(bytes) {
        // It is an object, and a field that counts is not what it should be, or is too long.
        let mut lists = parsed.object.values().filter_map(Value::as_array);
        let is_long = lists.any(|list| list.len() > MOST_ENTRIES);
        return if is_long { Class::Malformed } else { Class::Unreadable };
    }
    let mended = match go_text::mended(bytes) {
        Ok(mended) => mended,
        Err(_) => return Class::Unreadable,
    };
    // Looks at the grammar alone, at any depth and with any number of values.
    let text = serde_json::from_slice::<&serde_json::value::RawValue>(&mended).ok();
    if text.is_some_and(|it| it.get().trim_start().starts_with('{')) {
        Class::Malformed
    } else {
        Class::Unreadable
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::json::MOST_VALUES;

    #[test]
    fn what_engines_cannot_read_is_told_from_what_is_too_much() {
        for (text, class) in [
            ("", Class::Unreadable),
            ("\u{feff}{}", Class::Unreadable),
            ("{}\0", Class::Unreadable),
            ("{} {}", Class::Unreadable),
            ("[]", Class::Unreadable),
            ("\"a\"", Class::Unreadable),
            ("7", Class::Unreadable),
            ("{\"a\":}", Class::Unreadable),
            ("<html></html>", Class::Unreadable),
            ("null", Class::Unreadable),
            ("{\"layers\":{}}", Class::Unreadable),
        ] {
            assert_eq!(unread(text.as_bytes()), class, "{text:?}");
        }
        let long = format!("{{\"a\":[{}1]}}", "1,".repeat(MOST_VALUES));
        assert_eq!(unread(long.as_bytes()), Class::Malformed);
        let list = format!("{{\"layers\":[{}1]}}", "1,".repeat(MOST_ENTRIES));
        assert_eq!(unread(list.as_bytes()), Class::Malformed);
    }
}
