//! `platy export REFERENCE`

use serde_json::{Value, json};

use super::args::{ExportArgs, ToolChoice};
use super::edit::{base, target};
use super::job::{Trouble, reach};
use crate::cli::args::Args;
use crate::cli::complain::complain;
use crate::cli::output::{print, print_json};
use crate::cli::{DONE, PART, TROUBLE};
use crate::model::draft::{Draft, Export, Verdict, export_all, write_spec};
use crate::work::gather;

pub(in crate::cli) async fn export(args: &Args, export: &ExportArgs) -> u8 {
    match text(args, export).await {
        Ok(code) => code,
        Err(trouble) => {
            trouble.complain();
            TROUBLE
        }
    }
}

async fn text(args: &Args, export: &ExportArgs) -> Result<u8, Trouble> {
    let target = target(&export.reference, export.to.as_ref())?;
    let (sources, permits) = reach(args);
    let mut draft = Draft::of(base(&sources, &export.reference).await?)?;
    // Some tools take the platform from the config: whether that is the same has to be known.
    gather::learn_for_tools(&mut draft, &sources, permits).await;
    if export.spec {
        print(write_spec(&draft, &target)?.as_bytes());
        return Ok(DONE);
    }
    let all = export_all(&draft, &target);
    let chosen: Vec<&Export> = if export.tool.is_empty() {
        all.iter().collect()
    } else {
        export.tool.iter().filter_map(|choice| chosen(&all, *choice)).collect()
    };
    if export.json {
        print_json(&json!({
            "reference": export.reference.to_string(),
            "target": target.to_string(),
            "digest": draft.document().digest,
            "tools": chosen.iter().map(|export| document(export)).collect::<Vec<_>>(),
        }));
    } else {
        let scripts: Vec<&str> = chosen.iter().map(|export| export.script.as_str()).collect();
        print(scripts.join("\n").as_bytes());
    }
    // All of them, without a tool being asked for, is an answer whatever it says.
    if export.tool.is_empty() {
        return Ok(DONE);
    }
    let mut code = DONE;
    for Export { tool, verdict, .. } in chosen {
        if let Verdict::Cannot(why) = verdict {
            complain(&format!(
                "{tool} cannot make this list: {why}; --tool auto names one that can"
            ));
            code = PART;
        }
    }
    Ok(code)
}

fn chosen(all: &[Export], choice: ToolChoice) -> Option<&Export> {
    match choice {
        ToolChoice::Auto => all.first(),
        ToolChoice::One(tool) => all.iter().find(|export| export.tool == tool),
    }
}

fn document(export: &Export) -> Value {
    let (loses, adds) = match &export.verdict {
        Verdict::Changes { loses, adds } => (loses.as_slice(), adds.as_slice()),
        _ => (&[] as &[String], &[] as &[String]),
    };
    json!({
        "tool": export.tool.as_str(),
        "version": export.tool.version(),
        "verdict": export.verdict.to_string(),
        "loses": loses,
        "adds": adds,
        "reason": match &export.verdict {
            Verdict::Cannot(why) => Some(why),
            _ => None,
        },
        "first": export.first,
        "script": export.script,
    })
}
