//! What joins the model and the outside world: filling a tree from a source, reading layers,
//! proving labels, pushing, and the facts about this machine and its surroundings.

pub mod attest;
pub mod blame;
pub mod digest_tags;
pub mod evidence;
pub mod fleet;
pub mod gather;
pub mod host;
pub mod layers;
pub mod load;
pub mod package_list;
pub mod packages;
pub mod prove;
pub mod push;
pub mod referring;
pub mod store;
pub mod surroundings;
pub mod tag_size;
