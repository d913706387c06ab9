//! What each engine takes a document for that a registry sends with a `Content-Type`.

use std::borrow::Cow;

use super::super::Offer;
use super::maker::Maker;
use crate::oci::MediaType;

/// The offer as this engine takes it.
pub(super) fn offered(offer: &Offer, maker: Maker) -> Cow<'_, Offer> {
    match taken_for(offer, maker) {
        Some(media_type) if media_type != offer.media_type => {
            Cow::Owned(Offer { media_type, ..offer.clone() })
        }
        _ => Cow::Borrowed(offer),
    }
}

/// The type that this engine reads out of the header; `None` if it does not read one, or if
/// nobody knows with which one the document came.
pub(super) fn taken_for(offer: &Offer, maker: Maker) -> Option<MediaType> {
    let header = offer.sent.header()?;
    Some(match maker {
        // containerd 2.4.2 core/remotes/docker/resolver.go: what is behind a semicolon is cut off,
        // and plain text counts as schema 1.
        Maker::Client
        | Maker::OldClient
        | Maker::CtrLocal
        | Maker::Transfer
        | Maker::Ctr
        | Maker::Docker
        | Maker::BuildKit => match header.split(';').next().unwrap_or_default() {
            "text/plain" => MediaType::Schema1Signed,
            essence => MediaType::exact(essence),
        },
        // go-containerregistry 0.22.1 pkg/v1/remote/fetcher.go: letter by letter.
        Maker::Crane => MediaType::exact(header),
        // Go's mime.ParseMediaType; regclient 0.11.7 does the same by itself.
        Maker::Graphdriver
        | Maker::OldGraphdriver
        | Maker::Windows
        | Maker::Containers
        | Maker::Regclient
        | Maker::Storage
        | Maker::Oras => MediaType::essence(header),
        // What was pulled has its type; oci-client 0.18.0 reads none.
        Maker::DockerRun | Maker::OciClient => return None,
    })
}
