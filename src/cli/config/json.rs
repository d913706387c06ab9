//! A config as JSON.

use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::output::Each;
use crate::oci::{Annotations, ConfigDocument, Digest, Failure, HistoryStep, Location};

/// What the summary shows of a config, by name. A step of the history takes much more room as a
/// value than as what it is made of.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    reference: String,
    image: &'a Digest,
    digest: &'a Digest,
    size: usize,
    platform: String,
    os: Option<&'a str>,
    architecture: Option<&'a str>,
    variant: Option<&'a str>,
    os_version: Option<&'a str>,
    os_features: &'a [String],
    created: Option<&'a str>,
    author: Option<&'a str>,
    entrypoint: Option<&'a [String]>,
    cmd: Option<&'a [String]>,
    user: Option<&'a str>,
    working_dir: Option<&'a str>,
    env: &'a [String],
    ports: &'a [String],
    volumes: &'a [String],
    stop_signal: Option<&'a str>,
    shell: Option<&'a [String]>,
    labels: &'a Annotations,
    diff_ids: &'a [Option<Digest>],
    history: Each<'a, HistoryStep>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(
        location: &Location,
        image: &'a Digest,
        document: &'a ConfigDocument,
    ) -> Self {
        let ConfigDocument { config, digest, bytes, .. } = document;
        let (platform, runtime) = (&config.platform, &config.runtime);
        let said = |text: &'a String| (!text.is_empty()).then_some(text.as_str());
        Self {
            reference: location.to_string(),
            image,
            digest,
            size: bytes.len(),
            platform: platform.to_string(),
            os: said(&platform.os),
            architecture: said(&platform.architecture),
            variant: said(&platform.variant),
            os_version: said(&platform.os_version),
            os_features: &platform.os_features,
            created: config.created.as_deref(),
            author: config.author.as_deref(),
            entrypoint: runtime.entrypoint.as_deref(),
            cmd: runtime.cmd.as_deref(),
            user: runtime.user.as_deref(),
            working_dir: runtime.working_dir.as_deref(),
            env: &runtime.env,
            ports: &runtime.ports,
            volumes: &runtime.volumes,
            stop_signal: runtime.stop_signal.as_deref(),
            shell: runtime.shell.as_deref(),
            labels: &runtime.labels,
            diff_ids: &config.diff_ids,
            history: Each(&config.history, step),
        }
    }
}

fn step(step: &HistoryStep) -> Value {
    json!({
        "created": step.created,
        "created_by": step.created_by,
        "comment": step.comment,
        "empty_layer": step.empty,
    })
}

/// Nothing was found.
pub(super) fn failed(location: &Location, failure: &Failure) -> Value {
    json!({
        "reference": location.to_string(),
        "error": { "class": failure.class.as_str(), "message": failure.detail },
    })
}
