//! How a wait ended.

use std::time::Duration;

use super::args::WaitArgs;
use crate::cli::complain::complain;
use crate::cli::output::{print_json, print_line};
use crate::cli::{DONE, PART, TROUBLE};
use crate::oci::{Digest, Failure, Reference};

pub(super) fn done(wait: &WaitArgs, reference: &Reference, digest: &Digest) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": reference.to_string(),
            "digest": digest.as_str(),
            "missing": [],
        }));
    } else {
        print_line(digest.as_str());
    }
    DONE
}

pub(super) fn over(wait: &WaitArgs, reference: &Reference, missing: &[String]) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": reference.to_string(),
            "digest": null,
            "missing": missing,
        }));
    }
    let limit = Duration::as_secs_f64(&wait.limit);
    complain(&format!(
        "{} is still not ready after {limit} s: {}",
        reference.familiar(),
        missing.join(", ")
    ));
    PART
}

pub(super) fn trouble(wait: &WaitArgs, reference: &Reference, failure: &Failure) -> u8 {
    if wait.json {
        print_json(&serde_json::json!({
            "reference": reference.to_string(),
            "digest": null,
            "missing": [],
            "error": { "class": failure.class.as_str(), "detail": failure.detail },
        }));
    }
    TROUBLE
}
