//! One platform that is looked for (containerd/platforms `NewMatcher`).

use crate::oci::Platform;

use super::{Build, Normal, Version};

/// Matches entries against one platform.
#[derive(Debug, Clone)]
pub(super) struct Matcher {
    version: Version,
    os: String,
    /// `None` takes any architecture and variant.
    processor: Option<(String, String)>,
    os_features: Vec<String>,
    /// The build to compare with, where builds are compared.
    build: Option<Build>,
    /// The system that stands for an empty one.
    own_os: String,
}

/// What keeps an entry from matching; the later, the closer it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mismatch {
    /// Another operating system.
    Os,
    /// Another architecture.
    Architecture,
    /// Another variant than those that are compatible.
    Variant,
    /// A Windows build that the host does not run.
    Build,
    /// `os.features` that the host does not have.
    Features,
}

impl Matcher {
    /// `own_os` is the system that the client runs on.
    pub(super) fn new(platform: &Platform, version: Version, own_os: &str) -> Self {
        let normal = Normal::new(platform);
        let builds_compared = version >= Version::Rc1 || own_os == "windows";
        Self {
            version,
            os: if normal.os.is_empty() { own_os.to_owned() } else { normal.os.clone() },
            processor: Some((normal.architecture.clone(), normal.variant_in(version).to_owned())),
            build: (platform.os == "windows" && builds_compared).then_some(normal.build),
            os_features: normal.os_features,
            own_os: own_os.to_owned(),
        }
    }

    /// The same, whatever the architecture.
    pub(super) fn any_processor(mut self) -> Self {
        self.processor = None;
        self
    }

    /// Whether the entry matches; `features` off is how the library compares two entries of which
    /// neither matches.
    pub(super) fn check(&self, entry: &Normal, features: bool) -> Result<(), Mismatch> {
        let os = if entry.os.is_empty() { &self.own_os } else { &entry.os };
        if *os != self.os {
            return Err(Mismatch::Os);
        }
        if let Some((architecture, variant)) = &self.processor {
            if entry.architecture != *architecture {
                return Err(Mismatch::Architecture);
            }
            if entry.variant_in(self.version) != variant {
                return Err(Mismatch::Variant);
            }
        }
        if self
            .build
            .is_some_and(|host| !host.accepts(&entry.os_version, entry.build, self.version))
        {
            return Err(Mismatch::Build);
        }
        if features && self.version.minds_features() && !self.has_features(entry) {
            return Err(Mismatch::Features);
        }
        Ok(())
    }

    fn has_features(&self, entry: &Normal) -> bool {
        // One is taken off before the list is made unique (rc.4, rc.5).
        let overlooked =
            self.os == "windows" && self.version.overlooks_win32k() && entry.win32k_listed == 1;
        entry
            .os_features
            .iter()
            .filter(|feature| !(overlooked && *feature == "win32k"))
            .all(|feature| self.os_features.contains(feature))
    }

    /// Whether features take part.
    pub(super) fn minds_features(&self) -> bool {
        self.version.minds_features()
    }

    /// The builds that are accepted, where builds are compared.
    pub(super) fn builds(&self) -> Option<(u16, u16)> {
        self.build.filter(|build| !build.is_zero()).map(|build| build.runs(self.version))
    }

    /// What is looked for, in words.
    pub(super) fn wanted(&self) -> String {
        let Some((architecture, variant)) = &self.processor else {
            return format!("{}/*", self.os);
        };
        let mut platform = Platform::new(&self.os, architecture, variant);
        platform.os_features.clone_from(&self.os_features);
        platform.to_string()
    }
}
