//! `platy [REFERENCE]` and `platy demo`: the screen.

use std::io::IsTerminal as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::TROUBLE;
use super::args::{Args, ThemeName};
use super::complain::complain;
use super::settings::Settings;
use crate::model::fleet::{self, Fleet};
use crate::model::select::Host;
use crate::oci::{Platform, Target};
use crate::sandbox::{self, Sandbox, SandboxOptions};
use crate::source::{Activity, Sources};
use crate::tui::app::{FLEET, Look, Msg, Sample, Setup, State, understand};
use crate::tui::run::{self, Bookmarks, DraftFolder, History, Run};
use crate::work::host;
use crate::work::push::Journal;

pub(super) async fn demo(args: &Args) -> u8 {
    // The first picture does not wait until five hundred images are made.
    let options = SandboxOptions { samples: true, ..SandboxOptions::default() };
    let sandbox = match Sandbox::start_soon(options).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            complain(&format!("the registry inside platy did not start: {error}"));
            return TROUBLE;
        }
    };
    let host = sandbox.host();
    let samples = sandbox::samples()
        .into_iter()
        .map(|sample| Sample {
            name: sample.reference.to_owned(),
            reference: format!("{host}/{}", sample.reference),
            title: sample.title.to_owned(),
            note: sample.look_at.replace("HOST", host.as_str()),
        })
        .collect();
    let mirror = format!("{host}/{}", sandbox::MIRROR);
    let mut demo = Demo { samples, mirrors: vec![mirror] };
    demo.samples.push(Sample {
        name: "a fleet".to_owned(),
        reference: FLEET.to_owned(),
        title: "what two machines get of the images that a file names".to_owned(),
        note: "problems come first; w says why, enter opens the image".to_owned(),
    });
    let text = DEMO_FLEET.replace("HOST", host.as_str());
    let reading = fleet::read("fleet.yaml", &text, &[]);
    let source = fleet::Source { name: "fleet.yaml".to_owned(), reading };
    let hosts = ["linux/amd64", "linux/arm64"].iter().filter_map(|it| it.parse().ok()).collect();
    let mut fleet = Fleet::new(vec![source], hosts);
    fleet.set_engines(None);
    explore(args, Some(demo), Some(fleet), false).await
}

/// The file that the demo's fleet is in.
const DEMO_FLEET: &str = include_str!("../../assets/demo/fleet.yaml");

/// What the demo shows.
struct Demo {
    samples: Vec<Sample>,
    /// The mirrors of the registry inside platy.
    mirrors: Vec<String>,
}

/// Opens the screen.
pub(super) async fn run(args: &Args) -> u8 {
    explore(args, None, None, false).await
}

/// Opens the screen on a fleet.
pub(super) async fn fleet(args: &Args, fleet: Fleet) -> u8 {
    explore(args, None, Some(fleet), true).await
}

/// Whether there is a terminal on both sides.
pub(super) fn has_terminal() -> bool {
    std::io::stdout().is_terminal() && std::io::stdin().is_terminal()
}

async fn explore(args: &Args, demo: Option<Demo>, fleet: Option<Fleet>, fleet_first: bool) -> u8 {
    let target = match args.reference.as_deref().map(|text| Target::parse(&understand(text))) {
        None => None,
        Some(Ok(target)) => Some(target),
        Some(Err(error)) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    if !has_terminal() {
        complain("the explorer needs a terminal; `platy inspect REFERENCE` prints the same tree");
        return TROUBLE;
    }
    if std::env::var("TERM").is_ok_and(|term| term == "dumb") {
        complain(
            "the terminal says that it shows plain text only (TERM=dumb); `platy inspect REFERENCE` \
             prints the same tree",
        );
        return TROUBLE;
    }
    let machine = tokio::task::spawn_blocking(host::detect);
    let (settings, known_keys) = (Settings::read(&args.defaults), args.known_keys());
    let (Settings { keymap, themes, own }, known_keys) = match (settings, known_keys) {
        (Ok(settings), Ok(keys)) => (settings, keys),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let (sender, notices) = mpsc::unbounded_channel();
    let activity = Activity::with_listener(move |notice| {
        // After the loop has ended nobody listens.
        let _ = sender.send(Msg::Notice(notice));
    });
    let options = args.options();
    let is_demo = demo.is_some();
    // What the demo opens lives no longer than its registry.
    let history = if is_demo { History::none() } else { History::open() };
    let bookmarks = if is_demo { Bookmarks::none() } else { Bookmarks::open() };
    let Demo { samples, mirrors } =
        demo.unwrap_or_else(|| Demo { samples: Vec::new(), mirrors: Vec::new() });
    let (machine, kernel) = match machine.await {
        Ok(machine) => (machine.host, machine.kernel),
        Err(_) => (own_platform(), None),
    };
    // The demo's registry ends with it, and so does what was pushed there.
    let folder = is_demo.then(tempfile::tempdir).and_then(Result::ok);
    let journal = match &folder {
        Some(folder) => Some(Journal::at(folder.path().to_owned())),
        None => args.journal(),
    };
    let drafts = if is_demo { DraftFolder::none() } else { DraftFolder::open() };
    let setup = Setup {
        keymap,
        history: history.load(),
        bookmarks: bookmarks.load(),
        samples,
        fleet,
        machine,
        kernel,
        permits: options.permits,
        zone: TimeZone::system(),
        size: (80, 24),
        asks_this_machine: !is_demo,
        drafts: draft_prefix(),
        host: args.defaults.machine(),
        engine: args.defaults.engine(),
        interval: args.defaults.interval(),
        login: args.login_line(),
        aliases: args.defaults.aliases(),
        look: look(args.theme),
        own,
        known_keys,
    };
    let mut state = State::new(setup, Timestamp::now());
    let now = Timestamp::now();
    let effects = match target {
        Some(target) => state.open_first(target, now),
        None if fleet_first => state.open_fleet_first(now),
        None => Vec::new(),
    };
    run::install_panic_hook();
    let sources = Sources::new(options, activity.clone());
    let run = Run {
        state,
        effects,
        sources,
        activity,
        notices,
        themes,
        history,
        bookmarks,
        drafts,
        journal,
        mirrors,
    };
    match run::run(run).await {
        Ok(code) => code,
        Err(error) => {
            complain(&format!("the terminal failed: {error}"));
            TROUBLE
        }
    }
}

/// What the names of this process's drafts begin with: the moment, and something that another
/// process of the same moment does not have.
fn draft_prefix() -> String {
    let moment = Timestamp::now().strftime("%Y%m%d-%H%M%S");
    format!("{moment}-{:08x}", fastrand::u32(..))
}

/// What this program was built for, if the machine could not be looked at.
fn own_platform() -> Host {
    Host::new(&Platform::new(std::env::consts::OS, std::env::consts::ARCH, ""))
}

/// The theme to begin with.
fn look(wanted: Option<ThemeName>) -> Look {
    let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match wanted {
        None if no_color => Look::Plain,
        None | Some(ThemeName::Terminal) => Look::Terminal,
        Some(ThemeName::Auto) => match run::is_light() {
            Some(true) => Look::Light,
            Some(false) => Look::Dark,
            None => Look::Terminal,
        },
        Some(ThemeName::Dark) => Look::Dark,
        Some(ThemeName::Light) => Look::Light,
        Some(ThemeName::Contrast) => Look::Contrast,
        Some(ThemeName::Plain) => Look::Plain,
    }
}
