//! `platy repos HOST`: the repositories of a registry.

mod args;

use serde_json::json;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::names::{Listed, collect};
use super::output::{print, print_json};
use super::registry_name::registry;
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::oci::{Failure, Host};
use crate::source::Sources;
use crate::text::{count, escape, natural};
pub(super) use args::ReposArgs;

pub(super) async fn run(args: &Args, wish: &ReposArgs) -> u8 {
    let host = match registry("repos", &wish.registry) {
        Ok(host) => host,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let most = usize::try_from(wish.most).unwrap_or(usize::MAX);
    let Listed { mut names, more, failure } = waiting.during(all(&sources, &host, most)).await;
    names.sort_by(|a, b| natural(a, b));
    if let (true, Some(failure), false) = (names.is_empty(), &failure, wish.json) {
        complain_failure(failure);
        return TROUBLE;
    }
    if wish.json {
        print_json(&json!({
            "host": host.as_str(),
            "repositories": names,
            "complete": failure.is_none() && !more,
            "error": failure.as_ref().map(|failure| {
                json!({ "class": failure.class.as_str(), "message": failure.to_string() })
            }),
        }));
    } else {
        let lines: String = names.iter().map(|name| format!("{}\n", escape(name))).collect();
        print(lines.as_bytes());
    }
    if let Some(failure) = failure {
        complain_failure(&failure);
        return if names.is_empty() { TROUBLE } else { PART };
    }
    if more {
        let names = count(names.len() as u64);
        complain(&format!("the registry has more than these {names}; --most N asks for more"));
        return PART;
    }
    DONE
}

async fn all(sources: &Sources, host: &Host, most: usize) -> Listed {
    match sources.registry() {
        Ok(registry) => {
            let page = async |next: Option<&_>| registry.repositories(host, next).await;
            collect(page, most).await
        }
        Err(failure) => failed(failure),
    }
}

fn failed(failure: Failure) -> Listed {
    Listed { names: Vec::new(), more: false, failure: Some(failure) }
}
