//! Pods: images that run together on one machine, and the machines that have all of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{Fleet, Image};
use crate::model::select::platforms::Normal;

/// Images that run together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pod {
    /// The file.
    pub file: String,
    /// The line of its first image.
    pub line: usize,
    /// `Deployment shop/api`.
    pub title: String,
    /// Its images, by their positions in the fleet.
    pub images: Vec<usize>,
    /// The systems and architectures that every image has, as Kubernetes labels its nodes with
    /// them; `None` if one of its images is not known: it could not be read, it has no name by
    /// itself, or it is of another shard.
    pub platforms: Option<Vec<(String, String)>>,
}

impl Fleet {
    /// All pods, in the order of the files.
    #[must_use]
    pub fn pods(&self) -> Vec<Pod> {
        let mut pods: BTreeMap<(usize, usize), Pod> = BTreeMap::new();
        for (number, image) in self.images.iter().enumerate() {
            for (file, at) in &image.places {
                let Some((name, mention)) = self.place((*file, *at)) else { continue };
                let Some(pod) = mention.pod else { continue };
                let title = mention.owner.split(", ").next().unwrap_or_default();
                let pod = pods.entry((*file, pod)).or_insert_with(|| Pod {
                    file: name.to_owned(),
                    line: mention.line,
                    title: title.to_owned(),
                    images: Vec::new(),
                    platforms: None,
                });
                pod.line = pod.line.min(mention.line);
                if !pod.images.contains(&number) {
                    pod.images.push(number);
                }
            }
        }
        let unknown = self.pods_with_unknown_images();
        let known = pods.iter_mut().filter(|(number, _)| !unknown.contains(number));
        for (_, pod) in known {
            pod.platforms = self.common(&pod.images);
        }
        pods.into_values().collect()
    }

    /// The pods, by file and number, in which a place names no image of the fleet.
    fn pods_with_unknown_images(&self) -> HashSet<(usize, usize)> {
        let known: HashSet<(usize, usize)> =
            self.images.iter().flat_map(|image| image.places.iter().copied()).collect();
        let places = self.sources.iter().enumerate().flat_map(|(file, source)| {
            let mentions = source.reading.mentions.iter().enumerate();
            mentions.map(move |(at, mention)| ((file, at), mention))
        });
        let unknown = places.filter(|(place, _)| !known.contains(place));
        unknown.filter_map(|((file, _), mention)| Some((file, mention.pod?))).collect()
    }

    fn common(&self, images: &[usize]) -> Option<Vec<(String, String)>> {
        let mut common: Option<BTreeSet<(String, String)>> = None;
        for number in images {
            let behind = self.images.get(*number).and_then(Image::behind)?;
            let own: BTreeSet<(String, String)> = behind
                .platforms
                .iter()
                .map(|(platform, _)| Normal::new(platform))
                .map(|normal| (normal.os, normal.architecture))
                .filter(|(os, architecture)| is_label(os) && is_label(architecture))
                .collect();
            common = Some(match common {
                None => own,
                Some(common) => common.intersection(&own).cloned().collect(),
            });
        }
        Some(common?.into_iter().collect())
    }
}

/// Whether a node can be labelled so (Kubernetes 1.34, `IsValidLabelValue`).
fn is_label(text: &str) -> bool {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    text.len() <= 63
        && text.chars().all(fits)
        && is_end(text.chars().next())
        && is_end(text.chars().last())
}

impl Pod {
    /// The block that keeps the pod on machines that have all of its images (Kubernetes 1.34,
    /// `nodeAffinity`; terms are alternatives); `None` if no machine has them, or that is not known.
    #[must_use]
    pub fn affinity(&self) -> Option<String> {
        let platforms = self.platforms.as_ref().filter(|it| !it.is_empty())?;
        let mut by_system: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (os, architecture) in platforms {
            by_system.entry(os).or_default().push(architecture);
        }
        let mut text = "affinity:\n  nodeAffinity:\n    \
                        requiredDuringSchedulingIgnoredDuringExecution:\n      nodeSelectorTerms:\n"
            .to_owned();
        for (os, architectures) in by_system {
            text.push_str(&format!(
                "      - matchExpressions:\n        - {{key: kubernetes.io/os, operator: In, values: \
                 [{os}]}}\n        - {{key: kubernetes.io/arch, operator: In, values: [{}]}}\n",
                architectures.join(", ")
            ));
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fleet::{Behind, Source, read};
    use crate::oci::{Digest, Platform};

    fn fleet(platforms: &[&[&str]]) -> Fleet {
        fleet_with("b:1", platforms)
    }

    fn fleet_with(second: &str, platforms: &[&[&str]]) -> Fleet {
        let text = "kind: Pod\napiVersion: v1\nmetadata: {name: p}\nspec:\n  containers:\n  \
                    - {name: a, image: 'a:1'}\n  - {name: b, image: 'b:1'}\n";
        let text = &text.replace("b:1", second);
        let reading = read("p.yaml", text, &[]);
        let source = Source { name: "p.yaml".to_owned(), reading };
        let mut fleet = Fleet::new(vec![source], Vec::new());
        let digest = Digest::sha256(b"");
        for (image, own) in fleet.images.iter_mut().zip(platforms) {
            let platforms = own.iter().map(|text| {
                let (os, architecture) = text.split_once('/').unwrap();
                (Platform::new(os, architecture, ""), digest.clone())
            });
            image.outcome = Some(Ok(Behind {
                digest: digest.clone(),
                cells: Vec::new(),
                platforms: platforms.collect(),
                missing: Vec::new(),
            }));
        }
        fleet
    }

    #[test]
    fn a_pod_runs_where_all_its_images_do() {
        let fleet = fleet(&[
            &["linux/amd64", "linux/aarch64", "windows/amd64"],
            &["linux/arm64", "linux/x86_64", "linux/s390x"],
        ]);
        let pods = fleet.pods();
        assert_eq!((pods.len(), pods[0].line, pods[0].title.as_str()), (1, 6, "Pod p"));
        let block = pods[0].affinity().unwrap();
        assert!(block.contains("values: [linux]}\n"), "{block}");
        assert!(
            block.contains("kubernetes.io/arch, operator: In, values: [amd64, arm64]"),
            "{block}"
        );
        assert!(!block.contains("windows"), "{block}");
    }

    #[test]
    fn nothing_is_said_of_a_pod_that_runs_nowhere_or_was_not_read() {
        let nowhere = fleet(&[&["linux/amd64"], &["linux/arm64"]]);
        assert_eq!(nowhere.pods()[0].platforms, Some(Vec::new()));
        assert_eq!(nowhere.pods()[0].affinity(), None);
        let unread = fleet(&[&["linux/amd64"]]);
        assert_eq!(unread.pods()[0].platforms, None);
        let nameless = fleet_with("{{ .Values.image }}", &[&["linux/amd64"]]);
        assert_eq!(nameless.pods()[0].platforms, None);
        let mut shard = fleet(&[&["linux/amd64"], &["linux/amd64"]]);
        assert!(shard.pods()[0].affinity().is_some());
        shard.take_shard(1, 2);
        assert_eq!((shard.pods().len(), shard.pods()[0].affinity()), (1, None));
    }
}
