//! Hosts of URLs, and where plain HTTP is allowed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

use crate::oci::{Class, Failure, Host};
use crate::source::Options;

/// The host of a URL, with its port if that is not the scheme's own.
pub(in crate::source) fn host_of(url: &Url) -> Option<Host> {
    let name = url.host_str()?;
    match url.port() {
        Some(port) => Host::parse(&format!("{name}:{port}")),
        None => Host::parse(name),
    }
}

/// Whether one of these hosts is the URL's. A port that is the scheme's own may be left out on
/// either side.
pub(super) fn is_named(hosts: &[Host], url: &Url) -> bool {
    hosts.iter().any(|host| {
        Url::parse(&format!("{}://{host}/", url.scheme())).is_ok_and(|named| {
            named.host_str() == url.host_str()
                && named.port_or_known_default() == url.port_or_known_default()
        })
    })
}

/// Whether a request may go on to another address, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) enum Way {
    /// It may.
    Open,
    /// Plain HTTP to a host that the user did not allow.
    Plain,
    /// From elsewhere to this machine, to its own link, or to a cloud's metadata.
    Inward,
    /// The address is of another scheme than HTTP.
    NoScheme,
}

impl Way {
    /// The way from one host to an address: HTTPS always, plain HTTP only to a host that the user
    /// allowed, or from this machine to this machine. What is near this machine is reached only from
    /// what is near it itself, or if the user named it (so does oras-go 2.7.0 for realms).
    pub(in crate::source) fn of(options: &Options, from: &Host, to: &Url) -> Self {
        if !matches!(to.scheme(), "http" | "https") {
            return Self::NoScheme;
        }
        let named = is_named(&options.plain_http, to);
        if is_inward(to) && !is_inward_host(from) && !named && !is_named(&options.insecure, to) {
            return Self::Inward;
        }
        let Some(host) = host_of(to) else { return Self::NoScheme };
        if to.scheme() == "https" || named || (from.is_loopback() && host.is_loopback()) {
            return Self::Open;
        }
        Self::Plain
    }

    /// Why a redirect was not followed.
    pub(super) fn not_followed(self, subject: &str, from: &Url, to: &Url) -> Failure {
        let (from, to_bare) = (bare(from), bare(to));
        let fail = |detail| Failure::new(Class::Forbidden, subject, detail);
        let host = host_of(to).map(|host| host.to_string()).unwrap_or_default();
        match self {
            Self::Inward => fail(format!(
                "{from} redirects to {to_bare}, which is near this machine and not the registry's"
            ))
            .with_next("ask who runs the registry; platy does not go there"),
            Self::NoScheme => fail(format!("{from} redirects to {to_bare}, which is not HTTP"))
                .with_next("ask who runs the registry"),
            Self::Open | Self::Plain => {
                fail(format!("{from} redirects to {to_bare}, in plain HTTP"))
                    .with_next(format!("allow it with `--plain-http {host}` if you trust the way"))
            }
        }
    }
}

/// The same address without a user and a password, which would go out as credentials.
pub(in crate::source) fn without_user(mut url: Url) -> Url {
    // Fails only for a URL that cannot have a user.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// A URL without its query, fragment and user: those may hold signatures and secrets.
pub(in crate::source) fn bare(url: &Url) -> String {
    let mut url = without_user(url.clone());
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn is_inward_host(host: &Host) -> bool {
    Url::parse(&format!("http://{host}/")).is_ok_and(|url| is_inward(&url))
}

/// Whether an address is this machine's own, of its own link, or a cloud's metadata service.
fn is_inward(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => is_near(ip.into()),
        Some(url::Host::Ipv6(ip)) => is_near(ip.into()),
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            ["localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"].contains(&name)
                || name.ends_with(".localhost")
                || name == "metadata"
                || name == "metadata.google.internal"
        }
        None => false,
    }
}

