//! The content model: what registries, layouts and archives hold, as typed read-only views
//! beside the exact bytes they came from.
//!
//! Nothing here does I/O. Strings from outside are parsed here, once, into types that cannot be
//! wrong ([`Digest`], [`MediaType`], [`Platform`], [`Reference`]); odd parts of a document are
//! kept and named one by one instead of failing the whole.

mod aliases;
mod annotations;
mod assembled;
mod attached;
mod config;
mod descriptor;
mod digest;
mod document;
mod evidence_kind;
mod exchange;
mod failure;
mod failure_kinds;
mod go_text;
mod head;
mod json;
mod layer_sort;
mod local;
mod location;
mod manifest;
mod media_type;
mod named;
mod notice;
mod oddity;
mod page;
mod platform;
mod platform_pattern;
mod quota;
mod reference;
mod referrer;
mod rootfs;
mod sent;
mod shape;
mod signed;
pub mod tarball;
mod target;
mod unread;

pub use aliases::{AliasError, Aliases};
pub use annotations::{Annotations, keys};
pub use assembled::Assembled;
pub use attached::{Attached, attached_kinds, attached_name, digest_tag, layer_note};
pub use config::{HistoryStep, ImageConfig, RuntimeConfig, Step, is_set};
pub use descriptor::{Descriptor, Entry, GivenDigest, PlatformKeys, Written};
pub use digest::{Algorithm, Digest, DigestError, Hasher};
pub use document::{ConfigDocument, Document};
pub use evidence_kind::{EvidenceKind, predicate_name, stated_predicate, type_name};
pub use exchange::{Connected, Exchange};
pub use failure::{Class, Code, Failure, Found};
pub use failure_kinds::failure_kinds;
pub use head::Head;
pub(crate) use json::{any as any_json, value as json_value};
pub use layer_sort::sort_of;
pub use local::{LocalImage, Stocked, StoreKind};
pub use location::{Location, LocationError};
pub use manifest::{Artifact, Image, Index, Kind, Manifest, Schema1};
pub(crate) use manifest::{detect, may_be};
pub use media_type::{Compression, MediaType};
pub use named::{
    Wanted, annotated_subject, are_several, digest_choice, entry_name, entry_names, index_choices,
    index_names, is_digest_tag, listed,
};
pub use notice::Notice;
pub use oddity::Oddity;
pub use page::{NextPage, Page, Walked};
pub use platform::{Platform, is_within};
pub use platform_pattern::PlatformPattern;
pub use quota::Quota;
pub use reference::{Host, Reference, ReferenceError, Repository};
pub use referrer::{Referrer, Via};
pub use rootfs::{Misfit, chain_ids, misfits};
pub use sent::Sent;
pub use signed::manifest_digest;
pub use target::Target;
pub use unread::unread;

/// The largest manifest that is read, in bytes (8 MiB).
pub const MAX_MANIFEST_READ: u64 = 8 << 20;
/// The largest manifest that every registry takes, in bytes (4 MiB; OCI distribution-spec, "Pushing
/// Manifests").
pub const MAX_MANIFEST_PUSH: u64 = 4 << 20;
/// The largest image config that is read, in bytes (8 MiB).
pub const MAX_CONFIG_READ: u64 = 8 << 20;
/// How deep indexes may nest before the walk stops.
pub const MAX_INDEX_DEPTH: usize = 8;
