//! The manual: the pages under `assets/manual`, as text for a terminal and as man pages.

mod block;
mod roff;
mod text;
mod topic;

pub(super) use roff::man_page;
pub(super) use text::text;
pub(super) use topic::{TOPICS, Topic};
