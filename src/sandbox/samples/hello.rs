//! Two plain images, and the list made of both by hand.

use std::io;

use super::rootfs::{image, windows};
use super::sample::Sample;
use crate::oci::Platform;
use crate::sandbox::Store;

const NAME: &str = "multiarch-hello-world";

pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        reference: "yorek/multiarch-hello-world:latest",
        title: "a Docker manifest list",
        look_at: "two platforms under one tag: the list that `docker manifest create` makes",
    },
    Sample {
        reference: "yorek/multiarch-hello-world:linux",
        title: "a Docker image for Linux",
        look_at: "one manifest without a list; its platform is only in the config",
    },
    Sample {
        reference: "yorek/multiarch-hello-world:windows",
        title: "a Docker image for Windows",
        look_at: "os.version in the config, which Windows hosts compare with their own",
    },
];

pub(super) fn fill(store: &Store) -> io::Result<()> {
    let repository = store.repository("yorek/multiarch-hello-world");
    let linux = image(&repository, &Platform::new("linux", "amd64", ""), NAME, 12)?;
    let linux = linux.docker().push_tag("linux");
    let windows = image(&repository, &windows("10.0.17763.5696"), NAME, 24)?;
    let windows = windows.docker().push_tag("windows");
    repository.index().docker().entry(linux).entry(windows).push_tag("latest");
    Ok(())
}
