//! The commands of each tool.

mod crane;
mod docker;
mod imagetools;
mod oras;
mod podman;
mod regctl;

use super::super::{Draft, Target};
use super::Tool;
use super::script::Script;
use super::source::Source;

/// Writes them for the entries that the tool takes.
pub(super) fn write(
    script: &mut Script,
    draft: &Draft,
    target: &Target,
    tool: Tool,
    sources: &[&Source],
) {
    match tool {
        Tool::Regctl => regctl::write(script, draft, target, sources),
        Tool::Oras => oras::write(script, draft, target, sources),
        Tool::Imagetools => imagetools::write(script, draft, target, sources),
        Tool::Crane => crane::write(script, draft, target, sources),
        Tool::Podman => podman::write(script, target, sources),
        Tool::Docker => docker::write(script, target, sources),
    }
}
