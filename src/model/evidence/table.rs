//! Coverage in words: the cells of the table, and what is missing where.

use super::Kind;
use super::coverage::{Asked, Coverage, Row};
use super::items::Item;

impl Row {
    /// `index`, the platform, or `no platform`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.platform {
            _ if self.is_list => "index".to_owned(),
            Some(platform) => platform.to_string(),
            None => "no platform".to_owned(),
        }
    }

    /// The evidence of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }
}

impl Item {
    /// How it is signed, in words; `None` for signatures, and if no signature of it is known.
    #[must_use]
    pub fn signed(&self) -> Option<String> {
        if self.kind == Kind::Signature {
            return None;
        }
        if self.is_signed_itself() {
            return Some("signed in its envelope".to_owned());
        }
        let signatures: Vec<&str> = self.signatures().map(|it| it.name.as_str()).collect();
        (!signatures.is_empty()).then(|| format!("signed: {}", signatures.join(", ")))
    }
}

/// What a cell of the table says: where evidence of a kind was found, how many there are if more
/// than one, and whether it is signed; `–` if there is none, `?` if nobody could be asked.
#[must_use]
pub fn cell(row: &Row, kind: Kind) -> String {
    let items: Vec<&Item> = row.of(kind).collect();
    if items.is_empty() {
        return if row.asked == Asked::Yes { "–" } else { "?" }.to_owned();
    }
    let mut places: Vec<&str> = Vec::new();
    for place in items.iter().flat_map(|item| &item.places) {
        if !places.contains(&place.word()) {
            places.push(place.word());
        }
    }
    let mut text = places.join(" + ");
    if items.len() > 1 {
        text = format!("{}: {text}", items.len());
    }
    if items.iter().all(|item| item.signed().is_some()) {
        text.push_str(", signed");
    }
    text
}

/// What some platforms have and others do not, and what is on the list alone; a sentence each.
#[must_use]
pub fn gaps(coverage: &Coverage) -> Vec<String> {
    let images: Vec<&Row> = coverage.rows.iter().filter(|row| !row.is_list).collect();
    let has = |row: &Row, kind: Kind| row.of(kind).next().is_some();
    let mut found = Vec::new();
    if images.len() < 2 {
        return found;
    }
    for kind in [Kind::Signature, Kind::Provenance, Kind::Sbom, Kind::Vex] {
        let on_list = coverage.rows.iter().any(|row| row.is_list && has(row, kind));
        let (with, mut without): (Vec<&Row>, Vec<&Row>) =
            images.iter().copied().partition(|row| has(row, kind));
        let all = without.len();
        // Of an image that was not asked about it is not known.
        without.retain(|row| row.asked == Asked::Yes);
        let names = |rows: &[&Row]| {
            let names: Vec<String> = rows.iter().map(|row| row.name()).collect();
            names.join(", ")
        };
        if !with.is_empty() && !without.is_empty() {
            let have = |rows: &[&Row]| if rows.len() == 1 { "has" } else { "have" };
            found.push(format!(
                "{kind}: {} {} one, {} {} none.",
                names(&with),
                have(&with),
                names(&without),
                have(&without)
            ));
        } else if on_list && with.is_empty() && without.len() == all {
            found.push(format!("{kind}: on the index only, not on the platforms."));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::tree::Tree;
    use crate::oci::{Descriptor, Digest, MediaType, Platform};

    #[test]
    fn nothing_is_said_of_what_was_not_asked_about() {
        let row = |architecture: &str, asked: Asked, has: bool| {
            let digest = Digest::sha256(architecture.as_bytes());
            let descriptor = Descriptor::new(MediaType::OciManifest, digest.clone(), 1);
            let item = Item::bare(Kind::Sbom, Arc::new(descriptor));
            Row {
                node: Tree::default().root(),
                is_list: false,
                platform: Some(Platform::new("linux", architecture, "")),
                digest,
                items: if has { vec![item] } else { Vec::new() },
                asked,
            }
        };
        let told = |asked: Asked| {
            let rows = vec![row("amd64", Asked::Yes, true), row("arm64", asked, false)];
            let coverage = Coverage { rows };
            (gaps(&coverage).join(" "), cell(&coverage.rows[1], Kind::Sbom))
        };
        let none = "SBOM: linux/amd64 has one, linux/arm64 has none.".to_owned();
        assert_eq!(told(Asked::Yes), (none, "–".to_owned()));
        assert_eq!(told(Asked::NotYet), (String::new(), "?".to_owned()));
    }
}
