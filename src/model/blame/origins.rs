//! Which step of a build made which layer of the image.

use crate::model::evidence::{Build, BuildStep, Work};
use crate::oci::Digest;

/// What made a layer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The steps, the first one first: one, or two if a step's result was put on top of others by a
    /// second one of the same line (`COPY --link`).
    pub steps: Vec<String>,
    /// Whether the layer was there before the build: it is of the image that the step fetches.
    pub is_base: bool,
}

/// How far merges of merges are followed.
const DEEPEST: usize = 16;

/// The steps that made the layers of an image, the lowest layer first; `None` for a layer of which
/// the provenance leaves that open. And whether the layers have the digests that the provenance
/// names. `None` if the build is not of an image with so many layers, or names a layer of this image
/// for another place or another stage: by their order the layers would be taken for each other.
pub(super) fn origins(
    build: &Build,
    layers: &[Option<Digest>],
) -> Option<(Vec<Option<Origin>>, bool)> {
    let last = build.steps.last()?;
    let mut found = vec![None; layers.len()];
    let top = pass_through(build, (last, 0));
    let mut chains = top.0.chains(top.1).peekable();
    chains.peek()?;
    let same = |chain: &[Digest]| {
        chain.len() == layers.len() && chain.iter().zip(layers).all(|(a, b)| Some(a) == b.as_ref())
    };
    let lengths: Vec<usize> = top.0.chains(top.1).map(<[Digest]>::len).collect();
    if lengths.iter().any(|length| *length != layers.len()) {
        return None;
    }
    let is_named = chains.any(same);
    let spine = spine(build, top);
    // Whether the steps that make the image name a layer at this place.
    let is_here = |at: usize, layer: Option<&Digest>| {
        let mut chains = spine.iter().flat_map(|(step, output)| step.chains(*output));
        layer.is_some() && chains.any(|chain| chain.get(at) == layer)
    };
    if !is_named
        && layers
            .iter()
            .enumerate()
            .any(|(at, layer)| is_somewhere(build, layer.as_ref()) && !is_here(at, layer.as_ref()))
    {
        return None;
    }
    fill(build, top, &mut found, DEEPEST);
    if !is_named {
        // What is below a layer of the build as it was made was not packed anew with it: it may be of
        // another image.
        let here: Vec<bool> =
            layers.iter().enumerate().map(|(at, layer)| is_here(at, layer.as_ref())).collect();
        let last = here.iter().rposition(|it| *it).unwrap_or(0);
        let below = found.iter_mut().zip(&here).take(last);
        below.filter(|(_, here)| !**here).for_each(|(origin, _)| *origin = None);
    }
    Some((found, is_named))
}

/// Whether the provenance names a layer.
fn is_somewhere(build: &Build, layer: Option<&Digest>) -> bool {
    let mut chains = build.steps.iter().flat_map(|step| step.layers.iter().map(|(_, it)| it));
    layer.is_some_and(|layer| chains.any(|chain| chain.contains(layer)))
}

/// A step and which of its outputs is meant.
type At<'a> = (&'a BuildStep, usize);

/// The step whose result the end of a build only hands on.
fn pass_through<'a>(build: &'a Build, mut at: At<'a>) -> At<'a> {
    for _ in 0..build.steps.len() {
        let (step, _) = at;
        if step.work != Work::Other || step.chains(at.1).next().is_some() {
            break;
        }
        let Some(below) = below(build, step) else { break };
        at = below;
    }
    at
}

/// What a step writes onto.
fn below<'a>(build: &'a Build, step: &BuildStep) -> Option<At<'a>> {
    input(build, step, step.below()?)
}

/// The step whose result is an input.
pub(super) fn input<'a>(build: &'a Build, step: &BuildStep, number: usize) -> Option<At<'a>> {
    let (id, output) = step.taken(number)?;
    Some((build.step(id)?, output))
}

/// How many layers the result of a step has, if the provenance tells.
fn length((step, output): At<'_>) -> Option<usize> {
    step.chains(output).next().map(<[Digest]>::len)
}

/// The steps from one down to the image or the nothing that they begin with.
fn spine<'a>(build: &'a Build, top: At<'a>) -> Vec<At<'a>> {
    let mut spine: Vec<At<'a>> = Vec::new();
    let mut at = Some(top);
    while let Some(here) = at.filter(|(step, _)| !spine.iter().any(|(it, _)| it.id == step.id)) {
        spine.push(here);
        at = below(build, here.0);
    }
    spine
}

/// Says of each layer of a step's result what made it; all of `found` is that result.
fn fill(build: &Build, top: At<'_>, found: &mut [Option<Origin>], deeper: usize) {
    let spine = spine(build, top);
    // How many layers there are once a step is done; what is not told follows if each of the steps
    // in between made one layer.
    let mut upper = found.len();
    let mut at = 0;
    while let Some(step) = spine.get(at) {
        let next = spine
            .iter()
            .enumerate()
            .skip(at + 1)
            .find_map(|(place, here)| length(*here).map(|length| (place, length)));
        let begins_with_image = |it: &At<'_>| matches!(it.0.work, Work::Image(_));
        let (place, lower) = match next {
            Some(next) => next,
            None if begins_with_image(step) => {
                let origin = Origin { steps: vec![step.0.id.clone()], is_base: true };
                found.iter_mut().take(upper).for_each(|it| *it = Some(origin.clone()));
                return;
            }
            // Down to an image whose layers are not told, or to nothing.
            None => match spine.iter().position(begins_with_image) {
                Some(place) => match upper.checked_sub(place - at) {
                    Some(lower) => (place, lower),
                    None => return,
                },
                None => (spine.len(), 0),
            },
        };
        let steps = spine.get(at..place).unwrap_or_default();
        if let Some(own) = found.get_mut(lower..upper) {
            spread(build, steps, own, deeper);
        }
        upper = lower.min(upper);
        at = place;
    }
}

/// Layers that some steps made, the last step first.
fn spread(build: &Build, steps: &[At<'_>], own: &mut [Option<Origin>], deeper: usize) {
    let origin = |step: &BuildStep| Origin { steps: vec![step.id.clone()], is_base: false };
    match steps {
        [(step, _)] if matches!(step.work, Work::Merge(_)) => merged(build, step, own, deeper),
        // A step that runs or copies makes one layer.
        _ if own.len() == steps.len() => {
            for ((step, _), layer) in steps.iter().rev().zip(own) {
                *layer = Some(origin(step));
            }
        }
        _ => {}
    }
}

/// Layers that a merge put on top of its first input: those of its other inputs, in their order.
fn merged(build: &Build, step: &BuildStep, own: &mut [Option<Origin>], deeper: usize) {
    let Work::Merge(inputs) = &step.work else { return };
    let others: Vec<At<'_>> =
        inputs.iter().skip(1).filter_map(|number| input(build, step, *number)).collect();
    let lengths: Vec<usize> = match others.as_slice() {
        [one] => vec![length(*one).unwrap_or(own.len())],
        _ => others.iter().filter_map(|other| length(*other)).collect(),
    };
    let fits = lengths.len() == others.len() && lengths.iter().sum::<usize>() == own.len();
    if fits && deeper > 0 {
        let mut rest = &mut *own;
        for (other, length) in others.into_iter().zip(lengths) {
            let Some((part, after)) = rest.split_at_mut_checked(length) else { break };
            fill(build, other, part, deeper - 1);
            rest = after;
        }
    }
    for layer in own.iter_mut() {
        let origin = layer.get_or_insert_default();
        origin.steps.push(step.id.clone());
    }
}
