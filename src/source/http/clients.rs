//! The HTTP clients, made when first needed: one for each way of doing TLS.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use reqwest::{Client, ClientBuilder, redirect};
use url::Url;

use super::connecting::{InTurn, Lookup};
use super::origin::is_named;
use super::{lock, window};
use crate::oci::{Failure, Host};
use crate::source::Options;
use crate::source::tls::{self, Tls, Trust};

/// What makes one client differ from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    mode: Mode,
    /// Whether it is for what is asked a second time: it shares no connection with the first.
    second: bool,
}

/// How TLS is done.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Mode {
    /// Plain HTTP, through the proxy that the environment names, or straight.
    Plain { proxied: bool },
    /// TLS whose certificates nobody checks.
    Unchecked { proxied: bool },
    /// TLS with the system's roots, `--ca-file`, and the host's own folder in `certs.d`.
    Checked { proxied: bool, own_certs: Option<Host> },
}

pub(super) struct Clients {
    options: Arc<Options>,
    /// With `--ca-file`.
    tls: Tls,
    made: Mutex<HashMap<Kind, Client>>,
    /// Which hosts have a folder in `certs.d`, so that the disk is asked once for each.
    own_certs: Mutex<HashMap<Host, bool>>,
}

impl Clients {
    /// # Errors
    /// Where a `--ca-file` holds no certificate. Found at the start, not at the first TLS host.
    pub(super) fn new(options: Arc<Options>) -> Result<Self, Failure> {
        tls::install_provider();
        let tls = Trust::read(&options, None)?.into_tls()?;
        Ok(Self { options, tls, made: Mutex::default(), own_certs: Mutex::default() })
    }

    /// The client for this URL. Clients are cheap to clone and share their connections.
    /// The second one shares no connection with the first.
    pub(super) fn for_url(&self, url: &Url, host: &Host, second: bool) -> Result<Client, Failure> {
        let kind = Kind { mode: self.mode(url, host), second };
        let mut made = lock(&self.made);
        if let Some(client) = made.get(&kind) {
            return Ok(client.clone());
        }
        let client = self.make(&kind)?;
        made.insert(kind, client.clone());
        Ok(client)
    }

    fn mode(&self, url: &Url, host: &Host) -> Mode {
        // A proxy elsewhere has another loopback than this machine.
        let proxied = !host.is_loopback();
        if url.scheme() == "http" {
            Mode::Plain { proxied }
        } else if is_named(&self.options.insecure, url) {
            Mode::Unchecked { proxied }
        } else {
            let own = *lock(&self.own_certs)
                .entry(host.clone())
                .or_insert_with(|| tls::has_own_certs(&self.options.environment, host));
            Mode::Checked { proxied, own_certs: own.then(|| host.clone()) }
        }
    }

    fn make(&self, kind: &Kind) -> Result<Client, Failure> {
        let with = |proxied, config| self.builder(proxied).tls_backend_preconfigured(config);
        let builder = match &kind.mode {
            // A proxy itself may speak TLS.
            Mode::Plain { proxied } => with(*proxied, self.tls.lazy()),
            Mode::Unchecked { proxied } => with(*proxied, tls::unchecked()?),
            Mode::Checked { proxied, own_certs: None } => with(*proxied, self.tls.begun()),
            Mode::Checked { proxied, own_certs } => {
                let trust = Trust::read(&self.options, own_certs.as_ref())?;
                with(*proxied, trust.into_tls()?.begun())
            }
        };
        let made = builder.build();
        made.map_err(|error| tls::not_ready(&error))
    }

    fn builder(&self, proxied: bool) -> ClientBuilder {
        let builder = Client::builder()
            .dns_resolver(Lookup)
            .user_agent(concat!("platy/", env!("CARGO_PKG_VERSION")))
            // Followed by `Wire`, which knows where credentials may go.
            .redirect(redirect::Policy::none())
            .referer(false)
            .http2_initial_connection_window_size(window::CONNECTION)
            .http2_initial_stream_window_size(window::of_stream(self.options.under_way()))
            .connector_layer(InTurn)
            .connect_timeout(self.options.limits.connect);
        if proxied { builder } else { builder.no_proxy() }
    }
}
