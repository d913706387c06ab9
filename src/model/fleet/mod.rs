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
mod judge;
mod kubernetes;
mod mapping;
mod mention;
mod mentions;
mod nearest;
mod node;
mod nodes;
mod plain;
mod pods;
mod problem;
mod reading;
mod report;
mod told;
mod variables;

pub use form::Form;
pub use judge::{Cell, Question};
pub use mention::{Mention, Named, Served, Unresolved};
pub use nearest::nearest;
pub use nodes::Nodes;
pub use pods::Pod;
pub use problem::Problem;
pub use reading::{Reading, read};
pub use report::{Behind, Exception, Fleet, Image, Nearest, Source};
pub use told::{Kind, Told};
