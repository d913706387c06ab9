//! Whether the terminal's background is light, as it says itself.

/// Whether the background is light; `None` if nobody knows. Asks the terminal (OSC 11, xterm's control
/// sequences) before it is taken, and waits for a moment; else `COLORFGBG` tells, which rxvt and
/// Konsole set.
#[must_use]
pub fn is_light() -> Option<bool> {
    ask().or_else(|| of_variable(&std::env::var("COLORFGBG").ok()?))
}

#[cfg(not(unix))]
fn ask() -> Option<bool> {
    None
}

/// The question, and the one for the terminal's attributes behind it: nearly every terminal answers
/// that, so that one that does not know the first is not waited for.
#[cfg(unix)]
fn ask() -> Option<bool> {
    use std::io::{Read as _, Write as _};
    use std::time::{Duration, Instant};

    use rustix::termios::{OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};

    const PATIENCE: Duration = Duration::from_millis(300);
    const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
    const MOST: usize = 256;

    struct GivenBack<'a>(&'a std::fs::File, Termios);

    impl Drop for GivenBack<'_> {
        fn drop(&mut self) {
            // Nothing else can be done.
            let _ = tcsetattr(self.0, OptionalActions::Now, &self.1);
        }
    }

    if std::env::var("TERM").is_ok_and(|term| matches!(term.as_str(), "dumb" | "linux")) {
        return None;
    }
    let mut terminal = std::fs::File::options().read(true).write(true).open("/dev/tty").ok()?;
    let before = tcgetattr(&terminal).ok()?;
    let mut raw = before.clone();
    raw.make_raw();
    // A read ends after a tenth of a second without a byte.
    raw.special_codes[SpecialCodeIndex::VMIN] = 0;
    raw.special_codes[SpecialCodeIndex::VTIME] = 1;
    let handle = terminal.try_clone().ok()?;
    let _given_back = GivenBack(&handle, before);
    tcsetattr(&terminal, OptionalActions::Now, &raw).ok()?;
    terminal.write_all(QUESTION).ok()?;
    terminal.flush().ok()?;
    let (begin, mut answer) = (Instant::now(), Vec::new());
    while begin.elapsed() < PATIENCE && answer.len() < MOST && !is_whole(&answer) {
        let mut piece = [0; 64];
        let length = terminal.read(&mut piece).ok()?;
        answer.extend_from_slice(piece.get(..length)?);
    }
    of_answer(&answer)
}

/// Whether the answer to the second question is there: `ESC [ ? … c`.
fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    text.rsplit_once("\x1b[?").is_some_and(|(_, rest)| rest.contains('c'))
}

/// Reads `ESC ] 11 ; rgb:RRRR/GGGG/BBBB`, with one to four digits each.
fn of_answer(answer: &[u8]) -> Option<bool> {
    let text = String::from_utf8_lossy(answer);
    let (_, rest) = text.split_once("]11;")?;
    let (_, rest) = rest.split_once(':')?;
    let mut parts = rest.split(|c: char| !c.is_ascii_hexdigit() && c != '/').next()?.split('/');
    let mut part = || {
        let digits = parts.next().filter(|digits| (1..=4).contains(&digits.len()))?;
        let most = (1_u32 << (4 * digits.len())) - 1;
        Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / f64::from(most))
    };
    let (red, green, blue) = (part()?, part()?, part()?);
    // The weights of Rec. 709 on the values as they are: near enough to what is seen.
    Some(0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.5)
}

/// `15;0`, or `15;default;0`: the last is the background's number in the palette.
fn of_variable(text: &str) -> Option<bool> {
    let number: u8 = text.rsplit_once(';')?.1.trim().parse().ok()?;
    match number {
        0..=6 | 8 => Some(false),
        7 | 9..=15 => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_tell_light_from_dark() {
        for (answer, expected) in [
            (&b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;c"[..], Some(true)),
            (b"\x1b]11;rgb:0000/2b2b/3636\x07\x1b[?1;2c", Some(false)),
            (b"\x1b]11;rgb:fd/f6/e3\x07", Some(true)),
            (b"\x1b]11;rgba:1e1e/1e1e/1e1e/ffff\x1b\\", Some(false)),
            (b"\x1b]11;rgb:f/f/f\x07", Some(true)),
            (b"\x1b[?62;c", None),
            (b"\x1b]11;rgb:ffff/ff", None),
            (b"\x1b]11;rgb:fffff/fffff/fffff\x07", None),
            (b"\x1b]11;?\x07", None),
            (b"", None),
        ] {
            assert_eq!(of_answer(answer), expected, "{:?}", String::from_utf8_lossy(answer));
        }
        assert!(is_whole(b"\x1b]11;rgb:0/0/0\x07\x1b[?62;c"));
        assert!(!is_whole(b"\x1b]11;rgb:c/c/c\x07\x1b[?62;"));
    }

    #[test]
    fn the_variable_names_the_background_last() {
        for (text, expected) in [
            ("15;0", Some(false)),
            ("0;15", Some(true)),
            ("0;default;7", Some(true)),
            ("12;8", Some(false)),
            ("15;default", None),
            ("0", None),
            ("0;99", None),
        ] {
            assert_eq!(of_variable(text), expected, "{text}");
        }
    }
}
