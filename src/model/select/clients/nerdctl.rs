//! nerdctl (pkg/platformutil, pkg/imgutil/transfer.go): exact matches only, for the download and
//! for the choice; an entry that asks for EROFS layers comes after one that does not.

use crate::oci::Platform;

use super::super::platforms::Library;
use super::cri::TransferPull;

pub(super) fn nerdctl(library: &Library, wanted: &Platform) -> TransferPull {
    let mut erofs = wanted.clone();
    erofs.os_features.push("erofs".to_owned());
    let comparer = library.ordered([wanted.clone(), erofs]);
    TransferPull::new(comparer.clone(), comparer, "")
}
