//! What is taken if no platform was asked for (containerd/platforms `defaults_*.go`).

use crate::oci::Platform;

use super::comparer::{Comparer, Order};
use super::{Library, Version};

impl Library {
    /// What a client takes if nobody said what to take: `Default()` of a program built for this
    /// system; `own` is `DefaultSpec()`.
    #[must_use]
    pub fn default_for(&self, own: &Platform) -> Comparer {
        default_for(self, own)
    }
}

fn default_for(library: &Library, own: &Platform) -> Comparer {
    match library.os.as_str() {
        // A Mac and a FreeBSD host take their own platform, then Linux, both exactly.
        "darwin" => library.ordered([own.clone(), Platform::new("linux", &own.architecture, "")]),
        "freebsd" => {
            library.ordered([own.clone(), Platform::new("linux", &own.architecture, &own.variant)])
        }
        "windows" => match library.version {
            Version::V0_2_1 | Version::Rc0 => library.only(own),
            Version::Rc1 => Comparer { order: Order::Revision, ..library.ordered([own.clone()]) },
            _ => Comparer { order: Order::VersionText, ..library.ordered([own.clone()]) },
        },
        _ => library.only(own),
    }
}
