//! How large the images of tags are, over time: asked for on a key, of so many tags.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use jiff::Timestamp;

use super::{List, is_digest_tag};
use crate::model::tag_size::{MOST_SIZES, TagSize};
use crate::oci::{Failure, Platform};
use crate::text::count;
use crate::tui::app::cx::Cx;
use crate::tui::app::going::Listed;
use crate::tui::app::{Query, RequestId};

/// The sizes of tags, as far as they are known.
#[derive(Debug, Clone)]
pub struct Sizes {
    /// For which platform.
    pub platform: Platform,
    /// In the order in which they are asked for.
    of: IndexMap<String, SizeOf>,
    /// How many tags the list has beside them.
    left_out: usize,
}

/// What is known of the size of a tag's image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SizeOf {
    /// It is to be asked for.
    Waiting,
    /// It is asked for by this request.
    Asked(RequestId),
    /// How large it is.
    Known(TagSize),
    /// It could not be had.
    Failed(Failure),
}

impl Sizes {
    fn new(tags: impl Iterator<Item = String>, platform: Platform) -> Self {
        let mut tags = tags.map(|tag| (tag, SizeOf::Waiting));
        let of = tags.by_ref().take(MOST_SIZES).collect();
        Self { platform, of, left_out: tags.count() }
    }

    /// What is known of a tag; `None` if it is not among those that are asked for.
    #[must_use]
    pub fn of(&self, tag: &str) -> Option<&SizeOf> {
        self.of.get(tag)
    }

    /// The largest of the images.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.known().map(|it| it.size).max().unwrap_or(0)
    }

    fn known(&self) -> impl Iterator<Item = &TagSize> {
        self.of.values().filter_map(|it| match it {
            SizeOf::Known(size) => Some(size),
            SizeOf::Waiting | SizeOf::Asked(_) | SizeOf::Failed(_) => None,
        })
    }

    /// When the image of a tag was made.
    fn made(&self, tag: &str) -> Option<Timestamp> {
        match self.of.get(tag)? {
            SizeOf::Known(size) => size.moment(),
            SizeOf::Waiting | SizeOf::Asked(_) | SizeOf::Failed(_) => None,
        }
    }

    /// How far they are known; what failed for one reason is said once.
    fn words(&self) -> String {
        let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
        for of in self.of.values() {
            if let SizeOf::Failed(failure) = of {
                *reasons.entry(failure.brief()).or_default() += 1;
            }
        }
        let mut words = format!("sizes of {} of {} tags", self.known().count(), self.of.len());
        for (reason, times) in reasons {
            words += &format!(" · {times} × {reason}");
        }
        if self.left_out > 0 {
            words += &format!(" · {} more tags not asked for", count(self.left_out as u64));
        }
        words
    }
}

impl List {
    /// The sizes of the tags, while they are shown.
    #[must_use]
    pub fn sizes(&self) -> Option<&Sizes> {
        self.sizes.as_ref()
    }

    /// Shows how large the images of the tags are that the list shows, or the list again.
    pub(super) fn turn_sizes(&mut self, cx: &mut Cx) {
        if self.end_sizes(cx) {
            return;
        }
        let tags = self.shown.iter().filter_map(|at| self.names.get(*at));
        let tags = tags.filter(|tag| !is_digest_tag(tag)).cloned();
        let host = cx.choice.host().map(|named| named.host.platform().clone());
        self.sizes = Some(Sizes::new(tags, host.unwrap_or_default()));
        self.refilter_in_place();
    }

    /// Shows the list again, and asks for no more sizes; `false` if there were none.
    pub(super) fn end_sizes(&mut self, cx: &mut Cx) -> bool {
        let Some(sizes) = self.sizes.take() else { return false };
        for of in sizes.of.values() {
            if let SizeOf::Asked(request) = of {
                cx.stop(self.session, *request);
            }
        }
        self.refilter_in_place();
        true
    }

    /// Asks for further sizes, as many at once as the registry is asked at all.
    pub(super) fn pump_sizes(&mut self, cx: &mut Cx) {
        let Listed::Tags(repository) = &self.listed else { return };
        let Some(sizes) = &mut self.sizes else { return };
        let is_asked = |of: &&SizeOf| matches!(of, SizeOf::Asked(_));
        let room = cx.permits.saturating_sub(sizes.of.values().filter(is_asked).count());
        let waiting = sizes.of.iter_mut().filter(|(_, of)| **of == SizeOf::Waiting);
        for (tag, of) in waiting.take(room) {
            let (repository, platform) = (repository.clone(), sizes.platform.clone());
            let question = Query::TagSize { repository, tag: tag.clone(), platform };
            *of = SizeOf::Asked(cx.ask(self.session, question));
        }
    }

