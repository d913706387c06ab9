//! The sample images: real content for the demo and the tests, made in memory and always the
//! same, byte for byte.

mod all;
mod broken;
mod cases;
mod compare;
mod documents;
mod evidence;
mod filler;
mod five_hundred;
mod hello;
mod hostile;
mod liar;
mod nested;
mod odd;
mod packed;
mod rootfs;
mod sample;
mod schema1;
mod tags;
mod ten_platforms;

pub use all::samples;
pub use sample::Sample;

/// The folder of repositories that mirror the others, one of them badly.
pub const MIRROR: &str = "mirror";

pub(super) use all::fill;
