//! What was found out about each image of a fleet.

use std::collections::{BTreeMap, HashMap};

use super::mentions::MAX_MENTIONS;
use super::{Cell, Mention, Named, Problem, Reading, Served};
use crate::model::select::{Engine, Host};
use crate::oci::{Digest, Failure, Platform, Reference};

/// The engine of pods, and the one of everything else.
const ENGINES: [&str; 2] = ["containerd-cri", "docker-c8d"];

/// A file and what it names.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Its name as it was given; `-` is standard input.
    pub name: String,
    /// What it names.
    pub reading: Reading,
}

/// Everything that is asked about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fleet {
    /// The files.
    pub sources: Vec<Source>,
    /// The machines.
    pub hosts: Vec<Host>,
    /// The platforms that every image should have.
    pub expected: Vec<Platform>,
    /// Each image once, in the order of the files.
    pub images: Vec<Image>,
    /// The part of the fleet that this is: number and how many there are, if it is not the whole.
    pub shard: Option<(usize, usize)>,
}

/// One image, wherever it is named.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// Its name.
    pub reference: Reference,
    /// Positions in the sources and in their mentions.
    pub places: Vec<(usize, usize)>,
    /// The engine that is asked about.
    pub engine: Option<&'static Engine>,
    /// What is behind the reference; `None` as long as that is not known.
    pub outcome: Option<Result<Behind, Failure>>,
    /// A known exception.
    pub exception: Option<Exception>,
    /// A tag of the repository that every machine gets an image of.
    pub nearest: Option<Nearest>,
    /// What proving its labels came to: what is not true, in sentences; or why it was not proven.
    pub proven: Option<Result<Vec<String>, String>>,
}

/// Why the findings of an image count for nothing, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// The reason.
    pub reason: String,
    /// The last day, as `YYYY-MM-DD`.
    pub until: String,
    /// Whether that day is over.
    pub is_over: bool,
}

/// Where the next tag is that would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nearest {
    /// This one.
    Tag(String),
    /// None of so many that were looked at.
    NoneOf(usize),
    /// It could not be found out.
    Unknown(String),
}

/// What is behind a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The digest of the list or image.
    pub digest: Digest,
    /// What each machine gets.
    pub cells: Vec<Cell>,
    /// The platforms of its images, as far as they are known.
    pub platforms: Vec<(Platform, Digest)>,
    /// The platforms that were expected and are not there.
    pub missing: Vec<Platform>,
}

impl Source {
    /// A file that could not be read.
    #[must_use]
    pub fn unreadable(name: &str, why: String) -> Self {
        let problems = vec![Problem { line: None, text: why }];
        Self { name: name.to_owned(), reading: Reading { mentions: Vec::new(), problems } }
    }
}

impl Fleet {
    /// A fleet of which nothing is known but what the files name.
    #[must_use]
    pub fn new(mut sources: Vec<Source>, hosts: Vec<Host>) -> Self {
        let mut room = MAX_MENTIONS;
        for source in &mut sources {
            source.reading.keep(room);
            room -= source.reading.mentions.len();
        }
        let mut images: Vec<Image> = Vec::new();
        let mut known: BTreeMap<String, usize> = BTreeMap::new();
        for (file, source) in sources.iter().enumerate() {
            for (at, mention) in source.reading.mentions.iter().enumerate() {
                let Named::Image(reference) = &mention.named else { continue };
                let number = *known.entry(reference.to_string()).or_insert_with(|| {
                    images.push(Image::new((**reference).clone()));
                    images.len() - 1
                });
                if let Some(image) = images.get_mut(number) {
                    image.places.push((file, at));
                }
            }
        }
        Self { sources, hosts, images, ..Self::default() }
    }

    /// Sets the engine that pulls each image: the named one, else Kubernetes for pods and Docker
    /// for the rest.
    pub fn set_engines(&mut self, named: Option<&'static Engine>) {
        let in_pods: Vec<bool> = self.images.iter().map(|image| self.is_in_a_pod(image)).collect();
        for (image, in_a_pod) in self.images.iter_mut().zip(in_pods) {
            let [of_pods, other] = ENGINES;
            let usual = Engine::find(if in_a_pod { of_pods } else { other });
            image.engine = named.or(usual);
        }
    }

    /// Leaves only every `count`th image, from the `number`th one (from 1) in the order of their
    /// names, so that the parts are alike in size whatever the files' order is.
    pub fn take_shard(&mut self, number: usize, count: usize) {
        let mut names: Vec<String> =
            self.images.iter().map(|image| image.reference.to_string()).collect();
        names.sort_unstable();
        let at: HashMap<String, usize> =
            names.into_iter().enumerate().map(|(at, name)| (name, at)).collect();
        self.images.retain(|image| {
            at.get(&image.reference.to_string()).is_some_and(|at| at % count.max(1) == number - 1)
        });
        self.shard = Some((number, count));
    }

    /// A place that names an image: the file's name and the mention.
    #[must_use]
    pub fn place(&self, (file, at): (usize, usize)) -> Option<(&str, &Mention)> {
        let source = self.sources.get(file)?;
        Some((&source.name, source.reading.mentions.get(at)?))
    }

