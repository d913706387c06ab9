//! The names of engines and machines, for the long help.

use crate::model::select::{ENGINES, PROFILES};

/// Which engines and machines have names, and what those stand for.
pub(super) fn names() -> String {
    let mut out = String::from("Engines (for --engine), and the versions that they stand for:\n");
    for engine in &ENGINES {
        out.push_str(&format!("  {}\n", engine.versions));
        let names: Vec<&str> =
            std::iter::once(engine.id).chain(engine.aliases.iter().copied()).collect();
        out.push_str(&format!("      {}\n", names.join(", ")));
    }
    out.push_str("\nMachines (for --host):\n");
    for profile in &PROFILES {
        out.push_str(&format!("  {:14} {} ({})\n", profile.id, profile.title, profile.host()));
    }
    out.push_str(
        "\nExit code: 0 where every engine asked about picks what runs on the machine, 1 where one \
         gets nothing or a wrong platform, 2 on trouble.",
    );
    out
}
