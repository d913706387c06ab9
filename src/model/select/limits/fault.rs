//! What can be the matter with a document, whatever engines make of it.

use crate::oci::{Descriptor, Digest, MediaType};

/// One thing that is the matter, with the facts that engines repeat in their errors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) kind: Kind,
    /// What the document is to the registry.
    pub(super) part: Part,
    /// The digest by which it is named.
    pub(super) digest: String,
    /// The type as which it is named.
    pub(super) media_type: String,
    /// What is said of it: a size, a digest, a count.
    pub(super) stated: String,
    /// What it is instead.
    pub(super) found: String,
}

/// What the matter is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    /// The root document is larger than containers/image and oras read.
    Above4MiB,
    /// The root document is larger than containerd reads.
    AboveContainerd,
    /// It came without a `Content-Type`.
    Untyped,
    /// It came with a `Content-Type` that is none of a manifest.
    OddlyTyped,
    /// The root is an index with the fields of an image.
    MixedIndex,
    /// The root is an index that says of itself that it is an image.
    IndexCalledImage,
    /// The document has a key twice, or in another case.
    OddKeys,
    /// It came with a `Content-Type` whose type or parameters Go's library does not read.
    UnreadableHeader,
    /// It came as schema 1, and is not.
    SentAsSchema1,
    /// It came as another type than it says of itself.
    SentUnlike,
    /// An index that came as an image.
    ListSentAsImage,
    /// An image that came as an index.
    ImageSentAsList,
    /// It came as something that is fetched from among the blobs.
    SentAsBlob,
    /// An index that came as something else is taken for an image.
    Misread,
    /// An index that came as an image is taken for one.
    TakenForImage,
    /// A descriptor says that its content has no bytes.
    #[default]
    NoSize,
    /// A descriptor does not say how many bytes its content has.
    UnstatedSize,
    /// A descriptor says that its content has fewer than no bytes.
    NegativeSize,
    /// The digest of an entry cannot be one of content.
    NotADigest,
    /// The same as docker/distribution has it, which takes any algorithm.
    NotADigestAtAll,
    /// An entry has no digest, or an empty one.
    NoDigest,
    /// A digest in an index that go-containerregistry does not read, so that it reads none of it.
    UnreadableDigest,
    /// An entry without a type, or of unsigned schema 1, which containerd asks for among the blobs.
    NotAManifest,
    /// An entry of a type that is neither a manifest's nor missing: whether it is a blob decides.
    UnknownType,
    /// Schema 1 with signatures as an entry.
    SignedSchema1,
    /// An entry calls an image an index.
    ImageForIndex,
    /// An entry calls an index an image.
    IndexForImage,
    MissingManifest,
    MissingConfig,
    /// The manifest of an entry is larger than containers/image and oras read.
    EntryAbove4MiB,
    /// A config has more or fewer bytes than its descriptor says.
    ConfigSize,
    /// A descriptor says that there are more bytes than there are.
    SizeAbove,
    /// A descriptor says that there are fewer bytes than there are.
    SizeBelow,
    WrongManifest,
    WrongConfig,
    /// An image manifest with the entries of an index.
    MixedManifest,
    /// An image manifest that says of itself that it is an index.
    ManifestCalledIndex,
    /// A list or manifest that Go cannot read.
    UnreadableManifest,
    /// The same for a field that came with image-spec 1.1.
    UnreadableNewField,
    /// A manifest that the registry sends as another type than its entry's.
    SentOtherwise,
    /// A manifest that names no config.
    NoConfig,
    /// A manifest with a layer that is not a descriptor.
    OddLayer,
    /// A manifest with a config or a layer whose digest is none.
    OddBlob,
    /// A Docker manifest with a layer of another type than Docker's.
    ForeignLayerInDocker,
    /// An OCI manifest whose config is not of OCI's type.
    ForeignConfig,
    /// An OCI manifest with Docker's type of config.
    MixedConfig,
    /// A config of another type that is not JSON.
    UnreadableForeign,
    /// A config of another type has more or fewer diff IDs than there are layers.
    ForeignCount,
    /// A config of another type, for which an unpacker does not wait.
    ForeignUnfetched,
    /// A config that is not JSON, or that Go cannot read where it looks for platform and layers.
    UnreadableLayers,
    /// A config that Go cannot read in another field.
    UnreadableConfig,
    /// A config that Go cannot read in a field that only Docker knows.
    UnreadableDocker,
    /// A layer that is encrypted.
    Encrypted,
    /// A layer of a type that nothing unpacks.
    NoUnpacker,
    /// A layer whose packing is taken for none.
    TakenForTar,
    /// A layer that is not an archive by design.
    NotATar,
    /// A layer that is named by a SHA-512.
    Sha512Layer,
    /// A config that is named by a SHA-512.
    Sha512Config,
    /// There are more or fewer diff IDs than layers.
    DiffCount,
    /// There are diff IDs, but fewer than layers of any type.
    DiffFewer,
    /// There are diff IDs, and no layer of files.
    DiffWithoutLayers,
    /// A diff ID that is not its layer's.
    DiffId,
    /// A layer of files on other systems, at an address only.
    AtAddress,
    /// An ordinary layer, at an address only.
    OrdinaryAtAddress,
    /// A layer at an address of this machine or of a private network only.
    AtPrivateAddress,
    /// A manifest that is named by a SHA-512.
    Sha512Manifest,
    /// The config requires features of the system.
    Features,
}

