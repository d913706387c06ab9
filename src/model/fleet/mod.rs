//! The images that files name: Compose files, Kubernetes objects, Dockerfiles, GitHub Actions and
//! GitLab CI files, and plain lists, each with its line.
//!
//! [`read`] never executes, includes or fetches anything. A name that depends on a template or a
//! variable is kept as [`Named::Unresolved`] with the reason, so that no image is lost in silence.

mod actions;
mod compose;
mod dockerfile;
mod form;
mod gitlab;
mod kubernetes;
mod mention;
mod node;
mod plain;
mod reading;
mod variables;

pub use form::Form;
pub use mention::{Mention, Named, Problem, Served, Unresolved};
pub use reading::{Reading, read};
