//! The packages of an image: from its SBOM, else from the package databases in its layers.

use super::evidence::{blob, opened, referring};
use super::packages::installed;
use crate::model::compare::{PackageList, PackagesDiff, PackagesOf};
use crate::model::evidence::{Body, Kind, Which};
use crate::oci::{Class, Failure};
use crate::work::layers::Reader;

/// What the packages of two images differ in; both are asked at once.
///
/// # Errors
/// As of [`package_list`].
pub async fn compare_packages(
    [at_a, at_b]: [&Reader; 2],
    [a, b]: [&PackagesOf; 2],
) -> Result<PackagesDiff, Failure> {
    let both = futures_util::future::try_join(package_list(at_a, a), package_list(at_b, b));
    let (a, b) = both.await?;
    Ok(PackagesDiff::of(&a, &b))
}

/// The packages of an image. SBOMs of build stages and of the context do not count. If none is
/// known, it is asked what refers to the image.
///
/// # Errors
/// What the source answers with; an SBOM or a layer that cannot be read.
pub async fn package_list(reader: &Reader, of: &PackagesOf) -> Result<PackageList, Failure> {
    let source = reader.source();
    let found = match of.sboms.is_empty() {
        true => referring(source, &of.digest, Kind::Sbom).await?,
        false => of.sboms.clone(),
    };
    for item in &found {
        let (bytes, stated) = blob(source, item).await?;
        let evidence = opened(&bytes, stated).await.map_err(|problem| {
            let detail = format!("the SBOM cannot be read: {problem}");
            Failure::new(Class::Malformed, item.manifest.to_string(), detail)
        })?;
        if let Body::Sbom(sbom) = &evidence.body
            && sbom.which() == Which::Image
        {
            return Ok(PackageList::of_sbom(item.manifest.clone(), sbom));
        }
    }
    Ok(PackageList::of_databases(&installed(reader, &of.layers).await?))
}