/// The IPv4 address that a translator (RFC 6052, `64:ff9b::/96`; RFC 8215, `64:ff9b:1::/48`) or a
/// relay (RFC 3056, `2002::/16`) makes of an IPv6 address.
fn translated(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let bits = ip.to_bits();
    let bits = match ip.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => bits,
        // RFC 6052, 2.2: a prefix of 48 bits has the address around bits 64 to 71, a longer one of 96
        // bits at the end.
        [0x64, 0xff9b, 1, .., 0, 0] => (bits >> 64 & 0xffff) << 16 | (bits >> 40 & 0xffff),
        [0x64, 0xff9b, 1, ..] => bits,
        [0x2002, ..] => bits >> 80,
        _ => return None,
    };
    u32::try_from(bits & u128::from(u32::MAX)).ok().map(Ipv4Addr::from_bits)
}

/// The same of an address that a name stands for.
pub(super) fn is_near(ip: IpAddr) -> bool {
    let ip = match ip {
        IpAddr::V4(ip) => return is_near_v4(ip),
        IpAddr::V6(ip) => ip,
    };
    // `::` and `::1` are 0.0.0.0 and 0.0.0.1, and so near.
    match ip.to_ipv4().or_else(|| translated(ip)) {
        Some(ip) => is_near_v4(ip),
        // fd00:ec2::254 is EC2's metadata service, fd20:ce::254 Google's.
        None => {
            ip.is_unicast_link_local()
                || [[0xfd00, 0x0ec2], [0xfd20, 0x00ce]]
                    .iter()
                    .any(|net| ip.segments().starts_with(net))
        }
    }
}

fn is_near_v4(ip: Ipv4Addr) -> bool {
    // 100.100.100.200 is Alibaba's metadata service, 192.0.0.192 Oracle's.
    ip.is_loopback()
        || ip.is_link_local()
        || ip.octets().first() == Some(&0)
        || ip == Ipv4Addr::new(100, 100, 100, 200)
        || ip == Ipv4Addr::new(192, 0, 0, 192)
}

