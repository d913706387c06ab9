//! Reading a spec.

use std::fmt;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::oci::{Location, Platform, Reference};

use super::super::Target;

/// A list as a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// Where it is pushed to.
    pub target: Target,
    /// What it is made of.
    pub entries: Vec<SpecEntry>,
}

/// One image of a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecEntry {
    /// The line in the file, from 1; 0 if there is none.
    pub line: u64,
    /// The image.
    pub image: Location,
    /// The platform that it gets; fields that are empty come from its config.
    pub platform: Platform,
}

/// What is wrong with a spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpecError {
    /// The line, from 1; `None` if the whole is meant.
    pub line: Option<u64>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for SpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.problem),
            None => f.write_str(&self.problem),
        }
    }
}

impl std::error::Error for SpecError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadSpec {
    image: Spanned<String>,
    #[serde(default)]
    tags: Option<Vec<Spanned<String>>>,
    manifests: Vec<ReadEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReadEntry {
    image: Spanned<String>,
    #[serde(default)]
    platform: Option<ReadPlatform>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ReadPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
    #[serde(alias = "os.version")]
    osversion: Option<String>,
    #[serde(alias = "os.features")]
    osfeatures: Option<Vec<String>>,
    features: Option<Vec<String>>,
}

impl Spec {
    /// Reads a spec.
    ///
    /// # Errors
    /// What is wrong, with its line.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let file: ReadSpec = serde_saphyr::from_str(text).map_err(|error| SpecError {
            line: error.location().map(|place| place.line()).filter(|line| *line > 0),
            problem: sentence(&error),
        })?;
        let target: Reference = read(&file.image)?;
        let mut target = Target::of(&target).map_err(|problem| at(&file.image, problem))?;
        for tag in file.tags.unwrap_or_default() {
            let tagged = format!("{}:{}", target.repository, tag.value);
            tagged.parse::<Reference>().map_err(|error| at(&tag, error.problem))?;
            if !target.tags.contains(&tag.value) {
                target.tags.push(tag.value);
            }
        }
        let entries = file.manifests.into_iter().map(ReadEntry::read).collect::<Result<_, _>>()?;
        Ok(Self { target, entries })
    }
}

impl ReadEntry {
    fn read(self) -> Result<SpecEntry, SpecError> {
        let platform = self.platform.unwrap_or_default();
        Ok(SpecEntry {
            line: self.image.referenced.line(),
            image: read(&self.image)?,
            platform: Platform {
                os: platform.os.unwrap_or_default(),
                architecture: platform.architecture.unwrap_or_default(),
                variant: platform.variant.unwrap_or_default(),
                os_version: platform.osversion.unwrap_or_default(),
                os_features: platform.osfeatures.unwrap_or_default(),
                features: platform.features.unwrap_or_default(),
            },
        })
    }
}

fn read<T: std::str::FromStr<Err: fmt::Display>>(text: &Spanned<String>) -> Result<T, SpecError> {
    text.value.parse().map_err(|error: T::Err| at(text, error.to_string()))
}

fn at<T>(place: &Spanned<T>, problem: String) -> SpecError {
    SpecError { line: Some(place.referenced.line()).filter(|line| *line > 0), problem }
}

/// The parser's words, on one line and without its own place.
fn sentence(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let text = text.lines().next().unwrap_or_default();
    let text = text.split(" at line ").next().unwrap_or(text);
    text.trim_end_matches([':', ',']).to_owned()
}
