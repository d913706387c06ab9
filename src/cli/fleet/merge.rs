//! Reports of parts of a fleet, joined.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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

/// How many shards that are missing are named.
const FEW: usize = 3;
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
    #[serde(default)]
    owner: String,
    pod: Option<usize>,
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
    /// Where each mention is, by its file, its line and what it names.
    mentions: HashMap<(usize, usize, String), Vec<usize>>,
    problems: HashSet<(String, Problem)>,
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
        for platform in platforms(&report.expected)? {
            if !self.expected.contains(&platform) {
                self.expected.push(platform);
            }
        }
        let shard = report.shard.as_deref().and_then(|text| {
            let (number, count) = text.split_once('/')?;
            Some((number.parse::<usize>().ok()?, count.parse().ok()?))
        });
        if let Some((number, count)) = shard.filter(|(number, count)| (1..=*count).contains(number))
        {
            self.shards.entry(count).or_default().insert(number);
        }
        for image in &report.images {
            self.image(image)?;
        }
        for of in &report.unresolved {
            let why = Unresolved::Malformed(of.reason.clone());
            let mention = Mention {
                named: Named::Unresolved { text: of.text.clone(), why },
                line: of.line,
                owner: of.owner.clone(),
                served: Served::Targets,
                pod: of.pod,
                running: None,
            };
            self.place(&of.file, &of.text, mention);
        }
        for OfProblem { file, line, problem } in &report.problems {
            let problem = Problem { line: *line, text: problem.clone() };
            if self.problems.insert((file.clone(), problem.clone())) {
                self.sources.entry(file.clone()).or_default().problems.push(problem);
            }
        }
        Ok(())
    }

    /// The place of a mention in its file, where it is once however many reports tell of it.
    fn place(&mut self, file: &str, name: &str, mention: Mention) -> (usize, usize) {
        let entry = self.sources.entry(file.to_owned());
        let file = entry.index();
        let mentions = &mut entry.or_default().mentions;
        let same = self.mentions.entry((file, mention.line, name.to_owned())).or_default();
        let known = same.iter().find(|at| mentions.get(**at) == Some(&mention));
        let at = known.copied().unwrap_or_else(|| {
            mentions.push(mention);
            same.push(mentions.len() - 1);
            mentions.len() - 1
        });
        (file, at)
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
            image.places.push(self.place(&place.file, &of.image, mention));
        }
        match self.images.get(&of.image).and_then(|at| self.fleet.get_mut(*at)) {
            // One that was read goes before one that was not.
            Some(known) => {
                let mut places = std::mem::take(&mut known.places);
                places.append(&mut image.places);
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
            let gone = (1..=*count).filter(|number| !there.contains(number));
            let gone: Vec<String> =
                gone.take(FEW + 1).map(|number| format!("{number}/{count}")).collect();
            let more = count.saturating_sub(there.len()).saturating_sub(FEW);
            let why = match gone.as_slice() {
                [] => continue,
                [one] => format!("the report of the shard {one} is missing"),
                all if more == 0 => {
                    format!("the reports of the shards {} are missing", all.join(", "))
                }
                all => {
                    let first: Vec<&str> = all.iter().take(FEW).map(String::as_str).collect();
                    let first = first.join(", ");
                    format!("the reports of the shards {first} and {more} more are missing")
                }
            };
            self.unreadable.push(Source::unreadable("--merge", why));
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

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(more: Value) -> Report {
        let mut report = json!({ "hosts": ["linux/amd64"], "images": [] });
        report.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(report).unwrap()
    }

    fn image(name: &str, line: usize, pod: Option<usize>) -> Value {
        let digest = Digest::sha256(b"");
        let machine = json!({
            "host": "linux/amd64", "outcome": "gets", "platform": "linux/amd64", "digest": digest,
        });
        json!({
            "image": name, "digest": digest, "machines": [machine],
            "platforms": [{ "platform": "linux/amd64", "digest": digest }],
            "places": [{ "file": "list", "line": line, "owner": "Pod p", "pod": pod }],
        })
    }

    fn joined(reports: &[Report]) -> Fleet {
        let mut joined = Joined::default();
        for report in reports {
            joined.add(report).unwrap();
        }
        joined.finish()
    }

    /// 25,000 images of one file took minutes, with as many problems as long again.
    #[test]
    fn what_two_reports_tell_is_there_once() {
        let many = 25_000;
        let one = || {
            let images = (0..many).map(|at| image(&format!("docker.io/o/a:{at}"), at, None));
            let problems = (0..many).map(|at| json!({ "file": "list", "problem": at.to_string() }));
            let unresolved = (0..many).map(
                |at| json!({ "file": "list", "line": 7, "text": at.to_string(), "reason": "?" }),
            );
            report(json!({
                "images": images.collect::<Vec<_>>(), "problems": problems.collect::<Vec<_>>(),
                "unresolved": unresolved.collect::<Vec<_>>(),
            }))
        };
        let fleet = joined(&[one(), one()]);
        assert_eq!(fleet.images.len(), many);
        assert!(fleet.images.iter().all(|it| it.places.len() == 1));
        assert_eq!(fleet.problems().count(), many);
        assert_eq!(fleet.unresolved().count(), many);
        let text = crate::cli::fleet::text::document(&fleet, &[]);
        assert_eq!(text.matches("✓ linux/amd64").count(), many);
    }

    #[test]
    fn shards_that_are_missing_are_counted_and_three_are_named() {
        let says = |shards: &[&str]| {
            let reports: Vec<Report> =
                shards.iter().map(|it| report(json!({ "shard": it }))).collect();
            let fleet = joined(&reports);
            fleet.problems().map(|(_, it)| it.text.clone()).collect::<Vec<_>>().join("; ")
        };
        assert_eq!(says(&["1/2", "2/2", "0/0", "3/2"]), "");
        assert_eq!(says(&["1/2"]), "the report of the shard 2/2 is missing");
        assert_eq!(says(&["2/3"]), "the reports of the shards 1/3, 3/3 are missing");
        assert_eq!(
            says(&["1/18446744073709551615"]),
            "the reports of the shards 2/18446744073709551615, 3/18446744073709551615, \
             4/18446744073709551615 and 18446744073709551611 more are missing"
        );
    }

    #[test]
    fn a_pod_with_a_name_that_is_not_known_is_not_known() {
        let platforms = |reports: &[Report]| joined(reports).pods()[0].platforms.clone();
        let both = report(json!({ "images": [image("docker.io/o/a:1", 3, Some(1))] }));
        assert!(platforms(std::slice::from_ref(&both)).is_some());
        let text = json!({
            "file": "list", "line": 4, "owner": "Pod p", "pod": 1, "text": "{{ x }}", "reason": "?",
        });
        assert_eq!(platforms(&[both, report(json!({ "unresolved": [text] }))]), None);
    }

    #[test]
    fn what_either_report_expects_is_expected() {
        let of = |platform: &str| report(json!({ "expected": [platform] }));
        let fleet = joined(&[of("linux/arm64"), of("linux/amd64"), of("linux/arm64")]);
        let expected: Vec<String> = fleet.expected.iter().map(ToString::to_string).collect();
        assert_eq!(expected, ["linux/arm64", "linux/amd64"]);
    }
}
