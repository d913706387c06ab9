//! A request that another host sent here: where its name may lead.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::{fmt, io};

use url::Url;

use super::origin::{is_named, is_near};
use crate::oci::Host;
use crate::source::Options;

tokio::task_local! {
    /// What connecting for a request has to heed.
    static SENT: Option<Arc<SentOn>>;
}

/// The name of a host, and that of the host that named it: in a redirect, as its token service, as the
/// place of an upload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SentOn {
    to: String,
    from: String,
}

/// A name that another host gave leads to what is near this machine, and that host is not near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeadsInward(pub(super) IpAddr);

impl fmt::Display for LeadsInward {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the name leads to {}, which is near this machine", self.0)
    }
}

impl std::error::Error for LeadsInward {}

impl SentOn {
    /// What has to be heeded of an address that a host named; nothing of its own, nor of one that the
    /// user named too.
    pub(super) fn new(options: &Options, from: Option<&Host>, to: &Url) -> Option<Arc<Self>> {
        let (from, name) = (from?.name(), to.host_str()?);
        let by_user = is_named(&options.plain_http, to) || is_named(&options.insecure, to);
        (from != name && !by_user)
            .then(|| Arc::new(Self { to: name.to_owned(), from: from.to_owned() }))
    }

    /// Does what may look names up.
    pub(super) async fn heeded<T>(
        sent: Option<Arc<Self>>,
        connecting: impl Future<Output = T>,
    ) -> T {
        SENT.scope(sent, connecting).await
    }

    /// Those of the addresses of a name to which this task may connect. A proxy's name is not what
    /// another host gave.
    pub(super) async fn allowed(
        name: &str,
        found: Vec<SocketAddr>,
        lookup: impl AsyncFnOnce(&str) -> io::Result<Vec<SocketAddr>>,
    ) -> Result<Vec<SocketAddr>, LeadsInward> {
        let sent = SENT.try_with(Clone::clone).ok().flatten().filter(|sent| sent.to == name);
        let near = found.iter().find(|it| is_near(it.ip())).map(|it| LeadsInward(it.ip()));
        let (Some(sent), Some(near)) = (sent, near) else { return Ok(found) };
        let from = lookup(&sent.from).await.unwrap_or_default();
        if from.iter().any(|it| is_near(it.ip())) {
            return Ok(found);
        }
        let far: Vec<SocketAddr> = found.into_iter().filter(|it| !is_near(it.ip())).collect();
        if far.is_empty() { Err(near) } else { Ok(far) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: [u8; 4] = [192, 0, 2, 1];
    const OWN: [u8; 4] = [127, 0, 0, 2];
    const METADATA: [u8; 4] = [169, 254, 169, 254];

    fn all(ips: &[[u8; 4]]) -> Vec<SocketAddr> {
        ips.iter().map(|ip| SocketAddr::from((*ip, 0))).collect()
    }

    #[tokio::test]
    async fn a_name_leads_inward_only_from_what_is_near() {
        let sent = |from: &str, to: &str| {
            let from = Host::parse(from).unwrap();
            SentOn::new(&Options::default(), Some(&from), &Url::parse(to).unwrap())
        };
        let there = sent("r.example", "https://cdn.example/x");
        assert_eq!(sent("cdn.example:5000", "https://cdn.example/x"), None, "its own");
        for (found, from, allowed) in [
            (vec![FAR], FAR, Ok(vec![FAR])),
            (vec![OWN], FAR, Err(OWN)),
            (vec![METADATA], FAR, Err(METADATA)),
            // Some of a name's addresses may be used.
            (vec![OWN, FAR], FAR, Ok(vec![FAR])),
            (vec![OWN], OWN, Ok(vec![OWN])),
        ] {
            let got = SentOn::heeded(
                there.clone(),
                SentOn::allowed("cdn.example", all(&found), async |name| {
                    assert_eq!(name, "r.example");
                    Ok(all(&[from]))
                }),
            );
            let expected =
                allowed.map(|ips| all(&ips)).map_err(|ip: [u8; 4]| LeadsInward(IpAddr::from(ip)));
            assert_eq!(got.await, expected, "{found:?} from {from:?}");
        }
        // A proxy on this machine, and what was not sent on.
        let none = async |_: &str| -> io::Result<Vec<SocketAddr>> { panic!() };
        let proxy = SentOn::heeded(there, SentOn::allowed("proxy", all(&[OWN]), none)).await;
        assert_eq!(proxy, Ok(all(&[OWN])));
        assert_eq!(SentOn::allowed("cdn.example", all(&[OWN]), none).await, Ok(all(&[OWN])));
    }

    #[test]
    fn what_the_user_named_may_lead_anywhere() {
        let host = |name| Host::parse(name).unwrap();
        let options = Options { insecure: vec![host("cdn.example")], ..Options::default() };
        let to = Url::parse("https://cdn.example/x").unwrap();
        assert_eq!(SentOn::new(&options, Some(&host("r.example")), &to), None);
    }
}
