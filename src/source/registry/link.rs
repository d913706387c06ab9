//! `Link: <…>; rel="next"` (RFC 8288), by which lists are paged.

use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// Path and query of the next page, if there is one.
///
/// # Errors
/// Why what the header says cannot be followed, in a sentence. Scheme and port are not compared:
/// proxies in front of registries get them wrong, and only path and query are used.
pub(super) fn next(headers: &HeaderMap, page: &Url) -> Result<Option<String>, String> {
    let texts: Vec<&str> =
        headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok()).collect();
    let Some(target) = texts.iter().copied().filter_map(next_target).next() else {
        let bare =
            texts.iter().find(|text| !text.contains('<') && text.split(';').skip(1).any(is_next));
        return match bare {
            Some(bare) => Err(format!("the Link to the next page is not in <>: {bare}")),
            None => Ok(None),
        };
    };
    let Ok(url) = page.join(target) else {
        return Err(format!("the next page is said to be on {target}"));
    };
    if url.host_str() != page.host_str() {
        let host = url.host_str().unwrap_or_default();
        return Err(format!("the next page is said to be on {host}"));
    }
    Ok(Some(target_of(&url)))
}

/// Path and query of an address.
pub(super) fn target_of(url: &Url) -> String {
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    target
}

/// Reads the text of a header; for the fuzz targets.
pub(crate) fn read(text: &str) {
    let page = Url::parse("https://registry.example/v2/_catalog?n=2");
    if let (Ok(page), Ok(value)) = (page, text.parse()) {
        // A next page is on the same host.
        if let Ok(Some(target)) = next(&HeaderMap::from_iter([(LINK, value)]), &page) {
            assert!(target.starts_with('/'), "{target}");
        }
    }
}

/// The target of the first link whose relation is `next`.
fn next_target(mut text: &str) -> Option<&str> {
    loop {
        let (_, rest) = text.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        let end = end_of_params(rest);
        if rest.get(..end)?.split(';').any(is_next) {
            return Some(target.trim());
        }
        text = rest.get(end..)?;
    }
}

/// Where the parameters of a link end: at a comma outside of quotes.
fn end_of_params(text: &str) -> usize {
    let mut quoted = false;
    let comma = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == b',' && !quoted
    });
    comma.unwrap_or(text.len())
}

fn is_next(param: &str) -> bool {
    param.split_once('=').is_some_and(|(name, value)| {
        name.trim().eq_ignore_ascii_case("rel")
            && value
                .trim()
                .trim_matches('"')
                .split_whitespace()
                .any(|relation| relation.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(links: &[&str]) -> Result<Option<String>, String> {
        let mut headers = HeaderMap::new();
        for link in links {
            headers.append(LINK, link.parse().unwrap());
        }
        next(&headers, &Url::parse("https://a.io/v2/x/tags/list?n=2").unwrap())
    }

    #[test]
    fn links_as_registries_write_them() {
        let next = |text: &str| Ok(Some(text.to_owned()));
        let elsewhere = || Err("the next page is said to be on b.io".to_owned());
        for (links, expected) in [
            (
                &[r#"</v2/x/tags/list?last=b&n=2>; rel="next""#][..],
                next("/v2/x/tags/list?last=b&n=2"),
            ),
            (&["<?last=b>;REL=next"], next("/v2/x/tags/list?last=b")),
            (&["<list?last=b>; rel=next"], next("/v2/x/tags/list?last=b")),
            (&[r#"<https://a.io/v2/y>; rel="prev next""#], next("/v2/y")),
            (&[r#"<http://a.io:80/v2/y>; rel="next""#], next("/v2/y")),
            (&[r#"</a>; title="x, rel=next"; rel="prev", </b,c>; rel="next""#], next("/b,c")),
            (&["</a>; rel=prev", "</b>; rel=next"], next("/b")),
            (&[r#"<https://b.io/v2/y>; rel="next""#], elsewhere()),
            (&["<//b.io/y>; rel=next"], elsewhere()),
            (&["</v2/x/tags/list?n=2>; rel=next"], next("/v2/x/tags/list?n=2")),
            (
                &[r#"/v2/x/tags/list?page=1; rel="next""#],
                Err(
                    r#"the Link to the next page is not in <>: /v2/x/tags/list?page=1; rel="next""#
                        .to_owned(),
                ),
            ),
            (&["</a>; rel=prev"], Ok(None)),
            (&["</a"], Ok(None)),
            (&["nothing"], Ok(None)),
            (&[], Ok(None)),
        ] {
            assert_eq!(parse(links), expected, "{links:?}");
        }
    }
}
