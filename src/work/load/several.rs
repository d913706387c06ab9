//! Layouts and archives that hold several images.

use crate::oci::{Class, Digest, Document, Failure};
use crate::source::Source;

/// The most names that a message lists.
const LISTED: usize = 12;

/// Looks whether what was opened is one image or list, and not a layout or archive with several
/// named ones: these are not the platforms of one list, and no engine chooses among them.
///
/// # Errors
/// `Unsupported` with the names, one of which has to be written behind the path; what the source
/// answers with.
pub async fn is_one(source: &dyn Source, root: &Document) -> Result<(), Failure> {
    let location = source.location();
    if location.name().is_some() {
        return Ok(());
    }
    let names = source.names().await?;
    let are_several = names.windows(2).any(|pair| match pair {
        [(_, one), (_, other)] => one != other,
        _ => false,
    });
    // What was chosen without a name may be one of them: the others are its children then.
    if !are_several || names.iter().any(|(_, digest)| *digest == root.digest) {
        return Ok(());
    }
    Err(several(location.to_string(), &names))
}

fn several(subject: String, names: &[(String, Digest)]) -> Failure {
    let mut known: Vec<&str> = names.iter().map(|(name, _)| name.as_str()).collect();
    known.dedup();
    let more = known.len().saturating_sub(LISTED);
    known.truncate(LISTED);
    let mut list = known.join(", ");
    if more > 0 {
        list.push_str(&format!(", and {more} more"));
    }
    let next =
        format!("name one behind the path ({subject}:NAME): {list}; or its position: @0, @1, …");
    Failure::new(Class::Unsupported, subject, "it holds several images, and they are not one list")
        .with_next(next)
}
