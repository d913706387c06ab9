//! Whether content is what it was asked by.

use url::Url;

use crate::oci::{Class, Descriptor, Digest, Failure};
use crate::source::http::bare;
use crate::text;

/// Content that was received, for messages.
pub(super) struct Received<'a> {
    pub(super) subject: &'a str,
    pub(super) url: &'a Url,
    pub(super) size: u64,
}

impl Received<'_> {
    /// Checks a digest that was computed over the bytes.
    pub(super) fn check_digest(&self, expected: &Digest, found: &Digest) -> Result<(), Failure> {
        if expected == found {
            return Ok(());
        }
        Err(self
            .failure(format!(
                "the {} bytes that came hash to {found}, not to {expected} ({})",
                text::count(self.size),
                bare(self.url),
            ))
            .with_found(found, self.size))
    }

    /// Checks digest and size against what a descriptor says.
    pub(super) fn check(&self, expected: &Descriptor, found: &Digest) -> Result<(), Failure> {
        self.check_digest(&expected.digest, found)?;
        if expected.size == self.size {
            return Ok(());
        }
        Err(self.of_another_size(expected))
    }

    /// That the bytes are not as many as a descriptor says.
    pub(super) fn of_another_size(&self, expected: &Descriptor) -> Failure {
        self.failure(format!(
            "{} bytes came, and the descriptor of {} says {} ({})",
            text::count(self.size),
            expected.digest,
            text::count(expected.size),
            bare(self.url),
        ))
        .with_found(&expected.digest, self.size)
    }

    fn failure(&self, detail: String) -> Failure {
        Failure::new(Class::DigestMismatch, self.subject, detail).with_next(
            "do not use this content; ask again, and tell who runs the registry if it stays so",
        )
    }
}

/// Turns away what a descriptor says is too large, before it is asked for.
pub(super) fn check_cap(subject: &str, expected: &Descriptor, cap: u64) -> Result<(), Failure> {
    if expected.size <= cap {
        return Ok(());
    }
    let (size, cap) = (text::bytes(expected.size), text::bytes(cap));
    let detail = format!("its descriptor says {size}, and platy reads at most {cap}");
    Err(Failure::new(Class::TooLarge, subject, detail))
}