    /// Takes the size of a tag's image; the newest image comes first.
    pub(super) fn take_size(&mut self, tag: &str, size: Result<TagSize, Failure>) {
        let Some(sizes) = &mut self.sizes else { return };
        let of = size.map_or_else(SizeOf::Failed, SizeOf::Known);
        sizes.of.insert(tag.to_owned(), of);
        self.refilter_in_place();
    }

    /// Leaves only tags with sizes in what is shown, the newest image first unless a filter ranks
    /// them.
    pub(super) fn keep_sized(&mut self) {
        let Some(sizes) = &self.sizes else { return };
        let name = |at: &usize| self.names.get(*at).map_or("", String::as_str);
        self.shown.retain(|at| sizes.of.contains_key(name(at)));
        if self.filter.value().is_empty() {
            self.shown.sort_by_cached_key(|at| Reverse(sizes.made(name(at))));
        }
    }

    /// What the status line says of them.
    pub(super) fn words_of_sizes(&self, cx: &Cx) -> Option<String> {
        Some(format!("{} · {}", self.sizes.as_ref()?.words(), cx.requests_sent()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Player, World};
    use crate::tui::app::Effect;

    fn size(megabytes: u64, made: &str) -> Result<TagSize, Failure> {
        let (platform, made) = ("linux/amd64".parse().ok(), Some(made.to_owned()));
        Ok(TagSize { platform, size: megabytes * 1_000_000, made })
    }

    fn listed() -> Player {
        let world = World::index(&["linux/amd64"], false);
        let mut player = Player::opened(world, "demo/app:1.0", 100, 24);
        let digest_tag = format!("sha256-{}.sig", "0".repeat(64));
        let tags = ["1.0", "1.1", "2.0", "old", "bad", "worse", &digest_tag];
        player.pages = vec![tags.map(str::to_owned).to_vec()];
        player.keys("t");
        player.answer_all();
        player
    }

    fn asked(player: &Player) -> usize {
        player.count(|it| matches!(it, Query::TagSize { .. }))
    }

    #[test]
    fn sizes_are_asked_for_on_a_key_and_shown_over_time() {
        let mut player = listed();
        for (tag, size) in [
            ("1.0", size(20, "2026-01-01T00:00:00Z")),
            ("1.1", size(40, "2026-11-20T00:00:00Z")),
            ("2.0", size(80, "2026-06-01T00:00:00Z")),
            ("old", size(10, "1970-01-02T00:00:00Z")),
        ] {
            player.sizes.insert(tag.to_owned(), size.unwrap());
        }
        assert_eq!(asked(&player), 0);
        player.keys("s");
        assert_eq!(asked(&player), 6, "a tag that is made of a digest has no image of its own");
        assert!(player.screen().contains("sizes of 0 of 6 tags"), "{}", player.screen());
        player.answer_all();
        let screen = player.screen();
        assert!(
            screen.contains("sizes of 4 of 6 tags · 2 × not in the registry (404)"),
            "{screen}"
        );
        let at = |text: &str| screen.find(text).unwrap_or_else(|| panic!("{text}: {screen}"));
        let order = ["  40 MB", "  80 MB", "  20 MB", "  10 MB"].map(at);
        assert!(order.is_sorted(), "{order:?} {screen}");
        assert!(screen.contains("3 days ago") && screen.contains("████"), "{screen}");
        // The list again.
        player.keys("s");
        assert!(!player.screen().contains(" MB"), "{}", player.screen());
        assert_eq!(asked(&player), 6);
    }

    #[test]
    fn what_was_not_answered_ends_with_the_sizes() {
        let mut player = listed();
        player.keys("s");
        let open: Vec<Effect> = player
            .asked()
            .filter(|it| matches!(it.2, Query::TagSize { .. }))
            .map(|(session, request, _)| Effect::Stop { session, request })
            .collect();
        player.keys("esc");
        assert_eq!(open.len(), 6);
        assert!(open.iter().all(|stop| player.log.contains(stop)));
        assert!(player.screen().contains("1.1"), "{}", player.screen());
        player.answer_all();
        assert!(!player.screen().contains("sizes of"), "{}", player.screen());
    }

    #[test]
    fn no_more_tags_are_asked_for_than_anybody_compares() {
        let mut player = listed();
        player.pages = vec![(0..90).map(|at| format!("1.{at}")).collect()];
        player.keys("r");
        player.answer_all();
        player.state.cx.permits = 4;
        player.keys("s");
        assert_eq!(asked(&player), 4, "as many at once as the registry is asked");
        player.answer_all();
        assert_eq!(asked(&player), MOST_SIZES);
        assert!(player.screen().contains("30 more tags not asked for"), "{}", player.screen());
        // A filter before says which.
        player.keys("esc / 1 . 8 enter s");
        assert!(player.screen().contains("of 11 tags"), "{}", player.screen());
    }
}
