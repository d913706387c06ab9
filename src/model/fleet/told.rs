//! What there is to say of an image, in sentences.

use super::{Cell, Exception, Fleet, Image, Nearest};

/// A sentence about an image, which does not name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// What it is about.
    pub kind: Kind,
    /// The position of the machine that it is about, if it is about one.
    pub host: Option<usize>,
    /// The sentence, without a full stop.
    pub text: String,
}

/// The kinds of sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A machine gets nothing.
    Nothing,
    /// A machine gets an image that is not for it.
    Wrong,
    /// A platform that was expected is not there.
    Missing,
    /// Its labels are not true.
    Untrue,
    /// Something could not be read, or told.
    Unread,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Nothing, Self::Wrong, Self::Missing, Self::Untrue, Self::Unread];

    /// Its name in reports.
    #[must_use]
    pub fn rule(self) -> &'static str {
        match self {
            Self::Nothing => "fleet-nothing",
            Self::Wrong => "fleet-wrong",
            Self::Missing => "fleet-missing",
            Self::Untrue => "fleet-untrue",
            Self::Unread => "fleet-unread",
        }
    }

    /// What it means.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Nothing => "A machine gets nothing of an image",
            Self::Wrong => "A machine gets an image that is not for it",
            Self::Missing => "An image does not have an expected platform",
            Self::Untrue => "The labels of an image are not true",
            Self::Unread => "An image could not be read",
        }
    }

    /// `✗` for a finding, `?` for what could not be found out.
    #[must_use]
    pub fn sign(self) -> char {
        if self == Self::Unread { '?' } else { '✗' }
    }
}

impl Fleet {
    /// Everything that is wrong with an image, exceptions or not.
    #[must_use]
    pub fn told(&self, image: &Image) -> Vec<Told> {
        let mut told = Vec::new();
        let mut tell = |kind, host, text| told.push(Told { kind, host, text });
        match &image.outcome {
            None => tell(Kind::Unread, None, "it was not asked about".to_owned()),
            Some(Err(failure)) => {
                let text = format!("{}: {}", failure.class.title(), failure.detail);
                tell(Kind::Unread, None, text);
            }
            Some(Ok(behind)) => {
                for (at, (host, cell)) in self.hosts.iter().zip(&behind.cells).enumerate() {
                    let at = Some(at);
                    match cell {
                        Cell::Nothing(why) => {
                            tell(Kind::Nothing, at, format!("{host} gets nothing: {why}"));
                        }
                        Cell::Wrong { platform, why, .. } => {
                            tell(Kind::Wrong, at, format!("{host} gets {platform}: {why}"));
                        }
                        Cell::Unknown(why) => {
                            tell(Kind::Unread, at, format!("what {host} gets is not known: {why}"));
                        }
                        Cell::Gets { .. } | Cell::NotAsked => {}
                    }
                }
                for platform in &behind.missing {
                    tell(Kind::Missing, None, format!("there is no image for {platform}"));
                }
            }
        }
        match &image.proven {
            Some(Ok(untrue)) => {
                for text in untrue {
                    tell(Kind::Untrue, None, text.clone());
                }
            }
            Some(Err(why)) => {
                tell(Kind::Unread, None, format!("its labels were not proven: {why}"))
            }
            None => {}
        }
        told
    }
}

impl Nearest {
    /// What it says to do.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Tag(tag) => format!("the nearest tag that has all of it is {tag}"),
            Self::NoneOf(0) => "the repository has no other tag".to_owned(),
            Self::NoneOf(number) => {
                format!("none of the {number} nearest tags has all of it")
            }
            Self::Unknown(why) => format!("other tags could not be looked at: {why}"),
        }
    }
}

impl Exception {
    /// `an exception until 2027-03-31: …`
    #[must_use]
    pub fn words(&self) -> String {
        let Self { reason, until, is_over } = self;
        if *is_over {
            format!("its exception ended on {until}: {reason}")
        } else {
            format!("an exception until {until}: {reason}")
        }
    }
}
