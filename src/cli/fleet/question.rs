//! What the arguments ask, and the files that they name.

use std::io::Read as _;
use std::path::Path;

use super::args::FleetArgs;
use crate::cli::complain::note;
use crate::cli::look::named_platform;
use crate::cli::why::engines;
use crate::model::fleet::{Fleet, Source, read};
use crate::model::select::{Engine, Host};
use crate::oci::Platform;
use crate::source::regular;

/// The machines that are asked about if none is named.
const HOSTS: [&str; 2] = ["linux/amd64", "linux/arm64"];
/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// What is asked of every image.
pub(super) struct Question {
    hosts: Vec<Host>,
    engine: Option<&'static Engine>,
    expected: Vec<Platform>,
    shard: Option<(usize, usize)>,
}

impl Question {
    pub(super) fn of(arguments: &FleetArgs) -> Result<Self, String> {
        let names = arguments.host.iter().map(String::as_str);
        let names: Vec<&str> =
            if arguments.host.is_empty() { HOSTS.to_vec() } else { names.collect() };
        let mut hosts: Vec<Host> = Vec::new();
        for name in names.iter().flat_map(|it| it.split(',')) {
            let host = name
                .trim()
                .parse::<Host>()
                .map_err(|error: crate::model::select::HostError| error.to_string())?;
            if let Some(doubt) = host.doubt() {
                note(&doubt);
            }
            if !hosts.contains(&host) {
                hosts.push(host);
            }
        }
        let engine = match &arguments.engine {
            Some(name) => {
                let os = hosts.first().map_or("linux", Host::os);
                engines::asked(std::slice::from_ref(name), os)?.first().copied()
            }
            None => None,
        };
        let expected = arguments.expect.iter().map(|text| named_platform("--expect", text));
        let expected = expected.collect::<Result<_, _>>()?;
        let shard = arguments.shard.as_deref().map(shard).transpose()?;
        Ok(Self { hosts, engine, expected, shard })
    }

    /// The fleet that the files name, of which nothing is known yet.
    pub(super) fn fleet(self, arguments: &FleetArgs) -> Fleet {
        let sources = arguments.files.iter().map(|name| source(name, arguments)).collect();
        let mut fleet = Fleet::new(sources, self.hosts);
        fleet.expected = self.expected;
        fleet.set_engines(self.engine);
        if let Some((number, count)) = self.shard {
            fleet.take_shard(number, count);
        }
        fleet
    }
}

/// `I/N`
fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(number, count)| {
        Some((number.trim().parse::<usize>().ok()?, count.trim().parse::<usize>().ok()?))
    });
    parts
        .filter(|(number, count)| (1..=*count).contains(number))
        .ok_or_else(|| format!("--shard {text}: write I/N, from 1/N to N/N"))
}

/// A file as it was read; `-` is standard input. A pipe that the shell opened is read too
/// (`<(helm template …)`).
fn source(name: &str, arguments: &FleetArgs) -> Source {
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes).map(|_| bytes)
    } else if Path::new(name).is_dir() {
        Err(std::io::Error::other("is a folder; name the files in it"))
    } else {
        regular::named(Path::new(name), MAX_FILE + 1)
    };
    match bytes {
        Ok(bytes) => {
            let reading = read(name, &String::from_utf8_lossy(&bytes), &arguments.arguments());
            Source { name: name.to_owned(), reading }
        }
        Err(error) => Source::unreadable(name, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_counted_from_one() {
        assert_eq!(shard("1/4"), Ok((1, 4)));
        assert_eq!(shard("4/4"), Ok((4, 4)));
        for text in ["0/4", "5/4", "1", "1/0", "a/b", "-1/4"] {
            assert!(shard(text).unwrap_err().contains("from 1/N to N/N"), "{text}");
        }
    }
}
