//! The Dockerfile with the bytes that each line is to blame for.

use super::Blame;

/// A line of a Dockerfile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DockerfileLine {
    /// Its number, from 1.
    pub number: u64,
    /// Its text.
    pub text: String,
    /// The layers (from 0) that it made, or that the image has which it fetches.
    pub layers: Vec<usize>,
    /// The bytes of those layers, as they are packed; `None` if there are none, or if another line
    /// stands for the same step and has them.
    pub bytes: Option<u64>,
    /// The line above that stands for the same step.
    pub same_as: Option<u64>,
}

/// The lines of the first file of a build, the Dockerfile; empty if the provenance has none.
#[must_use]
pub fn dockerfile(blame: &Blame) -> Vec<DockerfileLine> {
    let Some(build) = &blame.build else { return Vec::new() };
    let Some(file) = build.files.first() else { return Vec::new() };
    let text = file.text.lines().zip(1..);
    let mut lines: Vec<DockerfileLine> = text
        .map(|(text, number)| DockerfileLine {
            number,
            text: text.to_owned(),
            ..DockerfileLine::default()
        })
        .collect();
    for (layer, origin) in blame.origins.iter().enumerate() {
        let Some(origin) = origin else { continue };
        let size = blame.layers.get(layer).and_then(Option::as_ref).map_or(0, |it| it.size);
        let mut first = None;
        let places = build.places(&origin.steps).into_iter();
        for (_, number, _) in places.filter(|(name, ..)| *name == file.name) {
            let at = usize::try_from(number).ok().and_then(|it| it.checked_sub(1));
            let Some(line) = at.and_then(|at| lines.get_mut(at)) else { continue };
            match first {
                None => {
                    first = Some(number);
                    line.layers.push(layer);
                    line.bytes = Some(line.bytes.unwrap_or(0).saturating_add(size));
                }
                Some(first) => line.same_as = Some(first),
            }
        }
    }
    lines
}
