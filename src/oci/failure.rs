//! Why something could not be had: what happened, to what, and what to do next.

use std::fmt;

use super::Digest;

/// The class of a failure; programs branch on it, people read the sentence beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The tag, manifest, blob, repository or file does not exist.
    NotFound,
    /// What was asked for names it, and this machine's engine does not have it: that platform was
    /// not pulled. It may be in the registry.
    NotHere,
    /// A login is needed, or the credentials were not accepted.
    Unauthorised,
    /// The credentials are known and do not allow this.
    Forbidden,
    /// The registry asked to slow down (429), and went on asking.
    RateLimited,
    /// The host has no address, refused the connection or broke it off.
    Unreachable,
    /// The TLS handshake failed: certificate, protocol, or no TLS at all on that port.
    Tls,
    /// No answer in time.
    TimedOut,
    /// The answer is not what it should be: JSON, headers, archive structure.
    Malformed,
    /// The content is what its digest says, and engines cannot read it either: it is not JSON, or
    /// not an object.
    Unreadable,
    /// The content does not hash to the digest it was asked by, or has another size than said.
    DigestMismatch,
    /// The content is larger than platy reads.
    TooLarge,
    /// Given up because nobody wants it any more.
    Cancelled,
    /// The other side has no such function, or platy does not know this form.
    Unsupported,
    /// The registry or the engine failed (5xx).
    Server,
    /// A file or folder on this machine could not be read or written.
    Local,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 16] = [
        Self::NotFound,
        Self::NotHere,
        Self::Unauthorised,
        Self::Forbidden,
        Self::RateLimited,
        Self::Unreachable,
        Self::Tls,
        Self::TimedOut,
        Self::Malformed,
        Self::Unreadable,
        Self::DigestMismatch,
        Self::TooLarge,
        Self::Cancelled,
        Self::Unsupported,
        Self::Server,
        Self::Local,
    ];

    /// The name in JSON output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::NotHere => "not_here",
            Self::Unauthorised => "unauthorised",
            Self::Forbidden => "forbidden",
            Self::RateLimited => "rate_limited",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timed_out",
            Self::Malformed => "malformed",
            Self::Unreadable => "unreadable",
            Self::DigestMismatch => "digest_mismatch",
            Self::TooLarge => "too_large",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "unsupported",
            Self::Server => "server_error",
            Self::Local => "local",
        }
    }

    /// A few words for the place where the fact would have stood.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::NotFound => "not found",
            Self::NotHere => "listed, not here",
            Self::Unauthorised => "needs a login",
            Self::Forbidden => "not allowed",
            Self::RateLimited => "rate limited",
            Self::Unreachable => "cannot be reached",
            Self::Tls => "TLS failed",
            Self::TimedOut => "no answer in time",
            Self::Malformed => "not understood",
            Self::Unreadable => "cannot be read",
            Self::DigestMismatch => "not what its digest and size say",
            Self::TooLarge => "too large",
            Self::Cancelled => "cancelled",
            Self::Unsupported => "not supported",
            Self::Server => "the server failed",
            Self::Local => "failed on this machine",
        }
    }
}

/// One error of a registry's own error list (`errors[]` of the distribution specification).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// `MANIFEST_UNKNOWN`, `DENIED`, …
    pub code: String,
    /// The registry's words, unescaped.
    pub message: String,
    /// What the registry says about it besides (`detail`), shortened: which digest, which address.
    pub detail: Option<String>,
}

/// A failure with its facts. Texts from outside are kept as they came; whoever shows them
/// escapes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What sort of failure this is.
    pub class: Class,
    /// What it happened to: a reference, a URL without its query, or a path.
    pub subject: String,
    /// What happened, in one sentence without a full stop.
    pub detail: String,
    /// The HTTP status, if there was one.
    pub status: Option<u16>,
    /// The registry's own error codes.
    pub codes: Vec<Code>,
    /// What to do next, in one sentence without a full stop.
    pub next: Option<String>,
    /// What came instead, if it is not what its digest and size say.
    pub found: Option<Box<Found>>,
}

/// Content that is not what it was asked by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it hashes to.
    pub digest: Digest,
    /// How many bytes it has.
    pub size: u64,
}

impl Failure {
    /// A failure of three facts.
    pub fn new(class: Class, subject: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            class,
            subject: subject.into(),
            detail: detail.into(),
            status: None,
            codes: Vec::new(),
            next: None,
            found: None,
        }
    }

    /// The same with what came instead.
    #[must_use]
    pub fn with_found(mut self, digest: &Digest, size: u64) -> Self {
        self.found = Some(Box::new(Found { digest: digest.clone(), size }));
        self
    }

    /// The same with a next step.
    #[must_use]
    pub fn with_next(mut self, next: impl Into<String>) -> Self {
        self.next = Some(next.into());
        self
    }

    /// The same with an HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same with the registry's own error codes.
    #[must_use]
    pub fn with_codes(mut self, codes: Vec<Code>) -> Self {
        self.codes = codes;
        self
    }

    /// The class in words, for what is over the detail; `None` if the detail begins with it.
    #[must_use]
    pub fn heading(&self) -> Option<&'static str> {
        Some(self.class.title()).filter(|title| !self.detail.starts_with(title))
    }

    /// Whether asking again may help without anything else being changed.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self.class,
            Class::RateLimited | Class::Unreachable | Class::TimedOut | Class::Server
        )
    }

    /// The few words that fit into a row of the tree.
    #[must_use]
    pub fn brief(&self) -> String {
        match (self.class, self.status) {
            (Class::NotFound, Some(status)) => format!("not in the registry ({status})"),
            (class, Some(status)) => format!("{} ({status})", class.title()),
            (class, None) => class.title().to_owned(),
        }
    }
}

/// `subject: detail [CODE: message]; next step`. Not escaped.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.subject.is_empty() {
            write!(f, "{}: ", self.subject)?;
        }
        f.write_str(&self.detail)?;
        for code in &self.codes {
            write!(f, " [{}", code.code)?;
            if !code.message.is_empty() {
                write!(f, ": {}", code.message)?;
            }
            if let Some(detail) = &code.detail {
                write!(f, " ({detail})")?;
            }
            f.write_str("]")?;
        }
        if let Some(next) = &self.next {
            write!(f, "; {next}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
