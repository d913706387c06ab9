//! Why something was not written, as JSON.

use serde_json::{Value, json};

use crate::oci::Failure;
use crate::work::push::Stopped;

/// `class` and `message`; the class is null if nothing failed, as when a guard stops a push.
pub(super) fn reason(stopped: &Stopped) -> Value {
    match stopped {
        Stopped::Failed { failure, .. } => failed(failure),
        other => json!({ "class": null, "message": other.to_string() }),
    }
}

/// The same of a failure.
pub(super) fn failed(failure: &Failure) -> Value {
    json!({ "class": failure.class.as_str(), "message": failure.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::Class;

    #[test]
    fn a_failure_has_a_class_and_a_guard_none() {
        let failure = Box::new(Failure::new(Class::Forbidden, "x", "no"));
        let failed = reason(&Stopped::Failed { step: 0, failure });
        assert_eq!(failed["class"], "forbidden");
        assert!(failed["message"].as_str().unwrap().contains("no"));
        assert_eq!(
            reason(&Stopped::Cancelled),
            json!({ "class": null, "message": "it was stopped" })
        );
    }
}
