//! The library as it is compiled into one client on one machine.

use crate::oci::Platform;

use super::comparer::{Comparer, Order};
use super::ladder::ladder;
use super::matcher::Matcher;
use super::{Normal, Version};

/// One copy of the platform library: its release, and what the program that carries it was built
/// for. Everything that it answers can depend on both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Library {
    /// The release.
    pub version: Version,
    /// The system that the program was built for (Go's GOOS).
    pub os: String,
    /// The architecture that the program was built for (Go's GOARCH).
    pub architecture: String,
    /// The ARM variant that it finds on the machine; empty elsewhere.
    pub variant: String,
}

impl Library {
    /// The canonical spelling (`Normalize`).
    #[must_use]
    pub fn normalize(&self, platform: &Platform) -> Platform {
        let normal = Normal::new(platform);
        let variant = normal.variant_in(self.version).to_owned();
        Platform {
            os: if normal.os.is_empty() { self.os.clone() } else { normal.os },
            architecture: normal.architecture,
            variant,
            os_version: normal.os_version,
            os_features: normal.os_features,
            features: platform.features.clone(),
        }
    }

    /// The platform and everything that it also runs (`Only`).
    #[must_use]
    pub fn only(&self, platform: &Platform) -> Comparer {
        let platform = self.normalize(platform);
        self.ordered(
            ladder(&platform.architecture, &platform.variant, self.version).into_iter().map(
                |(architecture, variant)| Platform { architecture, variant, ..platform.clone() },
            ),
        )
    }

    /// The platform and nothing else (`OnlyStrict`).
    #[must_use]
    pub fn only_strict(&self, platform: &Platform) -> Comparer {
        self.ordered([self.normalize(platform)])
    }

    /// The platform's system, whatever the architecture; the platform's own comes first
    /// (`OnlyOS`).
    #[must_use]
    pub fn only_os(&self, platform: &Platform) -> Comparer {
        let own = Matcher::new(&self.normalize(platform), self.version, &self.os);
        let any = own.clone().any_processor();
        Comparer { matchers: vec![own, any], order: Order::Place }
    }

    /// Several platforms, in this order of preference (`Ordered`).
    #[must_use]
    pub fn ordered(&self, platforms: impl IntoIterator<Item = Platform>) -> Comparer {
        Comparer {
            matchers: platforms
                .into_iter()
                .map(|platform| Matcher::new(&platform, self.version, &self.os))
                .collect(),
            order: Order::Place,
        }
    }
}
