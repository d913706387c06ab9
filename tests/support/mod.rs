//! What the integration tests share.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "each test file uses a part of this; a failed unwrap is a failed test"
)]

pub mod command;
pub mod picture;
pub mod real;
pub mod terminal;
