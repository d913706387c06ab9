//! Layers of a comparison in words.

use super::words::{field_line, joined, value};
use super::{LayerChange, LayerRow, LayerSide, Line, Sign, instruction};
use crate::oci::MediaType;
use crate::text::bytes;

fn layer_line(row: &LayerRow) -> Line {
    let sign = match row.change {
        _ if is_quiet(row) => Sign::Same,
        LayerChange::Same | LayerChange::Recompressed | LayerChange::Changed => Sign::Changed,
        LayerChange::Added => Sign::Added,
        LayerChange::Removed => Sign::Removed,
    };
    let number = match (&row.a, &row.b) {
        (Some(a), Some(b)) if a.number != b.number => format!("{} → {}", a.number, b.number),
        (Some(side), _) | (_, Some(side)) => side.number.to_string(),
        (None, None) => String::new(),
    };
    let mut line = Line::new(sign, format!("layer {number}"));
    // One step on both sides is told once.
    fn step(side: &Option<LayerSide>) -> Option<&str> {
        side.as_ref().and_then(|it| it.step.as_deref())
    }
    let (step_a, step_b) = (step(&row.a), step(&row.b));
    let told_once = row.a.is_none() || row.b.is_none() || step_a == step_b;
    let cell = |side: &Option<LayerSide>| {
        side.as_ref().map_or_else(String::new, |side| layer_cell(side, !told_once))
    };
    (line.a, line.b) = (cell(&row.a), cell(&row.b));
    line.nodes = (row.a.as_ref().and_then(|it| it.node), row.b.as_ref().and_then(|it| it.node));
    line.note = match row.change {
        LayerChange::Recompressed => "the same files, compressed otherwise".to_owned(),
        LayerChange::Same if sign == Sign::Changed => "the same, described otherwise".to_owned(),
        _ => String::new(),
    };
    if told_once {
        let step = step_b.or(step_a).map(|it| value(&instruction(it)));
        line.note = joined(&line.note, &step.unwrap_or_default());
    }
    if sign != Sign::Same {
        line.children = row.fields.iter().map(|it| field_line(it, "")).collect();
    }
    line
}

/// Whether a layer needs no word: the same blob, perhaps named in the words of the other format,
/// as the manifest around it is.
fn is_quiet(row: &LayerRow) -> bool {
    fn media_type(side: &Option<LayerSide>) -> Option<&MediaType> {
        side.as_ref().and_then(|it| it.descriptor.as_ref()).map(|it| &it.media_type)
    }
    let one_meaning = match (media_type(&row.a), media_type(&row.b)) {
        (Some(a), Some(b)) => {
            a == b || (a.is_layer() && b.is_layer() && a.compression() == b.compression())
        }
        (a, b) => a == b,
    };
    row.change == LayerChange::Same
        && one_meaning
        && row.fields.iter().all(|field| field.pointer.as_str() == "/mediaType")
}

fn layer_cell(side: &LayerSide, with_step: bool) -> String {
    let digest = side.digest().or(side.diff_id.as_ref()).map(|it| it.short().to_owned());
    let size = side.descriptor.as_ref().map(|it| format!("{:>7}", bytes(it.size)));
    let step = side.step.as_deref().filter(|_| with_step);
    let step = step.map(|step| value(&instruction(step)));
    let odd = side.odd.as_ref().map(|_| "unusable".to_owned());
    let parts = [digest, size, odd, step];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// A common run of layers is one line: `layer 1–3`.
pub(super) fn fold_layers(rows: &[LayerRow]) -> Vec<Line> {
    let mut out = Vec::new();
    let mut rest = rows;
    while let Some(first) = rest.first() {
        let same = rest.iter().take_while(|row| is_quiet(row)).count();
        if same < 2 {
            out.push(layer_line(first));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        }
        let (run, after) = rest.split_at(same);
        rest = after;
        let size = run
            .iter()
            .filter_map(|row| row.a.as_ref()?.descriptor.as_ref())
            .fold(0_u64, |sum, it| sum.saturating_add(it.size));
        let numbers = |side: fn(&LayerRow) -> Option<&LayerSide>| {
            let ends = run.first().and_then(side).zip(run.last().and_then(side));
            ends.map_or_else(String::new, |(x, y)| format!("{}–{}", x.number, y.number))
        };
        let (a, b) = (numbers(|row| row.a.as_ref()), numbers(|row| row.b.as_ref()));
        let mut line = Line::new(Sign::Same, format!("layer {a}"));
        if a != b {
            line.label = format!("layer {a} → {b}");
        }
        let shared = if size > 0 { format!("{} shared", bytes(size)) } else { String::new() };
        line.note = joined("the same", &shared);
        line.children = run.iter().map(layer_line).collect();
        out.push(line);
    }
    out
}
