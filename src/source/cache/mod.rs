//! Content by digest on this machine's disk: what was fetched once is not fetched again.
//!
//! ```text
//! DIR/blobs/<algorithm>/<hex>   content, checked against its name on every read
//! DIR/listings/<algorithm>/<hex> what a layer holds, by the layer's digest, with its proof in front
//! DIR/tags/<hex>                what a tag pointed at when last seen; the name is hashed
//! DIR/hosts/<hex>               what saves round trips to a host; the name is hashed
//! ```
//!
//! Files appear by an atomic rename and may vanish at any moment, so several processes share a
//! folder without locks. The time of last use is the file's modification time. Nothing here is
//! fatal: what goes wrong with the disk is traced and counts as a miss.

mod eviction;
mod files;
mod handle;
mod key;
mod store;

pub use handle::{Cache, Cleared, Info};
pub use key::KeyFile;
