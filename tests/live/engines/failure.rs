//! Classes of failure.

/// What a failure is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Nothing in the index is for the platform.
    Miss,
    /// A list was found instead of an image.
    List,
    /// A type that the engine does not know.
    Type,
    /// Content that the engine did not fetch or could not unpack.
    Content,
    /// The engine cannot unpack for this system at all.
    Unpack,
    /// The platform that was asked for is not understood.
    Request,
    /// JSON that the engine does not read.
    Json,
    /// A size that cannot be one.
    Size,
    /// A layer that is not an archive.
    Layer,
}

/// Words by which engines' sentences are told; the first that is in a sentence decides.
const WORDS: [(&str, Class); 51] = [
    ("cannot unmarshal", Class::Json),
    ("cannot be read", Class::Json),
    ("unexpected end of JSON input", Class::Json),
    ("failed to decode config", Class::Json),
    ("says that it has -", Class::Size),
    ("failed size validation", Class::Size),
    ("failed open: content at", Class::Content),
    // What a registry answers to a digest that is none differs: 404, its page, 400.
    ("failed open: unexpected status", Class::Content),
    ("determining manifest MIME type", Class::Content),
    ("DIGEST_INVALID", Class::Content),
    ("is not an archive", Class::Layer),
    ("ApplyLayer", Class::Layer),
    ("digest invalid", Class::Content),
    ("sha256:abc: not found", Class::Content),
    ("AAAA: not found", Class::Content),
    ("zzzz: not found", Class::Content),
    ("aaaa: not found", Class::Content),
    ("failed to get manifest", Class::Content),
    ("the entry has no digest", Class::Content),
    ("OCI API error", Class::Content),
    ("Server error: url", Class::Content),
    ("which is not one", Class::Content),
    ("manifest unknown", Class::Content),
    ("no unpack platforms defined", Class::Unpack),
    // The snapshotter is named: overlayfs by platy, the one of this machine by the engine.
    ("does not support platform", Class::Unpack),
    ("compressed resource size", Class::Content),
    ("no child with platform", Class::Miss),
    ("platform not found", Class::Miss),
    ("no matching manifest", Class::Miss),
    ("no image found in image index", Class::Miss),
    ("no image found in manifest list", Class::Miss),
    ("no match for platform", Class::Miss),
    ("no entry found in image index", Class::Miss),
    ("does not match target platform", Class::Miss),
    ("Unexpectedly received a manifest list", Class::List),
    ("received Image Index manifest instead", Class::List),
    ("unexpected media type", Class::Type),
    ("unknown media type", Class::Type),
    ("unsupported MediaType", Class::Type),
    ("unsupported media type", Class::Type),
    ("Unimplemented", Class::Type),
    ("mismatched image rootfs", Class::Type),
    ("missing field", Class::Type),
    ("invalid mixed OCI image", Class::Type),
    ("unsupported config", Class::Type),
    ("invalid component", Class::Request),
    ("invalid platform", Class::Request),
    ("unknown operating system or architecture", Class::Request),
    ("failed to parse platform", Class::Request),
    ("content digest", Class::Content),
    ("failed to parse", Class::Type),
];

fn class(text: &str) -> Option<Class> {
    WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, class)| *class)
}

/// Whether platy's words are in the engine's, or both are of one class. platy names the snapshotter that
/// engines have by default, and these have another.
pub fn same(ours: &str, theirs: &str) -> bool {
    let with_theirs = ours.replace("snapshotter overlayfs", "snapshotter native");
    theirs.contains(ours)
        || theirs.contains(&with_theirs)
        || class(ours).is_some_and(|class_| class(theirs) == Some(class_))
}
