//! Every field of a node by its name.

use super::blob;
use super::fields::Fields;
use super::{Line, Subject, Tone, When};
use crate::model::compare::Encoder;
use crate::model::diagnose::Severity;
use crate::model::tree::{Load, Node, Role, What};
use crate::oci::{
    Annotations, ConfigDocument, Descriptor, Document, Failure, Image, Index, Kind, Manifest,
    RuntimeConfig, Schema1, Via, is_set,
};
use crate::text::{age, bytes, count, moment, plural};
use crate::tui::app::command_keys::with_keys;
use crate::tui::app::{Context, Keymap};

/// Where the pane is, for the keys that do what a command does.
const EXPLORER: [Context; 2] = [Context::Explorer, Context::Everywhere];

pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let mut fields = Fields::new(subject.width);
    if let Some(node) = subject.tree.node(subject.node) {
        match &node.what {
            What::Manifest { role, descriptor, document } => {
                manifest(subject, &mut fields, node, role);
                if let Some(document) = document {
                    content(subject, &mut fields, document);
                }
                if let Some(descriptor) = descriptor {
                    entry(&mut fields, descriptor);
                }
            }
            What::Config { descriptor, document } => {
                config(subject, &mut fields, node, descriptor, document.as_deref());
            }
            What::Layer { descriptor, number } => layer(subject, &mut fields, descriptor, *number),
            What::Referrers { of } => referrers(subject, &mut fields, node, of.as_str()),
            What::Odd { problem, raw, .. } => {
                fields.title(Tone::Danger, "not a usable descriptor");
                fields.gap();
                fields.field("problem", problem);
                fields.field("json", raw);
            }
        }
    }
    fields.into_lines()
}

/// What was found about the entry besides.
fn found(subject: &Subject<'_>, fields: &mut Fields) {
    for (severity, title) in subject.lints.of(subject.node) {
        let tone = match severity {
            Severity::Error => Tone::Danger,
            Severity::Warning => Tone::Warning,
            Severity::Info | Severity::Good => Tone::Muted,
        };
        fields.toned("finding", &format!("{} {title}", severity.sign()), tone);
    }
}

fn failed(keymap: &Keymap, fields: &mut Fields, failure: &Failure) {
    fields.gap();
    match failure.heading() {
        Some(title) => {
            fields.toned("failed", title, Tone::Danger);
            fields.field("", &failure.detail);
        }
        None => fields.toned("failed", &failure.detail, Tone::Danger),
    }
    if !failure.subject.is_empty() {
        fields.field("what", &failure.subject);
    }
    if let Some(status) = failure.status {
        fields.field("http status", &status.to_string());
    }
    for code in &failure.codes {
        fields.field("registry", &format!("{} {}", code.code, code.message));
    }
    if let Some(next) = &failure.next {
        fields.toned("next", &with_keys(next, keymap, &EXPLORER), Tone::Accent);
    }
}

fn state(keymap: &Keymap, fields: &mut Fields, node: &Node) {
    match &node.load {
        Load::Failed(failure) => failed(keymap, fields, failure),
        Load::Waiting => fields.toned("state", "waiting for its turn", Tone::Muted),
        Load::Loading => fields.toned("state", "loading", Tone::Muted),
        Load::Idle => fields.toned("state", "not asked for yet", Tone::Muted),
        Load::Ready => {}
    }
}

