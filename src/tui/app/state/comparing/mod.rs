//! Comparisons: what is marked, what is compared with what, and explorers that no screen shows but
//! a comparison needs.

mod drafts;
mod marks;
