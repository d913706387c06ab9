//! What Docker's command line and daemon make of host and request before any store is asked.

use crate::oci::Platform;

use super::super::Host;
use super::super::platforms::{SpecifierError, Version};

/// The machine of the daemon: a Mac runs it in a Linux guest.
pub(super) fn daemon(host: &Host) -> Host {
    if host.os() == "darwin" { host.linux_guest() } else { host.clone() }
}

/// The platform of `--platform` as it arrives at the daemon.
///
/// Since 29.0 the command line parses it, on its own machine, and sends system, architecture and
/// variant only (cli/command/image/pull.go); older ones send the text for the daemon to parse.
pub(super) fn request(
    text: &str,
    host: &Host,
    version: Version,
    cli_parses: bool,
) -> Result<Platform, SpecifierError> {
    let machine = if cli_parses { host.clone() } else { daemon(host) };
    let platform = machine.library(version).parse(text)?;
    Ok(if cli_parses {
        Platform::new(&platform.os, &platform.architecture, &platform.variant)
    } else {
        platform
    })
}
