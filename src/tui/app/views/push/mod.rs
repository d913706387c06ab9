//! The page of a push: what it would do and whether to do it, how far it is, what it came to.

mod lines;
mod page;
mod view;

use lines::lines;
pub use page::{Button, PushPage, Stage};
