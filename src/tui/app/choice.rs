//! The machine and the engine for which the screens say what is picked.

use crate::model::select::{ENGINES, Engine, Host, PROFILES};

/// How many machines typed by hand are kept; the oldest go first.
const MAX_TYPED: usize = 8;

/// A machine with the name that people use for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedHost {
    /// The name; empty for a machine typed by hand.
    pub title: String,
    /// The machine.
    pub host: Host,
}

/// Which machine, which engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    hosts: Vec<NamedHost>,
    host: usize,
    engine: &'static Engine,
    request: Option<String>,
    kernel: Option<String>,
}

impl NamedHost {
    /// `this machine linux/amd64/v3`
    #[must_use]
    pub fn words(&self) -> String {
        if self.title.is_empty() {
            self.host.to_string()
        } else {
            format!("{} {}", self.title, self.host)
        }
    }

    /// The name, or else the platform.
    #[must_use]
    pub fn name(&self) -> String {
        if self.title.is_empty() { self.host.to_string() } else { self.title.clone() }
    }
}

impl Choice {
    /// This machine, and what people call `docker`.
    #[must_use]
    pub fn new(machine: Host) -> Self {
        let [first, ..] = &ENGINES;
        let this = NamedHost { title: "this machine".to_owned(), host: machine };
        let profiles = PROFILES
            .iter()
            .map(|profile| NamedHost { title: profile.title.to_owned(), host: profile.host() });
        Self {
            hosts: std::iter::once(this).chain(profiles).collect(),
            host: 0,
            engine: Engine::find("docker").unwrap_or(first),
            request: None,
            kernel: None,
        }
    }

    /// This machine, the named ones, those typed by hand.
    #[must_use]
    pub fn hosts(&self) -> &[NamedHost] {
        &self.hosts
    }

    /// The number of the chosen machine.
    #[must_use]
    pub fn host_number(&self) -> usize {
        self.host
    }

    /// The chosen machine; this one is always there.
    #[must_use]
    pub fn host(&self) -> Option<&NamedHost> {
        self.hosts.get(self.host)
    }

    /// Whether the machine that platy runs on is chosen.
    #[must_use]
    pub fn is_this_machine(&self) -> bool {
        self.host == 0
    }

    /// The architecture of the chosen machine's kernel, if that is known to be another one than
    /// its programs'.
    #[must_use]
    pub fn kernel(&self) -> Option<&str> {
        self.kernel.as_deref().filter(|_| self.is_this_machine())
    }

    /// The platform that the user asked the engine for (its `--platform`), as typed.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    pub(super) fn set_kernel(&mut self, kernel: Option<String>) {
        self.kernel = kernel;
    }

    /// Takes what was typed; nothing typed is nothing asked for.
    pub(super) fn set_request(&mut self, typed: &str) {
        self.request = Some(typed.trim().to_owned()).filter(|typed| !typed.is_empty());
    }

    /// The chosen engine.
    #[must_use]
    pub fn engine(&self) -> &'static Engine {
        self.engine
    }

    /// The number of the chosen engine among [`ENGINES`].
    #[must_use]
    pub fn engine_number(&self) -> usize {
        ENGINES.iter().position(|engine| engine.id == self.engine.id).unwrap_or(0)
    }

    pub(super) fn choose_host(&mut self, number: usize) {
        self.host = number.min(self.hosts.len().saturating_sub(1));
    }

    pub(super) fn set_engine(&mut self, engine: &'static Engine) {
        self.engine = engine;
    }

    pub(super) fn choose_engine(&mut self, number: usize) {
        if let Some(engine) = ENGINES.get(number) {
            self.engine = engine;
        }
    }

    /// The next machine or the one before, in a circle.
    pub(super) fn turn_host(&mut self, forward: bool) {
        self.host = turned(self.host, self.hosts.len(), forward);
    }

    /// The next engine that runs on the chosen machine's system, or the one before, in a circle.
    pub(super) fn turn_engine(&mut self, forward: bool) {
        let os = self.host().map_or("", |named| named.host.os()).to_owned();
        let mut at = self.engine_number();
        for _ in 0..ENGINES.len() {
            at = turned(at, ENGINES.len(), forward);
            if ENGINES.get(at).is_some_and(|engine| engine.runs_on(&os)) {
                break;
            }
        }
        self.choose_engine(at);
    }

    /// Chooses a machine typed by hand; one that is listed already is not listed twice.
    pub(super) fn add_host(&mut self, host: Host) {
        if let Some(known) = self.hosts.iter().position(|named| named.host == host) {
            self.host = known;
            return;
        }
        let named = 1 + PROFILES.len();
        if self.hosts.len() >= named + MAX_TYPED {
            self.hosts.remove(named);
        }
        self.hosts.push(NamedHost { title: String::new(), host });
        self.host = self.hosts.len() - 1;
    }
}

fn turned(at: usize, length: usize, forward: bool) -> usize {
    let length = length.max(1);
    (if forward { at + 1 } else { at + length - 1 }) % length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_typed_by_hand_are_listed_once_and_not_without_end() {
        let mut choice = Choice::new("linux/amd64".parse().unwrap());
        let before = choice.hosts().len();
        for version in 0..20 {
            choice.add_host(format!("linux/mips{version}").parse().unwrap());
        }
        assert_eq!(choice.hosts().len(), before + MAX_TYPED);
        choice.add_host("linux/mips19".parse().unwrap());
        assert_eq!(choice.hosts().len(), before + MAX_TYPED);
        assert_eq!(choice.host().unwrap().words(), "linux/mips19");
        choice.turn_host(true);
        assert_eq!(choice.host().unwrap().words(), "this machine linux/amd64");
    }

    #[test]
    fn turning_passes_over_engines_of_other_systems() {
        let mut choice = Choice::new("windows(10.0.20348)/amd64".parse().unwrap());
        assert_eq!(choice.engine().id, "docker-c8d");
        for _ in 0..ENGINES.len() {
            choice.turn_engine(true);
            assert!(choice.engine().runs_on("windows"));
        }
        choice.choose_engine(0);
        choice.turn_engine(false);
        assert_eq!(choice.engine().id, ENGINES.last().unwrap().id);
    }
}
