//! How much was read, in words.

use crate::text::bytes;

/// `393 kB of the 12 MB of layers read`, and what was not read because it is known already.
#[must_use]
pub fn amount(read: u64, known: u64, all: u64) -> String {
    let mut text = format!("{} of the {} of layers read", bytes(read), bytes(all));
    if known > 0 {
        text.push_str(&format!(", {} known from before", bytes(known)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_no_gap() {
        assert_eq!(amount(393_000, 0, 12_000_000), "393 kB of the 12 MB of layers read");
        assert_eq!(
            amount(0, 22_000, 22_000),
            "0 B of the 22 kB of layers read, 22 kB known from before"
        );
    }
}
