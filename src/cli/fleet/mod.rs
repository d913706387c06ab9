//! `platy fleet FILE…`: what machines get of every image that files name.

mod allow;
mod ask;
mod json;
mod junit;
mod report;
mod sarif;
mod text;

use std::io::Read as _;

use super::TROUBLE;
use super::args::{Args, FleetArgs};
use super::complain::complain;
use super::output::{print, print_json, print_line};
use super::waiting::Waiting;
use crate::model::fleet::read;
use crate::model::select::{Engine, Host};
use crate::source::Sources;
use allow::Allowed;
use report::{Fleet, Source};

/// The machines that are asked about if none is named.
const HOSTS: [&str; 2] = ["linux/amd64", "linux/arm64"];
/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

pub(super) async fn run(args: &Args, fleet: &FleetArgs) -> u8 {
    let question = match question(fleet) {
        Ok(question) => question,
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let allowed = match fleet.allow.as_deref().map(Allowed::read).transpose() {
        Ok(allowed) => allowed.unwrap_or_default(),
        Err(problem) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let sources: Vec<Source> = fleet.files.iter().map(|name| source(name, fleet)).collect();
    let waiting = Waiting::new();
    let registries = Sources::new(args.options(), waiting.activity());
    let mut report = Fleet::new(sources, question.hosts);
    waiting.during(ask::all(&registries, &question.engine, &mut report)).await;
    report.allow(&allowed);
    if fleet.json {
        print_json(&json::document(&report));
    } else if fleet.sarif {
        print_json(&sarif::document(&report));
    } else if fleet.junit {
        print_line(junit::document(&report).trim_end());
    } else {
        print(text::document(&report).as_bytes());
    }
    report.code()
}

struct Question {
    hosts: Vec<Host>,
    engine: Option<&'static Engine>,
}

fn question(fleet: &FleetArgs) -> Result<Question, String> {
    let names = fleet.host.iter().map(String::as_str);
    let names: Vec<&str> = if fleet.host.is_empty() { HOSTS.to_vec() } else { names.collect() };
    let mut hosts: Vec<Host> = Vec::new();
    for name in names.iter().flat_map(|it| it.split(',')) {
        let host = name
            .parse::<Host>()
            .map_err(|error: crate::model::select::HostError| error.to_string())?;
        if !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    let engine = match &fleet.engine {
        Some(name) => {
            let os = hosts.first().map_or("linux", Host::os);
            super::why::engines::asked(std::slice::from_ref(name), os)?.first().copied()
        }
        None => None,
    };
    Ok(Question { hosts, engine })
}

/// A file as it was read; `-` is standard input.
fn source(name: &str, fleet: &FleetArgs) -> Source {
    let text = if name == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes);
        read.map(|_| bytes)
    } else {
        std::fs::metadata(name).and_then(|it| {
            if it.is_file() {
                std::fs::File::open(name).and_then(|file| {
                    let mut bytes = Vec::new();
                    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map(|_| bytes)
                })
            } else {
                Err(std::io::Error::other("is not a regular file"))
            }
        })
    };
    let reading = match text {
        Ok(bytes) => read(name, &String::from_utf8_lossy(&bytes), &fleet.arguments()),
        Err(error) => report::unreadable(error.to_string()),
    };
    Source { name: name.to_owned(), reading }
}