fn manifest(subject: &Subject<'_>, fields: &mut Fields, node: &Node, role: &Role) {
    let platform = subject.tree.platform_of(subject.node);
    let title = match (node.kind(), &platform) {
        (Kind::Image | Kind::Schema1, Some(platform)) => platform.to_string(),
        (Kind::Attestation, _) => "attestation".to_owned(),
        (Kind::Unknown, _) if node.document().is_none() => match role {
            Role::Root => subject.location.familiar(),
            _ => "manifest".to_owned(),
        },
        (kind, _) => kind.as_str().to_owned(),
    };
    fields.title(Tone::Strong, &title);
    if let Some(digest) = node.digest() {
        fields.title(Tone::Text, digest.as_str());
    }
    fields.gap();
    found(subject, fields);
    if let Some(document) = node.document() {
        fields.field("type", document.media_type.title());
        fields.field("media type", document.media_type.as_str());
        fields.field("size", &size(document.size()));
        if document.made {
            fields.field("made by", "platy: the archive holds no manifest, only manifest.json");
        }
        if document.made_by_engine {
            let words = "the engine, for the archive: it keeps images without their manifests";
            fields.field("made by", words);
        }
    } else if let Some(descriptor) = node.descriptor() {
        fields.field("type", descriptor.media_type.title());
        fields.field("media type", descriptor.media_type.as_str());
        fields.field("size", &size(descriptor.size));
    }
    match role {
        Role::Root => {
            fields.field("reference", &subject.location.to_string());
        }
        Role::Entry { position } | Role::Attestation { position } => {
            fields.field("entry", &format!("#{}", position + 1));
        }
        Role::Referrer { via } => {
            let found = match via {
                Via::Api => "the referrers API".to_owned(),
                Via::FallbackTag => "the fallback tag of the referrers".to_owned(),
                Via::CosignTag(tag) => format!("cosign's tag {tag}"),
                Via::SameIndex => "the same index".to_owned(),
            };
            fields.field("found by", &found);
        }
    }
    state(subject.keymap, fields, node);
}

fn content(subject: &Subject<'_>, fields: &mut Fields, document: &Document) {
    match &document.manifest {
        Manifest::Index(index) => index_fields(subject, fields, document, index),
        Manifest::Image(image) => image_fields(subject, fields, image),
        Manifest::Artifact(artifact) => {
            fields.optional("artifact", artifact.artifact_type.as_deref());
            fields.field("blobs", &count(artifact.blobs.len() as u64));
        }
        Manifest::Schema1(schema1) => schema1_fields(fields, schema1),
        Manifest::Unknown => {
            fields.gap();
            fields.title(Tone::Muted, "platy does not know this media type; Raw shows its bytes");
        }
    }
    if let Some(target) = document.manifest.subject() {
        fields.field("subject", target.digest.as_str());
    }
    if let Some(annotations) = document.manifest.annotations() {
        annotation_fields(fields, "annotations", annotations);
    }
}

fn index_fields(subject: &Subject<'_>, fields: &mut Fields, document: &Document, index: &Index) {
    let totals = subject.tree.totals(subject.node);
    let mut parts = vec![plural(totals.images, "image")];
    if totals.attestations > 0 {
        parts.push(plural(totals.attestations, "attestation"));
    }
    if totals.others > 0 {
        parts.push(plural(totals.others, "other"));
    }
    let odd = index.entries.iter().filter(|entry| entry.descriptor().is_none()).count();
    if odd > 0 {
        parts.push(format!("{odd} unusable"));
    }
    fields.field("entries", &format!("{} ({})", index.entries.len(), parts.join(" · ")));
    fields.field(
        "layers",
        &format!("{} in the images loaded, each layer once", size(totals.layers_size)),
    );
    if let Some(encoder) = Encoder::of(&document.bytes) {
        fields.field("encoded by", &encoder.to_string());
    }
    if let Some(artifact_type) = &index.artifact_type {
        fields.field("artifact", artifact_type);
    }
}

fn image_fields(subject: &Subject<'_>, fields: &mut Fields, image: &Image) {
    if let Some(artifact_type) = &image.artifact_type {
        fields.field("artifact", artifact_type);
    }
    let noun = subject.tree.noun_of_all(subject.node);
    let layers = plural(image.layers.len(), noun);
    fields.field(&format!("{noun}s"), &format!("{layers} · {}", size(image.layers_size())));
    if let Some(config) = image.config.descriptor() {
        fields.field("config", config.digest.as_str());
        if image.image_config().is_none() {
            fields.field("config type", config.media_type.as_str());
        }
    }
    if let Some(config) = subject.tree.config_document(subject.node) {
        image_config(subject.when(), fields, config);
    } else if let Some(failure) = subject
        .tree
        .config_of(subject.node)
        .and_then(|id| subject.tree.node(id))
        .and_then(|node| node.load.failure())
    {
        fields.gap();
        fields.title(Tone::Danger, "the config could not be had");
        failed(subject.keymap, fields, failure);
    }
}

