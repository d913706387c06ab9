//! The steps of a build of BuildKit, as provenance of `mode=max` tells them: the graph of the
//! steps, the lines of the Dockerfile, and the layers of each step.

use super::purl::Purl;
use crate::oci::{Digest, Platform};

/// The steps of a build.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// The steps, in the order of the provenance.
    pub steps: Vec<BuildStep>,
    /// The files of the build's description; the first is the Dockerfile unless a step says
    /// another.
    pub files: Vec<BuildFile>,
}

/// A step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildStep {
    /// Its name: `step4`.
    pub id: String,
    /// What it does.
    pub work: Work,
    /// The steps whose results it takes, in the order of its inputs.
    pub inputs: Vec<String>,
    /// Where it is written: a file (by its number) and lines of it.
    pub places: Vec<(usize, Vec<u64>)>,
    /// The number of an output, and the digests of the layers that it has, the lowest first. An
    /// output may have several such lists, packed in different ways.
    pub layers: Vec<(usize, Vec<Digest>)>,
}

/// What a step does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Work {
    /// It fetches an image.
    Image(BuildImage),
    /// It fetches something else.
    Source(String),
    /// It copies or makes files.
    Files(Vec<FileAction>),
    /// It runs a command on the input with this number; `None`: on nothing.
    Run(Option<usize>),
    /// It puts inputs one on the other; their numbers, the lowest first.
    Merge(Vec<usize>),
    /// Something else, or the end of the build.
    #[default]
    Other,
}

/// What a step does with files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileAction {
    /// The input that is written to (inputs first, then the actions before); `None`: nothing.
    pub onto: Option<usize>,
    /// The input that is copied from.
    pub from: Option<usize>,
    /// The path that is copied.
    pub source: Option<String>,
    /// The path that is written.
    pub target: Option<String>,
}

/// An image that a build fetches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildImage {
    /// Its name, without the digest.
    pub name: String,
    /// Its digest: the index's, if there is one.
    pub digest: Option<Digest>,
    /// For which platform it was fetched.
    pub platform: Option<Platform>,
}

/// A file of the build's description.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl Build {
    /// The images that its steps fetch.
    #[must_use]
    pub fn images(&self) -> Vec<BuildImage> {
        let image = |step: &BuildStep| match &step.work {
            Work::Image(image) => Some(image.clone()),
            _ => None,
        };
        self.steps.iter().filter_map(image).collect()
    }

    /// The step of this name.
    #[must_use]
    pub fn step(&self, id: &str) -> Option<&BuildStep> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// Where steps are written: the name of the file, the first and the last line of each place.
    #[must_use]
    pub fn places(&self, steps: &[String]) -> Vec<(&str, u64, u64)> {
        let places = steps.iter().filter_map(|id| self.step(id)).flat_map(|step| &step.places);
        let place = |(file, lines): &(usize, Vec<u64>)| {
            let name = self.files.get(*file)?.name.as_str();
            Some((*file, name, *lines.iter().min()?, *lines.iter().max()?))
        };
        let mut found: Vec<_> = places.filter_map(place).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|(_, name, first, last)| (name, first, last)).collect()
    }

    /// The text of a line of a file.
    #[must_use]
    pub fn line(&self, file: &str, number: u64) -> Option<&str> {
        let file = self.files.iter().find(|it| it.name == file)?;
        file.text.lines().nth(usize::try_from(number).ok()?.checked_sub(1)?)
    }

    /// The steps that made the filesystem of the image, from the last back to the first; each
    /// writes onto the result of the next one.
    #[must_use]
    pub fn spine(&self) -> Vec<&BuildStep> {
        let mut spine: Vec<&BuildStep> = Vec::new();
        let mut at = self.steps.last();
        while let Some(step) = at.filter(|step| !spine.iter().any(|it| it.id == step.id)) {
            spine.push(step);
            at = step.below().and_then(|number| step.input(number)).and_then(|id| self.step(id));
        }
        spine
    }

    /// The image that the last stage begins with; `None` if it begins with nothing.
    #[must_use]
    pub fn base(&self) -> Option<BuildImage> {
        match &self.spine().last()?.work {
            Work::Image(image) => Some(image.clone()),
            _ => None,
        }
    }
}

impl BuildStep {
    /// The number of the input that it writes onto.
    #[must_use]
    pub fn below(&self) -> Option<usize> {
        match &self.work {
            Work::Files(actions) => {
                let mut at = actions.len().checked_sub(1)?;
                // An action may go on with the result of one before it.
                loop {
                    let onto = actions.get(at)?.onto?;
                    if onto < self.inputs.len() {
                        return Some(onto);
                    }
                    at = onto.checked_sub(self.inputs.len()).filter(|before| *before < at)?;
                }
            }
            Work::Run(onto) => *onto,
            Work::Merge(inputs) => inputs.first().copied(),
            // The end of the build hands on its only input.
            Work::Other => (self.inputs.len() == 1).then_some(0),
            Work::Image(_) | Work::Source(_) => None,
        }
    }

    /// The name of the step of an input (`step3:0` → `step3`).
    #[must_use]
    pub fn input(&self, number: usize) -> Option<&str> {
        self.taken(number).map(|(step, _)| step)
    }

    /// The step of an input, and which of its outputs it is (`step3:1` → `step3`, 1).
    #[must_use]
    pub fn taken(&self, number: usize) -> Option<(&str, usize)> {
        let input = self.inputs.get(number)?;
        let (step, output) = input.rsplit_once(':').unwrap_or((input, "0"));
        Some((step, output.parse().unwrap_or(0)))
    }

    /// The layers of an output, as the provenance lists them: several lists if they were packed in
    /// different ways.
    pub fn chains(&self, output: usize) -> impl Iterator<Item = &[Digest]> {
        let own = self.layers.iter().filter(move |(number, _)| *number == output);
        own.map(|(_, chain)| chain.as_slice())
    }
}

impl BuildImage {
    /// Whether a material's package URL is of the same platform, if both say one: a build may
    /// use one list for several platforms.
    pub(super) fn fits(&self, uri: &str) -> bool {
        let wanted = Purl::parse(uri).and_then(|purl| purl.platform());
        match (&self.platform, wanted) {
            (Some(own), Some(wanted)) => {
                own.os == wanted.os && own.architecture == wanted.architecture
            }
            _ => true,
        }
    }
}
