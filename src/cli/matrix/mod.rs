//! `platy matrix REFERENCE`: what many machines get from each engine.

mod args;
mod cell;
mod html;
mod json;
mod table;
mod text;

pub(super) use args::MatrixArgs;

use super::args::Args;
use super::behind::Behind;
use super::complain::{complain, complain_failure};
use super::output::{print_json, print_text};
use super::{DONE, PART, TROUBLE};
use std::collections::BTreeSet;

use crate::model::select::{ENGINES, Engine, Host, Matrix, Need, Offer, Outcome, PROFILES, Path};
use crate::oci::{Failure, Location};
use cell::Row;

/// The engines of the text, with what is over their columns.
const COLUMNS: [(&str, &str); 7] = [
    ("docker-c8d", "docker 29"),
    ("docker-28", "docker 28"),
    ("containerd-cri", "kubernetes"),
    ("podman", "podman"),
    ("buildkit", "build"),
    ("ggcr", "crane*"),
    ("regclient", "regctl"),
];

pub(super) async fn run(args: &Args, matrix: &MatrixArgs) -> u8 {
    let location = match matrix.reference.parse::<Location>() {
        Ok(location) => location,
        Err(error) => {
            complain(&error.to_string());
            return TROUBLE;
        }
    };
    let engines: Vec<&Engine> = if matrix.json {
        ENGINES.iter().collect()
    } else {
        COLUMNS.iter().filter_map(|(id, _)| Engine::find(id)).collect()
    };
    let hosts: Vec<Host> = PROFILES.iter().map(crate::model::select::Profile::host).collect();
    let needs = |offer: &Offer| needs(Matrix::new(&hosts, &engines, offer), offer);
    let behind = match Behind::load(args, &matrix.reference, &location, needs).await {
        Ok(behind) => behind,
        Err(failure) => return nothing(matrix, &location, &failure),
    };
    let outcomes = Matrix::new(&hosts, &engines, &behind.offer).rows;
    let picked = outcomes.iter().flatten().flatten().filter_map(Outcome::pick);
    let picked: BTreeSet<Path> = picked.cloned().collect();
    let behind = behind.asked_for_layers(&Vec::from_iter(picked)).await;
    let rows = cell::rows(&hosts, &engines, &behind);
    let unread = behind.tree.unread().len();
    if matrix.json {
        print_json(&json::document(&location, &behind, &engines, &rows, unread));
    } else {
        print_text(&text::document(&location, &rows, unread));
    }
    let code = if rows.iter().all(Row::is_known) && unread == 0 { DONE } else { PART };
    crate::cli::html::write(matrix.html.as_deref(), || html::page(&location, &engines, &rows), code)
}

fn needs(matrix: Matrix, offer: &Offer) -> Vec<Need> {
    let outcomes = matrix.rows.into_iter().flatten().flatten();
    let mut needs: Vec<Need> = outcomes.flat_map(|outcome| outcome.needs(offer)).collect();
    needs.sort_by(|a, b| a.path.cmp(&b.path));
    needs.dedup();
    needs
}

fn nothing(matrix: &MatrixArgs, location: &Location, failure: &Failure) -> u8 {
    if matrix.json {
        print_json(&json::failed(location, failure));
    }
    complain_failure(failure);
    TROUBLE
}
