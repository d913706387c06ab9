//! A fleet: images by rows, machines by columns, problems first.
//!
//! ```text
//!                          linux/amd64    linux/arm64/v8
//!  ✗ ghcr.io/team/side:1   ✓              ✗ nothing
//!    ghcr.io/team/app:1    ✓              ✓
//! ```

mod order;
mod view;

use ratatui::layout::Rect;

use crate::model::fleet::{Behind, Cell, Fleet, Image};
use crate::oci::Failure;
use crate::text::width;
use crate::tui::app::cx::Cx;
use crate::tui::app::{Action, Areas, Filter, Pane, Query, SessionId, list};

/// The most images that are asked about at once; each host has a limit of its own.
const AT_ONCE: usize = 64;
/// The cells of a column, the gap before it included.
const COLUMN: u16 = 16;
/// The least cells of a name.
const NAME: u16 = 28;
/// The lines that tell about the image under the cursor.
const ABOUT: u16 = 6;

/// The state of a fleet's screen.
#[derive(Debug, Clone)]
pub struct FleetView {
    session: SessionId,
    fleet: Fleet,
    /// Which images were asked about.
    asked: Vec<bool>,
    /// What narrows the list.
    pub filter: Filter,
    /// The line under the cursor, counted over the filtered list.
    pub cursor: usize,
    /// The first line on the screen.
    pub top: usize,
    /// The machine under the cursor.
    pub column: usize,
    /// The first machine on the screen.
    pub left: usize,
    shown: Vec<usize>,
    /// Whether the order may be another one than that of what is known.
    stale: bool,
    areas: FleetAreas,
}

/// Where the parts of the screen are.
#[derive(Debug, Clone, Copy, Default)]
pub struct FleetAreas {
    /// The machines' names, and the filter.
    pub head: Rect,
    /// The images.
    pub rows: Rect,
    /// What the image under the cursor is about.
    pub about: Rect,
    /// The cells of a name.
    pub name: u16,
    /// The cells of a column.
    pub column: u16,
    /// How many columns there is room for.
    pub columns: usize,
}

impl FleetView {
    fn new(session: SessionId, fleet: Fleet) -> Self {
        let asked = vec![false; fleet.images.len()];
        let mut view = Self {
            session,
            fleet,
            asked,
            filter: Filter::default(),
            cursor: 0,
            top: 0,
            column: 0,
            left: 0,
            shown: Vec::new(),
            stale: true,
            areas: FleetAreas::default(),
        };
        view.sort();
        view
    }

    /// The fleet, as far as it is known.
    #[must_use]
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Where its parts are.
    #[must_use]
    pub fn areas(&self) -> FleetAreas {
        self.areas
    }

    /// The images that the filter shows, problems first.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.shown.iter().filter_map(|at| self.fleet.images.get(*at))
    }

    /// The image under the cursor.
    #[must_use]
    pub fn image(&self) -> Option<&Image> {
        self.fleet.images.get(*self.shown.get(self.cursor)?)
    }

    /// How many images there are, are shown, have findings, and are still to be read.
    #[must_use]
    pub fn counts(&self) -> [usize; 4] {
        let count = |of: fn(&Image) -> bool| self.fleet.images.iter().filter(|it| of(it)).count();
        [
            self.fleet.images.len(),
            self.shown.len(),
            count(Image::has_findings),
            count(|image| image.outcome.is_none()),
        ]
    }

    /// What a cell says.
    #[must_use]
    pub fn word(cell: &Cell) -> String {
        match cell {
            Cell::Gets { .. } => "✓".to_owned(),
            Cell::Wrong { platform, .. } => {
                format!("✗ {}", platform.split_once('/').map_or(platform.as_str(), |it| it.1))
            }
            Cell::Nothing(_) => "✗ nothing".to_owned(),
            Cell::Unknown(_) => "?".to_owned(),
            Cell::NotAsked => "·".to_owned(),
        }
    }

    /// Takes what was found out about an image.
    fn take(&mut self, at: usize, outcome: Result<Behind, Failure>) {
        if let Some(image) = self.fleet.images.get_mut(at) {
            image.outcome = Some(outcome);
            self.stale = true;
        }
    }

    /// Asks about further images, as many at once as there may be; those on the screen first.
    fn pump(&mut self, cx: &mut Cx) {
        let mut room = AT_ONCE.saturating_sub(cx.requests.count(self.session));
        if room == 0 || self.asked.iter().all(|asked| *asked) {
            return;
        }
        let height = usize::from(self.areas.rows.height);
        let visible = self.shown.iter().skip(self.top).take(height).copied();
        let order: Vec<usize> = visible.chain(0..self.fleet.images.len()).collect();
        for at in order {
            if room == 0 {
                break;
            }
            let (Some(asked), Some(image)) = (self.asked.get_mut(at), self.fleet.images.get(at))
            else {
                continue;
            };
            if std::mem::replace(asked, true) {
                continue;
            }
            if let Some(question) = self.fleet.question(image) {
                let question = Box::new(question);
                cx.ask(self.session, Query::Behind { image: at, question });
                room -= 1;
            }
        }
    }

    /// Asks again about what could not be read.
    fn retry(&mut self) {
        for (image, asked) in self.fleet.images.iter_mut().zip(&mut self.asked) {
            if matches!(image.outcome, Some(Err(_))) {
                image.outcome = None;
                *asked = false;
            }
        }
        self.stale = true;
    }

    fn go(&mut self, action: Action) {
        let page = usize::from(self.areas.rows.height.max(1));
        self.cursor = list::target(action, self.cursor, self.shown.len(), page);
    }

    fn go_sideways(&mut self, right: bool) {
        let last = self.fleet.hosts.len().saturating_sub(1);
        self.column =
            if right { (self.column + 1).min(last) } else { self.column.saturating_sub(1) };
    }

    fn settle(&mut self, size: (u16, u16)) {
        if std::mem::take(&mut self.stale) {
            self.sort();
        }
        let body = Areas::of(size.0, size.1, Pane::Tree).body;
        let body = Rect { x: body.x + 1, width: body.width.saturating_sub(2), ..body };
        let about = ABOUT.min(body.height / 3);
        let rows = body.height.saturating_sub(about + 2);
        let hosts = self.fleet.hosts.iter().map(|host| width(&host.to_string())).max();
        let longest = u16::try_from(hosts.unwrap_or_default()).unwrap_or(COLUMN);
        let column = (longest + 2).clamp(12, COLUMN + 4);
        let room = body.width.saturating_sub(NAME);
        let count = u16::try_from(self.fleet.hosts.len()).unwrap_or(u16::MAX);
        let columns = (room / column).clamp(1, count.max(1));
        self.areas = FleetAreas {
            head: Rect { height: 1, ..body },
            rows: Rect { y: body.y + 1, height: rows, ..body },
            about: Rect { y: body.y + 2 + rows, height: about, ..body },
            name: body.width.saturating_sub(columns * column).min(72),
            column,
            columns: usize::from(columns),
        };
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        self.top = list::top(self.top, self.cursor, self.shown.len(), usize::from(rows));
        let hosts = self.fleet.hosts.len();
        self.left = list::top(self.left, self.column, hosts, self.areas.columns);
    }
}
