//! Engines that take the first entry of which the fields are equal to what was asked for, in the
//! spelling that it was asked in: go-containerregistry, oras, oci-client.

use crate::oci::Platform;

use super::super::judge::{Judge, Rank};
use super::super::offer::Candidate;
use super::super::platforms::Normal;
use super::super::reason::Reason;

/// The first entry that equals a platform.
pub(super) struct First {
    wanted: Platform,
    normal: Normal,
    /// What an entry without a platform is taken for.
    unnamed: Option<Platform>,
}

impl First {
    pub(super) fn new(wanted: Platform, unnamed: Option<Platform>) -> Self {
        Self { normal: Normal::new(&wanted), wanted, unnamed }
    }

    fn compare(&self, given: &Platform) -> Result<(), Reason> {
        let wanted = &self.wanted;
        if given.os != wanted.os {
            return Err(Reason::Os);
        }
        if given.architecture != wanted.architecture {
            return Err(Reason::Architecture);
        }
        if !wanted.variant.is_empty() && given.variant != wanted.variant {
            return Err(Reason::Variant);
        }
        if !wanted.os_version.is_empty() && given.os_version != wanted.os_version {
            return Err(Reason::Version);
        }
        if !wanted.os_features.iter().all(|feature| given.os_features.contains(feature)) {
            return Err(Reason::LacksFeatures);
        }
        Ok(())
    }

    /// Whether the platform equals what is wanted.
    pub(super) fn takes(&self, given: &Platform) -> bool {
        self.compare(given).is_ok()
    }
}

impl Judge for First {
    fn judge<'c>(&self, candidate: &'c Candidate) -> Result<Rank<'c>, Reason> {
        if candidate.is_odd() {
            return Err(Reason::Odd);
        }
        let given = candidate.platform.as_ref().or(self.unnamed.as_ref());
        let given = given.ok_or(Reason::NoPlatform)?;
        match self.compare(given) {
            Ok(()) => Ok(Rank::PLAIN),
            Err(reason) if candidate.normal.names(&self.normal) => Err(reason.or_spelling()),
            Err(reason) => Err(reason),
        }
    }

    fn wanted(&self) -> Vec<String> {
        vec![self.wanted.to_string()]
    }

    fn likes(&self, candidate: &Candidate) -> Option<String> {
        let taken_for = self.unnamed.as_ref().filter(|_| candidate.platform.is_none())?;
        Some(format!("it names no platform and is taken for {taken_for}"))
    }

    fn takes_first(&self) -> bool {
        true
    }
}
