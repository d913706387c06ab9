//! The arguments of `platy evidence`.

use std::path::PathBuf;

/// Arguments of `platy evidence`.
#[derive(Debug, clap::Args)]
pub struct EvidenceArgs {
    /// The image or list
    pub reference: String,
    /// Only images of this platform (os/arch[/variant]; the parts given must match)
    #[arg(long, value_name = "P")]
    pub platform: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    /// Check signatures with this public key (PEM; P-256, P-384, Ed25519 or RSA)
    #[arg(long, value_name = "FILE", conflicts_with = "print")]
    pub key: Vec<PathBuf>,
    /// Check signatures of Notation; trust this certificate (PEM), and what it issued
    #[arg(long, value_name = "FILE", conflicts_with = "print")]
    pub certificate: Vec<PathBuf>,
    /// Check signatures made without a key of one's own: who must have signed (a mail address, the
    /// URI of a workflow)
    #[arg(long, value_name = "ID", conflicts_with = "print", requires = "trusted_root")]
    #[arg(requires = "certificate_oidc_issuer")]
    pub certificate_identity: Option<String>,
    /// With --certificate-identity: who must have vouched for the identity
    #[arg(long, value_name = "URL", requires = "certificate_identity")]
    pub certificate_oidc_issuer: Option<String>,
    /// With --certificate-identity: the authorities and logs that are trusted (Sigstore's
    /// trusted_root.json)
    #[arg(long, value_name = "FILE", requires = "certificate_identity")]
    pub trusted_root: Option<PathBuf>,
    /// Print the exact statement of this kind and nothing else
    #[arg(long, value_name = "KIND", conflicts_with = "json")]
    pub print: Option<PrintKind>,
    /// With --print: the statement of this predicate type
    #[arg(long, value_name = "TYPE", requires = "print")]
    pub predicate: Option<String>,
    /// With --print: the one whose manifest or blob begins with these digits
    #[arg(long, value_name = "DIGEST", requires = "print")]
    pub digest: Option<String>,
    /// With --print: the blob as it is, with its envelope and signature
    #[arg(long, requires = "print")]
    pub envelope: bool,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum PrintKind {
    /// A signature
    Signature,
    /// How it was built
    Provenance,
    /// What it consists of
    Sbom,
    /// Which vulnerabilities matter
    Vex,
    /// Anything else
    Other,
}
