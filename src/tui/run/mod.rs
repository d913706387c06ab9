//! The loop: terminal events and fetch results in, effects out, one drawing for each batch.

mod account;
mod asking;
mod background;
mod beside;
mod bookmarks;
mod clipboard;
mod drafting;
mod drafts;
mod events;
mod far;
mod files;
mod history;
mod listing;
mod program;
mod prove;
mod pushing;
mod reading;
mod references;
mod sessions;
mod signals;
mod terminal;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

use crate::source::{Activity, KeyFile, Sources};
use crate::tui::app::{Effect, Look, Msg, State};
use crate::tui::draw::{self, Drawn, Theme};
use crate::work::push::Journal;

use clipboard::Clipboard;
use drafts::Drafts;
use events::Events;
use program::Program;
use pushing::Pushes;
use sessions::Sessions;
use signals::Signals;
use terminal::Terminal;

pub use background::is_light;
pub use bookmarks::Bookmarks;
pub use drafts::Folder as DraftFolder;
pub use history::History;
pub use terminal::install_panic_hook;

/// How many results may wait for the loop before fetching pauses.
const QUEUE: usize = 1024;
/// How often the throbber moves, and work says how far it is.
const TICK: Duration = Duration::from_millis(100);

/// What the loop works with.
#[derive(Debug)]
pub struct Run {
    /// The state to begin with.
    pub state: State,
    /// What the state asked for so far.
    pub effects: Vec<Effect>,
    /// Where content comes from.
    pub sources: Sources,
    /// What the fetch layer does.
    pub activity: Activity,
    /// Notices of the fetch layer.
    pub notices: mpsc::UnboundedReceiver<Msg>,
    /// The themes, in the order of [`Look::ALL`].
    pub themes: Vec<Theme>,
    /// Where the history is kept.
    pub history: History,
    /// Where bookmarks are kept.
    pub bookmarks: Bookmarks,
    /// Where unsaved drafts are kept.
    pub drafts: DraftFolder,
    /// Where pushes note what they replaced.
    pub journal: Option<Journal>,
    /// Mirrors that are asked besides those of this machine's settings.
    pub mirrors: Vec<String>,
}

/// Runs until the user quits or a signal ends the program; returns the exit code.
///
/// # Errors
/// The terminal could not be set up or written to.
pub async fn run(run: Run) -> io::Result<u8> {
    let Run {
        mut state,
        effects,
        sources,
        activity,
        mut notices,
        themes,
        history,
        bookmarks,
        drafts,
        journal,
        mirrors,
    } = run;
    let look = |state: &State| {
        let at = Look::ALL.iter().position(|look| *look == state.cx.look).unwrap_or_default();
        themes.get(at).cloned().unwrap_or_default()
    };
    let (sender, results) = mpsc::channel(QUEUE);
    // Before the terminal is taken: from then on every end must give it back.
    let mut signals = Signals::new()?;
    let mut screen = Terminal::enter()?;
    let mut effects = effects;
    effects.extend(fit(&mut state, &screen));
    let mut shown = state.cx.look;
    let mut theme = look(&state);
    let mut drawn = screen.draw(|buffer| draw::draw(&state, &theme, buffer))?;

    let mut outside = Outside {
        pushes: Pushes::new(sources.clone(), journal, sender.clone()),
        sessions: Sessions::new(sources, mirrors, sender.clone()),
        clipboard: Clipboard::new(sender.clone()),
        bookmarks: bookmarks.telling(sender.clone()),
        drafts: Drafts::new(drafts, sender),
        history,
        program: None,
        exit: None,
    };
    // Ends before what it is filled by, which waits for room in it.
    let mut results = results;
    let mut events = Events::new(QUEUE);
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    effects.extend(state.look_for_drafts());
    outside.carry_out(effects, &mut screen)?;

    let ended: io::Result<u8> = async {
        loop {
            let first = tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    signals::Signal::End(code) => return Ok(code),
                    signals::Signal::Continue => {
                        screen.resume()?;
                        None
                    }
                },
                event = events.recv() => match event {
                    Some(event) => events::message(event?, &drawn),
                    None => return Ok(0),
                },
                Some(message) = results.recv() => Some(message),
                Some(message) = notices.recv() => Some(message),
                _ = tick.tick(), if state.wants_ticks() => Some(Msg::Tick),
            };
            let now = Timestamp::now();
            let mut messages = first.into_iter().collect::<Vec<_>>();
            drain(&mut messages, &mut events, &mut results, &mut notices, &drawn)?;
            let (requests, bytes) = (activity.requests(), activity.bytes());
            let (width, quotas) = (activity.width(), activity.quotas());
            messages.push(Msg::Activity { requests, bytes, width, quotas });
            let mut effects = state.update_all(messages, now);
            // The event that tells of another size may still be on its way.
            effects.extend(fit(&mut state, &screen));
            outside.carry_out(effects, &mut screen)?;
            if let Some(code) = outside.exit {
                return Ok(code);
            }
            if let Some(program) = outside.program.take() {
                let ended = program.run(&mut screen, &mut events, &mut signals).await?;
                if let Some(code) = ended {
                    return Ok(code);
                }
                let effects = fit(&mut state, &screen);
                outside.carry_out(effects, &mut screen)?;
            }
            if shown != state.cx.look {
                (shown, theme) = (state.cx.look, look(&state));
            }
            drawn = screen.draw(|buffer| draw::draw(&state, &theme, buffer))?;
        }
    }
    .await;
    // However it ends: by a key, by a signal, or with its terminal.
    let kept = outside.carry_out(state.unsaved(Timestamp::now()), &mut screen);
    // Nobody waits for the threads that were to write these.
    outside.history.finish();
    outside.bookmarks.finish();
    ended.and_then(|code| kept.map(|()| code))
}

