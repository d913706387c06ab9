//! Durations as Go writes them (`time.ParseDuration`): `300ms`, `1h30m`, `-1.5s`.

const UNITS: [&str; 8] = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];

/// Whether Go reads this text as a duration.
pub(super) fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (digits, tail) = rest.split_at(number);
        if digits.matches('.').count() > 1 || !digits.contains(|c: char| c.is_ascii_digit()) {
            return false;
        }
        let end = tail.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(end);
        if !UNITS.contains(&unit) {
            return false;
        }
        rest = tail;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_go_s() {
        for text in ["0", "3s", "1h30m", "1.5s", ".5s", "-2ms", "+1µs", "5.s"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "3", "s", "1d", "3 s", "1..5s", "-", "."] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