/// Whether two hosts are of one site: the same, or with the same last two labels (three below
/// endings such as co.uk).
pub(in crate::source) fn same_site(one: &Host, other: &Host) -> bool {
    let name = |host: &Host| {
        let url = Url::parse(&format!("https://{host}/")).ok()?;
        Some(url.host_str()?.trim_end_matches('.').to_owned())
    };
    let (Some(one), Some(other)) = (name(one), name(other)) else { return false };
    if one == other {
        return true;
    }
    let (one, other): (Vec<&str>, Vec<&str>) =
        (one.rsplit('.').collect(), other.rsplit('.').collect());
    let labels = match one.as_slice() {
        [top, second, ..] if top.len() == 2 && second.len() <= 3 => 3,
        _ => 2,
    };
    let is_name = |labels: &[&str]| labels.first().is_some_and(|top| top.parse::<u8>().is_err());
    let site = one.get(..labels);
    is_name(&one) && site.is_some() && site == other.get(..labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Host {
        Host::parse(text).unwrap()
    }

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn plain_http_needs_leave() {
        let options = Options {
            plain_http: vec![host("plain.example"), host("other.example:8080")],
            ..Options::default()
        };
        for (from, to, allowed) in [
            ("a.example", "https://b.example/x", Way::Open),
            ("a.example", "http://b.example/x", Way::Plain),
            ("a.example", "http://plain.example:80/x", Way::Open),
            ("a.example", "http://plain.example:81/x", Way::Plain),
            ("a.example", "http://other.example:8080/", Way::Open),
            ("a.example", "http://other.example/", Way::Plain),
            ("a.example", "http://127.0.0.1:5000/", Way::Inward),
            ("localhost:5000", "http://127.0.0.1:5000/", Way::Open),
            ("localhost:5000", "http://[::1]:5000/", Way::Open),
            ("localhost:5000", "http://169.254.1.1/", Way::Plain),
            ("localhost:5000", "file:///etc/passwd", Way::NoScheme),
        ] {
            assert_eq!(Way::of(&options, &host(from), &url(to)), allowed, "{from} {to}");
        }
    }

    #[test]
    fn what_is_near_this_machine_is_not_reached_from_elsewhere() {
        let options = Options { insecure: vec![host("127.0.0.1:7")], ..Options::default() };
        for (to, way) in [
            ("https://[64:ff9b::7f00:1]/", Way::Inward),
            ("https://[64:ff9b::a9fe:a9fe]/", Way::Inward),
            ("https://[64:ff9b::808:808]/", Way::Open),
            ("https://[64:ff9b::]/", Way::Inward),
            ("https://[64:ff9b::1]/", Way::Inward),
            ("https://[64:ff9b:1::7f00:1]/", Way::Inward),
            ("https://[64:ff9b:1:fffe::a9fe:a9fe]/", Way::Inward),
            ("https://[64:ff9b:1::808:808]/", Way::Open),
            ("https://[64:ff9b:1:7f00:0:100::]/", Way::Inward),
            ("https://[64:ff9b:1:808:8:800::]/", Way::Open),
            ("https://[2002::]/", Way::Inward),
            ("https://[2002:0:1::]/", Way::Inward),
            ("https://[::127.0.0.1]/", Way::Inward),
            ("https://[::ffff:0.0.0.0]/", Way::Inward),
            ("https://[::ffff:0.0.0.1]/", Way::Inward),
            ("https://[::8.8.8.8]/", Way::Open),
            ("https://[2002:7f00:1::]/", Way::Inward),
            ("https://[2002:808:808::1]/", Way::Open),
            ("https://ip6-localhost/", Way::Inward),
            ("https://localhost.localdomain./", Way::Inward),
            ("https://127.0.0.1/", Way::Inward),
            ("https://127.9.9.9:8443/", Way::Inward),
            ("https://2130706433/", Way::Inward),
            ("https://0.0.0.0/", Way::Inward),
            ("https://localhost/", Way::Inward),
            ("https://a.localhost./", Way::Inward),
            ("https://[::1]/", Way::Inward),
            ("https://[::]/", Way::Inward),
            ("https://[::ffff:127.0.0.1]/", Way::Inward),
            ("https://[fe80::1]/", Way::Inward),
            ("https://[fd00:ec2::254]/", Way::Inward),
            ("http://169.254.169.254/latest", Way::Inward),
            ("https://169.254.170.2/", Way::Inward),
            ("https://100.100.100.200/", Way::Inward),
            ("https://metadata.google.internal/", Way::Inward),
            ("https://127.0.0.1:7/", Way::Open),
            ("https://10.0.0.1/", Way::Open),
            ("https://localhost.example/", Way::Open),
            ("https://[2001:db8::1]/", Way::Open),
        ] {
            assert_eq!(Way::of(&options, &host("a.example"), &url(to)), way, "{to}");
            let near = Way::of(&options, &host("[::1]:5000"), &url(to));
            assert_ne!(near, Way::Inward, "{to}");
        }
    }

    #[test]
    fn sites_are_told_by_their_last_labels() {
        for (one, other, same) in [
            ("registry-1.docker.io", "auth.docker.io", true),
            ("ghcr.io", "ghcr.io:443", true),
            ("a.example.com", "b.example.org", false),
            ("a.one.co.uk", "b.one.co.uk", true),
            ("a.one.co.uk", "b.two.co.uk", false),
            ("10.0.0.1", "10.0.0.2", false),
            ("10.0.0.1:5000", "10.0.0.1:5001", true),
            ("localhost:1", "localhost:2", true),
            ("com", "com.example", false),
        ] {
            assert_eq!(same_site(&host(one), &host(other)), same, "{one} {other}");
        }
    }

    #[test]
    fn the_schemes_own_port_may_be_left_out() {
        for (named, asked, expected) in [
            ("a.example:443", "https://a.example/", true),
            ("a.example", "https://a.example:443/", true),
            ("a.example", "https://a.example:8443/", false),
            ("[::1]:5000", "https://[::1]:5000/", true),
            ("b.example", "https://a.example/", false),
        ] {
            assert_eq!(is_named(&[host(named)], &url(asked)), expected, "{named} {asked}");
        }
    }
}
