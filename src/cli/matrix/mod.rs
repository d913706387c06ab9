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
use super::output::{print, print_json};
use super::{DONE, PART, TROUBLE};
use crate::model::select::{ENGINES, Engine, Host, Matrix, Need, Offer, Outcome, PROFILES};
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
    let needs = |offer: &Offer| needs(Matrix::new(&hosts, &engines, offer));
    let behind = match Behind::load(args, &matrix.reference, &location, needs).await {
        Ok(behind) => behind,
        Err(failure) => return nothing(matrix, &location, &failure),
    };
    let rows = cell::rows(&hosts, &engines, &behind);
    if matrix.json {
        print_json(&json::document(&location, &behind, &engines, &rows));
    } else {
        print(text::document(&location, &rows).as_bytes());
    }
    let code = if rows.iter().all(Row::is_known) { DONE } else { PART };
    crate::cli::html::write(matrix.html.as_deref(), || html::page(&location, &engines, &rows), code)
}

fn needs(matrix: Matrix) -> Vec<Need> {
    let mut needs: Vec<Need> = Vec::new();
    for outcome in matrix.rows.into_iter().flatten().flatten() {
        if let Outcome::Needs(more) = outcome {
            needs.extend(more);
        }
    }
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
