//! How a command names entries: a platform, a digest's beginning, a position.

use std::fmt;
use std::str::FromStr;

use crate::oci::{Digest, PlatformPattern};

use super::{Draft, EntryId, Refused};

/// The fewest hex digits that name an entry.
const SHORTEST: usize = 4;
/// The most platforms that are named.
const FEW: usize = 6;

/// What names entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// `linux/arm/v7`, `linux/*`: all images of such a platform.
    Platform(PlatformPattern),
    /// `sha256:0a4e`, `0a4eaa0e`: the beginning of a digest.
    Digest(String),
    /// `#3`: the position in the list, from 1; attestations count.
    Number(usize),
}

impl Draft {
    /// The entries that are named.
    ///
    /// # Errors
    /// There are none, or a digest's beginning names several documents.
    pub fn find(&self, named: &Match) -> Result<Vec<EntryId>, Refused> {
        let items = &self.work().items;
        let found: Vec<EntryId> = match named {
            Match::Platform(pattern) => items
                .iter()
                .filter(|item| {
                    item.descriptor().is_some_and(|descriptor| {
                        !descriptor.is_attestation()
                            && descriptor.platform.as_ref().is_some_and(|it| pattern.matches(it))
                    })
                })
                .map(|item| item.id)
                .collect(),
            Match::Digest(prefix) => {
                let named = |digest: &Digest| {
                    digest.as_str().starts_with(prefix.as_str())
                        || digest.hex().starts_with(prefix.as_str())
                };
                let mut digests: Vec<&Digest> = items
                    .iter()
                    .filter_map(|item| item.descriptor().map(|it| &it.digest))
                    .filter(|digest| named(digest))
                    .collect();
                digests.dedup();
                if let [one, other, ..] = digests.as_slice()
                    && one != other
                {
                    return Err(Refused::Match(format!(
                        "{prefix} is the beginning of {one} and of {other}; write more of it"
                    )));
                }
                items
                    .iter()
                    .filter(|item| item.descriptor().is_some_and(|it| named(&it.digest)))
                    .map(|item| item.id)
                    .collect()
            }
            Match::Number(number) => number
                .checked_sub(1)
                .and_then(|at| items.get(at))
                .map(|item| item.id)
                .into_iter()
                .collect(),
        };
        if found.is_empty() {
            let entries = match items.len() {
                1 => "1 entry".to_owned(),
                several => format!("{several} entries"),
            };
            return Err(Refused::Match(match named {
                Match::Number(_) => format!("there is no entry {named}: the list has {entries}"),
                Match::Platform(_) | Match::Digest(_) => {
                    format!("no entry matches {named}: the list has {}", self.named_platforms())
                }
            }));
        }
        Ok(found)
    }

    /// The platforms of the list, the first of them by name; without any the count of its entries.
    fn named_platforms(&self) -> String {
        let items = &self.work().items;
        let images =
            items.iter().filter_map(|item| item.descriptor()).filter(|it| !it.is_attestation());
        let mut all: Vec<String> =
            images.filter_map(|it| it.platform.as_ref()).map(ToString::to_string).collect();
        let more = all.len().saturating_sub(FEW);
        all.truncate(FEW);
        match (all.is_empty(), more) {
            (true, _) if items.len() == 1 => "1 entry, without a platform".to_owned(),
            (true, _) => format!("{} entries, none with a platform", items.len()),
            (false, 0) => all.join(", "),
            (false, more) => format!("{} and {more} more", all.join(", ")),
        }
    }
}

impl FromStr for Match {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(number) = text.strip_prefix('#') {
            return match number.parse() {
                Ok(number) if number > 0 => Ok(Self::Number(number)),
                _ => Err(format!("{text:?} is not a position; write #1 for the first entry")),
            };
        }
        if text.contains('/') {
            return text.parse().map(Self::Platform);
        }
        let (algorithm, hex) = text.split_once(':').unwrap_or(("sha256", text));
        let is_hex = hex.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'));
        if !is_hex || hex.len() < SHORTEST || !algorithm.starts_with("sha") {
            return Err(format!(
                "{text:?} names no entry; write a platform (linux/arm/v7, linux/*), at least \
                 {SHORTEST} digits of a digest, or #N"
            ));
        }
        Ok(Self::Digest(text.to_owned()))
    }
}

impl fmt::Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Platform(pattern) => pattern.fmt(f),
            Self::Digest(prefix) => f.write_str(prefix),
            Self::Number(number) => write!(f, "#{number}"),
        }
    }
}
