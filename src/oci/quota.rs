//! How much a registry still lets itself be asked, as its headers say.

/// What is left of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quota {
    /// How many requests the limit allows, if that is said.
    pub limit: Option<u64>,
    /// How many are left.
    pub remaining: u64,
    /// In how many seconds the limit begins anew, or in how many it allows so many.
    pub seconds: Option<u64>,
}

impl Quota {
    /// Reads the headers of an answer; `header` gives the value of one by its name in small
    /// letters.
    ///
    /// Forms: Docker Hub (`ratelimit-remaining: 76;w=21600`), the drafts of the IETF up to 07
    /// (`RateLimit-Remaining: 50`, `RateLimit-Reset: 30`) and from 08 on (`RateLimit:
    /// "default";r=50;t=30`), GitHub and others (`X-RateLimit-Remaining`).
    #[must_use]
    pub fn read<'h>(header: impl Fn(&str) -> Option<&'h str>) -> Option<Self> {
        for prefix in ["ratelimit-", "x-ratelimit-", "x-rate-limit-"] {
            let field = |name: &str| header(&format!("{prefix}{name}"));
            if let Some(remaining) = field("remaining").and_then(number) {
                let limit = field("limit");
                let window = field("remaining").and_then(|it| parameter(it, "w"));
                let window = window.or_else(|| limit.and_then(|it| parameter(it, "w")));
                // Where it is not a number of seconds it is a moment, since 1970.
                let reset = field("reset").and_then(number).filter(|it| *it < 1_000_000_000);
                let limit = limit.and_then(number);
                return Some(Self { limit, remaining, seconds: reset.or(window) });
            }
        }
        let limit = header("ratelimit")?;
        Some(Self {
            limit: header("ratelimit-policy").and_then(|it| parameter(it, "q")),
            remaining: parameter(limit, "r").or_else(|| parameter(limit, "remaining"))?,
            seconds: parameter(limit, "t").or_else(|| parameter(limit, "reset")),
        })
    }

    /// `76 left`
    #[must_use]
    pub fn brief(&self) -> String {
        format!("{} left", self.remaining)
    }

    /// Whether it is worth a warning: a tenth of the limit or less, or 10 requests.
    #[must_use]
    pub fn is_low(&self) -> bool {
        self.remaining <= self.limit.map_or(10, |limit| limit / 10)
    }

    /// `76 of 100 requests left (6 h)`
    #[must_use]
    pub fn words(&self) -> String {
        let of = self.limit.map(|limit| format!(" of {limit}")).unwrap_or_default();
        let time = match self.seconds {
            None => String::new(),
            Some(seconds @ 0..120) => format!(" ({seconds} s)"),
            Some(seconds @ 120..7200) => format!(" ({} min)", seconds.div_ceil(60)),
            Some(seconds) => format!(" ({} h)", seconds.div_ceil(3600)),
        };
        format!("{}{of} requests left{time}", self.remaining)
    }
}

/// The number that a value begins with.
fn number(value: &str) -> Option<u64> {
    value.trim().split([',', ';']).next()?.trim().parse().ok()
}

/// A parameter of a value: `w` of `100;w=21600`.
fn parameter(value: &str, name: &str) -> Option<u64> {
    value.split([';', ',']).find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        (key.trim() == name).then(|| value.trim().parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_headers_is_read() {
        let quota =
            |limit: Option<u64>, remaining, seconds| Some(Quota { limit, remaining, seconds });
        for (headers, expected) in [
            (
                &[("ratelimit-limit", "100;w=21600"), ("ratelimit-remaining", "76;w=21600")][..],
                quota(Some(100), 76, Some(21_600)),
            ),
            (
                &[("ratelimit-remaining", "50"), ("ratelimit-reset", "30")],
                quota(None, 50, Some(30)),
            ),
            (
                &[("ratelimit-limit", "100, 100;w=60"), ("ratelimit-remaining", "5")],
                quota(Some(100), 5, Some(60)),
            ),
            (
                &[
                    ("ratelimit", "\"default\";r=50;t=30"),
                    ("ratelimit-policy", "\"default\";q=100;w=60"),
                ],
                quota(Some(100), 50, Some(30)),
            ),
            (&[("ratelimit", "limit=10, remaining=4, reset=7")], quota(None, 4, Some(7))),
            (
                &[
                    ("x-ratelimit-limit", "60"),
                    ("x-ratelimit-remaining", "0"),
                    ("x-ratelimit-reset", "1795000000"),
                ],
                quota(Some(60), 0, None),
            ),
            (&[("ratelimit-limit", "100")], None),
            (&[("ratelimit-remaining", "many")], None),
        ] {
            let header = |name: &str| {
                headers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
            };
            assert_eq!(Quota::read(header), expected, "{headers:?}");
        }
    }

    #[test]
    fn it_is_said_in_words() {
        let words = |limit, remaining, seconds| Quota { limit, remaining, seconds }.words();
        assert_eq!(words(Some(100), 76, Some(21_600)), "76 of 100 requests left (6 h)");
        assert_eq!(words(None, 5, Some(30)), "5 requests left (30 s)");
        assert_eq!(words(None, 5, None), "5 requests left");
        assert_eq!(Quota { limit: None, remaining: 5, seconds: None }.brief(), "5 left");
    }

    #[test]
    fn a_tenth_of_the_limit_is_little() {
        let is_low = |limit, remaining| Quota { limit, remaining, seconds: None }.is_low();
        assert!(is_low(Some(100), 10) && !is_low(Some(100), 11) && is_low(Some(5000), 500));
        assert!(is_low(None, 10) && !is_low(None, 11) && is_low(Some(4), 0));
    }
}
