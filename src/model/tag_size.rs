//! How large the image of a tag is.

use std::sync::Arc;

use jiff::Timestamp;

use crate::oci::{Descriptor, Entry, Image, ImageConfig, Index, Platform};

/// The most tags whose images are asked for together.
pub const MOST_SIZES: usize = 60;

/// How large the image of a tag is for one platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TagSize {
    /// The platform that its list names, or else its config.
    pub platform: Option<Platform>,
    /// The bytes of its layers, as the manifest gives them: packed.
    pub size: u64,
    /// When it was made, if its config says so (RFC 3339).
    pub made: Option<String>,
}

impl TagSize {
    /// When it was made, as a moment.
    #[must_use]
    pub fn moment(&self) -> Option<Timestamp> {
        self.made.as_deref()?.parse().ok()
    }

    /// Whether it is for this platform, as far as both say their variant.
    #[must_use]
    pub fn is_for(&self, platform: &Platform) -> bool {
        let is_it = |own: &Platform| {
            let variants = [&own.variant, &platform.variant];
            is_near(own, platform)
                && (own.variant == platform.variant || variants.iter().any(|it| it.is_empty()))
        };
        self.platform.as_ref().is_none_or(is_it)
    }

    /// What the manifest and the config of an image say, and its entry in a list, if it has one.
    #[must_use]
    pub fn of(image: &Image, config: Option<&ImageConfig>, entry: Option<&Descriptor>) -> Self {
        let named = entry.and_then(|entry| entry.platform.clone());
        Self {
            platform: named.or_else(|| config.map(|config| config.platform.clone())),
            size: image.layers_size(),
            made: config.and_then(|config| config.made_at().map(str::to_owned)),
        }
    }
}

/// The entry of a list that is measured: the image of this platform, or else of another variant of
/// it, or else the first image.
#[must_use]
pub fn measured<'a>(list: &'a Index, platform: &Platform) -> Option<&'a Arc<Descriptor>> {
    let images =
        || list.entries.iter().filter_map(Entry::descriptor).filter(|it| !it.is_attestation());
    let is_near = |it: &Platform| is_near(it, platform);
    let with = |fits: &dyn Fn(&Platform) -> bool| {
        images().find(|entry| entry.platform.as_ref().is_some_and(fits))
    };
    with(&|it| is_near(it) && it.variant == platform.variant)
        .or_else(|| with(&is_near))
        .or_else(|| images().next())
}

/// Whether both are of one system and architecture.
fn is_near(one: &Platform, other: &Platform) -> bool {
    (&one.os, &one.architecture) == (&other.os, &other.architecture)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::world::World;
    use crate::oci::Manifest;

    #[test]
    fn the_image_of_the_platform_is_measured_or_the_nearest() {
        let platforms = ["linux/amd64", "linux/arm/v7", "linux/arm/v6", "windows/amd64"];
        let world = World::index(&platforms, true);
        let list = world.bytes(&world.root_digest()).unwrap();
        let Ok(Manifest::Index(list)) = Manifest::parse(&crate::oci::MediaType::OciIndex, &list)
        else {
            panic!("no list")
        };
        for (wanted, found) in [
            ("linux/arm/v6", "linux/arm/v6"),
            ("linux/arm/v5", "linux/arm/v7"),
            ("windows/amd64", "windows/amd64"),
            ("linux/s390x", "linux/amd64"),
        ] {
            let entry = measured(&list, &wanted.parse().unwrap()).unwrap();
            assert_eq!(entry.platform.as_ref().unwrap().to_string(), found, "{wanted}");
        }
    }

    #[test]
    fn an_image_is_for_a_platform_as_far_as_both_say_their_variant() {
        for (own, wanted, is_it) in [
            ("linux/arm64/v8", "linux/arm64", true),
            ("linux/arm64", "linux/arm64/v8", true),
            ("linux/arm/v7", "linux/arm/v6", false),
            ("linux/amd64", "windows/amd64", false),
        ] {
            let size = TagSize { platform: own.parse().ok(), size: 1, made: None };
            assert_eq!(size.is_for(&wanted.parse().unwrap()), is_it, "{own} {wanted}");
        }
        let unnamed = TagSize { platform: None, size: 1, made: None };
        assert!(unnamed.is_for(&"linux/amd64".parse().unwrap()), "nothing says another");
    }
}
