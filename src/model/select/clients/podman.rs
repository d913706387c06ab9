//! podman with `--platform`, `--os`, `--arch` or `--variant` (common/libimage/copier.go,
//! common/libimage/platform/platform.go): containerd's normalisation in front of containers/image.

use crate::oci::Platform;

use super::super::Host;
use super::super::platforms::Version;
use super::containers_image::{ContainersImage, overrides};
use super::moby;

pub(super) fn podman(host: &Host, request: Option<&str>) -> ContainersImage {
    // On macOS and Windows podman's service runs in a Linux guest.
    let host = if host.os() == "windows" { host.linux_guest() } else { moby::daemon(host) };
    let request = request.map(|text| normalised(&overrides(text), &host));
    ContainersImage::new(&host, request.as_ref())
}

/// A variant that normalising takes away is put back, unless it only says what goes without
/// saying: `v1` of amd64 is none, and `8` or `v8.0` of arm64 is v8 (libimage of April 2026).
fn normalised(typed: &Platform, host: &Host) -> Platform {
    let mut platform = host.library(Version::Rc4).normalize(typed);
    if platform.variant.is_empty() {
        platform.variant = match (platform.architecture.as_str(), typed.variant.as_str()) {
            ("amd64", "v1") => String::new(),
            ("arm64", "8" | "8.0" | "v8.0") => "v8".to_owned(),
            (_, variant) => variant.to_owned(),
        };
    }
    platform
}
