//! One architecture is alone under this tag while sibling tags are lists, or a tag leads to
//! one entry of another tag's list: a promotion that flattened it, or a job that overwrote
//! another's push.

use super::super::rule::{Find, Rule};
use super::super::{Behind, Facts, Finding, Severity, Sibling, names_platform};
use crate::oci::Digest;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "flattened-tag",
    says: "one architecture is alone under a tag while its sibling tags are lists, or the tag \
           leads to one entry of another tag's list: `docker pull` and `docker push` of it on one \
           machine, a flattened promotion, or a job that overwrote another's push",
    threads: &[],
    needs: "the tag and its siblings",
    find: Find::Facts(find),
};

/// Seen with Docker 29.8 on containerd's image store: the index of three platforms was replaced by
/// the host's manifest, with exit code 0.
const CAUSE: &str = "the commonest cause: `docker pull` and then `docker push` of the tag on one \
                     machine, which replaces the list by that machine's image, and reports success";

fn find(facts: &Facts) -> Vec<Finding> {
    let (Some(behind), Some(siblings)) = (&facts.behind, facts.siblings.known()) else {
        return Vec::new();
    };
    if behind.tag.as_deref().is_none_or(names_platform) {
        return Vec::new();
    }
    if behind.is_list() && behind.images().count() != 1 {
        return promoted_child(behind, siblings).into_iter().collect();
    }
    let lists: Vec<&Sibling> =
        siblings.iter().filter(|sibling| is_wider(sibling, behind)).collect();
    if lists.is_empty() || behind.images().next().is_none() {
        return Vec::new();
    }
    let own: Vec<&Digest> = behind.images().map(|image| &image.digest).collect();
    let parent = lists.iter().find(|sibling| holds(sibling, &own));
    let name = behind.name();
    let (severity, title) = match parent {
        Some(parent) if !behind.is_list() => (
            Severity::Error,
            format!("{name} leads to one entry of the list that the tag {} names", parent.tag),
        ),
        _ => (
            Severity::Warning,
            format!("{name} has one architecture, and tags beside it are lists"),
        ),
    };
    let platform = behind.images().next().and_then(|image| image.said());
    let finding = RULE
        .finding(severity, title)
        .saw(format!(
            "{name}: {} {}{}",
            behind.media_type.title(),
            behind.digest,
            platform.map(|platform| format!(", {platform}")).unwrap_or_default()
        ))
        .saw_all(lists.iter().map(|sibling| line(sibling)))
        .saw(CAUSE)
        .next(match (parent, &behind.repository) {
            (Some(parent), Some(repository)) => {
                copy_whole(&name, &format!("{repository}:{}", parent.tag))
            }
            _ => "look at the job that pushed this tag: lists are copied whole by `docker buildx \
                  imagetools create --tag NEW OLD`; and where each platform has a job, it must \
                  push under its own name, and one job makes the list"
                .to_owned(),
        });
    vec![finding]
}

fn copy_whole(to: &str, list: &str) -> String {
    format!(
        "copy the list whole: `docker buildx imagetools create --tag {to} {list}`, `crane copy` or \
         `skopeo copy --all`"
    )
}

/// A sibling that leads to one of this list's own entries.
fn promoted_child(behind: &Behind, siblings: &[Sibling]) -> Option<Finding> {
    let (sibling, entry) = siblings.iter().find_map(|sibling| {
        let entry = behind.images().find(|entry| entry.digest == sibling.answer.digest)?;
        Some((sibling, entry))
    })?;
    let title = format!("the tag {} leads to one entry of this list, not to the list", sibling.tag);
    let name = behind.name();
    let all = format!(
        "whoever pulls {} gets {} on every machine",
        sibling.tag,
        entry.said().map_or("that image".to_owned(), ToString::to_string)
    );
    Some(
        RULE.finding(Severity::Warning, title)
            .saw(format!("{name}: {} {}", behind.media_type.title(), behind.digest))
            .saw(line(sibling))
            .saw(format!("which is {}", entry.line()))
            .saw(CAUSE)
            .next(match &behind.repository {
                Some(repository) => {
                    format!(
                        "{all}; {}",
                        copy_whole(&format!("{repository}:{}", sibling.tag), &name)
                    )
                }
                None => format!("{all}; move that tag to the list"),
            }),
    )
}

