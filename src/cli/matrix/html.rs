//! The matrix as a page.

use super::COLUMNS;
use super::cell::{Cell as Got, Row as Machine};
use crate::cli::html::{Cell, Page, Row, Table, Weight};
use crate::model::diagnose::Served;
use crate::model::select::{Engine, Outcome};
use crate::oci::Location;

pub(super) fn page(location: &Location, engines: &[&Engine], rows: &[Machine]) -> Page {
    let title = |engine: &Engine| {
        let short = COLUMNS.iter().find(|(id, _)| *id == engine.id);
        short.map_or(engine.title, |(_, title)| *title).to_owned()
    };
    let mut heads = vec!["machine".to_owned()];
    heads.extend(engines.iter().map(|engine| title(engine)));
    let differ = rows.iter().filter(|row| row.differs).count();
    let wrong = rows.iter().filter(|row| row.cells.iter().flatten().any(is_bad)).count();
    let lead = format!(
        "{} machines · {wrong} get something else than their own from some engine · on {differ} not \
         all engines agree",
        rows.len()
    );
    let table = Table { heads, rows: rows.iter().map(row).collect(), ..Table::default() };
    Page {
        title: format!("What machines get of {location}"),
        lead: vec![lead, "crane* is every tool that is built on go-containerregistry".to_owned()],
        tables: vec![table],
    }
}

fn is_bad(got: &Got) -> bool {
    matches!(got.fit, Served::Wrong(_) | Served::Nothing(_))
}

fn row(machine: &Machine) -> Row {
    let mut name = Cell::plain(machine.profile.id).with([machine.host.to_string()]);
    if machine.differs {
        name = name.with(["not all engines agree".to_owned()]);
    }
    let mut cells = vec![name];
    cells.extend(machine.cells.iter().map(|got| match got {
        None => Cell::plain("does not run there"),
        Some(got) => cell(got),
    }));
    Row(cells)
}

fn cell(got: &Got) -> Cell {
    let weight = match got.fit {
        Served::Right => Weight::Good,
        Served::Whole => Weight::Plain,
        Served::Wrong(_) | Served::Nothing(_) => Weight::Bad,
        Served::Depending(_) | Served::Unknown(_) => Weight::Doubt,
    };
    let problem = got.fit.problem().unwrap_or_default().to_owned();
    let platform = got.pick.as_ref().and_then(|end| end.platform_text());
    let digest = got.pick.as_ref().map(|end| end.digest.short().to_owned());
    let words = match &got.outcome {
        Outcome::Failed(words) => words.clone(),
        _ => problem,
    };
    let text = match (&got.fit, platform) {
        (Served::Whole, _) => "the whole list".to_owned(),
        (_, Some(platform)) => platform,
        (Served::Unknown(_), None) => "?".to_owned(),
        (_, None) => "nothing".to_owned(),
    };
    Cell::new(weight, text).with(digest).with([words])
}
