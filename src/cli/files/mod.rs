//! `platy files REFERENCE [PATH]`: the files of an image, its layers merged.

mod args;
mod json;
mod row;
mod text;

use super::args::Args;
use super::complain::complain_failure;
use super::inside::{Inside, Place};
use super::output::print_lines;
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::files::Resolved;
use crate::source::Sources;
pub(super) use args::FilesArgs;

pub(super) async fn run(args: &Args, wish: &FilesArgs) -> u8 {
    let place = Place::parse(&wish.reference, wish.platform.as_deref(), &wish.path);
    let Some(place) = place else { return TROUBLE };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let inside = match waiting.during(place.whole(args, &sources)).await {
        Ok(inside) => inside,
        Err(failure) => {
            complain_failure(&failure);
            return TROUBLE;
        }
    };
    show(wish, &place, &inside)
}

fn show(wish: &FilesArgs, place: &Place, inside: &Inside) -> u8 {
    let files = &inside.files;
    let found = match files.resolve(&place.path, true) {
        Resolved::Found(_, found) if found.is_folder() => Some(found),
        // A link to a file is listed itself.
        _ => match files.resolve(&place.path, false) {
            Resolved::Found(_, found) => Some(found),
            _ => None,
        },
    };
    let Some(found) = found else {
        complain_failure(&inside.nothing(place));
        return TROUBLE;
    };
    let rows = row::rows(files, found.id, wish.depth);
    let is_part = inside.complain_of_missing();
    if wish.json {
        json::print(place, inside, &rows);
    } else {
        print_lines(text::lines(files, &rows));
    }
    if is_part { PART } else { DONE }
}
