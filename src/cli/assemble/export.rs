//! `platy export REFERENCE`

use super::edit::{base, target};
use super::job::{Trouble, reach};
use crate::cli::args::{Args, ExportArgs};
use crate::cli::output::print;
use crate::cli::{DONE, TROUBLE};
use crate::model::draft::{Draft, Tool, write_spec};
use crate::work::gather;

pub(in crate::cli) async fn export(args: &Args, export: &ExportArgs) -> u8 {
    match text(args, export).await {
        Ok(text) => {
            print(text.as_bytes());
            DONE
        }
        Err(trouble) => {
            trouble.complain();
            TROUBLE
        }
    }
}

async fn text(args: &Args, export: &ExportArgs) -> Result<String, Trouble> {
    let target = target(&export.reference, export.to.as_ref())?;
    let (sources, permits) = reach(args);
    let mut draft = Draft::of(base(&sources, &export.reference).await?)?;
    if export.spec {
        return Ok(write_spec(&draft, &target));
    }
    // Some tools take the platform from the config: whether that is the same has to be known.
    gather::learn(&mut draft, &sources, permits).await;
    let tools: &[Tool] = if export.tool.is_empty() { &Tool::ALL } else { &export.tool };
    let scripts: Vec<String> =
        tools.iter().map(|tool| crate::model::draft::export(&draft, &target, *tool)).collect();
    Ok(scripts.join("\n"))
}
