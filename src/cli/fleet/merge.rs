//! Reports of parts of a fleet, joined.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde::Deserialize;

use crate::model::fleet::{
    Behind, Cell, Exception, Fleet, Image, Mention, Named, Nearest, Nodes, Problem, Reading,
    Served, Source, Unresolved,
};
use crate::model::select::{Engine, Host};
use crate::oci::{Class, Digest, Failure, Platform};
use crate::source::regular;

/// What a place has for a platform if only the machine that builds pulls the image.
pub(super) const BUILD_MACHINE: &str = "build machine";

/// The largest report that is read, in bytes.
const MAX_REPORT: u64 = 256 << 20;

#[derive(Deserialize)]
struct Report {
    hosts: Vec<String>,
    #[serde(default)]
    expected: Vec<String>,
    #[serde(default)]
    shard: Option<String>,
    images: Vec<OfImage>,
    #[serde(default)]
    unresolved: Vec<OfUnresolved>,
    #[serde(default)]
    problems: Vec<OfProblem>,
}

#[derive(Deserialize)]
struct OfImage {
    image: String,
    engine: Option<String>,
    #[serde(default)]
    places: Vec<OfPlace>,
    exception: Option<OfException>,
    digest: Option<Digest>,
    #[serde(default)]
    platforms: Option<Vec<OfPlatform>>,
    #[serde(default)]
    machines: Vec<OfMachine>,
    #[serde(default)]
    missing: Vec<String>,
    nearest: Option<OfNearest>,
    proven: Option<OfProof>,
    error: Option<OfError>,
}

#[derive(Deserialize)]
struct OfPlace {
    file: String,
    line: usize,
    owner: String,
    pod: Option<usize>,
    running: Option<Digest>,
    platform: Option<String>,
    nodes: Option<OfNodes>,
}

