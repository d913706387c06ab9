//! From an engine's name to an engine at work.

use crate::oci::Platform;

use super::super::Host;
use super::super::engine::{Family, Schema1};
use super::super::judge::{Compared, Unnamed};
use super::super::platforms::{Library, Version};
use super::super::run::Client;
use super::buildkit::buildkit;
use super::containerd::{ConfigCheck, ContainerdPull, Words};
use super::containers_image::{ContainersImage, overrides};
use super::cri::cri;
use super::ctr::Ctr;
use super::ctr_local::CtrLocal;
use super::ggcr::Ggcr;
use super::graphdriver::{graphdriver, graphdriver_20_10};
use super::moby;
use super::nerdctl::nerdctl;
use super::oci_client::OciClient;
use super::old_cri::OldCri;
use super::oras::Oras;
use super::podman::podman;
use super::regclient::Regclient;
use super::store::store;
use super::store_local::StoreLocal;
use super::windows::graphdriver_windows;

/// An engine of this family on this host, asked for this platform.
///
/// # Errors
/// The engine's own sentence for a request that it does not understand.
pub(in super::super) fn prepare(
    family: Family,
    host: &Host,
    request: Option<&str>,
) -> Result<Box<dyn Client>, String> {
    let docker = |version, cli_parses| {
        request
            .map(|text| moby::request(text, host, version, cli_parses))
            .transpose()
            .map_err(|error| error.to_string())
    };
    Ok(match family {
        Family::Containerd(version) => Box::new(containerd(host, request, version)?),
        Family::Cri(version) => Box::new(cri(&host.library(version), &host.own_spec())),
        Family::OldCri(version) => Box::new(OldCri::new(containerd(host, None, version)?, version)),
        Family::Ctr => {
            let library = host.library(Version::Rc5);
            let wanted = match request {
                Some(text) => parsed(&library, text)?,
                // ctr looks for Linux images on a Mac.
                None => moby::daemon(host).own_spec(),
            };
            unpacks(host, &wanted)?;
            Box::new(Ctr::new(library.ordered([wanted])))
        }
        Family::CtrLocal => {
            let library = host.library(Version::Rc5);
            let wanted = match request {
                Some(text) => parsed(&library, text)?,
                None => moby::daemon(host).own_spec(),
            };
            Box::new(CtrLocal::new(&library, &wanted))
        }
        Family::Nerdctl => {
            let library = host.library(Version::Rc5);
            let wanted = match request {
                Some(text) => {
                    library.parse(text).map_err(|_| format!("invalid platform: \"{text}\""))?
                }
                None => host.own_spec(),
            };
            unpacks(host, &wanted)?;
            Box::new(nerdctl(&library, &wanted))
        }
        Family::Graphdriver(version, schema1) => {
            // Engine 29 brought the command line that parses the platform itself.
            let request = docker(version, version >= Version::Rc2)?;
            if host.os() == "windows" {
                let pull = graphdriver_windows(host, request.as_ref());
                Box::new(pull.taking_schema1(schema1))
            } else {
                let pull = graphdriver(host, request.as_ref(), version);
                Box::new(pull.taking_schema1(schema1))
            }
        }
        Family::Graphdriver2010 => {
            let request = docker(Version::V0_2_1, false)?;
            if host.os() == "windows" {
                let pull = graphdriver_windows(host, request.as_ref());
                Box::new(pull.taking_schema1(Schema1::Pulled).without_nesting())
            } else {
                let pull = graphdriver_20_10(host, request.as_ref());
                Box::new(pull.taking_schema1(Schema1::Pulled).without_nesting())
            }
        }
        Family::Store => Box::new(store(host, docker(Version::Rc5, true)?, false)),
        Family::StoreLegacy => Box::new(store(host, docker(Version::Rc5, true)?, true)),
        Family::StoreLocal => Box::new(StoreLocal::new(host, docker(Version::Rc5, true)?)),
        Family::ContainersImage => {
            Box::new(ContainersImage::new(host, request.map(overrides).as_ref()))
        }
        Family::Podman => Box::new(podman(host, request)),
        Family::BuildKit => {
            let library = host.library(Version::Rc5);
            let target = match request {
                Some(text) => parsed(&library, text)?,
                None => host.own_spec(),
            };
            Box::new(buildkit(&library, &target))
        }
        Family::Ggcr => Box::new(Ggcr::new(request)?),
        Family::Regclient => Box::new(Regclient::new(host, request)?),
        Family::Oras => Box::new(Oras::new(host, request)?),
        Family::OciClient => Box::new(OciClient::new(host)),
    })
}

fn containerd(
    host: &Host,
    request: Option<&str>,
    version: Version,
) -> Result<ContainerdPull, String> {
    let library = host.library(version);
    let comparer = match request {
        Some(text) => library.only(&parsed(&library, text)?),
        None => library.default_for(&host.own_spec()),
    };
    let config = if version == Version::V0_2_1 {
        ConfigCheck::OsAndArchitecture
    } else {
        ConfigCheck::Whole
    };
    Ok(ContainerdPull {
        judge: Compared { comparer, unnamed: Unnamed::Last },
        words: Words::Plain,
        config,
        schema1: match version {
            Version::V0_2_1 => Schema1::Pulled,
            Version::Rc1 => Schema1::Disabled,
            _ => Schema1::Removed,
        },
    })
}

/// Whether containerd on a Linux host unpacks images of this system (ctr and nerdctl with
/// containerd 2.4.2).
fn unpacks(host: &Host, wanted: &Platform) -> Result<(), String> {
    if host.os() == "linux" && !wanted.os.is_empty() && wanted.os != "linux" {
        return Err("unable to initialize unpacker: no unpack platforms defined: invalid argument"
            .to_owned());
    }
    Ok(())
}

fn parsed(library: &Library, text: &str) -> Result<Platform, String> {
    library.parse(text).map_err(|error| error.to_string())
}
