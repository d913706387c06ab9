//! `platy blame REFERENCE [PATH]`: which line of the Dockerfile made a file, or each layer.

mod args;
mod json;

use std::sync::Arc;

use super::args::Args;
use super::complain::{complain, complain_failure};
use super::output::{print_json, print_plain};
use super::waiting::Waiting;
use super::{DONE, PART, TROUBLE};
use crate::model::blame::{Blame, BlameOf, How, of_dockerfile, of_file};
use crate::model::evidence::{Coverage, Kind};
use crate::model::files::{Files, Path, Resolved};
use crate::model::tree::{NodeId, Tree};
use crate::oci::{Class, Failure, Location, Manifest, PlatformPattern};
use crate::source::{Source, Sources};
use crate::text::escape;
use crate::work::blame::blame;
use crate::work::layers::Reader;
use crate::work::load::{self, Wanted};
pub(super) use args::BlameArgs;

/// An image of the reference.
struct Image {
    platform: Option<String>,
    of: BlameOf,
    /// Why its config could not be read.
    config_failure: Option<Failure>,
}

/// What was found of it.
struct Found {
    image: Image,
    blame: Blame,
    /// The file and the layer (from 0) that holds it.
    file: Option<(Path, usize)>,
}

pub(super) async fn run(args: &Args, wish: &BlameArgs) -> u8 {
    let parsed = wish.reference.parse::<Location>().map_err(|error| error.to_string());
    let only = wish.platform.as_deref().map(str::parse::<PlatformPattern>).transpose();
    let path = wish.path.as_deref().map(|path| {
        Path::parse(path.as_bytes()).map_err(|_| format!("{path} leads out of the image"))
    });
    let (location, only, path) = match (parsed, only, path.transpose()) {
        (Ok(location), Ok(only), Ok(path)) => (location, only, path),
        (Err(problem), ..) | (_, Err(problem), _) | (.., Err(problem)) => {
            complain(&problem);
            return TROUBLE;
        }
    };
    let waiting = Waiting::new();
    let sources = Sources::new(args.options(), waiting.activity());
    let permits = args.options().permits;
    let found = match sources.open(&location) {
        Ok(source) => {
            let reader = Reader::new(Arc::clone(&source), sources.cache());
            waiting.during(find(&source, &reader, only, path, permits)).await
        }
        Err(failure) => Err(failure),
    };
    match found {
        Ok(found) => show(wish, &location, found),
        Err(failure) => {
            if wish.json {
                print_json(&json::failed(&location, &failure));
            }
            complain_failure(&failure);
            TROUBLE
        }
    }
}

fn show(wish: &BlameArgs, location: &Location, found: Found) -> u8 {
    let Found { image, blame, file } = found;
    let file = file.map(|(path, layer)| blame.file(&path.text(), layer));
    if wish.json {
        let digest = &image.of.digest;
        print_json(&json::document(location, image.platform, digest, &blame, file.as_ref()));
    } else {
        let platform = image.platform.map(|it| format!("  {it}")).unwrap_or_default();
        let head = format!("{location}{platform}  {}", image.of.digest);
        let lines = match &file {
            Some(file) => of_file(&blame, file),
            None => of_dockerfile(&blame),
        };
        print_plain(&format!("{}\n\n{}\n", escape(&head), lines.join("\n")));
    }
    // A guess is only a part of what was asked for.
    if matches!(blame.how, How::History(_)) { PART } else { DONE }
}

async fn find(
    source: &Arc<dyn Source>,
    reader: &Reader,
    only: Option<PlatformPattern>,
    path: Option<Path>,
    permits: usize,
) -> Result<Found, Failure> {
    let wanted = Wanted { referrers_up_to: None, permits };
    let tree = load::whole(source, Tree::default().only(only), wanted).await;
    if let Some(failure) = tree.node(tree.root()).and_then(|root| root.load.failure()) {
        return Err(failure.clone());
    }
    let image = choose(source.location(), &tree)?;
    // Who does not answer for a config is not asked for statements.
    if let Some(failure) = &image.config_failure
        && failure.class == Class::TimedOut
    {
        return Err(failure.clone());
    }
    let blame = blame(source.as_ref(), &image.of).await?;
    let file = match path {
        Some(path) => Some(layer_of(reader, &image.of, path).await?),
        None => None,
    };
    Ok(Found { image, blame, file })
}

/// The only image.
fn choose(location: &Location, tree: &Tree) -> Result<Image, Failure> {
    let coverage = Coverage::of(tree);
    let images: Vec<Image> =
        coverage.rows.iter().filter_map(|row| image(tree, &coverage, row.node)).collect();
    let names: Vec<String> = images.iter().filter_map(|it| it.platform.clone()).collect();
    let several = images.len() > 1;
    match images.into_iter().next() {
        Some(image) if !several => Ok(image),
        Some(_) => {
            let detail = format!("it has {} images", names.len());
            let next = format!("choose one with --platform: {}", names.join(", "));
            Err(Failure::new(Class::Unsupported, location.to_string(), detail).with_next(next))
        }
        None => {
            let detail = "it has no image of that platform with layers";
            Err(Failure::new(Class::NotFound, location.to_string(), detail)
                .with_next("`platy inspect` shows what it has"))
        }
    }
}

fn image(tree: &Tree, coverage: &Coverage, id: NodeId) -> Option<Image> {
    let document = tree.node(id)?.document()?;
    let Manifest::Image(image) = &document.manifest else { return None };
    if image.is_artifact() {
        return None;
    }
    let row = coverage.rows.iter().find(|row| row.node == id);
    let items = row.into_iter().flat_map(|row| &row.items);
    let config = tree.config_document(id);
    let count = image.layers.len();
    let command = |layer| config?.config.created_by(layer, count).map(str::to_owned);
    let of = BlameOf {
        digest: document.digest.clone(),
        provenance: items.filter(|item| item.kind == Kind::Provenance).cloned().collect(),
        layers: image.layers.iter().map(|entry| entry.descriptor().cloned()).collect(),
        commands: (0..count).map(command).collect(),
    };
    let config = tree.config_of(id).and_then(|config| tree.node(config));
    let config_failure = config.and_then(|config| config.load.failure()).cloned();
    Some(Image { platform: tree.platform_of(id).map(|it| it.to_string()), of, config_failure })
}

/// The layer that holds a file; all layers are read. Links on the way to it are followed, it itself
/// is not.
async fn layer_of(reader: &Reader, of: &BlameOf, path: Path) -> Result<(Path, usize), Failure> {
    let mut listings = Vec::with_capacity(of.layers.len());
    for layer in &of.layers {
        listings.push(match layer {
            Some(layer) => Some(reader.listing(layer, &mut |_| ()).await?),
            None => None,
        });
    }
    let merging = tokio::task::spawn_blocking(move || {
        let files = Files::merge(listings);
        let found = match files.resolve(&path, false) {
            Resolved::Found(path, found) => Ok((path, found.layer)),
            _ => Err(path.text()),
        };
        match found {
            Ok((path, Some(layer))) => Ok((path, layer)),
            Ok((path, None)) => Err((path.text(), "no layer has an entry of its own for it")),
            Err(path) => Err((path, "the image has no such file")),
        }
    });
    let merged = merging.await.map_err(|_| {
        Failure::new(Class::Cancelled, "the files of the image", "the merging broke off")
    })?;
    merged.map_err(|(path, why)| {
        Failure::new(Class::NotFound, path, why).with_next("`platy REFERENCE` and f show its files")
    })
}
