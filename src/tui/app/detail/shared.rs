//! The layers of a list's images as strips, one under the other: what images share has a letter.
//!
//! ```text
//! 6 layers in 2 images · 16 MB
//! 14 MB if each is kept once
//!
//! linux/amd64     ·A·  3 layers    8.1 MB  ████████
//! linux/arm64/v8  ·A·  3 layers    8.0 MB  ███████▉
//!
//! A  4b2841095e41   2.0 MB  in 2 images  COPY assets /srv
//! ·  in one image only
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use super::{Line, Subject, Tone};
use crate::model::here::images_below;
use crate::model::tree::{NodeId, Tree, What};
use crate::oci::{Descriptor, Digest};
use crate::text::{bar, bytes, count, cut, escape, pad, plural, width, wrap};

/// What layers are called that images share.
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// What stands for a layer of one image, and for one that images share when the letters are used up.
const OWN: char = '·';
const MORE: char = '+';
/// The cells of the longest strip, of `127 layers`, of a size and of a bar, with the gap before each.
const STRIP: usize = 40;
const GAP: usize = 2;
const COUNT: usize = 9;
const SIZE: usize = 8;
const BAR: usize = 8;
/// All layers of all images are held against each other between two keys, and nobody reads more
/// strips.
const MOST: usize = 500;

/// An image and its layers.
struct Strip<'t> {
    image: NodeId,
    layers: Vec<&'t Arc<Descriptor>>,
}

impl Strip<'_> {
    fn size(&self) -> u64 {
        sum(self.layers.iter().map(|layer| layer.size))
    }
}

/// A layer that several images have.
struct Shared<'t> {
    layer: &'t Descriptor,
    /// An image that has it.
    image: NodeId,
    images: usize,
}

/// What a line of a strip has room for. A bar is the first to give way, since it says the size once
/// more, then the number of layers, which the strip shows; a name that is cut no longer tells the
/// images apart.
#[derive(Debug, PartialEq, Eq)]
struct Columns {
    name: usize,
    strip: usize,
    has_count: bool,
    has_bar: bool,
}

impl Columns {
    fn of(longest_name: usize, most_layers: usize, cells: usize) -> Self {
        let strip = most_layers.min(STRIP);
        let whole = longest_name + GAP + strip + GAP + SIZE;
        let has_count = whole + GAP + COUNT <= cells;
        let has_bar = whole + GAP + COUNT + GAP + BAR <= cells;
        let room = cells.saturating_sub(GAP + GAP + SIZE);
        // Not even both of them: the longer one gets what the other leaves, at least half.
        let strip = strip.min(room.saturating_sub(longest_name).max(room / 2));
        Self { name: longest_name.min(room - strip), strip, has_count, has_bar }
    }
}

/// The layers of the images below a node.
pub(super) fn lines(subject: &Subject<'_>) -> Vec<Line> {
    let images = subject.tree.totals(subject.node).images;
    if images > MOST {
        let images = count(images as u64);
        let text =
            format!("{images} images are too many to be held against each other; choose one");
        let pieces = wrap(&text, subject.width);
        return pieces.into_iter().map(|piece| Line::of(Tone::Muted, piece)).collect();
    }
    let strips = strips(subject);
    if strips.is_empty() {
        return vec![Line::of(Tone::Muted, "no image here; choose one in the tree")];
    }
    let shared = shared(&strips);
    let letters = LETTERS.chars().chain(std::iter::repeat(MORE));
    let signs: HashMap<&Digest, char> =
        shared.iter().map(|it| &it.layer.digest).zip(letters).collect();
    let sign = |layer: &Descriptor| signs.get(&layer.digest).copied().unwrap_or(OWN);
    let mut lines = head(&strips);
    lines.push(Line::default());
    let name = |strip: &Strip<'_>| match subject.tree.platform_of(strip.image) {
        Some(platform) => escape(&platform.to_string()).into_owned(),
        None => "image".to_owned(),
    };
    let names: Vec<String> = strips.iter().map(name).collect();
    let longest = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let most_layers = strips.iter().map(|it| it.layers.len()).max().unwrap_or(0);
    let columns = Columns::of(longest, most_layers, subject.width);
    let largest = strips.iter().map(Strip::size).max().unwrap_or(0);
    for (strip, name) in strips.iter().zip(&names) {
        let signs: String = strip.layers.iter().map(|layer| sign(layer)).collect();
        let mut facts = format!("{:GAP$}", "");
        if columns.has_count {
            let layers = plural(strip.layers.len(), "layer");
            facts.push_str(&format!("{layers:<COUNT$}{:GAP$}", ""));
        }
        facts.push_str(&format!("{:>SIZE$}", bytes(strip.size())));
        let mut line = Line::of(Tone::Text, pad(name, columns.name) + "  ")
            .with(Tone::Strong, pad(&signs, columns.strip))
            .with(Tone::Muted, facts);
        if columns.has_bar {
            line = line.with(Tone::Muted, format!("  {}", bar(strip.size(), largest, BAR)));
        }
        lines.push(line);
    }
    lines.push(Line::default());
    for (shared, letter) in shared.iter().zip(LETTERS.chars()) {
        let size = bytes(shared.layer.size);
        let facts = format!("{size:>8}  in {}", plural(shared.images, "image"));
        let used = 3 + 12 + 2 + facts.len() + 2;
        let made = made_by(subject.tree, shared).unwrap_or_default();
        lines.push(
            Line::of(Tone::Strong, format!("{letter}  "))
                .with(Tone::Muted, format!("{}  ", shared.layer.digest.short()))
                .with(Tone::Text, facts)
                .with(Tone::Muted, format!("  {}", cut(&made, subject.width.saturating_sub(used)))),
        );
    }
    if shared.len() > LETTERS.len() {
        let more = "in several images; the letters are used up";
        lines.push(Line::of(Tone::Strong, format!("{MORE}  ")).with(Tone::Muted, more));
    }
    let own =
        if shared.is_empty() { "each layer is in one image only" } else { "in one image only" };
    lines.push(Line::of(Tone::Strong, format!("{OWN}  ")).with(Tone::Muted, own));
    lines
}

