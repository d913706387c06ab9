//! What is behind a reference, loaded as far as engines look into it.

use crate::model::diagnose::Seen;
use std::collections::BTreeSet;

use crate::model::select::{Need, Offer, Path};
use crate::model::tree::{Load, NodeId, Tree};
use crate::oci::{Digest, Failure, Location};
use crate::source::Sources;
use crate::work::load::{self, Wanted};

use super::args::Args;
use super::waiting::Waiting;

/// Layers with addresses that the registry is asked for; more of them tell nothing new.
const MOST_LAYERS: usize = 32;

/// What is behind a reference.
#[derive(Debug)]
pub(super) struct Behind {
    pub(super) tree: Tree,
    pub(super) offer: Offer,
    /// Where it was loaded from.
    pub(super) sources: Sources,
    /// What it was loaded from.
    pub(super) location: Location,
    /// What says how long it takes.
    pub(super) waiting: Waiting,
}

impl Behind {
    /// Loads what opening the tree would load, then what `needs` still asks for of it.
    pub(super) async fn load(
        args: &Args,
        reference: &str,
        location: &Location,
        needs: impl Fn(&Offer) -> Vec<Need>,
    ) -> Result<Self, Failure> {
        let options = args.options();
        let permits = options.under_way();
        let waiting = Waiting::new();
        let sources = Sources::new(options, waiting.activity());
        let source = sources.open(location)?;
        let wanted = Wanted { referrers_up_to: None, permits };
        let mut tree = waiting
            .during(load::whole(&source, Tree::default().concluding().from_place(location), wanted))
            .await;
        if let Some(root) = tree.node(tree.root()).and_then(|root| root.document()) {
            load::is_one(location, root)?;
        }
        if let Some(failure) = no_image(&tree, location) {
            return Err(failure);
        }
        loop {
            let offer = match tree.offer(reference) {
                Some(offer) => offer,
                None => return Err(root_failure(&tree, location)),
            };
            // Each round reads what the one before left alone, so there is an end to them.
            let mut further: Vec<NodeId> =
                needs(&offer).iter().filter_map(|need| tree.at_path(&need.path)).collect();
            further.retain(|id| {
                let idle = tree.node(*id).is_some_and(|node| node.load == Load::Idle);
                tree.want_config(*id) || idle
            });
            if further.is_empty() {
                let location = location.clone();
                return Ok(Self { tree, offer, sources, location, waiting });
            }
            tree = waiting.during(load::further(&source, tree, &further, permits)).await;
        }
    }

    /// The same, if the registry was asked for the layers of these images that name addresses of
    /// their own: whether it has them too.
    pub(super) async fn asked_for_layers(self, picks: &[Path]) -> Self {
        let layers: BTreeSet<Digest> = picks
            .iter()
            .flat_map(|path| self.offer.addressed(path))
            .map(|layer| layer.digest.clone())
            .take(MOST_LAYERS)
            .collect();
        let registry = self.sources.registry().ok();
        let asked = registry.zip(self.location.reference().map(|it| it.repository.clone()));
        let Some((registry, repository)) = asked.filter(|_| !layers.is_empty()) else {
            return self;
        };
        let ask = layers.iter().map(|layer| {
            let (registry, repository) = (&registry, &repository);
            async move {
                let has = registry.has_blob(repository, layer).await;
                has.ok().map(|has| (layer.clone(), has))
            }
        });
        let answers = self.waiting.during(futures_util::future::join_all(ask)).await;
        let offer = self.offer.with_blobs(answers.into_iter().flatten().collect());
        Self { offer, ..self }
    }

    /// What engines are offered, and what became of it.
    pub(super) fn seen(&self) -> Seen<'_> {
        Seen { tree: &self.tree, offer: &self.offer }
    }
}

/// That a tag leads to what is attached to an image, as it says itself: no engine is to choose it.
pub(super) fn no_image(tree: &Tree, location: &Location) -> Option<Failure> {
    let (what, of) = tree.attached()?;
    let repository = location.reference()?.repository.familiar();
    let detail = format!("it is not an image: the {} of {of}", what.as_str());
    let next = format!("name the image: {repository}@{of}");
    Some(Failure::new(crate::oci::Class::Unsupported, location.to_string(), detail).with_next(next))
}

fn root_failure(tree: &Tree, location: &Location) -> Failure {
    let failure = tree.node(tree.root()).and_then(|root| root.load.failure());
    failure.cloned().unwrap_or_else(|| {
        Failure::new(
            crate::oci::Class::NotFound,
            location.to_string(),
            "nothing was found behind it",
        )
    })
}
