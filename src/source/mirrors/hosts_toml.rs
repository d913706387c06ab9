//! One file `hosts.toml`: what it holds, and why containerd passes it by.
//!
//! Source: containerd v2.4.2 `core/remotes/docker/config/hosts.go` (`parseHostsFile`). One bad
//! value drops the file with every host in it. Keys are taken in any case (go-toml v2).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::{Table, Value};

use super::addresses::{Address, clean};
use super::go_duration::is_duration;
use super::hosts_order;

/// Capabilities of a host that names none.
pub(super) const ALL: [&str; 4] = ["pull", "resolve", "push", "referrers"];

/// A host in the order of the file; the last is the `server`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HostEntry {
    /// The address as written; empty for a `server` that is left out.
    pub(super) written: String,
    /// `None` if no address is written.
    pub(super) address: Option<Address>,
    /// The path of the API.
    pub(super) api: String,
    pub(super) can: Vec<&'static str>,
    pub(super) skip_verify: Option<bool>,
    /// Files of certificates of authorities.
    pub(super) ca: Vec<PathBuf>,
    /// Files of the client's certificates and keys.
    pub(super) client: Vec<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    #[serde(flatten)]
    root: Table,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct HostTable {
    capabilities: Vec<String>,
    ca: Option<Value>,
    client: Option<Value>,
    skip_verify: Option<bool>,
    header: BTreeMap<String, Value>,
    override_path: bool,
    dial_timeout: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Root {
    server: String,
    host: BTreeMap<String, HostTable>,
}

/// The hosts of a file in this folder.
///
/// # Errors
/// Why containerd passes the whole file by.
pub(super) fn parse(text: &str, folder: &Path) -> Result<Vec<HostEntry>, String> {
    let File { root } = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    let root = lower(root);
    let typed = |error: toml::de::Error| format!("a value has the wrong type: {}", error.message());
    if let Some(Value::Table(hosts)) = root.get("host")
        && let Some((name, _)) = hosts.iter().find(|(_, host)| !host.is_table())
    {
        return Err(format!("a value has the wrong type: {name} of host is not a table"));
    }
    let known: Root = Value::Table(root.clone()).try_into().map_err(typed)?;
    let own: HostTable = Value::Table(root).try_into().map_err(typed)?;
    let mut hosts = Vec::new();
    for name in hosts_order::hosts(text) {
        let table = known.host.get(&name);
        hosts.push(entry(&name, table.unwrap_or(&HostTable::default()), folder)?);
    }
    hosts.push(entry(&known.server, &own, folder)?);
    Ok(hosts)
}

/// Keys in lower case; below `host`, the names of hosts stay as they are, and so do headers.
fn lower(table: Table) -> Table {
    let keys = |table: Table| -> Table {
        table.into_iter().map(|(key, value)| (key.to_lowercase(), value)).collect()
    };
    let mut table = keys(table);
    if let Some(hosts) = table.get_mut("host").and_then(Value::as_table_mut) {
        for (_, host) in hosts.iter_mut() {
            if let Value::Table(settings) = host {
                *settings = keys(std::mem::take(settings));
            }
        }
    }
    table
}

/// One host (`parseHostConfig`).
fn entry(written: &str, table: &HostTable, folder: &Path) -> Result<HostEntry, String> {
    let mut host = HostEntry {
        written: written.to_owned(),
        address: None,
        api: String::new(),
        can: Vec::new(),
        skip_verify: table.skip_verify,
        ca: Vec::new(),
        client: Vec::new(),
    };
    if !written.is_empty() {
        let whole = if written.starts_with("http") {
            written.to_owned()
        } else {
            format!("https://{written}")
        };
        let address = Address::parse(&whole)?;
        host.api = if address.path.is_empty() {
            if table.override_path { String::new() } else { "/v2".to_owned() }
        } else {
            let path = clean(&address.path);
            if path.ends_with("/v2") || table.override_path { path } else { format!("{path}/v2") }
        };
        host.address = Some(address);
    }
    for name in &table.capabilities {
        let known = ALL.into_iter().find(|known| name.eq_ignore_ascii_case(known));
        host.can.push(known.ok_or_else(|| format!("unknown capability {name}"))?);
    }
    if host.can.is_empty() {
        host.can = ALL.to_vec();
    }
    if let Some(ca) = &table.ca {
        host.ca = strings(ca, "ca")?.iter().map(|path| folder.join(path)).collect();
    }
    if let Some(client) = &table.client {
        host.client = pairs(client)?.iter().map(|path| folder.join(path)).collect();
    }
    for (name, value) in &table.header {
        strings(value, &format!("header {name}"))?;
    }
    if !table.dial_timeout.is_empty() && !is_duration(&table.dial_timeout) {
        return Err(format!("time: invalid duration {:?}", table.dial_timeout));
    }
    Ok(host)
}

/// A text, or a list of texts.
fn strings(value: &Value, what: &str) -> Result<Vec<String>, String> {
    let wrong = || format!("invalid type for {what:?}");
    match value {
        Value::String(text) => Ok(vec![text.clone()]),
        Value::Array(items) => {
            items.iter().map(|item| item.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
        }
        _ => Err(wrong()),
    }
}

/// A text, or a list of texts and of pairs of texts.
fn pairs(value: &Value) -> Result<Vec<String>, String> {
    let Value::Array(items) = value else {
        return match value {
            Value::String(text) => Ok(vec![text.clone()]),
            _ => Err("invalid type for \"client\"".to_owned()),
        };
    };
    let mut files = Vec::new();
    for item in items {
        let found = strings(item, "client")?;
        if item.is_array() && found.len() != 2 {
            return Err("invalid pair for \"client\"".to_owned());
        }
        files.extend(found);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address, API and capabilities.
    type Host = (String, String, Vec<&'static str>);

    fn hosts(text: &str) -> Result<Vec<Host>, String> {
        let hosts = parse(text, Path::new("/certs"))?;
        Ok(hosts.into_iter().map(|host| (host.written, host.api, host.can)).collect())
    }

    // containerd v2.4.2: a slip in one host drops every mirror and the server, without an error.
    #[test]
    fn one_bad_value_drops_the_file() {
        for (text, problem) in [
            ("[", ""),
            ("[host.'a']\n[host.'a']", ""),
            ("[host.'a']\ncapabilities=['pull','referers']", "unknown capability referers"),
            ("[host.'a']\ncapabilities='pull'", "wrong type"),
            ("[host.'a']\ncapabilities=[1]", "wrong type"),
            ("[host.'a']\ndial_timeout=3", "wrong type"),
            ("[host.'a']\ndial_timeout='3'", "invalid duration"),
            ("[host.'a']\nskip_verify='true'", "wrong type"),
            ("[host.'a']\noverride_path=1", "wrong type"),
            ("[host.'a']\nca=1", "invalid type for \"ca\""),
            ("[host.'a']\nca=['x',1]", "invalid type"),
            ("[host.'a']\nclient=[['a']]", "invalid pair"),
            ("[host.'a'.header]\nx=1", "invalid type"),
            ("[host.'https://a:port']", "invalid port"),
            ("server='https://a b'", "invalid character"),
            ("server=1", "wrong type"),
            ("host='a'", "wrong type"),
            ("[host]\na=1", "wrong type"),
            ("[host]\n'http://a'={}\ncapabilities=[]", "capabilities of host is not a table"),
            ("capabilities=['all']", "unknown capability all"),
        ] {
            let why = hosts(text).unwrap_err();
            assert!(why.contains(problem), "{text}: {why}");
        }
    }

    #[test]
    fn paths_and_capabilities() {
        let text = r#"
            server = "s.example"
            [host."http://a/pre"]
            [host."http://b/pre/v2"]
            [host."http://c/pre"]
            override_path = true
            [host."http://d/v2/pre"]
            Override_Path = true
            [host."http://e/"]
            capabilities = []
            [host."http://f"]
            override_path = true
            [host."http://g"]
            capabilities = ["Pull", "RESOLVE"]
            ca = "ca.pem"
            client = [["a.cert", "a.key"], "b.pem"]
            unknown = 1
            [host."http://g".header]
            x = ["1", "2"]
        "#;
        let found = hosts(text).unwrap();
        let paths: Vec<&str> = found.iter().map(|(_, api, _)| api.as_str()).collect();
        assert_eq!(paths, ["/pre/v2", "/pre/v2", "/pre", "/v2/pre", "//v2", "", "/v2", "/v2"]);
        assert_eq!(found[4].2, ALL);
        assert_eq!(found[6].2, ["pull", "resolve"]);
        assert_eq!(found[7].0, "s.example");
        // An inline table is not a header: its host is never asked, and the registry is.
        assert_eq!(
            hosts("[host]\n'http://a' = {}").unwrap(),
            [(String::new(), String::new(), ALL.to_vec())]
        );
    }
}