pub(super) fn image_config(when: When<'_>, fields: &mut Fields, document: &ConfigDocument) {
    let config = &document.config;
    let platform = &config.platform;
    fields.field("config says", &platform.to_string());
    fields.optional("os.version", some(&platform.os_version));
    if !platform.os_features.is_empty() {
        fields.list("os.features", &platform.os_features);
    }
    created(when, fields, config.created.as_deref());
    if let Some(author) = &config.author {
        fields.field("author", author);
    }
    fields.gap();
    runtime(fields, &config.runtime);
    history(when, fields, document);
}

fn runtime(fields: &mut Fields, runtime: &RuntimeConfig) {
    let words = |list: &Option<Vec<String>>| {
        list.as_ref().map(|words| {
            let quoted: Vec<String> = words
                .iter()
                .map(|word| {
                    if word.is_empty() || word.contains(char::is_whitespace) {
                        format!("{word:?}")
                    } else {
                        word.clone()
                    }
                })
                .collect();
            quoted.join(" ")
        })
    };
    fields.optional("entrypoint", words(&runtime.entrypoint).as_deref());
    fields.optional("cmd", words(&runtime.cmd).as_deref());
    fields.optional("user", runtime.user.as_deref());
    fields.optional("workdir", runtime.working_dir.as_deref());
    fields.list("env", &runtime.env);
    fields.list("ports", &runtime.ports);
    fields.list("volumes", &runtime.volumes);
    if let Some(signal) = &runtime.stop_signal {
        fields.field("stop signal", signal);
    }
    if runtime.shell.is_some() {
        fields.optional("shell", words(&runtime.shell).as_deref());
    }
    fields.pairs("labels", &runtime.labels);
}

fn history(when: When<'_>, fields: &mut Fields, document: &ConfigDocument) {
    fields.gap();
    let steps = document.config.history.iter().map(|step| {
        let made = step
            .created
            .as_deref()
            .filter(|text| is_set(text))
            .and_then(|text| moment(text, when.zone));
        let by = step.created_by.as_deref().or(step.comment.as_deref()).unwrap_or("(no command)");
        let empty = if step.empty { " (no layer)" } else { "" };
        format!("{}  {by}{empty}", made.as_deref().unwrap_or("–"))
    });
    fields.list("history", steps);
}

fn created(when: When<'_>, fields: &mut Fields, created: Option<&str>) {
    let shown = created.map(|text| match (moment(text, when.zone), age(text, when.now)) {
        _ if !is_set(text) => format!("not set ({text})"),
        (Some(moment), Some(age)) => format!("{moment} · {age}"),
        _ => text.to_owned(),
    });
    fields.optional("created", shown.as_deref());
}

fn schema1_fields(fields: &mut Fields, schema1: &Schema1) {
    fields.gap();
    fields.title(
        Tone::Warning,
        "Legacy: one platform, no config, no selection. Docker 26, containerd 2.1 and later \
         refuse it.",
    );
    fields.gap();
    fields.optional("name", some(&schema1.name));
    fields.optional("tag", some(&schema1.tag));
    fields.optional("architecture", some(&schema1.architecture));
    let signed = "yes; the signatures are not checked, and the digest leaves them out";
    fields.field("signed", if schema1.signed { signed } else { "no" });
    fields.list("layers", &schema1.layers);
}

fn entry(fields: &mut Fields, descriptor: &Descriptor) {
    fields.gap();
    fields.title(Tone::Muted, "as its entry says");
    match &descriptor.platform {
        Some(platform) => {
            fields.optional("os", some(&platform.os));
            fields.optional("architecture", some(&platform.architecture));
            fields.optional("variant", some(&platform.variant));
            fields.optional("os.version", some(&platform.os_version));
            if !platform.os_features.is_empty() {
                fields.list("os.features", &platform.os_features);
            }
            if !platform.features.is_empty() {
                fields.list("features", &platform.features);
            }
        }
        None => fields.toned("platform", "the entry names none", Tone::Muted),
    }
    descriptor_fields(fields, descriptor);
}

