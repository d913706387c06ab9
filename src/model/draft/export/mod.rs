//! The same list as command lines of other tools, and what each of them makes of it.
//!
//! What a tool makes is worked out as a list ([`made`]) from one table of what it keeps
//! ([`keeps`]); the verdict is what differs from the draft's own ([`differences`]).

mod commands;
mod differences;
mod keeps;
mod made;
mod script;
mod source;
mod subject;
mod tool;
mod verdict;

pub use differences::{Differences, differences};
pub use tool::Tool;
pub use verdict::Verdict;

use super::{Draft, Target};
use keeps::Keeps;
use script::Script;
use source::Source;

/// How a tool makes a draft's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The tool.
    pub tool: Tool,
    /// What becomes of the list.
    pub verdict: Verdict,
    /// What has to be done before, in sentences.
    pub first: Vec<String>,
    /// Lines for a shell, with the verdict as comments above them.
    pub script: String,
}

/// How this tool makes the draft at the target.
#[must_use]
pub fn export(draft: &Draft, target: &Target, tool: Tool) -> Export {
    let keeps = Keeps::of(tool);
    let (sources, odd) = source::all(draft, target);
    let made = made::make(draft, &sources, keeps);
    let mut first = source::first(&sources, target, keeps);
    if made.document.get("subject").is_some() {
        first.extend(subject::of(draft).and_then(|it| it.first(draft, target)));
    }
    let verdict = match (target.tags.is_empty(), odd) {
        (true, _) => Verdict::Cannot(format!("{tool} needs a tag (--to)")),
        (_, Some(number)) => Verdict::Cannot(format!("entry {number} is not a usable descriptor")),
        _ if made.entries.is_empty() && (!keeps.makes_empty_lists || !sources.is_empty()) => {
            Verdict::Cannot("no entry is left that it takes".to_owned())
        }
        _ => Verdict::of(draft, &made, keeps),
    };
    let mut script = Script::new(draft, tool, &verdict, &first);
    if !matches!(verdict, Verdict::Cannot(_)) {
        let taken: Vec<&Source> =
            sources.iter().filter(|source| !made.left_out.contains(&source.number)).collect();
        commands::write(&mut script, draft, target, tool, &taken);
    }
    Export { tool, verdict, first, script: script.finish() }
}

/// How every tool makes it, the best first.
#[must_use]
pub fn export_all(draft: &Draft, target: &Target) -> Vec<Export> {
    let mut all: Vec<Export> = Tool::ALL.iter().map(|tool| export(draft, target, *tool)).collect();
    all.sort_by_key(|export| (export.verdict.rank(), export.first.len()));
    all
}