/// A list of more images. One that was not read counts as such beside a bare manifest, but not
/// beside a list of one image: builds with attestations make those.
fn is_wider(sibling: &Sibling, behind: &Behind) -> bool {
    let images = sibling.entries.known().map(|entries| {
        let runs =
            |platform: &Option<_>| !platform.as_ref().is_some_and(crate::oci::Platform::is_unknown);
        entries.iter().filter(|(_, platform)| runs(platform)).count()
    });
    sibling.answer.media_type.is_index() && images.map_or(!behind.is_list(), |images| images > 1)
}

fn holds(sibling: &Sibling, digests: &[&Digest]) -> bool {
    let entries = sibling.entries.known().map(Vec::as_slice).unwrap_or_default();
    entries.iter().any(|(digest, _)| digests.contains(&digest))
}

fn line(sibling: &Sibling) -> String {
    format!("tag {}: {}", sibling.tag, sibling.answer)
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{bare, behind, listed, one, silent};
    use super::super::super::{Answered, Fact};
    use super::*;
    use crate::oci::{MediaType, Platform};

    fn sibling(tag: &str, media_type: MediaType, entries: Option<&[&Digest]>) -> Sibling {
        let answer = Answered { digest: Digest::sha256(tag.as_bytes()), media_type };
        let platform = Platform::new("linux", "amd64", "");
        let entries = entries.map_or_else(Fact::default, |entries| {
            Fact::Known(entries.iter().map(|it| ((*it).clone(), Some(platform.clone()))).collect())
        });
        Sibling { tag: tag.into(), answer, entries }
    }

    #[test]
    fn one_architecture_beside_lists_was_flattened() {
        let mut facts = bare("linux/arm64", "linux/amd64");
        facts.siblings = Fact::Known(vec![sibling("1.2", MediaType::OciIndex, None)]);
        assert_eq!(one(&RULE, &facts).severity, Severity::Warning);
        let own = facts.behind.as_ref().unwrap().digest.clone();
        let other = Digest::sha256(b"other");
        facts.siblings =
            Fact::Known(vec![sibling("1.2", MediaType::DockerList, Some(&[&other, &own]))]);
        let found = one(&RULE, &facts);
        assert_eq!(found.severity, Severity::Error);
        assert!(found.title.contains("the tag 1.2 names"), "{}", found.title);
        assert!(found.evidence.last().unwrap().contains("`docker push`"), "{found:?}");
        let copy = "imagetools create --tag example.com/team/app:1 example.com/team/app:1.2`";
        assert!(found.next_step.contains(copy), "{found:?}");
    }

    #[test]
    fn a_list_names_the_tag_that_leads_to_its_child() {
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        let mut latest = sibling("latest", MediaType::OciManifest, None);
        latest.answer.digest = behind(&mut facts).entries[1].digest.clone();
        facts.siblings = Fact::Known(vec![latest]);
        let found = one(&RULE, &facts);
        assert!(found.title.contains("latest"));
        assert!(found.evidence.last().unwrap().contains("`docker push`"), "{found:?}");
        let copy = "imagetools create --tag example.com/team/app:latest example.com/team/app:1`";
        assert!(found.next_step.contains(copy), "{found:?}");
    }

    // `1.2-amd64` beside the list `1.2`: jobs push each platform under its own name.
    #[test]
    fn a_tag_that_names_its_platform_was_not_flattened() {
        let mut facts = bare("linux/arm64", "linux/amd64");
        let own = facts.behind.as_ref().unwrap().digest.clone();
        facts.siblings = Fact::Known(vec![sibling("1.2", MediaType::OciIndex, Some(&[&own]))]);
        behind(&mut facts).tag = Some("1.2-amd64".to_owned());
        silent(&RULE, &facts);
    }

    #[test]
    fn single_images_among_their_like_are_as_they_should_be() {
        let mut facts = bare("linux/arm64", "linux/amd64");
        silent(&RULE, &facts);
        let other = Digest::sha256(b"other");
        facts.siblings = Fact::Known(vec![
            sibling("1.1", MediaType::OciManifest, None),
            sibling("1.0", MediaType::OciIndex, Some(&[&other])),
        ]);
        silent(&RULE, &facts);
        let mut facts = listed("linux/arm64", &["linux/amd64"]);
        facts.siblings = Fact::Known(vec![sibling("1.1", MediaType::OciIndex, None)]);
        silent(&RULE, &facts);
        let mut facts = listed("linux/arm64", &["linux/amd64", "linux/arm64"]);
        facts.siblings = Fact::Known(vec![sibling("1.1", MediaType::OciIndex, None)]);
        silent(&RULE, &facts);
    }
}
