//! A config as JSON.

use serde_json::{Map, Value, json};

use crate::oci::{ConfigDocument, Digest, Failure, Location};

/// What the summary shows of a config, by name.
pub(super) fn document(location: &Location, image: &Digest, document: &ConfigDocument) -> Value {
    let config = &document.config;
    let runtime = &config.runtime;
    let labels: Map<String, Value> =
        runtime.labels.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let history = config.history.iter().map(|step| {
        json!({
            "created": step.created,
            "created_by": step.created_by,
            "comment": step.comment,
            "empty_layer": step.empty,
        })
    });
    let platform = &config.platform;
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "reference": location.to_string(),
        "image": image,
        "digest": document.digest,
        "size": document.bytes.len(),
        "platform": platform.to_string(),
        "os": said(&platform.os),
        "architecture": said(&platform.architecture),
        "variant": said(&platform.variant),
        "os_version": said(&platform.os_version),
        "os_features": platform.os_features,
        "created": config.created,
        "author": config.author,
        "entrypoint": runtime.entrypoint,
        "cmd": runtime.cmd,
        "user": runtime.user,
        "working_dir": runtime.working_dir,
        "env": runtime.env,
        "ports": runtime.ports,
        "volumes": runtime.volumes,
        "stop_signal": runtime.stop_signal,
        "shell": runtime.shell,
        "labels": labels,
        "diff_ids": config.diff_ids,
        "history": history.collect::<Vec<_>>(),
    })
}

/// Nothing was found.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({
        "reference": location.to_string(),
        "error": { "class": failure.class.as_str(), "message": failure.detail },
    })
}
