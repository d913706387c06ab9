//! How facts are worded: text from outside made harmless, sizes, times, widths.

mod ascii;
mod bar;
mod called;
mod escape;
mod find;
mod fold;
mod json_style;
mod natural;
mod nearest;
mod shell;
mod size;
mod throbber;
mod time;
mod toml_line;
mod width;

pub use ascii::ascii;
pub use bar::bar;
pub use called::{as_called, call, called, line_as_called};
pub use escape::{
    escape, escape_file, escape_json, escape_line, escape_lines, expand_tabs, push_expanded,
};
pub(crate) use find::{first_of, last_of};
pub use fold::fold;
pub(crate) use json_style::JsonStyle;
pub use natural::{natural, tag_order};
pub use nearest::nearest;
pub use shell::quote;
pub use size::{bytes, count, plural};
pub use throbber::throbber;
pub use time::{age, moment};
pub use toml_line::{WRITTEN, toml_line, toml_place, toml_problem};
pub use width::{cut, cut_middle, fitting, pad, width, wrap};