fn descriptor_fields(fields: &mut Fields, descriptor: &Descriptor) {
    fields.field("digest", descriptor.digest.as_str());
    fields.field("size", &size(descriptor.size));
    if let Some(artifact_type) = &descriptor.artifact_type {
        fields.field("artifact", artifact_type);
    }
    if !descriptor.urls.is_empty() {
        fields.list("urls", &descriptor.urls);
        fields.toned("", "named by the entry; platy never fetches them", Tone::Muted);
    }
    annotation_fields(fields, "annotations", &descriptor.annotations);
}

fn annotation_fields(fields: &mut Fields, name: &str, annotations: &Annotations) {
    if !annotations.is_empty() {
        fields.pairs(name, annotations);
    }
}

fn config(
    subject: &Subject<'_>,
    fields: &mut Fields,
    node: &Node,
    descriptor: &Descriptor,
    document: Option<&ConfigDocument>,
) {
    fields.title(Tone::Strong, "config");
    fields.title(Tone::Text, descriptor.digest.as_str());
    fields.gap();
    let attests =
        node.parent.and_then(|it| subject.tree.node(it)).map(Node::kind) == Some(Kind::Attestation);
    match attests {
        true => fields.field("type", "config of an attestation"),
        false => fields.field("type", descriptor.media_type.title()),
    }
    fields.field("media type", descriptor.media_type.as_str());
    fields.field("size", &size(descriptor.size));
    state(subject.keymap, fields, node);
    match document {
        Some(document) => image_config(subject.when(), fields, document),
        None if subject.tree.blob_of(subject.node).is_some() => {
            if attests {
                fields.gap();
                fields.title(Tone::Muted, "it says nothing about an image");
            }
            blob::fields(subject, fields, descriptor);
        }
        None => {}
    }
}

fn layer(subject: &Subject<'_>, fields: &mut Fields, descriptor: &Descriptor, number: usize) {
    fields.title(Tone::Strong, &format!("{} {number}", subject.tree.noun(subject.node)));
    fields.title(Tone::Text, descriptor.digest.as_str());
    fields.gap();
    if let Some(created_by) = subject.tree.created_by(subject.node) {
        fields.field("made by", created_by);
    }
    let diff_id = subject
        .tree
        .node(subject.node)
        .filter(|_| subject.tree.blob_of(subject.node).is_none())
        .and_then(|node| subject.tree.config_document(node.parent?))
        .and_then(|config| config.config.diff_ids.get(number.checked_sub(1)?)?.as_ref());
    if let Some(diff_id) = diff_id {
        fields.field("diff id", diff_id.as_str());
    }
    fields.field("media type", descriptor.media_type.as_str());
    descriptor_fields(fields, descriptor);
    if subject.tree.blob_of(subject.node).is_some() {
        blob::fields(subject, fields, descriptor);
    }
}

fn referrers(subject: &Subject<'_>, fields: &mut Fields, node: &Node, of: &str) {
    fields.title(Tone::Strong, "referrers");
    fields.gap();
    fields.field("of", of);
    match node.load {
        Load::Ready if node.children.is_empty() => {
            fields.field("found", "nothing refers to it");
            fields.toned(
                "asked",
                "the referrers API or its fallback tag, and cosign's .sig, .att and .sbom tags",
                Tone::Muted,
            );
        }
        Load::Ready => {
            fields.field("found", &count(subject.tree.children(subject.node).count() as u64))
        }
        Load::Idle => {
            fields.toned("state", "not asked for: open it to ask the registry", Tone::Muted);
        }
        _ => state(subject.keymap, fields, node),
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// `3.9 MB (3 937 124 bytes)`
fn size(size: u64) -> String {
    if size < 1000 {
        return bytes(size);
    }
    format!("{} ({} bytes)", bytes(size), count(size))
}