fn strips<'t>(subject: &Subject<'t>) -> Vec<Strip<'t>> {
    let of = |image: NodeId| {
        let (_, manifest) = subject.tree.image_at(image)?;
        let layers = manifest.layers.iter().filter_map(|entry| entry.descriptor()).collect();
        Some(Strip { image, layers })
    };
    images_below(subject.tree, subject.node, None).into_iter().filter_map(of).collect()
}

/// The layers that several images have, the largest first.
fn shared<'t>(strips: &[Strip<'t>]) -> Vec<Shared<'t>> {
    let mut found: HashMap<&Digest, Shared<'t>> = HashMap::new();
    for strip in strips {
        let mut own: Vec<&'t Descriptor> = strip.layers.iter().map(|layer| &***layer).collect();
        own.sort_by(|a, b| a.digest.cmp(&b.digest));
        own.dedup_by(|a, b| a.digest == b.digest);
        for layer in own {
            let new = || Shared { layer, image: strip.image, images: 0 };
            found.entry(&layer.digest).or_insert_with(new).images += 1;
        }
    }
    let mut shared: Vec<Shared<'t>> = found.into_values().filter(|it| it.images > 1).collect();
    shared.sort_by(|a, b| {
        b.layer.size.cmp(&a.layer.size).then_with(|| a.layer.digest.cmp(&b.layer.digest))
    });
    shared
}

/// Sizes are the manifests' words: one too large for 64 bits stays at the largest number.
fn sum(sizes: impl Iterator<Item = u64>) -> u64 {
    sizes.fold(0, u64::saturating_add)
}

fn head(strips: &[Strip<'_>]) -> Vec<Line> {
    let layers = strips.iter().flat_map(|strip| &strip.layers);
    let once: HashMap<&Digest, u64> =
        layers.clone().map(|layer| (&layer.digest, layer.size)).collect();
    let all = sum(layers.clone().map(|layer| layer.size));
    let kept = sum(once.into_values());
    let head = Line::of(Tone::Strong, plural(layers.count(), "layer"))
        .with(Tone::Muted, format!(" in {} · ", plural(strips.len(), "image")))
        .with(Tone::Text, bytes(all));
    let once = Line::of(Tone::Muted, format!("{} if each is kept once", bytes(kept)));
    if kept < all { vec![head, once] } else { vec![head] }
}

/// The build step that made a layer, in one line.
fn made_by(tree: &Tree, shared: &Shared<'_>) -> Option<String> {
    let is_it = |what: &What| matches!(what, What::Layer { descriptor, .. } if descriptor.digest == shared.layer.digest);
    let (node, _) = tree.children(shared.image).find(|(_, node)| is_it(&node.what))?;
    let command: Vec<&str> = tree.created_by(node)?.split_whitespace().take(60).collect();
    Some(escape(&command.join(" ")).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_gives_way_first_then_the_number_of_layers_and_then_names() {
        let columns = |name, strip, has_count, has_bar| Columns { name, strip, has_count, has_bar };
        for (cells, shown) in [
            (80, columns(14, 12, true, true)),
            (59, columns(14, 12, true, true)),
            (58, columns(14, 12, true, false)),
            (49, columns(14, 12, true, false)),
            (48, columns(14, 12, false, false)),
            (38, columns(14, 12, false, false)),
            (37, columns(13, 12, false, false)),
            (30, columns(9, 9, false, false)),
            (0, columns(0, 0, false, false)),
        ] {
            assert_eq!(Columns::of(14, 12, cells), shown, "{cells}");
        }
        // Nothing is longer than the line.
        assert_eq!(Columns::of(60, 127, 78), columns(33, 33, false, false));
        assert_eq!(Columns::of(14, 127, 78), columns(14, STRIP, true, false));
    }
}
