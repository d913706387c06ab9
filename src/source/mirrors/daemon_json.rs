//! `daemon.json` of Docker: its mirrors, and the registries that it speaks to without checking
//! (moby v2.0.0-beta.24 `daemon/pkg/registry/config.go`).

use std::net::IpAddr;

use serde::Deserialize;

use super::addresses::Address;
use crate::oci::Host;

/// What one file says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(super) struct DaemonJson {
    registry_mirrors: Vec<String>,
    insecure_registries: Vec<String>,
}

impl DaemonJson {
    /// # Errors
    /// Why dockerd does not start with this file.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let conf: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for mirror in &conf.registry_mirrors {
            check(mirror)?;
        }
        Ok(conf)
    }

    /// The mirrors of Docker Hub, each once.
    pub(super) fn mirrors(&self) -> Vec<(String, Address)> {
        let mut found: Vec<(String, Address)> = Vec::new();
        for text in &self.registry_mirrors {
            let text = text.trim_end_matches('/').to_owned();
            if let Ok(address) = Address::parse(&text)
                && !found.iter().any(|(known, _)| *known == text)
            {
                found.push((text, address));
            }
        }
        found
    }

    /// Whether Docker leaves this host's certificate unchecked. Names are not looked up.
    pub(super) fn is_insecure(&self, host: &Host) -> bool {
        let ip = host.name().parse::<IpAddr>().ok();
        host.is_loopback()
            || self.insecure_registries.iter().any(|entry| {
                let entry = entry.split_once("://").map_or(entry.as_str(), |(_, rest)| rest);
                entry == host.as_str() || ip.is_some_and(|ip| within(ip, entry))
            })
    }
}

/// `ValidateMirror`.
fn check(mirror: &str) -> Result<(), String> {
    if mirror.split_once("://").is_none_or(|(scheme, _)| scheme.is_empty()) {
        return Err(format!(
            "invalid mirror: no scheme specified for {mirror:?}: must use either 'https://' or \
             'http://'"
        ));
    }
    let address = Address::parse(mirror)
        .map_err(|_| format!("invalid mirror: {mirror:?} is not a valid URI"))?;
    if !matches!(address.scheme.as_str(), "http" | "https") {
        return Err(format!("invalid mirror: unsupported scheme {:?}", address.scheme));
    }
    if mirror.contains(['?', '#']) {
        return Err("invalid mirror: query or fragment at end of the URI".to_owned());
    }
    let authority = mirror.split("://").nth(1).and_then(|rest| rest.split('/').next());
    if authority.is_some_and(|authority| authority.contains('@')) {
        // The text is left out: it may hold a password.
        return Err("invalid mirror: username/password not allowed in URI".to_owned());
    }
    Ok(())
}

/// Whether an address is in a network `ADDRESS/BITS`.
fn within(ip: IpAddr, network: &str) -> bool {
    let bits = |ip: IpAddr| match ip {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 32_u32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    };
    let Some((base, length)) = network.split_once('/') else { return false };
    let (Ok(base), Ok(length)) = (base.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    let ((ip, whole), (base, same)) = (bits(ip), bits(base));
    let shift = whole.checked_sub(length);
    whole == same && shift.is_some_and(|shift| ip.checked_shr(shift) == base.checked_shr(shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_files_keep_dockerd_from_starting() {
        for (text, problem) in [
            ("{", "EOF"),
            (r#"{"registry-mirrors":"https://a"}"#, "expected a sequence"),
            (r#"{"registry-mirrors":["a.example"]}"#, "no scheme specified"),
            (r#"{"registry-mirrors":["a.example:5000"]}"#, "no scheme specified"),
            (r#"{"registry-mirrors":["ftp://a.example"]}"#, "unsupported scheme"),
            (r#"{"registry-mirrors":["https://a.example/?x"]}"#, "query or fragment"),
            (r#"{"registry-mirrors":["https://u:secret@a.example"]}"#, "not allowed"),
        ] {
            let why = DaemonJson::parse(text).unwrap_err();
            assert!(why.contains(problem) && !why.contains("secret"), "{text}: {why}");
        }
    }

    #[test]
    fn mirrors_count_once_and_networks_are_insecure() {
        let conf = DaemonJson::parse(
            "\u{feff}{\"registry-mirrors\":[\"https://a.example\",\"https://a.example/\"],
              \"insecure-registries\":[\"10.0.0.0/8\",\"b.example:5000\",\"fd00::/8\"]}",
        )
        .unwrap();
        assert_eq!(conf.mirrors().len(), 1);
        for (host, expected) in [
            ("10.1.2.3:5000", true),
            ("11.1.2.3", false),
            ("b.example:5000", true),
            ("b.example", false),
            ("[fd00::1]:5000", true),
            ("localhost:5000", true),
        ] {
            assert_eq!(conf.is_insecure(&Host::parse(host).unwrap()), expected, "{host}");
        }
        assert!(DaemonJson::parse(" ").unwrap().mirrors().is_empty());
    }
}
