//! `--sizes`: how large the images of the tags are, the newest image first.

use std::cmp::Reverse;

use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::cli::complain::note;
use crate::cli::output::print_text;
use crate::model::tag_size::{MOST_SIZES, TagSize};
use crate::oci::{Failure, Location, Platform, Repository, digest_tag};
use crate::source::Sources;
use crate::text::{bar, bytes, escape, pad, width};
use crate::work::tag_size::tag_size;

/// The cells of a size and of its bar.
const SIZE: usize = 8;
const BAR: usize = 24;

/// Tags with the sizes of their images.
pub(super) struct TagSizes {
    all: Vec<(String, Result<TagSize, Failure>)>,
    /// How many tags were not asked for.
    left_out: usize,
}

impl TagSizes {
    /// Asks for the sizes of the first tags, many at once.
    pub(super) async fn ask(
        sources: &Sources,
        repository: &Repository,
        names: &[String],
        platform: &Platform,
    ) -> Self {
        let tags: Vec<&String> = names.iter().filter(|name| digest_tag(name).is_none()).collect();
        let left_out = tags.len().saturating_sub(MOST_SIZES);
        let one = |tag: String| async move {
            let source = sources.open(&Location::Registry(repository.tagged(&tag)));
            let size = match source {
                Ok(source) => tag_size(source.as_ref(), platform).await,
                Err(failure) => Err(failure),
            };
            (tag, size)
        };
        let tags = tags.into_iter().take(MOST_SIZES).cloned();
        let asked = futures_util::stream::iter(tags).map(one).buffered(sources.permits());
        let mut all: Vec<_> = asked.collect().await;
        let made = |size: &Result<TagSize, Failure>| size.as_ref().ok().and_then(TagSize::moment);
        all.sort_by_cached_key(|(_, size)| Reverse(made(size)));
        Self { all, left_out }
    }

    /// Why some could not be had.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Failure> {
        self.all.iter().filter_map(|(_, size)| size.as_ref().err())
    }

    /// Prints them, and says how many were not asked for.
    pub(super) fn print(&self) {
        print_text(&self.text());
        if self.left_out > 0 {
            note(&format!("{} more tags were not asked for", self.left_out));
        }
    }

    /// A line for each tag whose size is known: size, bar, when it was made and for what.
    fn text(&self) -> String {
        let known = || self.all.iter().filter_map(|(tag, size)| Some((tag, size.as_ref().ok()?)));
        let names = known().map(|(tag, _)| width(&escape(tag))).max().unwrap_or(0);
        let largest = known().map(|(_, size)| size.size).max().unwrap_or(0);
        let line = |(tag, size): (&String, &TagSize)| {
            let platform = size.platform.as_ref().map(Platform::short).unwrap_or_default();
            // The day is enough beside others.
            let day = size.moment().map(|it| it.strftime("%Y-%m-%d").to_string());
            let line = format!(
                "{}  {:>SIZE$}  {}  {:<10}  {}",
                pad(&escape(tag), names),
                bytes(size.size),
                pad(&bar(size.size, largest, BAR), BAR),
                day.unwrap_or_default(),
                escape(&platform),
            );
            format!("{}\n", line.trim_end())
        };
        known().map(line).collect()
    }

    /// The same as JSON, with those that could not be had.
    pub(super) fn json(&self) -> Vec<Value> {
        let one = |(tag, size): &(String, Result<TagSize, Failure>)| match size {
            Ok(it) => json!({
                "tag": tag, "bytes": it.size, "made": it.made,
                "platform": it.platform.as_ref().map(ToString::to_string), "error": null,
            }),
            Err(failure) => json!({
                "tag": tag, "bytes": null, "made": null, "platform": null,
                "error": { "class": failure.class.as_str(), "message": failure.to_string() },
            }),
        };
        self.all.iter().map(one).collect()
    }
}
