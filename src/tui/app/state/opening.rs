//! Opening references and lists; going one step back.

use super::{MAX_SCREENS, Screen, State};
use crate::oci::{Digest, Location, Target};
use crate::text::escape;
use crate::tui::app::explorer::{Explorer, Pane};
use crate::tui::app::files::FileSearch;
use crate::tui::app::list::{List, Listed};
use crate::tui::app::start::{self};
use crate::tui::app::{Effect, Search, SessionId};
use tui_input::Input;

impl State {
    pub(super) fn open_text(&mut self, text: &str) -> Vec<Effect> {
        if text.trim().is_empty() {
            if let Some(Screen::Start(start)) = self.screens.last_mut() {
                start.problem = Some("type a reference first, for example alpine:3.20".to_owned());
            }
            return Vec::new();
        }
        let parsed = match text.trim().parse::<Digest>() {
            Ok(digest) => self.at_digest(digest),
            Err(_) => Target::parse(text).map_err(|error| error.to_string()),
        };
        match parsed {
            Ok(target) => {
                // A start page that lay over another screen has done its work.
                if self.screens.len() > 1 {
                    self.screens.pop();
                }
                self.open(target)
            }
            Err(error) => {
                if let Some(Screen::Start(start)) = self.screens.last_mut() {
                    start.problem = Some(escape(&error).into_owned());
                }
                Vec::new()
            }
        }
    }

    /// A digest alone is looked for where the user is or was last: in the repository of the screen
    /// beneath, else in that of the last reference opened.
    fn at_digest(&self, digest: Digest) -> Result<Target, String> {
        let beneath = self.screens.iter().rev().find_map(|screen| match screen {
            Screen::Explorer(explorer) => Some(explorer.location.reference()?.repository.clone()),
            Screen::List(list) => match &list.listed {
                Listed::Tags(repository) => Some(repository.clone()),
                Listed::Repositories { .. } => None,
            },
            Screen::Files(view) => Some(view.location.reference()?.repository.clone()),
            Screen::Start(_)
            | Screen::Why(_)
            | Screen::Matrix(_)
            | Screen::Compare(_)
            | Screen::Editor(_)
            | Screen::Push(_)
            | Screen::Drafts(_) => None,
        });
        let last = || {
            let locations = self.history.iter().filter_map(|it| it.parse::<Location>().ok());
            locations.filter_map(|it| Some(it.reference()?.repository.clone())).next()
        };
        match beneath.or_else(last) {
            Some(repository) => Ok(Target::Image(Location::Registry(repository.at(digest)))),
            None => Err(format!(
                "a digest alone says no repository; write REPOSITORY@{}:{}…",
                digest.algorithm().name(),
                digest.short()
            )),
        }
    }

    pub(super) fn open(&mut self, target: Target) -> Vec<Effect> {
        match target {
            Target::Image(location) => self.open_image(location),
            Target::Repositories { host, prefix } => {
                self.open_list(Listed::Repositories { host, prefix })
            }
        }
    }

    pub(super) fn new_session(&mut self) -> SessionId {
        self.last_session += 1;
        SessionId(self.last_session)
    }

    pub(super) fn push(&mut self, screen: Screen) -> Vec<Effect> {
        self.screens.push(screen);
        if self.screens.len() <= MAX_SCREENS {
            return Vec::new();
        }
        let oldest = self.screens.remove(0);
        let mut effects = self.leave(oldest);
        // What was about it goes with it.
        while matches!(self.screens.first(), Some(Screen::Why(_) | Screen::Matrix(_))) {
            effects.extend(close(&self.screens.remove(0)));
        }
        effects
    }

    pub(super) fn open_image(&mut self, location: Location) -> Vec<Effect> {
        start::remember(&mut self.history, &location.familiar());
        let session = self.new_session();
        let mut effects = vec![
            Effect::SaveHistory(self.history.clone()),
            Effect::Open { session, location: location.clone() },
        ];
        let explorer = Explorer::new(session, location, self.now);
        effects.extend(self.push(Screen::Explorer(Box::new(explorer))));
        effects
    }

    pub(super) fn open_list(&mut self, listed: Listed) -> Vec<Effect> {
        let session = self.new_session();
        let (list, mut effects) = List::open(session, listed);
        effects.extend(self.push(Screen::List(Box::new(list))));
        effects
    }

    /// One step back: out of a search, out of the detail of a narrow screen, off a screen.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        if let Some(explorer) = self.top_explorer() {
            if !explorer.search.needle.is_empty() {
                explorer.search = Search::default();
                return Vec::new();
            }
            // One step back: from what is being read, to the tree, to the screen before.
            if let Some(effect) = explorer.stop_reading() {
                return vec![effect];
            }
            if explorer.focus == Pane::Detail {
                explorer.focus = Pane::Tree;
                return Vec::new();
            }
        }
        if let Some(list) = self.top_list()
            && !list.filter.value().is_empty()
        {
            list.filter = Input::default();
            list.refilter();
            return Vec::new();
        }
        if let Some(effects) = self.leave_page() {
            return effects;
        }
        if let Some(view) = self.top_files() {
            if let Some(viewer) = view.viewer.take() {
                return vec![Effect::Close(viewer.session)];
            }
            if !view.search.needle.is_empty() {
                view.search = FileSearch::default();
                return Vec::new();
            }
            if view.wasted {
                view.toggle_wasted();
                return Vec::new();
            }
        }
        if let Some(Screen::Compare(view)) = self.screens.last_mut()
            && view.close_file()
        {
            return Vec::new();
        }
        let left = self.screens.pop();
        self.waiting = None;
        left.map_or_else(Vec::new, |screen| self.leave(screen))
    }
}

/// What ends with a screen.
pub(super) fn close(screen: &Screen) -> Vec<Effect> {
    match screen {
        // A draft outlives its editor.
        Screen::Start(_)
        | Screen::Matrix(_)
        | Screen::Compare(_)
        | Screen::Editor(_)
        | Screen::Push(_)
        | Screen::Drafts(_) => Vec::new(),
        Screen::Why(why) => why.findings.session().map(Effect::Close).into_iter().collect(),
        Screen::Explorer(explorer) => vec![Effect::Close(explorer.session)],
        Screen::List(list) => vec![Effect::Close(list.session)],
        Screen::Files(view) => {
            let viewer = view.viewer.as_ref().map(|viewer| viewer.session);
            let saving = view.saving.as_ref().map(|saving| saving.session);
            viewer.into_iter().chain(saving).chain([view.session]).map(Effect::Close).collect()
        }
    }
}
