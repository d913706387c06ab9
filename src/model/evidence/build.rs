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
    /// The digests of the layers that its result has, by its outputs, the lowest layer first.
    pub layers: Vec<Vec<Digest>>,
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
    /// It puts inputs one on the other; the number of the first.
    Merge(Option<usize>),
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
    /// Its digest: the index's, where there is one.
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
    fn below(&self) -> Option<usize> {
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
            Work::Run(onto) | Work::Merge(onto) => *onto,
            // The end of the build hands on its only input.
            Work::Other => (!self.inputs.is_empty()).then_some(0),
            Work::Image(_) | Work::Source(_) => None,
        }
    }

    /// The name of the step of an input (`step3:0` → `step3`).
    #[must_use]
    pub fn input(&self, number: usize) -> Option<&str> {
        let input = self.inputs.get(number)?;
        Some(input.rsplit_once(':').map_or(input.as_str(), |(step, _)| step))
    }
}

impl BuildImage {
    /// Whether a material's package URL is of the same platform, where both say one: a build may
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