/// What a document is to the registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Part {
    Index,
    #[default]
    Manifest,
    Config,
    Layer,
}

impl Kind {
    /// The fact in one sentence, with [places](super::words) for what the fault says.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Above4MiB | Self::AboveContainerd | Self::EntryAbove4MiB => {
                "the {part} has {found} bytes, which is more than this engine reads"
            }
            Self::Untyped => "the registry sends the {part} without a Content-Type",
            Self::OddlyTyped => {
                "the registry sends the {part} as {found}, which this engine does not know"
            }
            Self::MixedIndex => "the list has the fields of an image too: {found}",
            Self::IndexCalledImage => "the list says of itself that it is {found}",
            Self::OddKeys => "a key of the {part} is there twice or in another case: {found}",
            Self::UnreadableHeader => {
                "the registry sends the {part} with a Content-Type that cannot be read, {stated}"
            }
            Self::SentAsSchema1 => {
                "the registry sends the {part} as {media_type}, and it is not schema 1"
            }
            Self::SentUnlike => {
                "the registry sends the {part} as {media_type}, and it says of itself that it is \
                 {found}"
            }
            Self::ListSentAsImage | Self::TakenForImage => {
                "the registry sends the list as {media_type}, so it is taken for an image without \
                 layers"
            }
            Self::ImageSentAsList => {
                "the registry sends the image as {media_type}, so it is taken for an empty list"
            }
            Self::SentAsBlob => {
                "the registry sends the {part} as {media_type}, which this engine asks for among \
                 the blobs"
            }
            Self::Misread => {
                "the registry sends the list {found}, so it is taken for an image without layers"
            }
            Self::NoSize => "the descriptor of the {part} {digest} says that it has no bytes",
            Self::UnstatedSize => "the descriptor of the {part} {digest} does not say its size",
            Self::NegativeSize => {
                "the descriptor of the {part} {digest} says that it has {stated} bytes"
            }
            Self::NotADigest | Self::NotADigestAtAll => {
                "the entry's digest is \"{digest}\", which is not one"
            }
            Self::NoDigest => "the entry has no digest",
            Self::UnreadableDigest => {
                "the digest of an entry is \"{digest}\", which this engine cannot read: {found}"
            }
            Self::NotAManifest | Self::UnknownType => {
                "the entry says that {digest} is of type \"{media_type}\", which this engine asks \
                 for among the blobs"
            }
            Self::SignedSchema1 => "the entry {digest} is schema 1",
            Self::ImageForIndex => "the entry says that {digest} is a list, and it is an image",
            Self::IndexForImage => "the entry says that {digest} is an image, and it is a list",
            Self::MissingManifest | Self::MissingConfig => {
                "the {part} {digest} is not in the registry"
            }
            Self::SizeAbove | Self::SizeBelow | Self::ConfigSize => {
                "the {part} {digest} has {found} bytes, and its descriptor says {stated}"
            }
            Self::WrongManifest | Self::WrongConfig => {
                "the content of the {part} {digest} hashes to {found}"
            }
            Self::MixedManifest => "the manifest has the entries of a list too",
            Self::ManifestCalledIndex => "the manifest says of itself that it is {found}",
            Self::UnreadableManifest | Self::UnreadableNewField => {
                "the {part} cannot be read: {found}"
            }
            Self::SentOtherwise => {
                "the entry says that {digest} is {media_type}, and the registry sends it as {found}"
            }
            Self::NoConfig => "the manifest names no config",
            Self::OddBlob => "the digest of a {part} is \"{digest}\", which is not one",
            Self::OddLayer => "the manifest has a layer without a digest",
            Self::ForeignLayerInDocker => {
                "it is a Docker manifest with a layer of type {media_type}"
            }
            Self::ForeignConfig | Self::MixedConfig => {
                "it is an OCI manifest whose config is of type {media_type}"
            }
            Self::UnreadableLayers
            | Self::UnreadableConfig
            | Self::UnreadableDocker
            | Self::UnreadableForeign => "the config cannot be read: {found}",
            Self::ForeignUnfetched => {
                "the config is of type {found}, so this engine does not fetch the layer {digest}"
            }
            Self::Encrypted => "the layer {digest} is encrypted, and can be read with its key only",
            Self::NoUnpacker => {
                "the layer {digest} is of type {media_type}, which this engine does not unpack"
            }
            Self::TakenForTar => {
                "the layer {digest} is of type {media_type}, which this engine takes for a tar \
                 archive that is not compressed"
            }
            Self::NotATar => "the layer {digest} is not an archive, but {found}",
            Self::Sha512Layer | Self::Sha512Config => "the {part} is named by a SHA-512, {digest}",
            Self::DiffCount | Self::DiffFewer | Self::DiffWithoutLayers | Self::ForeignCount => {
                "the config has {stated} diff IDs for {found} layers"
            }
            Self::DiffId => "a diff ID of the config is not that of its layer {digest}",
            Self::AtAddress | Self::OrdinaryAtAddress => {
                "the layer {digest} is at {found} only, where this engine does not look"
            }
            Self::AtPrivateAddress => {
                "the layer {digest} is at {found} only, which is on this machine or in a private \
                 network"
            }
            Self::Sha512Manifest => "the manifest is named by a SHA-512, {digest}",
            Self::Features => "the config requires os.features: {found}",
        }
    }
}

impl Part {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config => "config",
            Self::Layer => "layer",
        }
    }

    /// What a manifest of this type is.
    pub(super) fn of(media_type: &MediaType) -> Self {
        if media_type.is_index() { Self::Index } else { Self::Manifest }
    }
}

impl Fault {
    /// A fault of what a descriptor names.
    pub(super) fn of(kind: Kind, part: Part, descriptor: &Descriptor) -> Self {
        Self::about(kind, part, &descriptor.digest, &descriptor.media_type)
    }

    pub(super) fn about(kind: Kind, part: Part, digest: &Digest, media_type: &MediaType) -> Self {
        Self::named(kind, part, digest.as_str(), media_type)
    }

    /// The same of a digest as it is written.
    pub(super) fn named(kind: Kind, part: Part, digest: &str, media_type: &MediaType) -> Self {
        Self {
            kind,
            part,
            digest: digest.to_owned(),
            media_type: media_type.as_str().to_owned(),
            ..Self::default()
        }
    }

    pub(super) fn stated(self, stated: impl ToString) -> Self {
        Self { stated: stated.to_string(), ..self }
    }

    pub(super) fn found(self, found: impl ToString) -> Self {
        Self { found: found.to_string(), ..self }
    }
}
