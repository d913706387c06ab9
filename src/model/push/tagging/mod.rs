//! Tags deleted, copied and renamed: what is asked for, what that would do, and what came of it.

mod done;
mod plan;
mod wish;

pub use done::{TagDone, Untagged};
pub use plan::{Copying, Listing, TagPlan, Untag};
pub use wish::TagWish;
