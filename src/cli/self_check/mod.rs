//! `platy self check [REFERENCE]`: what platy would use on this machine, without secrets.

mod args;

pub(super) use args::{SelfAction, SelfArgs, SelfCheckArgs};

use std::path::PathBuf;

use serde_json::{Value, json};

use super::args::Args;
use super::complain::complain;
use super::defaults::{CONFIG, Defaults};
use super::output::{columns, print_json, print_text};
use super::settings::{self, SettingsFile};
use super::{DONE, PART, TROUBLE, routes};
use crate::model::diagnose::{Daemon, Fact};
use crate::model::route::{Family, Route, Settings};
use crate::oci::Reference;
use crate::source::auth::{self, FileSurvey, Lookup};
use crate::source::{CertificateFile, certificate_files, mirrors};
use crate::text::{escape, fold};
use crate::tui::run;
use crate::work::surroundings::{Surroundings, daemons};

/// Everything that was found.
struct Found {
    reference: Option<Reference>,
    files: Vec<FileSurvey>,
    lookup: Option<Lookup>,
    certificates: Vec<CertificateFile>,
    settings: Vec<(Family, Settings)>,
    routes: Vec<Route>,
    sockets: Vec<(String, Option<Fact<Daemon>>)>,
    folders: Vec<(&'static str, Option<PathBuf>)>,
    proxies: Vec<&'static str>,
    own: Vec<SettingsFile>,
    defaults: Result<Defaults, String>,
}

/// The state of a file with which something is wrong, which is said once.
const SEE_PROBLEMS: &str = "cannot be used (see Problems)";

pub(super) async fn run(args: &Args, check: &SelfCheckArgs) -> u8 {
    let reference = match check.reference.as_deref().map(str::parse::<Reference>).transpose() {
        Ok(reference) => reference,
        Err(error) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    let found = look(args, reference).await;
    let problems = found.problems();
    if check.json {
        print_json(&found.json(&problems));
    } else {
        print_text(&found.text(&problems));
    }
    if problems.is_empty() { DONE } else { PART }
}

async fn look(args: &Args, reference: Option<Reference>) -> Found {
    let options = args.options();
    let environment = &options.environment;
    let around = Surroundings::of_process();
    let host = reference.as_ref().map(|reference| &reference.repository.host);
    let lookup = match &reference {
        Some(Reference { repository, .. }) => {
            Some(auth::lookup(environment, &repository.host, Some(&repository.path)).await)
        }
        None => None,
    };
    let routes = reference.iter().flat_map(|reference| {
        Family::ALL
            .into_iter()
            .flat_map(|family| mirrors::routes(family, &around.places, reference))
    });
    let state = dirs::state_dir().or_else(dirs::data_local_dir).map(|dir| dir.join("platy"));
    let proxies = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];
    let set = |name: &&str| {
        [(*name).to_owned(), name.to_lowercase()]
            .iter()
            .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
    };
    let defaults = Defaults::read();
    Found {
        files: auth::survey(environment),
        lookup,
        certificates: certificate_files(&options, host),
        settings: mirrors::survey(&around.places),
        routes: routes.collect(),
        sockets: daemons(&around).await,
        folders: vec![
            ("settings", run::config_dir()),
            ("cache", options.cache_dir.clone()),
            ("the cache's key", options.cache_key.as_ref().map(|key| key.path().to_owned())),
            ("drafts, history and journal", state),
        ],
        proxies: proxies.into_iter().filter(set).collect(),
        own: settings::survey(&defaults),
        defaults,
        reference,
    }
}

impl Found {
    /// What keeps something from being used.
    fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> =
            self.own.iter().filter_map(|file| file.problem.clone()).collect();
        for file in &self.files {
            problems.extend(file.problem.iter().map(|why| format!("{}: {why}", file.file)));
            let lost = file.helpers.iter().filter(|helper| helper.path.is_none());
            problems.extend(
                lost.map(|helper| format!("{}: {} is not on the PATH", file.file, helper.program)),
            );
        }
        for file in &self.certificates {
            problems.extend(file.problem.iter().map(|why| format!("{}: {why}", file.file)));
        }
        for (family, file) in &self.settings {
            problems
                .extend(file.dropped.iter().map(|why| format!("{family}: {}: {why}", file.file)));
        }
        for route in &self.routes {
            problems.extend(
                route
                    .refused
                    .iter()
                    .map(|why| format!("nothing can be pulled by {}: {why}", route.family)),
            );
        }
        let lookup = self.lookup.iter().flat_map(|lookup| &lookup.problems);
        for problem in lookup {
            if !problems.contains(problem) {
                problems.push(problem.clone());
            }
        }
        problems
    }

