//! A layer that some engines or all of them do not unpack.

use indexmap::IndexMap;

use super::super::rule::{Find, Rule};
use super::super::{Facts, Finding, Image, Severity};
use crate::model::files::{Problem, Refusal};
use crate::model::select::Path as SelectPath;

pub(in crate::model::diagnose) const RULE: Rule = Rule {
    name: "layer-refused",
    says: "engines refuse a layer that was read, or do not agree on what it holds: a name twice, a \
           whiteout behind its own file, a hard link to a file of another layer or to a later one, \
           a root that is a link, zeros or anything else behind gzip, a zstd window above 128 MiB, xz or bzip2",
    threads: &["GoogleContainerTools/kaniko#1151"],
    needs: "the layers, which `platy check` reads",
    find: Find::Facts(find),
};

/// The most places that are named of one kind in one layer.
const NAMED: usize = 3;

/// What one layer of one image has of a kind.
type LayerSeen<'a> = (&'a Image, usize, &'a Problem);

fn find(facts: &Facts) -> Vec<Finding> {
    let Some(behind) = &facts.behind else { return Vec::new() };
    let mut kinds: IndexMap<&'static str, (Refusal, Vec<LayerSeen<'_>>)> = IndexMap::new();
    for image in behind.images() {
        let Some(proof) = image.row().and_then(|row| row.proof.as_ref().ok()) else { continue };
        for (layer, problem) in &proof.refused {
            let Some(refusal) = problem.refusal() else { continue };
            let kind = kinds.entry(refusal.engines).or_insert((refusal, Vec::new()));
            kind.1.push((image, *layer, problem));
        }
    }
    kinds.into_values().filter_map(|(refusal, seen)| finding(refusal, &seen)).collect()
}

fn finding(refusal: Refusal, seen: &[LayerSeen<'_>]) -> Option<Finding> {
    let (_, layer, problem) = seen.first()?;
    let severity = if refusal.is_grave { Severity::Error } else { Severity::Warning };
    let title = format!("layer {}: {problem}: {}", layer + 1, refusal.engines);
    let mut layers: IndexMap<(&SelectPath, usize), (&Image, Vec<&Problem>)> = IndexMap::new();
    for (image, layer, problem) in seen {
        let place = layers.entry((&image.path, *layer)).or_insert((image, Vec::new()));
        place.1.push(problem);
    }
    let lines = layers.iter().flat_map(|((_, layer), (image, problems))| {
        let named = problems.iter().take(NAMED).map(ToString::to_string);
        let more = problems.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("{more} more like it"));
        let line = named.chain(more).collect::<Vec<_>>().join("; ");
        [image.line(), format!("layer {}: {line}", layer + 1)]
    });
    let next = match problem {
        Problem::Zeros => {
            "compress the layer anew: whatever filled it up to a block added the zeros"
        }
        Problem::Appended => "compress the layer anew, and look at what appended to it",
        Problem::Window { .. } => {
            "compress the layer anew with a smaller window (zstd without --long)"
        }
        Problem::Compression { .. } => "compress the layer with gzip or zstd",
        _ => "build the layer anew with another tool or version; the one that wrote it is at fault",
    };
    let images: IndexMap<_, _> = seen.iter().map(|(image, ..)| (&image.path, *image)).collect();
    Some(RULE.finding(severity, title).about(images.into_values()).saw_all(lines).next(next))
}

#[cfg(test)]
mod tests {
    use super::super::super::Fact;
    use super::super::super::fixture::{behind, listed, proven, silent};
    use std::sync::Arc;

    use super::*;

    #[test]
    fn each_kind_of_refusal_is_one_finding() {
        let mut facts = listed("-", &["linux/amd64", "linux/arm64"]);
        for image in 0..2 {
            proven(&mut facts, image, &["app linux/amd64"], "app");
        }
        silent(&RULE, &facts);
        let twice = |name: &str| Problem::Twice { path: name.into() };
        for image in &mut behind(&mut facts).entries {
            let Fact::Known(row) = &mut image.truth else { panic!("it was read") };
            Arc::make_mut(row).proof.as_mut().unwrap().refused = vec![
                (1, twice("a")),
                (1, twice("b")),
                (1, twice("c")),
                (1, twice("d")),
                (0, Problem::Compression { found: "xz".to_owned() }),
                (0, Problem::Absolute { path: "x".into() }),
            ];
        }
        let found = find(&facts);
        assert_eq!(found.len(), 2, "{found:#?}");
        assert_eq!(found[0].severity, Severity::Error);
        assert!(found[0].title.starts_with("layer 2: /a is in the layer more than once: Docker"));
        assert!(found[0].evidence[1].ends_with("; 1 more like it"), "{found:#?}");
        assert_eq!((found[0].entries.len(), found[1].entries.len()), (2, 2));
        assert_eq!(found[1].severity, Severity::Warning);
        assert!(found[1].title.contains("containerd"), "{found:#?}");
    }
}
