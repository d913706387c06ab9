//! What changed between two looks at a tag.

use crate::cli::look::{Look, Wanted};
use crate::oci::{Digest, Platform};
use crate::text::plural;

/// The most platforms of one kind that are named in a line.
const NAMED: usize = 3;

/// What a look found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum State {
    /// The registry does not have the tag.
    Nothing,
    /// It holds this.
    There(Look),
}

impl State {
    pub(super) fn look(&self) -> Option<&Look> {
        match self {
            Self::Nothing => None,
            Self::There(look) => Some(look),
        }
    }

    fn digest(&self, wanted: Option<&Wanted>) -> Option<Digest> {
        let look = self.look()?;
        match wanted {
            Some(wanted) => look.image(wanted).cloned(),
            None => Some(look.digest.clone()),
        }
    }

    fn images(&self) -> &[(Platform, Digest)] {
        self.look().map_or(&[], |look| look.images.as_slice())
    }
}

/// A move, or what was there at the first look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Whether nothing was known before.
    pub(super) is_first: bool,
    /// The digest before; `None`: there was nothing.
    pub(super) before: Option<String>,
    /// The digest now; `None`: there is nothing.
    pub(super) after: Option<String>,
    /// The platforms whose images were added, removed or changed, by name.
    pub(super) platforms: Vec<(String, &'static str)>,
}

impl Change {
    /// What is new since the last look. With a wanted platform, only its image counts.
    pub(super) fn between(
        last: Option<&State>,
        now: &State,
        wanted: Option<&Wanted>,
    ) -> Option<Self> {
        let before = last.and_then(|last| last.digest(wanted));
        let after = now.digest(wanted);
        let is_first = last.is_none();
        (is_first || before != after).then(|| Self {
            is_first,
            before: before.map(|it| it.as_str().to_owned()),
            after: after.map(|it| it.as_str().to_owned()),
            platforms: last.map_or_else(Vec::new, |last| platforms(last, now, wanted)),
        })
    }

    /// `sha256:… → sha256:…  linux/arm64 added`
    pub(super) fn words(&self) -> String {
        let text = |digest: &Option<String>| digest.clone().unwrap_or_else(|| "nothing".to_owned());
        let after = text(&self.after);
        if self.is_first {
            return after;
        }
        let mut changed = self.platforms_words();
        if changed.is_empty() && self.before.is_some() && self.after.is_some() {
            "the images are the same".clone_into(&mut changed);
        }
        format!("{} → {after}  {changed}", text(&self.before))
    }
}

impl Change {
    /// `linux/arm64 added, 10 platforms changed`: few are named, many are counted.
    fn platforms_words(&self) -> String {
        let mut kinds: Vec<&str> = Vec::new();
        for (_, what) in &self.platforms {
            if !kinds.contains(what) {
                kinds.push(what);
            }
        }
        let words = kinds.into_iter().map(|kind| {
            let of_kind = self.platforms.iter().filter(|(_, what)| *what == kind);
            let names: Vec<String> = of_kind.map(|(name, what)| format!("{name} {what}")).collect();
            match names.len() {
                many if many > NAMED => format!("{} {kind}", plural(many, "platform")),
                _ => names.join(", "),
            }
        });
        words.collect::<Vec<_>>().join(", ")
    }
}

/// The platforms whose images are new, gone or other ones.
fn platforms(
    before: &State,
    after: &State,
    wanted: Option<&Wanted>,
) -> Vec<(String, &'static str)> {
    let of = |state: &State, name: &str| -> Vec<Digest> {
        let images = state.images().iter().filter(|(platform, _)| platform.to_string() == name);
        images.map(|(_, digest)| digest.clone()).collect()
    };
    let mut names: Vec<String> = Vec::new();
    for (platform, _) in before.images().iter().chain(after.images()) {
        let name = platform.to_string();
        if wanted.is_none_or(|wanted| wanted.is(platform)) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .filter_map(|name| {
            let (old, new) = (of(before, &name), of(after, &name));
            let what = match (old.is_empty(), new.is_empty()) {
                (true, false) => "added",
                (false, true) => "removed",
                _ if old != new => "changed",
                _ => return None,
            };
            Some((name, what))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(of: &str) -> Digest {
        Digest::sha256(of.as_bytes())
    }

    fn state(list: &str, images: &[(&str, &str)]) -> State {
        let image = |(architecture, content): &(&str, &str)| {
            (Platform::new("linux", architecture, ""), digest(content))
        };
        let images = images.iter().map(image).collect();
        State::There(Look { digest: digest(list), images, absent: Vec::new() })
    }

    #[test]
    fn what_comes_goes_and_changes_is_named() {
        let one = state("1", &[("amd64", "a"), ("arm64", "b"), ("386", "c")]);
        let two = state("2", &[("amd64", "a"), ("arm64", "x"), ("s390x", "d")]);
        let change = Change::between(Some(&one), &two, None).unwrap();
        let names: Vec<String> =
            change.platforms.iter().map(|(name, what)| format!("{name} {what}")).collect();
        assert_eq!(names, ["linux/arm64 changed", "linux/386 removed", "linux/s390x added"]);
        let many = ["amd64", "arm64", "386", "arm", "s390x"].map(|it| (it, "new"));
        let words = Change::between(Some(&one), &state("4", &many), None).unwrap().words();
        let said = "linux/arm added, linux/s390x added";
        assert!(words.ends_with(&format!("linux/386 changed, {said}")), "{words}");
        let words =
            Change::between(Some(&State::Nothing), &state("4", &many), None).unwrap().words();
        assert!(words.ends_with("  5 platforms added"), "{words}");
        assert_eq!(Change::between(Some(&one), &one, None), None);
        assert!(Change::between(None, &one, None).unwrap().is_first);
        let same = state("3", &[("amd64", "a"), ("arm64", "b"), ("386", "c")]);
        let words = Change::between(Some(&one), &same, None).unwrap().words();
        assert!(words.ends_with("the images are the same"), "{words}");
    }

    #[test]
    fn with_a_platform_only_its_image_counts() {
        let wanted = Wanted::parse("linux/aarch64").unwrap();
        let one = state("1", &[("amd64", "a"), ("arm64", "b")]);
        let other = state("2", &[("amd64", "x"), ("arm64", "b")]);
        assert_eq!(Change::between(Some(&one), &other, Some(&wanted)), None);
        let gone = Change::between(Some(&one), &State::Nothing, Some(&wanted)).unwrap();
        assert_eq!((gone.after, gone.platforms), (None, vec![("linux/arm64".into(), "removed")]));
        let back = Change::between(Some(&State::Nothing), &one, Some(&wanted)).unwrap();
        assert!(!back.is_first && back.before.is_none() && back.after.is_some());
    }
}
