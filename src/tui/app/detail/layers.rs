//! The layers of an image beside the build steps that made them, empty steps too.

use std::sync::Arc;

use super::{Line, Subject, Tone, on_machine, shared};
use crate::oci::{Descriptor, Image, Step, layer_note};
use crate::text::{bar, bytes, escape, pad, plural, wrap};

/// The column of the command: after number and size.
const INDENT: usize = 15;
/// Cells of the bar of a size, under the size.
const BAR: usize = 8;
/// The longest command shown whole, in cells.
const MAX_COMMAND: usize = 2_000;

pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let Some((image_id, image)) = subject.tree.image_at(subject.node) else {
        let mut lines = shared::lines(subject);
        for more in [on_machine::lines(subject), on_machine::hint(subject)] {
            push_block(&mut lines, more);
        }
        return lines;
    };
    let sizes = image.layers.iter().filter_map(|entry| Some(entry.descriptor()?.size));
    let room = (subject.width, sizes.max().unwrap_or(0));
    let noun = subject.tree.noun_of_all(image_id);
    let mut lines = vec![head(image, noun)];
    push_block(&mut lines, on_machine::lines(subject));
    lines.push(Line::default());
    match subject.tree.config_document(image_id) {
        Some(config) => {
            if let Some(problem) = config.config.misalignment(image.layers.len()) {
                let pieces = wrap(&problem, subject.width).into_iter();
                lines.extend(pieces.map(|piece| Line::of(Tone::Warning, piece)));
                lines.push(Line::default());
            }
            for step in config.config.steps(image) {
                push_step(&mut lines, &step, room);
            }
        }
        None => {
            let why = match subject
                .tree
                .config_of(image_id)
                .and_then(|id| subject.tree.node(id))
                .and_then(|node| node.load.failure())
            {
                Some(failure) => format!("the history is missing: {}", failure.detail),
                None if image.is_artifact() => "an artifact has no build history".to_owned(),
                None => "the history is not loaded yet".to_owned(),
            };
            for line in wrap(&escape(&why), subject.width) {
                lines.push(Line::of(Tone::Muted, line));
            }
            lines.push(Line::default());
            for (at, entry) in image.layers.iter().enumerate() {
                if let Some(layer) = entry.descriptor() {
                    let layer = Some((at + 1, Arc::clone(layer)));
                    push_step(&mut lines, &Step { history: None, layer, diff_id: None }, room);
                }
            }
        }
    }
    push_block(&mut lines, on_machine::hint(subject));
    lines
}

/// Lines with a gap before them; none of both if there are none.
fn push_block(lines: &mut Vec<Line>, more: Vec<Line>) {
    if !more.is_empty() {
        lines.push(Line::default());
        lines.extend(more);
    }
}

fn head(image: &Image, noun: &str) -> Line {
    let how = if noun == "layer" { " compressed, base first" } else { "" };
    Line::of(Tone::Strong, plural(image.layers.len(), noun))
        .with(Tone::Muted, " · ")
        .with(Tone::Text, bytes(image.layers_size()))
        .with(Tone::Muted, how)
}

fn push_step(lines: &mut Vec<Line>, step: &Step, (width, largest): (usize, u64)) {
    let (number, size) = match &step.layer {
        Some((number, layer)) => (number.to_string(), bytes(layer.size)),
        None if step.history.as_ref().is_some_and(|it| it.empty) => {
            ("·".to_owned(), "empty".to_owned())
        }
        // Which layer it made is not known.
        None => ("?".to_owned(), String::new()),
    };
    let tone = if step.layer.is_some() { Tone::Text } else { Tone::Muted };
    let command = step
        .history
        .as_ref()
        .and_then(|history| history.created_by.as_deref().or(history.comment.as_deref()))
        .map(readable);
    let command = match (&command, &step.history) {
        (Some(command), _) => command.as_str(),
        (None, Some(_)) => "(the history names no command)",
        (None, None) => match &step.layer {
            Some((_, blob)) if !blob.media_type.is_layer() => {
                layer_note(blob).unwrap_or("(says nothing of itself)")
            }
            _ => "(no history for this layer)",
        },
    };
    let mut head = Line::of(Tone::Muted, format!("{number:>3}  "))
        .with(tone, pad(&format!("{size:>8}"), INDENT - 5));
    let command: String = command.chars().take(MAX_COMMAND).collect();
    let pieces = wrap(&escape(&command), width.saturating_sub(INDENT));
    let mut bar = step.layer.as_ref().map(|(_, layer)| bar(layer.size, largest, BAR));
    for (at, piece) in pieces.into_iter().enumerate() {
        if at == 0 {
            head = head.with(tone, piece);
            lines.push(std::mem::take(&mut head));
        } else {
            lines.push(below(&mut bar).with(tone, piece));
        }
    }
    if let Some((_, layer)) = &step.layer {
        push_facts(lines, layer, (step, bar), width);
    }
}

/// The beginning of a line under a step's first: the first of them has the bar of its size there.
fn below(bar: &mut Option<String>) -> Line {
    let bar = bar.take().unwrap_or_default();
    Line::of(Tone::Muted, format!("{:5}{}", "", pad(&bar, INDENT - 5)))
}

fn push_facts(
    lines: &mut Vec<Line>,
    layer: &Descriptor,
    (step, mut bar): (&Step, Option<String>),
    width: usize,
) {
    let mut facts = vec![layer.digest.to_string(), layer.media_type.as_str().to_owned()];
    if let Some(diff_id) = &step.diff_id
        && *diff_id != layer.digest
        && layer.media_type.is_layer()
    {
        facts.push(format!("diff id {diff_id}"));
    }
    facts.extend(layer.urls.iter().map(|url| format!("url {url} (never fetched by platy)")));
    for fact in facts {
        for piece in wrap(&escape(&fact), width.saturating_sub(INDENT)) {
            lines.push(below(&mut bar).with(Tone::Muted, piece));
        }
    }
}

/// A command without the shell that BuildKit and Docker put around it.
fn readable(command: &str) -> String {
    let command = command.trim();
    let command = command.strip_prefix("/bin/sh -c #(nop) ").unwrap_or(command).trim_start();
    match command.strip_prefix("/bin/sh -c ") {
        Some(rest) => format!("RUN {}", rest.trim_start()),
        None => command.to_owned(),
    }
}
