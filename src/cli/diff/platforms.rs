//! `platy diff --packages A`: the packages of the platforms of one list.

use serde_json::json;

use super::super::args::Args;
use super::super::complain::{complain, complain_failure, complain_failures};
use super::super::output::{print_json, print_line, print_text};
use super::super::waiting::Waiting;
use super::super::{DONE, PART, TROUBLE};
use super::{DiffArgs, failure, packages};
use crate::model::tree::Tree;
use crate::oci::{Location, PlatformPattern};
use crate::source::Sources;
use crate::text::escape;
use crate::work::load::{self, Wanted};

pub(super) async fn run(args: &Args, diff: &DiffArgs) -> u8 {
    let location = diff.a.parse::<Location>().map_err(|error| error.to_string());
    let only = diff.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let (location, only) = match (location, only) {
        (Ok(location), Ok(only)) => (location, only),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let source = match sources.open(&location) {
        Ok(source) => source,
        Err(failure) => {
            complain_failure(&failure);
            return TROUBLE;
        }
    };
    let permits = args.options().permits;
    let wanted = Wanted { referrers_up_to: None, permits };
    let tree = waiting.during(load::whole(&source, Tree::default().only(only), wanted)).await;
    if let Some(failure) = failure(&source, &tree) {
        complain_failure(&failure);
        return TROUBLE;
    }
    let pairs = packages::platforms(&tree);
    if pairs.is_empty() {
        complain(&format!(
            "{location} has no two platforms to compare; name a second reference: \
             `platy diff --packages A B`"
        ));
        return TROUBLE;
    }
    let cache = sources.cache();
    let (opened, trees) = ([&source, &source], [&tree, &tree]);
    let compared = packages::compared(opened, cache.as_ref(), trees, &pairs, permits);
    let found = waiting.during(compared).await;
    if diff.json {
        print_json(&json!({
            "reference": location.to_string(),
            "packages": packages::json(&found),
        }));
    } else {
        print_line(&escape(&location.to_string()));
        print_text(&packages::text(&found));
    }
    let missing: Vec<_> = packages::missing(&found).collect();
    complain_failures(missing.iter().filter_map(|it| it.failure.as_deref()));
    let code = if packages::differ(&found) { PART } else { DONE };
    let page = || crate::cli::html::Page {
        title: location.to_string(),
        lead: Vec::new(),
        tables: vec![super::html::listed("Packages", "package", &packages::text(&found))],
    };
    crate::cli::html::write(diff.html.as_deref(), page, code)
}
