//! For how long a redirect may be kept (RFC 9111).

use std::time::Duration;

use reqwest::header::{AGE, CACHE_CONTROL, HeaderMap};

/// For how long the answer may be kept by `Cache-Control` and `Age`; without either for as long as
/// the reader likes.
pub(super) fn lasts(headers: &HeaderMap) -> Duration {
    let texts = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut lasts = Duration::MAX;
    for part in texts.flat_map(|text| text.split(',')) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-store" | "no-cache" => return Duration::ZERO,
            "max-age" => {
                // What cannot be read is stale (RFC 9111, 4.2.1).
                let seconds = value.trim().trim_matches('"').parse().unwrap_or(0);
                lasts = lasts.min(Duration::from_secs(seconds));
            }
            _ => {}
        }
    }
    let age = headers.get(AGE).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    lasts.saturating_sub(Duration::from_secs(age.unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn it_is_as_cache_control_allows() {
        for (control, age, expected) in [
            (&[][..], None, Duration::MAX),
            (&["public"], None, Duration::MAX),
            (&["max-age=30"], None, Duration::from_secs(30)),
            (&["private, Max-Age=\"30\""], None, Duration::from_secs(30)),
            (&["max-age=30"], Some("10"), Duration::from_secs(20)),
            (&["max-age=30"], Some("40"), Duration::ZERO),
            (&["max-age=30", "max-age=5"], None, Duration::from_secs(5)),
            (&["max-age=30, no-store"], None, Duration::ZERO),
            (&["NO-CACHE"], None, Duration::ZERO),
            (&["max-age=soon"], None, Duration::ZERO),
            (&["max-age=-1"], None, Duration::ZERO),
            (&["max-age"], None, Duration::ZERO),
        ] {
            let mut headers = HeaderMap::new();
            for text in control {
                headers.append(CACHE_CONTROL, HeaderValue::from_static(text));
            }
            if let Some(age) = age {
                headers.insert(AGE, HeaderValue::from_static(age));
            }
            assert_eq!(lasts(&headers), expected, "{control:?} {age:?}");
        }
    }
}
