//! `platy matrix REFERENCE`
use super::args::{Args, MatrixArgs};
pub(super) async fn run(_: &Args, _: &MatrixArgs) -> u8 { 2 }
