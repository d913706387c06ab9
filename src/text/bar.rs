//! Sizes as bars.

/// A part of a whole as a bar of at most `cells`, in eighths of a cell; what is more than nothing is seen.
#[must_use]
pub fn bar(part: u64, whole: u64, cells: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if part == 0 || whole == 0 || cells == 0 {
        return String::new();
    }
    let all = cells as u128 * 8;
    let filled = (u128::from(part) * all / u128::from(whole)).clamp(1, all);
    let full = usize::try_from(filled / 8).unwrap_or(cells);
    let rest = EIGHTHS.get(usize::try_from(filled % 8).unwrap_or(0)).copied().unwrap_or_default();
    "█".repeat(full) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_part() {
        for (part, whole, shown) in [
            (0, 10, ""),
            (1, 1_000_000, "▏"),
            (5, 10, "██"),
            (10, 10, "████"),
            (11, 32, "█▍"),
            (12, 10, "████"),
            (1, 0, ""),
            (u64::MAX, u64::MAX, "████"),
        ] {
            assert_eq!(bar(part, whole, 4), shown, "{part} of {whole}");
        }
        assert_eq!(bar(1, 1, 0), "");
    }
}
