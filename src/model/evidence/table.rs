//! Coverage in words: the cells of the table, and what is missing where.

use super::Kind;
use super::coverage::{Asked, Coverage, Row};
use super::items::Item;
use crate::text::{cut, escape, pad, width};

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

    /// The evidence of a kind that is there.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind && !item.is_gone)
    }

    /// How much of a kind is listed and gone.
    fn gone(&self, kind: Kind) -> usize {
        self.items.iter().filter(|item| item.kind == kind && item.is_gone).count()
    }
}

impl Item {
    /// What is to be said of it: that it is gone, or how it is signed.
    #[must_use]
    pub fn state(&self) -> Option<String> {
        if self.is_gone { Some("listed, and gone".to_owned()) } else { self.signed() }
    }

    /// How it is signed, in words; `None` for signatures, and if no signature of it is known.
    fn signed(&self) -> Option<String> {
        if self.kind == Kind::Signature || self.is_gone {
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
/// than one, whether it is signed, and what is listed and gone; `–` if there is none, `?` if nobody
/// could be asked.
fn cell(row: &Row, kind: Kind) -> String {
    let items: Vec<&Item> = row.of(kind).collect();
    let gone = row.gone(kind);
    if items.is_empty() {
        return match (gone, &row.asked) {
            (0, Asked::Yes) => "–".to_owned(),
            (0, _) => "?".to_owned(),
            (1, _) => "gone".to_owned(),
            (gone, _) => format!("{gone} gone"),
        };
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
    if gone > 0 {
        text.push_str(&format!(", {gone} gone"));
    }
    text
}

/// What the table says below it, of cells in short.
const LEGEND: [(&str, &str); 5] = [
    ("L", "list"),
    ("R", "referrers API"),
    ("F", "fallback tag"),
    ("C", "cosign tag"),
    ("D", "layout"),
];

/// The same in as few cells as can be: `2 L+R*`. [`Table::legend`] says what the letters mean.
fn short_cell(row: &Row, kind: Kind) -> String {
    let items: Vec<&Item> = row.of(kind).collect();
    if items.is_empty() {
        return cell(row, kind);
    }
    let is_of = |word: &str| items.iter().flat_map(|it| &it.places).any(|it| it.word() == word);
    let letters = LEGEND.iter().filter(|(_, word)| is_of(word)).map(|(letter, _)| *letter);
    let letters: Vec<&str> = letters.collect();
    let count = if items.len() > 1 { format!("{} ", items.len()) } else { String::new() };
    let signed = if items.iter().all(|it| it.signed().is_some()) { "*" } else { "" };
    let gone = if row.gone(kind) > 0 { "!" } else { "" };
    format!("{count}{}{signed}{gone}", letters.join("+"))
}

/// The coverage as a table: a line for the index and each platform, a column for each kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The heads, then a line for each row of the coverage; the first cell is its name.
    pub lines: Vec<Vec<String>>,
    /// The cells that each column takes.
    pub widths: Vec<usize>,
    /// What the letters in it mean, if it is in short.
    pub legend: Option<String>,
}

/// The cells between two columns.
const BETWEEN: usize = 2;

impl Table {
    /// In words if that fits into so many cells, else in short.
    #[must_use]
    pub fn of(coverage: &Coverage, cells: usize) -> Self {
        let whole = Self::made(coverage, false);
        if whole.width() <= cells { whole } else { Self::made(coverage, true) }
    }

    fn made(coverage: &Coverage, is_short: bool) -> Self {
        let head = |kind: Kind| match kind {
            Kind::Signature if is_short => "sig",
            Kind::Provenance if is_short => "prov",
            kind => kind.word(),
        };
        let of =
            |row: &Row, kind: Kind| if is_short { short_cell(row, kind) } else { cell(row, kind) };
        let heads = Kind::ALL.iter().map(|kind| head(*kind).to_owned());
        let mut lines = vec![std::iter::once(String::new()).chain(heads).collect::<Vec<String>>()];
        for row in &coverage.rows {
            let cells = Kind::ALL.iter().map(|kind| of(row, *kind));
            lines.push(std::iter::once(escape(&row.name()).into_owned()).chain(cells).collect());
        }
        let widest =
            |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|it| width(it)).max();
        let widths = (0..=Kind::ALL.len()).map(|at| widest(at).unwrap_or(0)).collect();
        let legend = is_short.then(|| Self::told(coverage));
        Self { lines, widths, legend }
    }

    fn told(coverage: &Coverage) -> String {
        let items = || coverage.items().map(|(_, item)| item);
        let is_used = |word: &str| items().flat_map(|it| &it.places).any(|it| it.word() == word);
        let used = LEGEND.iter().filter(|(_, word)| is_used(word));
        let mut told: Vec<String> = used.map(|(letter, word)| format!("{letter} {word}")).collect();
        if items().any(|it| it.signed().is_some()) {
            told.push("* signed".to_owned());
        }
        if coverage.rows.iter().any(|row| Kind::ALL.iter().any(|kind| row.gone(*kind) > 0)) {
            told.push("! some gone".to_owned());
        }
        if coverage.rows.iter().any(|row| row.asked != Asked::Yes) {
            told.push("? not asked".to_owned());
        }
        told.join(" · ")
    }

    /// How many cells a line takes.
    fn width(&self) -> usize {
        self.widths.iter().sum::<usize>() + BETWEEN * self.widths.len().saturating_sub(1)
    }

    /// A line laid out, the name in at most so many cells of `room` as the other columns leave.
    #[must_use]
    pub fn line(&self, at: usize, room: usize) -> (String, String) {
        let line = self.lines.get(at).map_or(&[][..], Vec::as_slice);
        let own = self.widths.first().copied().unwrap_or(0);
        let rest = self.width() - own;
        let own = own.min(room.saturating_sub(rest).max(NAME));
        let name = line.first().map_or_else(String::new, |name| pad(&cut(name, own), own));
        let cells = line.iter().zip(&self.widths).skip(1);
        let cells: String =
            cells.map(|(text, cells)| format!("{:BETWEEN$}{}", "", pad(text, *cells))).collect();
        (name, cells.trim_end().to_owned())
    }
}

/// The fewest cells of a name.
const NAME: usize = 8;

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

    use super::super::place::Place;
    use super::*;
    use crate::model::tree::Tree;
    use crate::oci::{Descriptor, Digest, MediaType, Platform};

    #[test]
    fn the_table_is_in_words_or_in_short() {
        let descriptor =
            || Arc::new(Descriptor::new(MediaType::OciManifest, Digest::sha256(b"x"), 1));
        let item = |kind: Kind, places: &[Place]| Item {
            places: places.to_vec(),
            ..Item::bare(kind, descriptor())
        };
        let row = |platform: Option<Platform>, items: Vec<Item>| Row {
            node: Tree::default().root(),
            is_list: platform.is_none(),
            platform,
            digest: Digest::sha256(b"y"),
            items,
            asked: Asked::Yes,
        };
        let coverage = Coverage {
            rows: vec![
                row(None, vec![item(Kind::Signature, &[Place::CosignTag("t.sig".to_owned())])]),
                row(
                    Some(Platform::new("linux", "amd64", "")),
                    vec![
                        item(Kind::Sbom, &[Place::List, Place::Api]),
                        item(Kind::Sbom, &[Place::Api]),
                    ],
                ),
            ],
        };
        let told = |cells: usize| {
            let table = Table::of(&coverage, cells);
            let line = |at: usize| {
                let (name, rest) = table.line(at, cells);
                format!("{name}{rest}")
            };
            ((0..3).map(line).collect::<Vec<_>>().join("\n"), table.legend)
        };
        let words = "             signature   provenance  SBOM                     VEX  other\n\
                     index        cosign tag  –           –                        –    –\n\
                     linux/amd64  –           –           2: list + referrers API  –    –";
        assert_eq!(told(72), (words.to_owned(), None));
        let short = "             sig  prov  SBOM   VEX  other\n\
                     index        C    –     –      –    –\n\
                     linux/amd64  –    –     2 L+R  –    –";
        let legend = Some("L list · R referrers API · C cosign tag".to_owned());
        assert_eq!(told(71), (short.to_owned(), legend));
        assert!(told(38).0.contains("\nlinux/a…  –"), "{}", told(38).0);
    }

    #[test]
    fn what_is_listed_and_gone_is_no_evidence() {
        let mut descriptor = Descriptor::new(MediaType::OciManifest, Digest::sha256(b"x"), 1);
        let bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
        descriptor.artifact_type = Some(bundle.to_owned());
        let there = Item::bare(Kind::Signature, Arc::new(descriptor));
        let gone = Item { is_gone: true, ..there.clone() };
        assert!(there.is_signed_itself() && !gone.is_signed_itself());
        assert_eq!(gone.state().as_deref(), Some("listed, and gone"));
        let sbom = |referrers: &[&Item]| Item {
            kind: Kind::Sbom,
            referrers: referrers.iter().copied().cloned().collect(),
            ..Item::bare(Kind::Sbom, Arc::clone(&there.descriptor))
        };
        assert_eq!(sbom(&[&gone]).signatures().count(), 0);
        let row = |items: &[&Item]| Row {
            node: Tree::default().root(),
            is_list: true,
            platform: None,
            digest: Digest::sha256(b"y"),
            items: items.iter().copied().cloned().collect(),
            asked: Asked::Yes,
        };
        for (items, words, short) in [
            (&[&gone][..], "gone", "gone"),
            (&[&gone, &gone], "2 gone", "2 gone"),
            (&[&gone, &there], "referrers API, 1 gone", "R!"),
            (&[&there], "referrers API", "R"),
            (&[], "–", "–"),
        ] {
            assert_eq!(cell(&row(items), Kind::Signature), words);
            assert_eq!(short_cell(&row(items), Kind::Signature), short);
        }
    }

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
