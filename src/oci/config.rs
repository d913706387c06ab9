//! The image config (OCI `config.md`; Docker's is the same shape).

use std::sync::Arc;

use serde_json::{Map, Value};

use super::annotations::{self, Annotations};
use super::{Descriptor, Digest, Image, Platform, json};
use crate::text::plural;

/// The parsed view of an image config. Fields of another type than the specification's count as
/// absent; the bytes beside this view still show them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// `os`, `architecture`, `variant`, `os.version`, `os.features`.
    pub platform: Platform,
    /// `created`, as written (RFC 3339).
    pub created: Option<String>,
    /// `author`.
    pub author: Option<String>,
    /// `config`: how a container of the image starts.
    pub runtime: RuntimeConfig,
    /// `rootfs.diff_ids`: the digest of each layer before compression. An unusable one is `None`.
    pub diff_ids: Vec<Option<Digest>>,
    /// `history`, oldest first.
    pub history: Vec<HistoryStep>,
}

/// The `config` object of an image config.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuntimeConfig {
    /// `Entrypoint`; `None` if absent or null.
    pub entrypoint: Option<Vec<String>>,
    /// `Cmd`; `None` if absent or null.
    pub cmd: Option<Vec<String>>,
    /// `Env`, each `NAME=value`.
    pub env: Vec<String>,
    /// `User`.
    pub user: Option<String>,
    /// `WorkingDir`.
    pub working_dir: Option<String>,
    /// The keys of `ExposedPorts`.
    pub ports: Vec<String>,
    /// The keys of `Volumes`.
    pub volumes: Vec<String>,
    /// `Labels`.
    pub labels: Annotations,
    /// `StopSignal`.
    pub stop_signal: Option<String>,
    /// `ArgsEscaped` (Docker, Windows): the command is one command line, not a list of arguments.
    pub args_escaped: bool,
    /// `Shell` (Docker).
    pub shell: Option<Vec<String>>,
}

/// One element of `history`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryStep {
    /// `created`, as written.
    pub created: Option<String>,
    /// `created_by`: the command that made the layer.
    pub created_by: Option<String>,
    /// `comment`.
    pub comment: Option<String>,
    /// `empty_layer`: the step made no layer.
    pub empty: bool,
}

/// A history step with the layer that it made, in the order of the build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The step; `None` if the history is shorter than the layers.
    pub history: Option<HistoryStep>,
    /// The number of the layer (from 1) and its descriptor; `None` for an empty step or where
    /// the history is longer than the layers.
    pub layer: Option<(usize, Arc<Descriptor>)>,
    /// The layer's digest before compression, if the config has it.
    pub diff_id: Option<Digest>,
}

impl ImageConfig {
    /// Parses a config.
    ///
    /// # Errors
    /// A sentence if the bytes are not a JSON object.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        json::parse_object(bytes).map(|object| Self::from_object(&object))
    }

    pub(super) fn from_object(object: &Map<String, Value>) -> Self {
        let rootfs = json::object(object, "rootfs");
        Self {
            platform: Platform::from_object(object),
            created: json::string(object, "created"),
            author: json::string(object, "author").filter(|text| !text.is_empty()),
            runtime: json::object(object, "config").map(read_runtime).unwrap_or_default(),
            diff_ids: rootfs.map_or_else(Vec::new, |rootfs| {
                json::array(rootfs, "diff_ids")
                    .iter()
                    .map(|id| id.as_str().and_then(|text| text.parse().ok()))
                    .collect()
            }),
            history: json::array(object, "history").iter().map(read_step).collect(),
        }
    }

    /// When it was made, if the config says so: Go's zero time (`0001-01-01`, ko, cosign) and the
    /// beginning of Unix time (`1970-01-01`, Jib, reproducible builds) mean "not set".
    #[must_use]
    pub fn made_at(&self) -> Option<&str> {
        self.created.as_deref().filter(|created| is_set(created))
    }

    /// Aligns the history with the layers of the image: each step that is not empty made the next
    /// layer. Layers that are left over are alone at the end; if steps are left over, it is not
    /// known which step made which layer, and both are alone, the layers first.
    #[must_use]
    pub fn steps(&self, image: &Image) -> Vec<Step> {
        let mut layers = image
            .layers
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                let layer = entry.descriptor().map(|layer| (at + 1, Arc::clone(layer)));
                (layer, self.diff_ids.get(at).cloned().flatten())
            })
            .collect::<Vec<_>>()
            .into_iter();
        let mut steps = Vec::with_capacity(self.history.len());
        if self.misalignment(image.layers.len()).is_some() {
            steps.extend(layers.map(|(layer, diff_id)| Step { history: None, layer, diff_id }));
            let alone =
                |it: &HistoryStep| Step { history: Some(it.clone()), layer: None, diff_id: None };
            steps.extend(self.history.iter().map(alone));
            return steps;
        }
        for history in &self.history {
            let (layer, diff_id) =
                if history.empty { (None, None) } else { layers.next().unwrap_or((None, None)) };
            steps.push(Step { history: Some(history.clone()), layer, diff_id });
        }
        steps.extend(layers.map(|(layer, diff_id)| Step { history: None, layer, diff_id }));
        steps
    }

    /// Why the history says of no layer what made it, in a sentence: if more steps made layers than
    /// the image has, any of them may be the one too many.
    #[must_use]
    pub fn misalignment(&self, layers: usize) -> Option<String> {
        let steps = self.history.iter().filter(|step| !step.empty).count();
        (steps > layers).then(|| {
            format!(
                "the history has {} that made layers, and the image has {}: they cannot be aligned",
                plural(steps, "step"),
                plural(layers, "layer")
            )
        })
    }

    /// The commands that made an image's layers, in their order; none if history and layers cannot
    /// be aligned.
    pub fn commands(&self, layers: usize) -> impl Iterator<Item = Option<&str>> {
        let history = match self.misalignment(layers) {
            Some(_) => &[],
            None => self.history.as_slice(),
        };
        history.iter().filter(|step| !step.empty).map(|step| step.created_by.as_deref())
    }

    /// What made the layer with this position (from 0) of an image with so many, if the history
    /// tells.
    #[must_use]
    pub fn created_by(&self, layer: usize, layers: usize) -> Option<&str> {
        self.commands(layers).nth(layer).flatten()
    }
}

