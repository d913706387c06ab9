//! A mirror that the user names.

use super::addresses::{Address, clean};
use crate::model::route::Door;
use crate::oci::Reference;

/// The door to a reference's repository on `[http[s]://]HOST[:PORT][/PATH]`.
///
/// # Errors
/// How to write it.
pub fn named(text: &str, reference: &Reference) -> Result<Door, String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let usage = || format!("--mirror {text}: write HOST[:PORT][/PATH]");
    let address = Address::parse(&whole).map_err(|_| usage())?;
    // The path is where its repositories begin.
    let mut repository = reference.repository.clone();
    let path = clean(&format!("{}/{}", address.path, repository.path));
    repository.path = path.trim_start_matches('/').to_owned();
    address.door("/v2", &repository, None).map_err(|_| usage())
}
