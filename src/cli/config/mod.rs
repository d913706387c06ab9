//! `platy config REFERENCE`

mod args;
mod json;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::image::{Chosen, choose, not_an_image};
use super::output::{columns, print_exact, print_json, print_plain};
use super::waiting::Waiting;
use super::{DONE, TROUBLE};
use crate::oci::{ConfigDocument, Document, Failure, Location, PlatformPattern};
use crate::source::{Source, Sources};
use crate::text::escape;
use crate::tui::app::detail::{self, When};
pub(super) use args::ConfigArgs;

/// The width of what is printed into a pipe, in cells.
const WIDTH: usize = 100;

/// A config, and the image that it is of.
struct Found {
    manifest: Document,
    config: ConfigDocument,
}

pub(super) async fn run(args: &Args, wish: &ConfigArgs) -> u8 {
    let parsed = wish.reference.parse::<Location>().map_err(|error| error.to_string());
    let only = wish.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let (location, only) = match (parsed, only) {
        (Ok(location), Ok(only)) => (location, only),
        (Err(problem), _) | (_, Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let found = match sources.open(&location) {
        Ok(source) => waiting.during(find(source.as_ref(), only.as_ref())).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(found) => {
            show(wish, &location, &found);
            DONE
        }
        Err(failure) => {
            if wish.json {
                print_json(&json::failed(&location, &failure));
            }
            complain_failure(&failure);
            TROUBLE
        }
    }
}

fn show(wish: &ConfigArgs, location: &Location, found: &Found) {
    if wish.raw {
        print_exact(&found.config.bytes);
        return;
    }
    if wish.json {
        print_json(&json::Shown::new(location, &found.manifest.digest, &found.config));
        return;
    }
    let when = When { now: Timestamp::now(), zone: &TimeZone::system() };
    let mut text = format!("{}\n{}\n\n", escape(&location.to_string()), found.config.digest);
    for line in detail::config(&found.config, when, columns(WIDTH)) {
        text.push_str(line.text().trim_end());
        text.push('\n');
    }
    print_plain(&text);
}

/// The config of the image, or of the only one of the platform that is wanted. Only the documents
/// on the way to it are read.
async fn find(source: &dyn Source, only: Option<&PlatformPattern>) -> Result<Found, Failure> {
    let Chosen { manifest, image, config } = choose(source, only).await?;
    let config = match (config, image.image_config()) {
        (Some(config), _) => config,
        (None, Some(descriptor)) => source.config(descriptor).await?,
        (None, None) => return Err(not_an_image(&manifest)),
    };
    Ok(Found { manifest, config })
}
