//! Asks about every image, many at once.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::report::{Behind, Cell, Fleet, Image};
use crate::model::diagnose::{End, Seen, Served};
use crate::model::fleet;
use crate::model::select::{Engine, Host, Matrix, Need, Offer, Outcome, outcome};
use crate::model::tree::Tree;
use crate::oci::{Failure, Location};
use crate::source::Sources;
use crate::work::load::narrow;

/// The most images that are asked about at once; a host's own limit counts beside it.
const AT_ONCE: usize = 64;
/// The engine of pods, and the one of everything else.
const ENGINES: [&str; 2] = ["containerd-cri", "docker-c8d"];

/// Asks about all images of a fleet.
pub(super) async fn all(sources: &Sources, engine: &Option<&'static Engine>, fleet: &mut Fleet) {
    for at in 0..fleet.images.len() {
        let own = fleet.images.get(at).map(|image| usize::from(!fleet.is_in_a_pod(image)));
        let named = engine.or_else(|| Engine::find(ENGINES.get(own?)?));
        if let Some(image) = fleet.images.get_mut(at) {
            image.engine = named;
        }
    }
    let hosts = fleet.hosts.clone();
    let questions: Vec<(usize, Vec<Option<Host>>)> = fleet
        .images
        .iter()
        .enumerate()
        .map(|(at, image)| (at, asked(fleet, image, &hosts)))
        .collect();
    let images = &fleet.images;
    let one = |(at, hosts): (usize, Vec<Option<Host>>)| async move {
        let Some(image) = images.get(at) else { return (at, None) };
        (at, Some(image_of(sources, image, &hosts).await))
    };
    let mut waiting = questions.into_iter();
    let mut under_way: FuturesUnordered<_> = waiting.by_ref().take(AT_ONCE).map(one).collect();
    let mut outcomes = Vec::new();
    while let Some(outcome) = under_way.next().await {
        outcomes.push(outcome);
        under_way.extend(waiting.next().map(one));
    }
    drop(under_way);
    for (at, outcome) in outcomes {
        if let Some(image) = fleet.images.get_mut(at) {
            image.outcome = outcome;
        }
    }
}

/// For each host the machine that is asked about; `None` if the image is not for it.
fn asked(fleet: &Fleet, image: &Image, hosts: &[Host]) -> Vec<Option<Host>> {
    let for_targets = fleet.is_for_targets(image);
    let only: Vec<&crate::oci::Platform> = fleet
        .places(image)
        .filter_map(|(_, mention)| match &mention.served {
            fleet::Served::Only(platform) => Some(platform),
            fleet::Served::Targets | fleet::Served::BuildMachine => None,
        })
        .collect();
    hosts
        .iter()
        .map(|host| {
            let fixed = only.iter().any(|it| {
                it.os == host.platform().os && it.architecture == host.platform().architecture
            });
            (for_targets || fixed).then(|| host.clone())
        })
        .collect()
}

async fn image_of(
    sources: &Sources,
    image: &Image,
    hosts: &[Option<Host>],
) -> Result<Behind, Failure> {
    let location = Location::Registry(image.reference.clone());
    let source = sources.open(&location)?;
    let reference = image.reference.to_string();
    let Some(engine) = image.engine else {
        let (tree, offer) = narrow(&source, &reference, sources.permits(), |_| Vec::new()).await?;
        drop(tree);
        return Ok(Behind { digest: offer.digest, cells: Vec::new() });
    };
    let machines: Vec<Host> = hosts.iter().flatten().cloned().collect();
    let needs = |offer: &Offer| needs(&machines, engine, offer);
    let (tree, offer) = narrow(&source, &reference, sources.permits(), needs).await?;
    let cells = hosts
        .iter()
        .map(|host| host.as_ref().map_or(Cell::NotAsked, |host| cell(engine, host, &tree, &offer)))
        .collect();
    Ok(Behind { digest: offer.digest.clone(), cells })
}

fn needs(hosts: &[Host], engine: &'static Engine, offer: &Offer) -> Vec<Need> {
    Matrix::new(hosts, &[engine], offer)
        .rows
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|outcome| match outcome {
            Outcome::Needs(needs) => needs,
            _ => Vec::new(),
        })
        .collect()
}

fn cell(engine: &'static Engine, host: &Host, tree: &Tree, offer: &Offer) -> Cell {
    if !engine.runs_on(host.os()) {
        return Cell::Unknown(format!("{} does not run on {}", engine.title, host.os()));
    }
    let seen = Seen { tree, offer };
    let outcome = outcome(engine, host, None, offer);
    let end = outcome.pick().and_then(|path| End::at(seen, path));
    let served = Served::of(engine, host, &outcome, end.as_ref(), seen);
    if let Outcome::Failed(words) = outcome {
        return Cell::Nothing(words);
    }
    let Some(end) = end else {
        let why = served.problem().unwrap_or_default().to_owned();
        return if served.matches_host() == Some(false) {
            Cell::Nothing(why)
        } else {
            Cell::Unknown(why)
        };
    };
    let platform = end.platform_text().unwrap_or_default();
    let digest = end.digest.clone();
    match served {
        Served::Right | Served::Whole => Cell::Gets { platform, digest },
        Served::Wrong(why) | Served::Nothing(why) => Cell::Wrong { platform, digest, why },
        Served::Unknown(why) => Cell::Unknown(why),
    }
}
