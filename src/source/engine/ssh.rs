//! An address behind SSH, and what `ssh` is asked to do there (docker/cli 29 `cli/connhelper/ssh`).

use std::fmt;

use percent_encoding::percent_decode_str;
use url::Url;

/// `ssh://[USER@]HOST[:PORT][/SOCKET]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ssh {
    user: Option<String>,
    host: String,
    port: Option<u16>,
    /// The engine's socket there, if it is not the usual one.
    socket: Option<String>,
}

impl Ssh {
    /// Reads an address.
    ///
    /// # Errors
    /// A sentence if it names no host, or has parts that `ssh` has no use for.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "write ssh://[USER@]HOST[:PORT]";
        let url = Url::parse(text).map_err(|error| format!("{error}; {FORM}"))?;
        let decoded = |part: &str| percent_decode_str(part).decode_utf8_lossy().into_owned();
        let host = url.host_str().map(|host| decoded(host.trim_matches(['[', ']'])));
        let Some(host) = host.filter(|host| !host.is_empty()) else {
            return Err(format!("it names no host; {FORM}"));
        };
        if url.password().is_some() {
            return Err(format!("a password in it is not used: use keys; {FORM}"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(format!("it has parts behind the path; {FORM}"));
        }
        let user = Some(decoded(url.username())).filter(|user| !user.is_empty());
        let path = decoded(url.path());
        let socket = Some(path).filter(|path| !path.trim_matches('/').is_empty());
        Ok(Self { user, host, port: url.port(), socket })
    }

    /// The arguments of `ssh`. Nobody is asked anything: a question would be lost on a screen.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut add = |all: &[&str]| arguments.extend(all.iter().map(|it| (*it).to_owned()));
        if let Some(user) = &self.user {
            add(&["-l", user]);
        }
        if let Some(port) = self.port {
            add(&["-p", &port.to_string()]);
        }
        add(&["-o", "ConnectTimeout=30", "-o", "BatchMode=yes", "-T", "--", &self.host]);
        add(&[&match &self.socket {
            Some(socket) => format!("docker --host=unix://{} system dial-stdio", quoted(socket)),
            None => "docker system dial-stdio".to_owned(),
        }]);
        arguments
    }
}

/// For the shell on the other side.
fn quoted(path: &str) -> String {
    let is_plain = path.bytes().all(|it| it.is_ascii_alphanumeric() || b"/._-".contains(&it));
    if is_plain { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

impl fmt::Display for Ssh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ssh://")?;
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(self.socket.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ssh_is_asked_for_what_dockers_own_command_line_asks() {
        const FLAGS: &str = "-o ConnectTimeout=30 -o BatchMode=yes -T --";
        for (address, before, after) in [
            ("ssh://far", "", "far docker system dial-stdio"),
            ("ssh://me@far:2222/", "-l me -p 2222 ", "far docker system dial-stdio"),
            ("ssh://me@[::1]:22", "-l me -p 22 ", "::1 docker system dial-stdio"),
            (
                "ssh://far/run/user/1/docker.sock",
                "",
                "far docker --host=unix:///run/user/1/docker.sock system dial-stdio",
            ),
            ("ssh://far/a;b'c", "", r"far docker --host=unix://'/a;b'\''c' system dial-stdio"),
            ("ssh://-oProxyCommand=x", "", "-oProxyCommand=x docker system dial-stdio"),
        ] {
            let ssh = Ssh::parse(address).unwrap();
            assert_eq!(ssh.arguments().join(" "), format!("{before}{FLAGS} {after}"), "{address}");
        }
        for (address, shown) in
            [("ssh://me@far:2222/", "ssh://me@far:2222"), ("ssh://[::1]/x", "ssh://[::1]/x")]
        {
            assert_eq!(Ssh::parse(address).unwrap().to_string(), shown);
        }
        for (address, words) in [
            ("ssh://", "no host"),
            ("ssh://me:secret@far", "use keys"),
            ("ssh://far?x=1", "behind the path"),
        ] {
            let why = Ssh::parse(address).unwrap_err();
            assert!(why.contains(words) && !why.contains("secret"), "{address}: {why}");
        }
    }
}
