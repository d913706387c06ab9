//! `platy diff --raw`: a unified diff of the pretty-printed JSON.

use super::{Question, Sides};
use crate::model::compare::unified;
use crate::text::escape_lines;

pub(super) fn document(question: &Question, sides: &Sides) -> String {
    let [a, b] = &question.locations;
    escape_lines(&unified(&sides.a, &sides.b, &a.to_string(), &b.to_string())).into_owned()
}
