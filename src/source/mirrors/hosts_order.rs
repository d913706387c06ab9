//! The hosts of a `hosts.toml` in the order of its table headers.
//!
//! containerd v2.4.2 (`getSortedHosts`) looks at headers only: `[host."A"]` and everything below
//! it. A host in an inline table or under a dotted key is never asked, and one whose `.header`
//! table is behind another host's is asked twice.

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, parse_document};

/// The hosts' addresses as they are written, some perhaps twice.
pub(super) fn hosts(text: &str) -> Vec<String> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut hosts = Vec::new();
    let mut header: Option<Vec<String>> = None;
    let mut receiver = |event: Event| match event.kind() {
        EventKind::StdTableOpen => header = Some(Vec::new()),
        EventKind::SimpleKey => {
            if let Some(parts) = &mut header {
                parts.push(decoded(&source, &event));
            }
        }
        EventKind::StdTableClose => {
            if let Some([first, host, ..]) = header.take().as_deref()
                && first == "host"
                && hosts.last() != Some(host)
            {
                hosts.push(host.clone());
            }
        }
        _ => {}
    };
    parse_document(&tokens, &mut receiver, &mut ());
    hosts
}

fn decoded(source: &Source<'_>, event: &Event) -> String {
    let mut text = String::new();
    if let Some(raw) = source.get(event) {
        raw.decode_key(&mut text, &mut ());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    // Seen in containerd v2.4.2 (getSortedHosts).
    #[test]
    fn only_headers_count_and_in_their_order() {
        let text = r#"
            server = "https://s"
            [host."b"]
            [host."b".header]
            x = "y"
            [host.'a'] # a comment with [host.c]
            note = """
            [host.d]
            """
            [host."b".header2]
            [other."e"]
            [[host."f"]]
            [host]
            "g" = {}
            host."h".capabilities = ["pull"]
            [host.plain.deep]
        "#;
        assert_eq!(hosts(text), ["b", "a", "b", "plain"]);
        assert_eq!(hosts("[Host.a]\n[host]\n"), [""; 0]);
    }
}
