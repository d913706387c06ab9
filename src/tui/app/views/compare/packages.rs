//! The packages of the two images, asked for by a key.

use std::sync::Arc;

use super::files::Nodes;
use super::{CompareView, NO_IMAGES};
use crate::model::compare::{Line, PackagesDiff, PackagesOf, Sign};
use crate::model::evidence::{Coverage, Kind};
use crate::model::tree::NodeId;
use crate::oci::Failure;
use crate::text::escape;
use crate::tui::app::cx::Cx;
use crate::tui::app::opened::OpenedRef;
use crate::tui::app::{ImageLayers, ImagePackages, Query, RequestId};

/// The most packages of one type that have a line; `platy diff --packages` names them all.
const MOST: usize = 20_000;
/// The label of the line that the packages are under, where the sides are the images themselves.
const LABEL: &str = "packages";

/// The packages of two images.
#[derive(Debug, Clone)]
pub(super) struct ComparedPackages {
    request: RequestId,
    nodes: Nodes,
    /// The label of the line that they are under.
    label: String,
    state: PackagesState,
    /// The sides were exchanged since the packages were asked for: what comes tells of B first.
    turned: bool,
}

#[derive(Debug, Clone)]
enum PackagesState {
    Loading,
    Found(Arc<PackagesDiff>),
    Failed(Failure),
}

impl CompareView {
    /// Compares the packages of the images under the cursor; or says why that cannot be.
    pub(super) fn compare_packages(&mut self, cx: &mut Cx) -> Result<(), &'static str> {
        let (nodes, layers) = self.sides(cx).ok_or(NO_IMAGES)?;
        let known = self.packages.as_ref().is_some_and(|packages| {
            packages.nodes == nodes && !matches!(packages.state, PackagesState::Failed(_))
        });
        if known {
            self.go_to_packages();
            return Ok(());
        }
        let [a, b] = [cx.opened.get(self.a.id), cx.opened.get(self.b.id)];
        let (Some(a), Some(b)) = (a, b) else { return Err(NO_IMAGES) };
        let [of_a, of_b] = *layers;
        let wanted = wanted(a, nodes.0, of_a).zip(wanted(b, nodes.1, of_b));
        let (of_a, of_b) = wanted.ok_or(NO_IMAGES)?;
        let whole = nodes == (self.a.node, self.b.node);
        let platform = a.tree.platform_of(nodes.0).filter(|_| !whole);
        let label = platform.map_or(LABEL.to_owned(), |it| format!("packages of {it}"));
        if let Some(before) = self.packages.take() {
            self.lines.retain(|line| line.label != before.label);
            cx.stop(self.session, before.request);
        }
        let request = cx.ask(self.session, Query::ComparePackages(Box::new([of_a, of_b])));
        let state = PackagesState::Loading;
        self.packages = Some(ComparedPackages { request, nodes, label, state, turned: false });
        self.refresh_packages();
        self.go_to_packages();
        Ok(())
    }

    fn go_to_packages(&mut self) {
        let Some(packages) = &self.packages else { return };
        let at = self.rows.iter().rposition(|row| row.depth == 0 && row.label == packages.label);
        self.cursor = at.unwrap_or(self.cursor);
    }

    /// Takes what was found.
    pub(super) fn take_packages(
        &mut self,
        request: RequestId,
        result: Result<Arc<PackagesDiff>, Failure>,
    ) {
        if let Some(packages) = self.packages.as_mut().filter(|it| it.request == request) {
            packages.state = match result {
                Ok(found) if packages.turned => {
                    PackagesState::Found(Arc::new(Arc::unwrap_or_clone(found).swapped()))
                }
                Ok(found) => PackagesState::Found(found),
                Err(failure) => PackagesState::Failed(failure),
            };
            self.refresh_packages();
        }
    }

    fn refresh_packages(&mut self) {
        let Some(packages) = &self.packages else { return };
        self.lines.retain(|line| line.label != packages.label);
        self.lines.push(packages.line());
        self.lay_out();
    }

    /// The line of packages, after the comparison was made anew.
    pub(super) fn add_packages(&mut self) {
        self.lines.extend(self.packages.as_ref().map(ComparedPackages::line));
    }
}

/// An image with the SBOMs that its tree knows.
fn wanted(open: &OpenedRef, node: NodeId, layers: ImageLayers) -> Option<ImagePackages> {
    let rows = Coverage::of(&open.tree).rows;
    let items = rows.into_iter().find(|row| row.node == node).map(|row| row.items);
    let sboms = items.into_iter().flatten().filter(|item| item.kind == Kind::Sbom);
    let digest = open.tree.node(node)?.digest()?.clone();
    let of = PackagesOf { digest, sboms: sboms.collect(), layers: layers.layers };
    Some(ImagePackages { session: layers.session, of })
}

impl ComparedPackages {
    /// Exchanges the sides. What was read is kept, and what is being read comes to its end.
    pub(super) fn swap(&mut self) {
        self.nodes = (self.nodes.1, self.nodes.0);
        match &mut self.state {
            PackagesState::Loading => self.turned = !self.turned,
            PackagesState::Found(found) => *found = Arc::new(found.as_ref().clone().swapped()),
            PackagesState::Failed(_) => {}
        }
    }

    fn line(&self) -> Line {
        let mut line = Line::new(Sign::Changed, self.label.as_str());
        match &self.state {
            PackagesState::Loading => line.note = "reading SBOMs or package databases …".to_owned(),
            PackagesState::Failed(failure) => line.note = escape(&failure.to_string()).into_owned(),
            PackagesState::Found(found) => {
                line.a = escape(&found.a.words()).into_owned();
                line.b = escape(&found.b.words()).into_owned();
                line.note = found.words();
                line.children = found.lines(MOST);
                if line.children.is_empty() && found.untold.is_none() {
                    line.sign = Sign::Same;
                }
            }
        }
        line
    }
}