    fn json(&self, problems: &[String]) -> Value {
        json!({
            "reference": self.reference.as_ref().map(ToString::to_string),
            "credentials": {
                "files": self.files.iter().map(|file| json!({
                    "file": file.file,
                    "exists": file.exists,
                    "keys": file.keys,
                    "helpers": file.helpers.iter().map(|helper| json!({
                        "program": helper.program,
                        "key": helper.key,
                        "path": helper.path,
                    })).collect::<Vec<_>>(),
                    "problem": file.problem,
                })).collect::<Vec<_>>(),
                "for_the_reference": self.lookup.as_ref().map(|lookup| json!({
                    "used": lookup.used,
                    "podman": lookup.podman,
                    "docker": lookup.docker,
                })),
            },
            "certificates": self.certificates.iter().map(|file| json!({
                "file": file.file,
                "host": file.host,
                "problem": file.problem,
            })).collect::<Vec<_>>(),
            "settings": self.settings.iter().map(|(family, file)| json!({
                "family": family.id(),
                "file": file.file,
                "dropped": file.dropped,
            })).collect::<Vec<_>>(),
            "mirrors": routes::json(&self.routes, &[]),
            "sockets": self.sockets.iter().map(|(at, daemon)| json!({
                "socket": at,
                "engine": daemon.as_ref().and_then(Fact::known).map(|it| it.kind.to_string()),
                "version": daemon.as_ref().and_then(Fact::known).map(|it| &it.version),
                "problem": socket_problem(daemon.as_ref()),
            })).collect::<Vec<_>>(),
            "folders": self.folders.iter().map(|(what, path)| json!({
                "what": what,
                "path": path,
            })).collect::<Vec<_>>(),
            "proxies": self.proxies,
            "files": self.own.iter().map(|file| json!({
                "file": file.path,
                "exists": file.exists,
                "problem": file.problem,
            })).collect::<Vec<_>>(),
            "options": self.defaults.as_ref().map(Defaults::json).ok(),
            "problems": problems,
        })
    }

    fn text(&self, problems: &[String]) -> String {
        let mut out = String::from("Credentials, in the order in which they are looked for\n");
        let mut line = |text: String| out.push_str(&format!("{}\n", escape(&text)));
        for file in &self.files {
            let state = match (&file.problem, file.exists) {
                (Some(_), _) => SEE_PROBLEMS.to_owned(),
                (None, false) => "does not exist".to_owned(),
                (None, true) if file.keys.is_empty() => "read".to_owned(),
                (None, true) => format!("entries: {}", file.keys.join(", ")),
            };
            line(format!("  {}: {state}", file.file));
            for helper in &file.helpers {
                let key = helper.key.as_deref().unwrap_or("every host");
                let path = helper.path.as_deref().unwrap_or("not on the PATH");
                line(format!("    {} for {key}: {path}", helper.program));
            }
        }
        if let (Some(reference), Some(lookup)) = (&self.reference, &self.lookup) {
            let or_none = |from: &Option<String>| from.clone().unwrap_or("none".to_owned());
            line(format!("  for {}", reference.repository));
            line(format!("    platy sends  {}", or_none(&lookup.used)));
            line(format!("    podman sends {}", or_none(&lookup.podman)));
            line(format!("    docker sends {}", or_none(&lookup.docker)));
        }
        line("Certificates, beside the system's".to_owned());
        if self.certificates.is_empty() {
            line("  none".to_owned());
        }
        for file in &self.certificates {
            let state = file.problem.as_ref().map_or("trusted or shown", |_| SEE_PROBLEMS);
            line(format!("  {} for {}: {state}", file.file, file.host));
        }
        line("Settings of mirrors".to_owned());
        if self.settings.is_empty() {
            line("  none".to_owned());
        }
        for (family, file) in &self.settings {
            let state = file.dropped.as_ref().map_or("read", |_| SEE_PROBLEMS);
            line(format!("  {} ({family}): {state}", file.file));
        }
        line("Sockets of engines".to_owned());
        for (at, daemon) in &self.sockets {
            let state = match daemon {
                Some(Fact::Known(daemon)) => format!("{} {}", daemon.kind, daemon.version),
                other => socket_problem(other.as_ref()).unwrap_or_default(),
            };
            line(format!("  {at}: {state}"));
        }
        line("Folders".to_owned());
        for (what, path) in &self.folders {
            line(format!("  {what}: {}", name_of(path.clone())));
        }
        line("Settings of platy".to_owned());
        if self.own.is_empty() {
            line("  none".to_owned());
        }
        for file in &self.own {
            let state = match (&file.problem, file.exists) {
                (Some(_), _) => SEE_PROBLEMS,
                (None, true) => "read",
                (None, false) => "does not exist",
            };
            line(format!("  {}: {state}", file.path.display()));
            let given = self.defaults.iter().filter(|_| file.path.ends_with(CONFIG));
            for option in given.flat_map(Defaults::lines) {
                line(format!("    {option}"));
            }
        }
        match self.proxies.as_slice() {
            [] => line("Proxies: none".to_owned()),
            set => line(format!("Proxies: {} is set", set.join(", "))),
        }
        routes::write(&self.routes, &[], columns(usize::MAX), &mut out);
        if !problems.is_empty() {
            out.push_str("\nProblems\n");
            for problem in problems {
                let problem = format!("✗ {}", escape(problem));
                out.push_str(&format!("{}\n", fold(&problem, columns(usize::MAX), 2)));
            }
        }
        out
    }
}

fn name_of(path: Option<PathBuf>) -> String {
    path.map_or("none".to_owned(), |path| path.display().to_string())
}

fn socket_problem(daemon: Option<&Fact<Daemon>>) -> Option<String> {
    match daemon {
        None => Some("nothing listens".to_owned()),
        Some(fact) => fact.missing().map(str::to_owned),
    }
}