/// Whether a time says something, and is not Go's or Unix's zero.
#[must_use]
pub fn is_set(time: &str) -> bool {
    !["0001-01-01T00:00:00", "1970-01-01T00:00:00"].iter().any(|zero| time.starts_with(zero))
}

fn read_runtime(object: &Map<String, Value>) -> RuntimeConfig {
    let list = |key: &str| {
        json::get(object, key).filter(|value| value.is_array()).map(|_| json::strings(object, key))
    };
    let text = |key: &str| json::string(object, key).filter(|text| !text.is_empty());
    let keys = |key: &str| {
        json::object(object, key).map_or_else(Vec::new, |map| map.keys().cloned().collect())
    };
    RuntimeConfig {
        entrypoint: list("Entrypoint"),
        cmd: list("Cmd"),
        env: json::strings(object, "Env"),
        user: text("User"),
        working_dir: text("WorkingDir"),
        ports: keys("ExposedPorts"),
        volumes: keys("Volumes"),
        labels: annotations::read(object, "Labels"),
        stop_signal: text("StopSignal"),
        args_escaped: json::get(object, "ArgsEscaped") == Some(&Value::Bool(true)),
        shell: list("Shell"),
    }
}

fn read_step(value: &Value) -> HistoryStep {
    let Value::Object(object) = value else {
        return HistoryStep::default();
    };
    HistoryStep {
        created: json::string(object, "created"),
        created_by: json::string(object, "created_by"),
        comment: json::string(object, "comment").filter(|text| !text.is_empty()),
        empty: json::get(object, "empty_layer").and_then(Value::as_bool).unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oci::{Manifest, MediaType};

    fn image(layers: usize) -> Image {
        let entry = |n: usize| {
            format!(
                r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{}","size":{n}}}"#,
                Digest::sha256(&[n as u8])
            )
        };
        let layers: Vec<_> = (0..layers).map(entry).collect();
        let json = format!(r#"{{"config":{},"layers":[{}]}}"#, entry(9), layers.join(","));
        match Manifest::parse(&MediaType::OciManifest, json.as_bytes()).unwrap() {
            Manifest::Image(image) => image,
            other => panic!("{other:?}"),
        }
    }

    fn numbers(config: &str, layers: usize) -> Vec<(Option<String>, Option<usize>)> {
        ImageConfig::parse(config.as_bytes())
            .unwrap()
            .steps(&image(layers))
            .into_iter()
            .map(|step| {
                let by = step.history.and_then(|history| history.created_by);
                (by, step.layer.map(|(number, _)| number))
            })
            .collect()
    }

    #[test]
    fn empty_steps_make_no_layer() {
        let config = r#"{"history":[{"created_by":"ADD"},{"created_by":"ENV","empty_layer":true},
                        {"created_by":"COPY"}]}"#;
        let by = |text: &str| Some(text.to_owned());
        assert_eq!(
            numbers(config, 2),
            [(by("ADD"), Some(1)), (by("ENV"), None), (by("COPY"), Some(2))]
        );
        assert_eq!(
            numbers(config, 3),
            [(by("ADD"), Some(1)), (by("ENV"), None), (by("COPY"), Some(2)), (None, Some(3))]
        );
        assert_eq!(
            numbers(config, 1),
            [(None, Some(1)), (by("ADD"), None), (by("ENV"), None), (by("COPY"), None)],
            "which step made the layer is not known"
        );
        assert_eq!(numbers("{}", 1), [(None, Some(1))]);
    }

    #[test]
    fn a_zero_time_is_not_set() {
        for (created, set) in [
            (r#""0001-01-01T00:00:00Z""#, false),
            (r#""1970-01-01T00:00:00Z""#, false),
            (r#""1970-01-01T00:00:00.000Z""#, false),
            (r#""1980-01-01T00:00:01Z""#, true),
            (r#""1970-01-02T00:00:00Z""#, true),
            ("null", false),
        ] {
            let json = format!(r#"{{"created":{created}}}"#);
            let config = ImageConfig::parse(json.as_bytes()).unwrap();
            assert_eq!(config.made_at().is_some(), set, "{created}");
        }
    }

    #[test]
    fn null_and_wrong_types_count_as_absent() {
        let config = ImageConfig::parse(
            br#"{"os":7,"architecture":"arm64","config":{"Entrypoint":null,"Cmd":["sh"],
                "Env":"no","ExposedPorts":{"80/tcp":{}},"Labels":{"a":1}},"history":[3]}"#,
        )
        .unwrap();
        assert_eq!(config.platform.to_string(), "?/arm64");
        assert_eq!(config.runtime.entrypoint, None);
        assert_eq!(config.runtime.cmd, Some(vec!["sh".to_owned()]));
        assert_eq!(config.runtime.ports, ["80/tcp"]);
        assert_eq!(config.runtime.labels.get("a").unwrap(), "1");
        assert_eq!(config.history, [HistoryStep::default()]);
    }
}
