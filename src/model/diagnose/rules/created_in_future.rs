//! Images that are not made yet.

use jiff::Timestamp;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Severity};
use crate::text;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "created-in-future",
    says: "an image was made in the future, as its config says: the clock of the builder was \
           wrong, and tools that sort by time take it for the newest for ever",
    threads: &[],
    needs: "the configs and the time",
    find: Find::Facts(find),
};

/// Clocks differ by so many seconds without anybody minding.
const SLACK: i64 = 3600;

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(now)) = (&facts.behind, facts.now) else { return Vec::new() };
    let is_ahead = |created: &str| {
        let then = created.parse::<Timestamp>().ok();
        then.is_some_and(|then| then.as_second() > now.as_second().saturating_add(SLACK))
    };
    let ahead: Vec<_> = behind
        .images()
        .filter_map(|image| Some((image, image.created.as_deref()?)))
        .filter(|(_, created)| is_ahead(created))
        .collect();
    let title = match ahead.len() {
        0 => return Vec::new(),
        1 => "an image was made in the future".to_owned(),
        count => format!("{count} images were made in the future"),
    };
    let lines = ahead.iter().map(|(image, created)| {
        let age = text::age(created, now).unwrap_or_default();
        format!("{}: created {created} ({age})", image.line())
    });
    vec![
        RULE.finding(Severity::Warning, title)
            .about(ahead.iter().map(|(image, _)| *image))
            .saw_all(lines)
            .next("set the clock of the builder, or SOURCE_DATE_EPOCH, and build again"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{behind, listed, one, silent};
    use super::*;

    #[test]
    fn what_is_not_made_yet_is_found() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        let created = "2024-05-01T12:00:00Z";
        behind(&mut facts).entries[0].created = Some(created.to_owned());
        silent(&RULE, &facts);
        facts.now = Some("2024-05-01T11:30:00Z".parse().unwrap());
        silent(&RULE, &facts);
        facts.now = Some("2024-04-01T11:00:00Z".parse().unwrap());
        let found = one(&RULE, &facts);
        assert!(found.evidence[0].contains("(in 1 month)"), "{found:?}");
    }
}
