//! Whether what an engine ends with runs on the machine, as far as platforms tell.

use super::{End, Seen};
use crate::model::select::platforms::{Mismatch, Normal, Version};
use crate::model::select::{Engine, Host, Missing, Outcome, hinges_on, leaves_out};
use crate::oci::{Class, Failure, Platform};

/// Whether a machine is served by what an engine ends with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Served {
    /// It is for this machine.
    Right,
    /// It is for this machine, and all there if something holds that platy does not ask; what.
    Depending(String),
    /// It is everything: the engine chooses nothing.
    Whole,
    /// It is for another machine; why.
    Wrong(String),
    /// There is nothing; why.
    Nothing(String),
    /// That is not known; why.
    Unknown(String),
}

impl Served {
    /// Judges an outcome, with the document that the engine ends with.
    #[must_use]
    pub fn of(
        engine: &Engine,
        host: &Host,
        outcome: &Outcome,
        end: Option<&End>,
        seen: Seen<'_>,
    ) -> Self {
        match outcome {
            Outcome::Picked(path) => of_pick(engine, host, path, end, seen),
            Outcome::Failed(_) => Self::Nothing("the engine fails".to_owned()),
            Outcome::Fails(fall) => Self::Nothing(fall.problem.clone()),
            Outcome::Nothing => {
                Self::Nothing("nothing is picked, and the engine reports success".to_owned())
            }
            Outcome::Several(paths) => Self::Nothing(format!(
                "{} images are downloaded and none of them is picked",
                paths.len()
            )),
            Outcome::Needs(needs) => {
                let Some(need) = needs.first() else {
                    return Self::Unknown("a document is missing".to_owned());
                };
                let what = match need.what {
                    Missing::Index => "the index",
                    Missing::Manifest => "the manifest",
                    Missing::Config => "the config of",
                };
                let digest = need.digest.as_ref().map_or("without a digest", |it| it.as_str());
                unread(&format!("{what} {digest}"), seen.failure(&need.path))
            }
            Outcome::Unknown(why) => Self::Unknown(why.clone()),
        }
    }

    /// Whether it runs on the machine; `None` if nothing was chosen by platform, or where that
    /// is not known.
    #[must_use]
    pub fn matches_host(&self) -> Option<bool> {
        match self {
            Self::Right | Self::Depending(_) => Some(true),
            Self::Wrong(_) | Self::Nothing(_) => Some(false),
            Self::Whole | Self::Unknown(_) => None,
        }
    }

    /// Why not, or why that is not known.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        match self {
            Self::Depending(why) | Self::Wrong(why) | Self::Nothing(why) | Self::Unknown(why) => {
                Some(why)
            }
            Self::Right | Self::Whole => None,
        }
    }
}

fn of_pick(
    engine: &Engine,
    host: &Host,
    path: &[usize],
    end: Option<&End>,
    seen: Seen<'_>,
) -> Served {
    let Some(end) = end else {
        return Served::Unknown("what is picked has no digest".to_owned());
    };
    if end.is_index {
        return Served::Whole;
    }
    if let Some(failure) = seen.failure(path)
        && failure.class == Class::NotFound
    {
        let what =
            if seen.manifest_failure(path).is_some() { "its manifest" } else { "its config" };
        return Served::Nothing(format!("it is chosen, but {what} is {}", failure.brief()));
    }
    if let Some(why) = leaves_out(engine, host, seen.offer, path) {
        return Served::Wrong(why);
    }
    match &end.runs_on {
        Some(platform) => match mismatch(engine, host, platform) {
            None => match hinges_on(engine, host, seen.offer, path) {
                Some(address) => Served::Depending(format!(
                    "a layer is at {address}: not known whether {address} answers"
                )),
                None => Served::Right,
            },
            Some(mismatch) => {
                let listed = end.platform.as_ref().map(Platform::short);
                let agrees = listed.is_none_or(|listed| listed == platform.short());
                let says = if agrees { "it is for" } else { "its config says" };
                Served::Wrong(format!("{says} {}", sentence(mismatch, host, platform)))
            }
        },
        // The config of what is not an image need not be JSON.
        None => match seen.failure(path) {
            Some(failure)
                if failure.class != Class::Unreadable
                    || seen.offer.foreign_config(path).is_none() =>
            {
                unread("the config", Some(failure))
            }
            _ => Served::Wrong("it names no platform, so it is not made to run".to_owned()),
        },
    }
}

/// What was not found is not found by an engine either; after other failures the answer is open.
fn unread(what: &str, failure: Option<&Failure>) -> Served {
    match failure {
        Some(failure) if failure.class == Class::NotFound => {
            Served::Nothing(format!("{what} is needed: {}", failure.brief()))
        }
        Some(failure) => Served::Unknown(format!("{what} could not be read: {failure}")),
        None => Served::Unknown(format!("{what} was not read")),
    }
}

/// What keeps an image of this platform from running on the host and in the engine's guest there,
/// by the rules of containerd's library.
fn mismatch(engine: &Engine, host: &Host, platform: &Platform) -> Option<Mismatch> {
    let normal = Normal::new(platform);
    let found: Vec<Mismatch> = [Some(host.clone()), engine.guest(host)]
        .into_iter()
        .flatten()
        .map(|machine| {
            machine.library(Version::Rc5).only(machine.platform()).standing(&normal).err()
        })
        .collect::<Option<_>>()?;
    found.into_iter().max()
}

fn sentence(mismatch: Mismatch, host: &Host, platform: &Platform) -> String {
    match mismatch {
        Mismatch::Os => format!("{}, and the machine runs {}", platform.os, host.os()),
        Mismatch::Architecture => format!("{}, and the machine is {host}", platform.short()),
        Mismatch::Variant => {
            format!("{}, which is more than the machine has ({host})", platform.short())
        }
        Mismatch::Build => format!("{platform}, and that build does not run on {host}"),
        Mismatch::Features => {
            format!("{platform}, which requires what the machine does not have")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_runs_its_own_platform_and_lesser_ones() {
        for (engine, host, platform, expected) in [
            ("docker", "linux/amd64/v3", "linux/amd64", None),
            ("docker", "linux/amd64/v3", "linux/amd64/v4", Some(Mismatch::Variant)),
            ("docker", "linux/arm/v7", "linux/arm/v6", None),
            ("docker", "linux/arm/v6", "linux/arm", Some(Mismatch::Variant)),
            ("docker", "linux/arm64", "linux/x86_64", Some(Mismatch::Architecture)),
            ("docker", "linux/arm64", "linux/aarch64", None),
            ("docker", "darwin/arm64", "linux/arm64/v8", None),
            ("docker", "darwin/arm64", "linux/amd64", Some(Mismatch::Architecture)),
            ("docker", "darwin/arm64", "windows/arm64", Some(Mismatch::Os)),
            ("podman", "windows-2022", "linux/amd64", None),
            ("docker", "windows-2022", "linux/amd64", Some(Mismatch::Os)),
            ("docker", "windows-2019", "windows(10.0.20348.1)/amd64", Some(Mismatch::Build)),
            ("docker", "windows-2022", "windows(10.0.20348.1)/amd64", None),
        ] {
            let engine = Engine::find(engine).unwrap();
            let host: Host = host.parse().unwrap();
            let platform = host.library(Version::Rc5).parse(platform).unwrap();
            assert_eq!(mismatch(engine, &host, &platform), expected, "{host} {platform}");
        }
    }
}
