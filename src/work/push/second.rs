//! What a second reader sees of what was pushed.

use crate::model::draft::Plan;
use crate::oci::{Class, Digest, Failure};
use crate::source::Sources;

/// Reads every tag of a plan's target through oci-client, which shares none of platy's transport,
/// or the list by its digest if there is no tag.
///
/// # Errors
/// One cannot be read so; `DigestMismatch` if it has other bytes than the list.
pub async fn read_again(plan: &Plan, sources: &Sources) -> Result<(), Failure> {
    let registry = sources.registry()?;
    let repository = &plan.target.repository;
    let mut names: Vec<_> = plan.target.tags.iter().map(|tag| repository.tagged(tag)).collect();
    if names.is_empty() {
        names.push(repository.at(plan.list.digest.clone()));
    }
    for name in &names {
        let bytes = registry.second_look(name).await?;
        if bytes != plan.list.bytes {
            let detail = format!(
                "oci-client reads {} and platy {}",
                Digest::sha256(&bytes),
                plan.list.digest
            );
            return Err(Failure::new(Class::DigestMismatch, name.to_string(), detail).with_next(
                "check whether a proxy or a cache answers for the registry, then push again",
            ));
        }
    }
    Ok(())
}
