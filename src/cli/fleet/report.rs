//! What was found out about each image.

use std::collections::BTreeMap;

use super::allow::Allowed;
use crate::cli::{DONE, PART, TROUBLE};
use crate::model::fleet::{Mention, Named, Problem, Reading, Served};
use crate::model::select::{Engine, Host};
use crate::oci::{Digest, Failure, Reference};

/// A file and what it names.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) reading: Reading,
}

/// Everything that was asked about.
#[derive(Debug)]
pub(super) struct Fleet {
    pub(super) sources: Vec<Source>,
    pub(super) hosts: Vec<Host>,
    /// Each image once, in the order of the files.
    pub(super) images: Vec<Image>,
}

/// One image, wherever it is named.
#[derive(Debug)]
pub(super) struct Image {
    pub(super) reference: Reference,
    /// Positions in `sources` and in their mentions.
    pub(super) places: Vec<(usize, usize)>,
    /// The engine that is asked about.
    pub(super) engine: Option<&'static Engine>,
    /// What is behind the reference: its digest, and a cell for each host.
    pub(super) outcome: Option<Result<Behind, Failure>>,
    /// Why its findings count for nothing.
    pub(super) allowed: Option<String>,
}

/// What is behind a reference.
#[derive(Debug)]
pub(super) struct Behind {
    pub(super) digest: Digest,
    pub(super) cells: Vec<Cell>,
}

/// What one machine gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cell {
    /// An image for it.
    Gets { platform: String, digest: Digest },
    /// An image for other machines.
    Wrong { platform: String, digest: Digest, why: String },
    /// Nothing, with the engine's words.
    Nothing(String),
    /// That cannot be told.
    Unknown(String),
    /// It is not asked for this machine (another platform is fixed, or only the builder pulls it).
    NotAsked,
}

impl Cell {
    /// Whether it is a finding.
    pub(super) fn is_finding(&self) -> bool {
        matches!(self, Self::Wrong { .. } | Self::Nothing(_))
    }
}

/// A file that could not be read.
pub(super) fn unreadable(text: String) -> Reading {
    Reading { mentions: Vec::new(), problems: vec![Problem { line: None, text }] }
}

impl Fleet {
    pub(super) fn new(sources: Vec<Source>, hosts: Vec<Host>) -> Self {
        let mut images: Vec<Image> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (file, source) in sources.iter().enumerate() {
            for (at, mention) in source.reading.mentions.iter().enumerate() {
                let Named::Image(reference) = &mention.named else { continue };
                let number = *known.entry(reference.to_string()).or_insert_with(|| {
                    images.push(Image {
                        reference: (**reference).clone(),
                        places: Vec::new(),
                        engine: None,
                        outcome: None,
                        allowed: None,
                    });
                    images.len() - 1
                });
                if let Some(image) = images.get_mut(number) {
                    image.places.push((file, at));
                }
            }
        }
        Self { sources, hosts, images }
    }

    /// A place that names an image: the file's name and the mention.
    pub(super) fn place(&self, (file, at): (usize, usize)) -> Option<(&str, &Mention)> {
        let source = self.sources.get(file)?;
        Some((&source.name, source.reading.mentions.get(at)?))
    }

    /// The places that name an image.
    pub(super) fn places<'a>(
        &'a self,
        image: &'a Image,
    ) -> impl Iterator<Item = (&'a str, &'a Mention)> {
        image.places.iter().filter_map(|place| self.place(*place))
    }

    /// Whether a pod of Kubernetes names this image.
    pub(super) fn is_in_a_pod(&self, image: &Image) -> bool {
        self.places(image).any(|(_, mention)| mention.pod.is_some())
    }

    /// Whether any place has the image pulled by the machines that are asked about.
    pub(super) fn is_for_targets(&self, image: &Image) -> bool {
        self.places(image).any(|(_, mention)| mention.served == Served::Targets)
    }

    /// Names that are no image by themselves: file, line, text, reason.
    pub(super) fn unresolved(&self) -> impl Iterator<Item = (&str, usize, &str, String)> {
        self.sources.iter().flat_map(|source| {
            source.reading.mentions.iter().filter_map(|mention| match &mention.named {
                Named::Unresolved { text, why } => {
                    Some((source.name.as_str(), mention.line, text.as_str(), why.words()))
                }
                Named::Image(_) => None,
            })
        })
    }

    /// What could not be read of the files.
    pub(super) fn problems(&self) -> impl Iterator<Item = (&str, &Problem)> {
        self.sources.iter().flat_map(|source| {
            source.reading.problems.iter().map(|problem| (source.name.as_str(), problem))
        })
    }

    /// Marks images whose findings are known exceptions.
    pub(super) fn allow(&mut self, allowed: &Allowed) {
        for image in &mut self.images {
            image.allowed = allowed.reason(&image.reference).map(str::to_owned);
        }
    }

    /// The findings of an image that count: the hosts' positions.
    pub(super) fn findings<'a>(&self, image: &'a Image) -> impl Iterator<Item = (usize, &'a Cell)> {
        let cells = match &image.outcome {
            Some(Ok(behind)) if image.allowed.is_none() => behind.cells.as_slice(),
            _ => &[],
        };
        cells.iter().enumerate().filter(|(_, cell)| cell.is_finding())
    }

    /// The exit code: 2 if something could not be checked, 1 with findings, else 0.
    pub(super) fn code(&self) -> u8 {
        let unread = self.images.iter().any(|image| match &image.outcome {
            Some(Ok(behind)) => behind.cells.iter().any(|it| matches!(it, Cell::Unknown(_))),
            Some(Err(_)) | None => true,
        });
        if unread || self.unresolved().next().is_some() || self.problems().next().is_some() {
            TROUBLE
        } else if self.images.iter().any(|image| self.findings(image).next().is_some()) {
            PART
        } else {
            DONE
        }
    }
}