/// Lays the screen out for the size that the terminal has now.
fn fit(state: &mut State, screen: &Terminal) -> Vec<Effect> {
    let (columns, rows) = screen.size();
    if state.cx.size == (columns, rows) {
        return Vec::new();
    }
    state.update(Msg::Resize(columns, rows), Timestamp::now())
}

/// Takes everything that is ready, so that one drawing serves it all.
fn drain(
    messages: &mut Vec<Msg>,
    events: &mut Events,
    results: &mut mpsc::Receiver<Msg>,
    notices: &mut mpsc::UnboundedReceiver<Msg>,
    drawn: &Drawn,
) -> io::Result<()> {
    while messages.len() < QUEUE {
        let Some(event) = events.ready() else { break };
        messages.extend(events::message(event?, drawn));
    }
    while messages.len() < QUEUE {
        match results.try_recv().or_else(|_| notices.try_recv()) {
            Ok(message) => messages.push(message),
            Err(_) => break,
        }
    }
    Ok(())
}

/// What effects act on.
struct Outside {
    sessions: Sessions,
    pushes: Pushes,
    clipboard: Clipboard,
    drafts: Drafts,
    history: History,
    bookmarks: Bookmarks,
    /// What gets the terminal next.
    program: Option<Program>,
    exit: Option<u8>,
}

impl Outside {
    fn carry_out(&mut self, effects: Vec<Effect>, screen: &mut Terminal) -> io::Result<()> {
        for effect in effects {
            match effect {
                Effect::Ask { session, request, question } => {
                    self.ask((session, request), question, screen)?;
                }
                Effect::Stop { session, request } => {
                    self.sessions.stop(session, request);
                    self.pushes.stop((session, request));
                }
                Effect::Open { session, location } => self.sessions.open(session, location),
                Effect::OpenList { session, location, list } => {
                    self.sessions.open_list(session, location, *list);
                }
                Effect::Close(session) => self.sessions.close(session),
                Effect::TellRequests => self.sessions.tell_requests(),
                Effect::SaveHistory(references) => self.history.save(references),
                Effect::Bookmark { reference, keep } => self.bookmarks.set(&reference, keep),
                Effect::Mouse(on) => screen.mouse(on)?,
                Effect::Redraw => screen.redraw()?,
                Effect::Suspend => screen.suspend()?,
                Effect::Run(line) => self.program = Some(Program::Line(line)),
                Effect::Page(content) => self.program = Some(Program::Pager(content)),
                Effect::Quit => self.exit = Some(0),
            }
        }
        Ok(())
    }
}

/// Where platy keeps its settings (`keys.toml`, `theme.toml`).
#[must_use]
pub fn config_dir() -> Option<PathBuf> {
    dirs::config_dir().map(|dir| dir.join("platy"))
}

/// The key that proves what the cache keeps of layers: the file that PLATY_CACHE_KEY_FILE names, for
/// caches that are shared, else the user's own.
#[must_use]
pub fn cache_key() -> Option<KeyFile> {
    if let Some(path) = std::env::var_os("PLATY_CACHE_KEY_FILE").filter(|path| !path.is_empty()) {
        return Some(KeyFile::Shared(path.into()));
    }
    let state = dirs::state_dir().or_else(dirs::data_local_dir)?;
    Some(KeyFile::Own(state.join("platy").join("cache.key")))
}

/// Where platy keeps content by digest.
#[must_use]
pub fn cache_dir() -> Option<PathBuf> {
    dirs::cache_dir().map(|dir| dir.join("platy"))
}
