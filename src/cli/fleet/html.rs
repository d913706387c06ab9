//! The report as a page.

use super::text::summary;
use crate::cli::html::{Cell, Page, Row, Table, Weight};
use crate::model::fleet::{self, Fleet, Image, Kind};

pub(super) fn page(fleet: &Fleet) -> Page {
    let files: Vec<&str> = fleet.sources.iter().map(|source| source.name.as_str()).collect();
    let mut heads = vec!["image".to_owned()];
    heads.extend(fleet.hosts.iter().map(ToString::to_string));
    heads.push("named in".to_owned());
    let rows = fleet.images.iter().map(|image| row(fleet, image)).collect();
    let images = Table { heads, rows, ..Table::default() };
    let unread = Table {
        title: "What could not be read".to_owned(),
        heads: ["where", "what", "why"].map(str::to_owned).to_vec(),
        rows: unread(fleet),
        in_order: false,
    };
    Page {
        title: format!("Images of {}", files.join(", ")),
        lead: vec![summary(fleet)],
        tables: vec![images, unread],
    }
}

fn row(fleet: &Fleet, image: &Image) -> Row {
    let told = fleet.told(image);
    let weight = |kind: Kind| match kind {
        Kind::Unread => Weight::Doubt,
        _ if image.allowed().is_some() => Weight::Plain,
        _ => Weight::Bad,
    };
    let whole: Vec<&fleet::Told> = told.iter().filter(|it| it.host.is_none()).collect();
    let gravest = whole.iter().map(|it| weight(it.kind)).min().unwrap_or(Weight::Plain);
    let name = Cell::new(gravest, image.reference.familiar())
        .with(whole.iter().map(|it| it.text.clone()))
        .with(image.nearest.as_ref().map(|it| it.words()))
        .with(image.exception.as_ref().map(|it| it.words()));
    let mut cells = vec![name];
    for at in 0..fleet.hosts.len() {
        let cell = image.behind().and_then(|behind| behind.cells.get(at));
        let wrong = told.iter().find(|it| it.host == Some(at));
        cells.push(match (cell, wrong) {
            (Some(cell), Some(told)) => {
                Cell::new(weight(told.kind), sign(cell)).with([told.text.clone()])
            }
            (Some(cell @ fleet::Cell::Gets { digest, .. }), None) => {
                Cell::new(Weight::Good, sign(cell)).with([digest.short().to_owned()])
            }
            (Some(cell), None) => Cell::plain(sign(cell)),
            (None, _) => Cell::plain("?"),
        });
    }
    let mut places = fleet.places(image).map(|(file, mention)| {
        let owner = if mention.owner.is_empty() { "" } else { "  " };
        format!("{file}:{}{owner}{}", mention.line, mention.owner)
    });
    let first = places.next().unwrap_or_default();
    cells.push(Cell::plain(first).with(places));
    Row(cells)
}

fn sign(cell: &fleet::Cell) -> String {
    super::text::sign(cell)
}

fn unread(fleet: &Fleet) -> Vec<Row> {
    let problems = fleet.problems().map(|(file, problem)| {
        let at = problem.line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"));
        Row(vec![Cell::plain(at), Cell::plain("the file"), Cell::new(Weight::Bad, &problem.text)])
    });
    let unresolved = fleet.unresolved().map(|(file, mention, text, reason)| {
        Row(vec![
            Cell::plain(format!("{file}:{}", mention.line)),
            Cell::plain(text),
            Cell::new(Weight::Doubt, reason),
        ])
    });
    problems.chain(unresolved).collect()
}
