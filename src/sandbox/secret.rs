//! Unguessable names for uploads and tokens.

use std::hash::{BuildHasher, RandomState};

/// 32 hex digits from the keys that the system gives to hash tables.
pub(super) fn secret() -> String {
    let half = || RandomState::new().hash_one(0_u8);
    format!("{:016x}{:016x}", half(), half())
}
