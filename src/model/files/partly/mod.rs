//! The files of an image whose layers are read only as far as a question needs: from the top down,
//! and of each layer only what comes before the answer.
//!
//! [`Layers::resolve`] answers or [`Ask`]s for one more layer. What the layers show together is
//! [`Files`](super::Files)' to say: it merges the entries that lie along the path in question.

mod access;
mod along;
mod ask;
mod layers;
mod view;

pub use access::{Access, User};
pub(in crate::model) use ask::answered;
pub use ask::{Ask, Step};
pub use layers::{LayerState, Layers, Leads, Placed};
pub use view::{Held, LayerView};
