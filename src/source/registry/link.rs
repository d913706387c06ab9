//! `Link: <…>; rel="next"` (RFC 8288), by which lists are paged.

use reqwest::header::{HeaderMap, LINK};
use url::Url;

/// Path and query of the next page, where there is one.
///
/// # Errors
/// The host, where the next page is on another one. Scheme and port are not compared: proxies in
/// front of registries get them wrong, and only path and query are used.
pub(super) fn next(headers: &HeaderMap, page: &Url) -> Result<Option<String>, String> {
    let texts = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    let Some(target) = texts.filter_map(next_target).next() else { return Ok(None) };
    let Ok(url) = page.join(target) else { return Err(target.to_owned()) };
    if url.host_str() != page.host_str() {
        return Err(url.host_str().unwrap_or_default().to_owned());
    }
    let mut next = url.path().to_owned();
    if let Some(query) = url.query() {
        next.push('?');
        next.push_str(query);
    }
    let mut here = page.path().to_owned();
    if let Some(query) = page.query() {
        here.push('?');
        here.push_str(query);
    }
    // A page that is its own next would never end.
    Ok((next != here).then_some(next))
}

/// Reads the text of a header; for the fuzz targets.
pub(crate) fn read(text: &str) {
    let page = Url::parse("https://registry.example/v2/_catalog?n=2");
    if let (Ok(page), Ok(value)) = (page, text.parse()) {
        // A page is not its own next, which would never end.
        let found = next(&HeaderMap::from_iter([(LINK, value)]), &page);
        assert_ne!(found, Ok(Some("/v2/_catalog?n=2".to_owned())));
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
            (&[r#"<https://b.io/v2/y>; rel="next""#], Err("b.io".to_owned())),
            (&["<//b.io/y>; rel=next"], Err("b.io".to_owned())),
            (&["</v2/x/tags/list?n=2>; rel=next"], Ok(None)),
            (&["</a>; rel=prev"], Ok(None)),
            (&["</a"], Ok(None)),
            (&["nothing"], Ok(None)),
            (&[], Ok(None)),
        ] {
            assert_eq!(parse(links), expected, "{links:?}");
        }
    }
}