#[derive(Deserialize)]
struct OfNodes {
    os: Option<Vec<String>>,
    architectures: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct OfException {
    reason: String,
    until: String,
    over: bool,
}

#[derive(Deserialize)]
struct OfPlatform {
    platform: String,
    digest: Digest,
}

#[derive(Deserialize)]
struct OfMachine {
    host: String,
    outcome: String,
    digest: Option<Digest>,
    platform: Option<String>,
    why: Option<String>,
}

#[derive(Deserialize)]
struct OfNearest {
    tag: Option<String>,
    looked_at: Option<usize>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct OfProof {
    untrue: Option<Vec<String>>,
    error: Option<String>,
}

#[derive(Deserialize)]
struct OfError {
    class: String,
    detail: String,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct OfUnresolved {
    file: String,
    line: usize,
    text: String,
    reason: String,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct OfProblem {
    file: String,
    line: Option<usize>,
    problem: String,
}

/// Joins the reports in these files. Shards that are not there, and reports that cannot be read, are
/// problems of the whole.
pub(super) fn merge(files: &[String]) -> Fleet {
    let mut joined = Joined::default();
    for name in files {
        let read = read(name).and_then(|report| joined.add(&report));
        if let Err(why) = read {
            joined.unreadable.push(Source::unreadable(name, why));
        }
    }
    joined.finish()
}

fn read(name: &str) -> Result<Report, String> {
    let read = regular::named(std::path::Path::new(name), MAX_REPORT);
    let text = read.map_err(|error| match error.kind() {
        std::io::ErrorKind::FileTooLarge => {
            format!("is larger than {} MiB and was not read", MAX_REPORT >> 20)
        }
        _ => error.to_string(),
    })?;
    serde_json::from_slice(&text)
        .map_err(|error| format!("is not a report of `platy fleet --json`: {error}"))
}

#[derive(Default)]
struct Joined {
    hosts: Option<Vec<String>>,
    expected: Vec<Platform>,
    /// What the files name, by their names in the order in which they came.
    sources: IndexMap<String, Reading>,
    images: BTreeMap<String, usize>,
    fleet: Vec<Image>,
    shards: BTreeMap<usize, BTreeSet<usize>>,
    seen: BTreeSet<(String, usize, String)>,
    unreadable: Vec<Source>,
}

impl Joined {
    fn add(&mut self, report: &Report) -> Result<(), String> {
        let hosts = self.hosts.get_or_insert_with(|| report.hosts.clone());
        if *hosts != report.hosts {
            return Err(format!(
                "is about other machines ({}) than the first report ({})",
                report.hosts.join(", "),
                hosts.join(", ")
            ));
        }
        self.expected = platforms(&report.expected)?;
        let shard = report.shard.as_deref().and_then(|text| {
            let (number, count) = text.split_once('/')?;
            Some((number.parse().ok()?, count.parse().ok()?))
        });
        if let Some((number, count)) = shard {
            self.shards.entry(count).or_default().insert(number);
        }
        for image in &report.images {
            self.image(image)?;
        }
        for OfUnresolved { file, line, text, reason } in &report.unresolved {
            if self.seen.insert((file.clone(), *line, text.clone())) {
                let why = Unresolved::Malformed(reason.clone());
                let named = Named::Unresolved { text: text.clone(), why };
                let mention = Mention {
                    named,
                    line: *line,
                    owner: String::new(),
                    served: Served::Targets,
                    pod: None,
                    running: None,
                };
                self.reading(file).mentions.push(mention);
            }
        }
        for OfProblem { file, line, problem } in &report.problems {
            let problem = Problem { line: *line, text: problem.clone() };
            let problems = &mut self.reading(file).problems;
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        Ok(())
    }

    fn reading(&mut self, file: &str) -> &mut Reading {
        self.sources.entry(file.to_owned()).or_default()
    }

    fn image(&mut self, of: &OfImage) -> Result<(), String> {
        let reference: crate::oci::Reference =
            of.image.parse().map_err(|error: crate::oci::ReferenceError| error.to_string())?;
        let mut image = Image::new(reference);
        image.engine = of.engine.as_deref().and_then(Engine::find);
        image.exception = of.exception.as_ref().map(|it| Exception {
            reason: it.reason.clone(),
            until: it.until.clone(),
            is_over: it.over,
        });
        image.nearest = of.nearest.as_ref().map(|it| match (&it.tag, &it.error) {
            (Some(tag), _) => Nearest::Tag(tag.clone()),
            (None, Some(why)) => Nearest::Unknown(why.clone()),
            (None, None) => Nearest::NoneOf(it.looked_at.unwrap_or_default()),
        });
        image.proven = of.proven.as_ref().map(|it| match &it.error {
            Some(why) => Err(why.clone()),
            None => Ok(it.untrue.clone().unwrap_or_default()),
        });
        image.outcome = outcome(of)?;
        for place in &of.places {
            let served = match (place.platform.as_deref(), &place.nodes) {
                (None, None) => Served::Targets,
                (None, Some(it)) => Served::Nodes(Nodes {
                    systems: it.os.clone(),
                    architectures: it.architectures.clone(),
                }),
                (Some(BUILD_MACHINE), _) => Served::BuildMachine,
                (Some(text), _) => Served::Only(text.parse()?),
            };
            let mention = Mention {
                named: Named::Image(Box::new(image.reference.clone())),
                line: place.line,
                owner: place.owner.clone(),
                served,
                pod: place.pod,
                running: place.running.clone(),
            };
            let entry = self.sources.entry(place.file.clone());
            let file = entry.index();
            let mentions = &mut entry.or_default().mentions;
            let at = mentions.iter().position(|known| *known == mention).unwrap_or_else(|| {
                mentions.push(mention);
                mentions.len() - 1
            });
            image.places.push((file, at));
        }
        match self.images.get(&of.image).and_then(|at| self.fleet.get_mut(*at)) {
            // One that was read goes before one that was not.
            Some(known) => {
                let mut places = std::mem::take(&mut known.places);
                places.extend(image.places.iter().filter(|it| !known.places.contains(it)));
                places.sort_unstable();
                places.dedup();
                if !matches!(known.outcome, Some(Ok(_))) {
                    *known = image;
                }
                known.places = places;
            }
            None => {
                self.images.insert(of.image.clone(), self.fleet.len());
                self.fleet.push(image);
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Fleet {
        for (count, there) in &self.shards {
            let gone: Vec<String> = (1..=*count)
                .filter(|number| !there.contains(number))
                .map(|number| format!("{number}/{count}"))
                .collect();
            if !gone.is_empty() {
                let why = format!("the report of the shard {} is missing", gone.join(", "));
                self.unreadable.push(Source::unreadable("--merge", why));
            }
        }
        let hosts = self.hosts.unwrap_or_default();
        let hosts = hosts.iter().filter_map(|host| host.parse::<Host>().ok()).collect();
        let sources = self.sources.into_iter().map(|(name, reading)| Source { name, reading });
        Fleet {
            sources: sources.chain(self.unreadable).collect(),
            hosts,
            expected: self.expected,
            images: self.fleet,
            shard: None,
        }
    }
}

fn outcome(of: &OfImage) -> Result<Option<Result<Behind, Failure>>, String> {
    if let Some(OfError { class, detail }) = &of.error {
        let class = Class::ALL.into_iter().find(|it| it.as_str() == class);
        let class = class.unwrap_or(Class::Malformed);
        return Ok(Some(Err(Failure::new(class, of.image.clone(), detail.clone()))));
    }
    let Some(digest) = &of.digest else { return Ok(None) };
    let own = of.platforms.iter().flatten();
    let own = own.map(|it| Ok((it.platform.parse()?, it.digest.clone())));
    Ok(Some(Ok(Behind {
        digest: digest.clone(),
        cells: of.machines.iter().map(cell).collect::<Result<_, _>>()?,
        platforms: own.collect::<Result<_, String>>()?,
        missing: platforms(&of.missing)?,
    })))
}

fn cell(of: &OfMachine) -> Result<Cell, String> {
    let platform = of.platform.clone().unwrap_or_default();
    let why = of.why.clone().unwrap_or_default();
    Ok(match (of.outcome.as_str(), of.digest.clone()) {
        ("gets", Some(digest)) => Cell::Gets { platform, digest },
        ("wrong", Some(digest)) => Cell::Wrong { platform, digest, why },
        ("nothing", _) => Cell::Nothing(why),
        ("unknown", _) => Cell::Unknown(why),
        ("not-asked", _) => Cell::NotAsked,
        (other, _) => return Err(format!("{}: {other:?} is not an outcome", of.host)),
    })
}

fn platforms(texts: &[String]) -> Result<Vec<Platform>, String> {
    texts.iter().map(|text| text.parse()).collect()
}
