//! Evidence: signatures, provenance, bills of materials and statements about vulnerabilities, in
//! every form in which tools attach them to images.
//!
//! [`open`] takes a blob and opens its envelopes to what it holds. What is read here is shown, not
//! taken for true; whether it holds is another question.

mod architecture;
mod attached;
mod base64;
mod build;
mod build_read;
mod certificate;
mod chart;
mod coverage;
mod databases;
mod decoded;
mod detect;
mod digest_tag;
mod envelope;
mod installed;
mod items;
mod limits;
mod loose;
mod open;
mod place;
mod predicate;
mod provenance;
mod purl;
mod sbom;
mod signature;
mod statement;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod verify;
mod vex;
mod vulnerabilities;

pub use crate::oci::{EvidenceKind as Kind, predicate_name};
pub use architecture::{family, is_neutral, is_same};
pub use attached::{Attached, Attested};
pub use build::{Build, BuildFile, BuildImage, BuildStep, FileAction, Work};
pub use certificate::Certificate;
pub use chart::Chart;
pub use coverage::{Asked, Coverage, Row};
pub use databases::{Databases, NO_DATABASE, READ, RpmDatabase, RpmForm, UNREAD, rpm_places};
pub use detect::is_json;
pub use digest_tag::DigestTag;
pub use installed::{
    APK_INSTALLED, DPKG_FOLDER, DPKG_STATUS, Installed, MOST_INSTALLED, apk, dpkg,
};
pub use items::{Item, of_document, of_referrer};
pub use limits::MAX_BLOB;
pub use open::{Body, Evidence, Stated, open};
pub use place::Place;
pub use provenance::{Material, MaterialRole, Provenance};
pub use purl::Purl;
pub use sbom::{About, Format, Package, Sbom, Which, without_epoch};
pub use signature::{Form, LogEntry, LogProof, Signature, Signer};
pub use statement::Subject;
pub use summary::{Fact, summary};
pub use table::{Table, gaps};
pub use verify::{Anchor, Keyless, Outcome, PublicKey, Trust, TrustedRoot, verify};
pub(crate) use verify::{read_certificate, read_log_entry, read_timestamp};
pub use vex::{Vex, VexStatement};
pub use vulnerabilities::Vulnerabilities;