    /// The places that name an image.
    pub fn places<'a>(&'a self, image: &'a Image) -> impl Iterator<Item = (&'a str, &'a Mention)> {
        image.places.iter().filter_map(|place| self.place(*place))
    }

    /// Whether a pod of Kubernetes names this image.
    #[must_use]
    pub fn is_in_a_pod(&self, image: &Image) -> bool {
        self.places(image).any(|(_, mention)| mention.pod.is_some())
    }

    /// Whether any place has the image pulled by this one of the machines that are asked about.
    #[must_use]
    pub fn is_for(&self, image: &Image, host: &Host) -> bool {
        self.places(image).any(|(_, mention)| match &mention.served {
            Served::Targets => true,
            Served::Nodes(nodes) => nodes.has(host),
            Served::Only(_) | Served::BuildMachine => false,
        })
    }

    /// The platforms that an image should have: those that were asked for and that any place needs.
    #[must_use]
    pub fn expected_of(&self, image: &Image) -> Vec<Platform> {
        let is_needed = |platform: &Platform| {
            self.places(image).any(|(_, mention)| match &mention.served {
                Served::Targets => true,
                Served::Nodes(nodes) => nodes.takes(platform),
                Served::Only(_) | Served::BuildMachine => false,
            })
        };
        self.expected.iter().filter(|it| is_needed(it)).cloned().collect()
    }

    /// The places whose machines pull an image; if nobody but the machine that builds does, those.
    pub fn pulled_at<'a>(
        &'a self,
        image: &'a Image,
    ) -> impl Iterator<Item = (&'a str, &'a Mention)> {
        let is_pulled = |mention: &Mention| mention.served != Served::BuildMachine;
        let any = self.places(image).any(|(_, mention)| is_pulled(mention));
        self.places(image).filter(move |(_, mention)| is_pulled(mention) || !any)
    }

    /// Names that are not an image by themselves: the file, the place, the text and the reason.
    pub fn unresolved(&self) -> impl Iterator<Item = (&str, &Mention, &str, String)> {
        self.sources.iter().flat_map(|source| {
            source.reading.mentions.iter().filter_map(|mention| match &mention.named {
                Named::Unresolved { text, why } => {
                    Some((source.name.as_str(), mention, text.as_str(), why.words()))
                }
                Named::Image(_) => None,
            })
        })
    }

    /// What could not be read of the files.
    pub fn problems(&self) -> impl Iterator<Item = (&str, &Problem)> {
        self.sources.iter().flat_map(|source| {
            source.reading.problems.iter().map(|problem| (source.name.as_str(), problem))
        })
    }

    /// The places of an image in pods that run another digest than its tag leads to now.
    pub fn outdated<'a>(
        &'a self,
        image: &'a Image,
    ) -> impl Iterator<Item = (&'a str, &'a Mention, &'a Digest)> {
        let behind = image.behind();
        self.places(image).filter_map(move |(file, mention)| {
            let running = mention.running.as_ref()?;
            (!behind?.has(running)).then_some((file, mention, running))
        })
    }

    /// Whether something could not be found out.
    #[must_use]
    pub fn has_trouble(&self) -> bool {
        self.unresolved().next().is_some()
            || self.problems().next().is_some()
            || self.images.iter().any(Image::has_trouble)
    }

    /// Whether a finding counts.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.images.iter().any(Image::has_findings)
    }
}

impl Behind {
    /// Whether a digest is that of the list or of one of its images.
    #[must_use]
    pub fn has(&self, digest: &Digest) -> bool {
        self.digest == *digest || self.platforms.iter().any(|(_, it)| it == digest)
    }
}

impl Image {
    /// An image of which nothing is known but its name.
    #[must_use]
    pub fn new(reference: Reference) -> Self {
        Self {
            reference,
            places: Vec::new(),
            engine: None,
            outcome: None,
            exception: None,
            nearest: None,
            proven: None,
        }
    }

    /// What is behind it, if it was read.
    #[must_use]
    pub fn behind(&self) -> Option<&Behind> {
        self.outcome.as_ref()?.as_ref().ok()
    }

    /// The reason of an exception that holds.
    #[must_use]
    pub fn allowed(&self) -> Option<&str> {
        self.exception.as_ref().filter(|it| !it.is_over).map(|it| it.reason.as_str())
    }

    /// The cells that are findings, with the positions of their hosts, exceptions or not.
    pub fn bad_cells(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let cells = self.behind().map_or(&[][..], |it| it.cells.as_slice());
        cells.iter().enumerate().filter(|(_, cell)| cell.is_finding())
    }

    /// The platforms that were expected and are not there.
    #[must_use]
    pub fn missing(&self) -> &[Platform] {
        self.behind().map_or(&[], |it| it.missing.as_slice())
    }

    /// What is wrong with its labels.
    #[must_use]
    pub fn untrue(&self) -> &[String] {
        self.proven.as_ref().and_then(|it| it.as_ref().ok()).map_or(&[], Vec::as_slice)
    }

    /// Whether anything is wrong with it, exceptions or not.
    #[must_use]
    pub fn is_bad(&self) -> bool {
        self.bad_cells().next().is_some() || !self.missing().is_empty() || !self.untrue().is_empty()
    }

    /// Whether a finding counts.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.allowed().is_none() && self.is_bad()
    }

    /// Whether something could not be found out.
    #[must_use]
    pub fn has_trouble(&self) -> bool {
        let unproven = matches!(self.proven, Some(Err(_)));
        match &self.outcome {
            Some(Ok(behind)) => {
                unproven || behind.cells.iter().any(|it| matches!(it, Cell::Unknown(_)))
            }
            Some(Err(_)) | None => true,
        }
    }
}
