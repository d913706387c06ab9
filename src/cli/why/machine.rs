//! The machine that is asked about.

use crate::model::select::{Host, PROFILES};
use crate::work::host;

/// A machine and what it is called.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) host: Host,
    /// The profile's title, or `this machine`.
    pub(super) title: Option<&'static str>,
    /// The architecture of its kernel, if that is another one than its programs'.
    pub(super) kernel: Option<String>,
    /// Whether it is the machine that platy runs on.
    pub(super) detected: bool,
    /// What is worth knowing about this machine.
    pub(super) notes: Vec<String>,
}

/// The machine of this name; without one, this machine.
pub(super) async fn asked(name: Option<&str>) -> Result<Asked, String> {
    let Some(name) = name else { return detected().await };
    let host: Host =
        name.parse().map_err(|error: crate::model::select::HostError| error.to_string())?;
    let profile = PROFILES.iter().find(|profile| profile.id.eq_ignore_ascii_case(name.trim()));
    let title = profile.map(|profile| profile.title);
    let notes = host.doubt().into_iter().collect();
    Ok(Asked { host, title, kernel: None, detected: false, notes })
}

async fn detected() -> Result<Asked, String> {
    let machine = tokio::task::spawn_blocking(host::detect).await.map_err(|_| {
        "this machine's platform could not be found out; name it with --host".to_owned()
    })?;
    let own = machine.host.architecture();
    let mut notes = machine.unknown;
    if let Some(kernel) = &machine.kernel {
        notes.push(format!("the kernel is {kernel}, the system's programs are {own}"));
    }
    if let Some(program) = machine.program {
        notes
            .push(format!("platy itself was built for {program}, the system's programs are {own}"));
    }
    Ok(Asked {
        host: machine.host,
        title: Some("this machine"),
        kernel: machine.kernel,
        detected: true,
        notes,
    })
}
