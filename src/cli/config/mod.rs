//! `platy config REFERENCE`

mod args;
mod json;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::output::{columns, print, print_json};
use super::waiting::Waiting;
use super::{DONE, TROUBLE};
use crate::oci::{
    Class, ConfigDocument, Descriptor, Document, Entry, Failure, Image, Location, MAX_INDEX_DEPTH,
    Manifest, PlatformPattern,
};
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
        print(&found.config.bytes);
        return;
    }
    if wish.json {
        print_json(&json::document(location, &found.manifest.digest, &found.config));
        return;
    }
    let when = When { now: Timestamp::now(), zone: &TimeZone::system() };
    let mut text = format!("{}\n{}\n\n", escape(&location.to_string()), found.config.digest);
    for line in detail::config(&found.config, when, columns(WIDTH)) {
        text.push_str(line.text().trim_end());
        text.push('\n');
    }
    print(text.as_bytes());
}

/// The config of the image, or of the only one of the platform that is wanted. Only the documents
/// on the way to it are read.
async fn find(source: &dyn Source, only: Option<&PlatformPattern>) -> Result<Found, Failure> {
    let mut document = source.root().await?;
    for depth in 0..=MAX_INDEX_DEPTH {
        let next = match &document.manifest {
            Manifest::Image(image) => {
                let found = read(source, &document, image).await?;
                return match only {
                    // Of an image in a list, the list's word was taken.
                    Some(only) if depth == 0 => of_platform(source.location(), found, only),
                    _ => Ok(found),
                };
            }
            Manifest::Index(index) => choose(source.location(), &index.entries, only)?,
            Manifest::Artifact(_) | Manifest::Schema1(_) | Manifest::Unknown => {
                return Err(none(&document));
            }
        };
        document = source.manifest(&next).await?;
    }
    Err(none(&document))
}

async fn read(source: &dyn Source, manifest: &Document, image: &Image) -> Result<Found, Failure> {
    let Some(descriptor) = image.image_config() else { return Err(none(manifest)) };
    let config = source.config(descriptor).await?;
    Ok(Found { manifest: manifest.clone(), config })
}

/// A single image, if its config says the platform that is wanted.
fn of_platform(
    location: &Location,
    found: Found,
    only: &PlatformPattern,
) -> Result<Found, Failure> {
    let platform = &found.config.config.platform;
    if only.matches(platform) {
        return Ok(found);
    }
    let detail = format!("it is a single image, and not for {only}");
    let next = match (platform.os.is_empty(), platform.architecture.is_empty()) {
        (true, true) => "its config names no platform; leave --platform out".to_owned(),
        _ => format!("it is for {platform}; leave --platform out to see its config"),
    };
    Err(Failure::new(Class::NotFound, location.to_string(), detail).with_next(next))
}

fn none(document: &Document) -> Failure {
    let detail = format!("it is not an image with a config ({})", document.media_type.title());
    Failure::new(Class::Unsupported, document.digest.to_string(), detail)
        .with_next("`platy inspect` shows what it is")
}

/// The entry that is wanted: the only image, or the only one of the platform.
fn choose(
    location: &Location,
    entries: &[Entry],
    only: Option<&PlatformPattern>,
) -> Result<Descriptor, Failure> {
    let images = entries.iter().filter_map(Entry::descriptor).filter(|it| !it.is_attestation());
    let images: Vec<_> = images.collect();
    let wanted: Vec<_> = images
        .iter()
        .filter(|it| match (only, &it.platform) {
            (Some(only), Some(platform)) => only.matches(platform),
            (Some(_), None) => it.media_type.is_index(),
            (None, _) => true,
        })
        .collect();
    if let [one] = wanted.as_slice() {
        return Ok(one.as_ref().clone());
    }
    let names = |list: &[&std::sync::Arc<Descriptor>]| {
        let names: Vec<String> = list
            .iter()
            .map(|it| {
                it.platform.as_ref().map_or_else(|| it.digest.to_string(), ToString::to_string)
            })
            .collect();
        names.join(", ")
    };
    let all: Vec<&std::sync::Arc<Descriptor>> = images.clone();
    let (class, detail) = match (only, wanted.is_empty()) {
        (Some(only), true) => (Class::NotFound, format!("the list has no image for {only}")),
        _ => (Class::Unsupported, "the list has several images".to_owned()),
    };
    Err(Failure::new(class, location.to_string(), detail)
        .with_next(format!("name one with --platform: {}", names(&all))))
}
