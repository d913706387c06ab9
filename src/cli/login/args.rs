//! The arguments of `platy login`.

/// Arguments of `platy login`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    platy login ghcr.io\n  \
    pass show ghcr | platy login ghcr.io --username ann --password-stdin\n\n\
    The password is tried first. It is kept where `docker login` keeps it: by the credential helper \
    that Docker's config.json names, else in that file.")]
pub struct LoginArgs {
    /// The registry: docker.io, ghcr.io, localhost:5000
    #[arg(value_name = "HOST")]
    pub registry: String,
    /// The user's name; asked for without it
    #[arg(long, short, value_name = "NAME")]
    pub username: Option<String>,
    /// Read the password or access token from standard input
    #[arg(long, requires = "username")]
    pub password_stdin: bool,
}
